package lex

import "strings"

// Sign is what an Open is.
type Sign byte

// What may be open at a place.
const (
	Paren Sign = '('
	Brace Sign = '{'
	Index Sign = '['
	Block Sign = 'b' // function, do, if, repeat: up to its end
	Quote Sign = '"' // the string of a call without parentheses: run "x"
)

// Open is a bracket or a block that is open at a place of the text.
type Open struct {
	Sign   Sign
	Callee string   // whose arguments it holds: "socket", "bit.bor", "obj:send"; "" if none's, or of something without a name
	Args   []string // the source of the arguments, or of the table's fields, that end before the place
	Field  string   // in a table: the field whose value the place is in: "fd" in {fd=|, "[1]" in {[1]=|
	begin  int      // behind the bracket
	start  int      // of the argument that the place is in
}

// Begin is the place behind the bracket that is open.
func (o *Open) Begin() int { return o.begin }

// InValue tells whether a place in a table is behind a field's "=".
func (o *Open) InValue() bool { return o.Field != "" }

// Inside finds the string or the comment that a place lies in, so that what is typed there
// becomes a part of it; -1 if it lies in none.
func Inside(text string, tokens []Token, place int) int {
	for i, t := range tokens {
		if t.Start >= place || t.Kind != String && t.Kind != Comment {
			continue
		}
		if place < t.End || place == t.End && (t.Open || isLine(text, t)) {
			return i
		}
	}
	return -1
}

// isLine tells whether a token is a comment that ends with its line.
func isLine(text string, t Token) bool {
	if t.Kind != Comment || !strings.HasPrefix(t.Text(text), "--") {
		return false
	}
	_, long := longBracket(text[t.Start+2 : t.End])
	return !long
}

// At answers what is open at a place of the text, the outermost first. It looks at what
// stands before the place only, and makes the best of what is no Lua.
func At(text string, tokens []Token, place int) []Open {
	p := placing{text: text, tokens: tokens}
	for i, t := range tokens {
		if t.Start >= place {
			break
		}
		if t.Kind == String && (place < t.End || t.Open && place == t.End) {
			if callee := p.callee(i); callee != "" {
				p.push(Quote, callee, t.Start)
			}
			break
		}
		p.take(i)
	}
	return p.open
}

// placing walks the tokens with what is open.
type placing struct {
	text   string
	tokens []Token
	open   []Open
}

func (p *placing) push(sign Sign, callee string, start int) {
	p.open = append(p.open, Open{Sign: sign, Callee: callee, begin: start, start: start})
}

// top answers the innermost, nil if nothing is open.
func (p *placing) top() *Open {
	if len(p.open) == 0 {
		return nil
	}
	return &p.open[len(p.open)-1]
}

func (p *placing) take(i int) {
	t := p.tokens[i]
	switch t.Kind {
	case Bracket:
		p.bracket(i)
	case Keyword:
		p.keyword(t.Text(p.text))
	case Operator:
		p.operator(i)
	}
}

func (p *placing) bracket(i int) {
	t := p.tokens[i]
	switch c := p.text[t.Start]; c {
	case '(', '{':
		p.push(Sign(c), p.callee(i), t.End)
	case '[':
		p.push(Index, "", t.End)
	default:
		p.pop(func(s Sign) bool { return s == Sign(partner[c]) })
	}
}

// pop closes the innermost that fits, and what was left open within it; nothing if none
// fits.
func (p *placing) pop(fits func(Sign) bool) {
	for n := len(p.open) - 1; n >= 0; n-- {
		if fits(p.open[n].Sign) {
			p.open = p.open[:n]
			return
		}
	}
}

func isBlock(s Sign) bool { return s == Block }

// keyword opens and closes blocks. A word that begins a statement ends the brackets that
// an unfinished statement before it left open.
func (p *placing) keyword(word string) {
	switch word {
	case "local", "return", "break", "for", "while", "if", "do", "repeat":
		p.dropBrackets()
	}
	switch BlockDepth(word) {
	case 1:
		p.push(Block, "", 0)
	case -1:
		p.pop(isBlock)
	}
}

func (p *placing) dropBrackets() {
	for n := len(p.open); n > 0 && p.open[n-1].Sign != Block; n-- {
		p.open = p.open[:n-1]
	}
}

func (p *placing) operator(i int) {
	o, t := p.top(), p.tokens[i]
	if o == nil || o.Sign == Block {
		return
	}
	switch t.Text(p.text) {
	case ",", ";":
		o.Args = append(o.Args, strings.TrimSpace(p.text[o.start:t.Start]))
		o.start, o.Field = t.End, ""
	case "=":
		if o.Sign == Brace && i > 0 && (p.tokens[i-1].Kind == Name || p.tokens[i-1].Text(p.text) == "]") {
			o.Field = strings.TrimSpace(p.text[o.start:t.Start])
		}
	}
}

// callee answers the name of what is called with the token i: the names before it, with
// their points and their colon. "" where nothing is called, what is called has no name, or
// a function is being defined.
func (p *placing) callee(i int) string {
	first, ok := chain(p.text, p.tokens, i)
	if !ok || first > 0 && p.tokens[first-1].Text(p.text) == "function" {
		return ""
	}
	var b strings.Builder
	for _, t := range p.tokens[first:i] {
		b.WriteString(t.Text(p.text))
	}
	return b.String()
}

// chain finds the names that end before the token i, a.b:c, and answers the first one's
// place among the tokens; false if there is none, or it hangs on what is no name: f().x
func chain(text string, tokens []Token, i int) (first int, ok bool) {
	for i > 0 && tokens[i-1].Kind == Name {
		i--
		if i == 0 || !isLink(tokens[i-1].Text(text)) {
			return i, true
		}
		i--
	}
	return 0, false
}

func isLink(text string) bool { return text == "." || text == ":" }
