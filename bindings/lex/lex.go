// Package lex cuts Lua source into tokens while it is being typed: whatever the text, it
// answers tokens and never fails. The colouring of the line, the matching bracket, the
// synopsis and the completion all stand on it. It knows no Lua state.
package lex

import (
	"strings"

	"sockrepl/bindings/lazy"
)

// Kind is what a token is.
type Kind uint8

// The kinds of token. White space is none.
const (
	Name     Kind = iota // an identifier
	Keyword              // a reserved word of Lua's; nil, true and false are among them
	Number               // 12, 0x1F, 1e-3
	String               // "…", '…', [[…]], with its quotes
	Comment              // -- … and --[[ … ]]
	Operator             // + .. == , ; . : and what else is made of signs
	Bracket              // one of ( ) [ ] { }
	Error                // what begins no token: $ ? é; a number that runs into a name: 3x
)

// Token is a piece of the text, from the byte Start up to but without the byte End.
type Token struct {
	Kind       Kind
	Start, End int
	Open       bool // a string or a comment whose end is not in the text
}

// Text is the token's own piece of the text that it was cut from.
func (t Token) Text(text string) string { return text[t.Start:t.End] }

// State is what is unfinished at the end of a text: the string or the comment that the next
// line goes on with. The zero State is: nothing.
type State struct {
	kind  Kind
	quote byte // ' or " for a string whose line ended in a backslash, [ for a long bracket, 0 for nothing
	level int  // of a long bracket: how many = it has
}

// Inside tells whether something is unfinished, and whether that is a String or a Comment.
func (s State) Inside() (Kind, bool) { return s.kind, s.quote != 0 }

// Tokens cuts a text of one line or many, which goes on from a state, into its tokens, in
// order, and answers the state at its end. Positions are bytes of the text. A string in
// quotes ends with its line, unless that ends in a backslash.
func Tokens(text string, from State) ([]Token, State) {
	s := scanner{text: text, state: from}
	if from.quote != 0 {
		s.resume()
	}
	for s.pos < len(text) {
		s.next()
	}
	return s.tokens, s.state
}

// scanner is where the cutting has come to.
type scanner struct {
	text   string
	pos    int
	tokens []Token
	state  State
}

// add enters the token that ends at end.
func (s *scanner) add(kind Kind, end int) {
	s.tokens = append(s.tokens, Token{Kind: kind, Start: s.pos, End: end})
	s.pos = end
}

// resume goes on with what an earlier line left unfinished.
func (s *scanner) resume() {
	open := s.state
	s.state = State{}
	if open.quote == '[' {
		s.long(open.kind, 0, open.level)
		return
	}
	s.quoted(open.quote, 0)
}

// next reads the token that comes next.
func (s *scanner) next() {
	c := s.text[s.pos]
	switch {
	case isSpace(c):
		s.pos++
	case isLetter(c):
		s.word()
	case isDigit(c), c == '.' && s.pos+1 < len(s.text) && isDigit(s.text[s.pos+1]):
		s.number()
	case c == '"' || c == '\'':
		s.quoted(c, 1)
	case strings.HasPrefix(s.text[s.pos:], "--"):
		s.comment()
	case c == '[':
		if level, ok := longBracket(s.text[s.pos:]); ok {
			s.long(String, level+2, level)
			return
		}
		s.add(Bracket, s.pos+1)
	case strings.IndexByte("(){}]", c) >= 0:
		s.add(Bracket, s.pos+1)
	default:
		s.sign()
	}
}

func (s *scanner) word() {
	end := s.pos
	for end < len(s.text) && (isLetter(s.text[end]) || isDigit(s.text[end])) {
		end++
	}
	kind := Name
	if IsKeyword(s.text[s.pos:end]) {
		kind = Keyword
	}
	s.add(kind, end)
}

// number takes digits, points, an exponent, and what runs into it, which makes it an error:
// 3x, 3..2.
func (s *scanner) number() {
	end, rest := s.pos, s.text
	for end < len(rest) && (isDigit(rest[end]) || rest[end] == '.') {
		end++
	}
	if end < len(rest) && rest[end]|0x20 == 'e' {
		if end++; end < len(rest) && (rest[end] == '+' || rest[end] == '-') {
			end++
		}
	}
	for end < len(rest) && (isLetter(rest[end]) || isDigit(rest[end])) {
		end++
	}
	kind := Number
	if !IsNumeral(rest[s.pos:end]) {
		kind = Error
	}
	s.add(kind, end)
}

