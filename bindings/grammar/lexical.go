package grammar

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/lex"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// Parse is gopher-lua's parser for a text that has gone through readable. The error is a
// Fault where a word of the text is none of Lua's, otherwise the parser's.
func Parse(source, name string) ([]ast.Stmt, error) {
	text, malformed := readable(source)
	chunk, err := parse.Parse(strings.NewReader(text), name)
	if malformed == nil {
		return chunk, err
	}
	if err != nil {
		if fault, found := Diagnose(source); found && fault.before(malformed) {
			return nil, fault
		}
	}
	return nil, *malformed
}

// before tells whether a mistake is the one that Lua would have met.
func (f Fault) before(other *Fault) bool {
	if f.Line != other.Line || f.Column == 0 {
		return f.Line < other.Line
	}
	return f.Column < other.Column
}

// readable puts what gopher-lua's scanner reads wrongly into other words of the same length,
// and finds the first word that it takes and Lua does not. In strings the escapes \xHH become
// \ddd: Lua has them since 5.2, and LuaJIT; bytes are mostly thought of in hex, and 5.1 takes
// "\x05" for "x05". A comment such as --[== is one of a line.
func readable(source string) (text string, malformed *Fault) {
	s := readThrough(source)
	return string(s.text), s.malformed
}

// Unclosed finds the first string that is not closed on its line.
func Unclosed(source string) (fault Fault, found bool) {
	if s := readThrough(source); s.unclosed != nil {
		return *s.unclosed, true
	}
	return Fault{}, false
}

func readThrough(source string) *lexical {
	s := &lexical{source: source, text: []byte(source)}
	for s.at < len(source) {
		s.at += s.word(source[s.at:])
	}
	return s
}

// lexical is where readable is.
type lexical struct {
	source    string
	text      []byte
	at        int
	malformed *Fault
	unclosed  *Fault
}

// word answers how long the word is that the rest begins with.
func (s *lexical) word(rest string) int {
	switch c := rest[0]; {
	case c == '"' || c == '\'':
		return s.quoted(rest)
	case c == '[':
		if equals := 1 + leading(rest[1:], func(c byte) bool { return c == '=' }); equals > 1 && !strings.HasPrefix(rest[equals:], "[") {
			s.fail(s.at, "invalid long string delimiter near '%s'", rest[:equals])
		}
		return max(1, longBracket(rest))
	case strings.HasPrefix(rest, "--"):
		return s.comment(rest)
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		length, ok := numeralLength(rest)
		if !ok {
			s.fail(s.at, "malformed number near '%s'%s", rest[:length], ofAddress(rest[:length]))
		}
		return length
	case c == '.':
		return min(3, len(rest)-len(strings.TrimLeft(rest, ".")))
	case isLetter(c):
		return nameLength(rest)
	}
	return 1
}

// fail notes the first mistake.
func (s *lexical) fail(at int, format string, args ...any) {
	if s.malformed == nil {
		s.malformed = s.fault(at, format, args...)
	}
}

func (s *lexical) fault(at int, format string, args ...any) *Fault {
	all := lines(s.source[:at] + "x") // so that a line that has just begun counts
	return &Fault{len(all), len(all[len(all)-1]), fmt.Sprintf(format, args...)}
}

// ofAddress says how an address is written.
func ofAddress(text string) string {
	if _, err := netip.ParseAddr(text); err != nil {
		return ""
	}
	return ` (an address is a string: "` + text + `")`
}

func (s *lexical) comment(rest string) int {
	if long := longBracket(rest[2:]); long > 0 {
		return 2 + long
	}
	if strings.HasPrefix(rest, "--[") {
		s.text[s.at+2] = ' ' // lest the scanner take [= for the beginning of a long one
	}
	if end := strings.IndexAny(rest, "\r\n"); end >= 0 {
		return end
	}
	return len(rest)
}

// quoted goes through a string, from its quote on.
func (s *lexical) quoted(rest string) int {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case rest[0]:
			return i + 1
		case '\n', '\r':
			s.open(rest[:i]) // which the parser will say
			return i
		case '\\':
			i += s.escape(s.at+i, rest[i+1:])
		}
	}
	s.open(rest)
	return len(rest)
}

// open notes the first string that is not closed on its line.
func (s *lexical) open(text string) {
	if s.unclosed == nil {
		hint := ""
		if strings.ContainsAny(text, curly[text[0]]) {
			hint = " (" + straight + ")"
		}
		s.unclosed = s.fault(s.at, "unterminated string near '%s'%s", brief(text), hint)
	}
}

// curly are those that a quote becomes in a word processor, and end no string.
var curly = map[byte]string{'"': "“”„‟«»", '\'': "‘’‚‛‹›"}

// brief is the beginning of a text.
func brief(text string) string {
	const most = 40
	if utf8.RuneCountInString(text) > most {
		return string([]rune(text)[:most]) + "..."
	}
	return text
}

// escape answers how much of what follows a backslash belongs to it.
func (s *lexical) escape(at int, rest string) int {
	switch digits := leading(rest[:min(3, len(rest))], isDigit); {
	case digits > 0:
		if n, _ := strconv.Atoi(rest[:digits]); n > 255 {
			s.fail(at, "escape sequence too large near '\\%s'", rest[:digits])
		}
		return digits
	case len(rest) > 2 && rest[0] == 'x':
		if n, err := strconv.ParseUint(rest[1:3], 16, 8); err == nil {
			copy(s.text[at+1:], fmt.Sprintf("%03d", n))
		}
	case strings.HasPrefix(rest, "\r\n") || strings.HasPrefix(rest, "\n\r"):
		return 2
	}
	return 1
}

// numeralLength answers how long the numeral is that a text begins with, and whether it is one:
// what runs into it belongs to it, so that 3x and 3..2 are none (llex.c, read_numeral).
func numeralLength(text string) (length int, ok bool) {
	length = leading(text, func(c byte) bool { return isDigit(c) || c == '.' })
	if length < len(text) && text[length]|0x20 == 'e' {
		if length++; length < len(text) && (text[length] == '+' || text[length] == '-') {
			length++
		}
	}
	length += nameLength(text[length:])
	return length, lex.IsNumeral(text[:length])
}

// longBracket is how long a string or comment in long brackets is, [==[ ... ]==]; 0 if the
// text does not begin with one.
func longBracket(text string) int {
	level := 1
	for level < len(text) && text[level] == '=' {
		level++
	}
	if text == "" || text[0] != '[' || level >= len(text) || text[level] != '[' {
		return 0
	}
	closing := "]" + text[1:level] + "]"
	if end := strings.Index(text[level+1:], closing); end >= 0 {
		return level + 1 + end + len(closing)
	}
	return len(text)
}

func nameLength(text string) int {
	return leading(text, func(c byte) bool { return isLetter(c) || isDigit(c) })
}

// leading is how many bytes at the beginning are of a kind.
func leading(text string, is func(byte) bool) int {
	for i := range len(text) {
		if !is(text[i]) {
			return i
		}
	}
	return len(text)
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c == '_' || c|0x20-'a' < 26 }