// IsNumeral tells whether a text is a number, by section 2.1 of Lua's manual.
func IsNumeral(text string) bool { return numeral().MatchString(text) }

var numeral = lazy.Regexp(`^(0[xX][0-9a-fA-F]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)$`)

// quoted takes a string in quotes, of which skip bytes are known already.
func (s *scanner) quoted(quote byte, skip int) {
	for end := s.pos + skip; end < len(s.text); end++ {
		switch s.text[end] {
		case quote:
			s.add(String, end+1)
			return
		case '\n':
			s.add(String, end)
			s.tokens[len(s.tokens)-1].Open = true
			return
		case '\\':
			if strings.HasPrefix(s.text[end:], "\\\r\n") {
				end++
			}
			end++
		}
	}
	if continues(s.text[s.pos:]) {
		s.state = State{String, quote, 0}
	}
	s.open(String)
}

// continues tells whether the next line still belongs to the string: it ends in a backslash
// that nothing escapes, a line end after it aside.
func continues(text string) bool {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	rest := strings.TrimRight(text, `\`)
	return (len(text)-len(rest))%2 == 1
}

// open takes all that is left, if anything is, as an unfinished token.
func (s *scanner) open(kind Kind) {
	if s.pos == len(s.text) {
		return
	}
	s.add(kind, len(s.text))
	s.tokens[len(s.tokens)-1].Open = true
}

func (s *scanner) comment() {
	if level, ok := longBracket(s.text[s.pos+2:]); ok {
		s.long(Comment, level+4, level)
		return
	}
	end := strings.IndexByte(s.text[s.pos:], '\n')
	if end < 0 {
		s.add(Comment, len(s.text))
		return
	}
	s.add(Comment, s.pos+end)
}

// long takes a long bracket's string or comment, of which skip bytes are known already.
func (s *scanner) long(kind Kind, skip, level int) {
	mark := "]" + strings.Repeat("=", level) + "]"
	from := min(s.pos+skip, len(s.text))
	at := strings.Index(s.text[from:], mark)
	if at < 0 {
		s.state = State{kind, '[', level}
		s.open(kind)
		return
	}
	s.add(kind, from+at+len(mark))
}

// longBracket tells whether a text begins with [[ or [=[, and how many = there are.
func longBracket(text string) (level int, ok bool) {
	if len(text) < 2 || text[0] != '[' {
		return 0, false
	}
	rest := strings.TrimLeft(text[1:], "=")
	return len(text) - 1 - len(rest), strings.HasPrefix(rest, "[")
}

// operators of more than one byte, the longest first.
var operators = []string{"...", "..", "==", "~=", "<=", ">=", "::"}

func (s *scanner) sign() {
	for _, op := range operators {
		if strings.HasPrefix(s.text[s.pos:], op) {
			s.add(Operator, s.pos+len(op))
			return
		}
	}
	if strings.IndexByte("+-*/%^#<>=;:,.", s.text[s.pos]) >= 0 {
		s.add(Operator, s.pos+1)
		return
	}
	end := s.pos + 1
	for end < len(s.text) && s.text[end] >= 0x80 { // the rest of a letter that Lua has no use for
		end++
	}
	s.add(Error, end)
}

func isSpace(c byte) bool  { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c == '_' || (c|0x20) >= 'a' && (c|0x20) <= 'z' }

// IsName tells whether a text is an identifier of Lua's and no reserved word.
func IsName(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isLetter(text[i]) && (i == 0 || !isDigit(text[i])) {
			return false
		}
	}
	return text != "" && !IsKeyword(text)
}

// Keywords are Lua's reserved words, sorted.
var Keywords = []string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
	"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}

var isKeyword = func() map[string]bool {
	m := map[string]bool{}
	for _, word := range Keywords {
		m[word] = true
	}
	return m
}()

// IsKeyword tells whether a word is one of Lua's reserved ones.
func IsKeyword(word string) bool { return isKeyword[word] }

// BlockDepth is by how much a word changes the depth of blocks: 1, -1 or 0. The do of while
// and for is what opens theirs.
func BlockDepth(word string) int {
	switch word {
	case "do", "function", "if", "repeat":
		return 1
	case "end", "until":
		return -1
	}
	return 0
}
