package repl

import (
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/lex"
)

// painter colours the line as it is typed. It adds looks, and shows a line end inside a
// line of the history as a sign of the same width; the text stays what it is.
type painter struct {
	style style
	state lex.State // what earlier lines of the same input left open

	line []rune // what was painted last
	pos  int    // the cursor's place in it
	new  bool   // it was not drawn yet
}

// slowLine is how many runes a line may have to be coloured: each key draws all of it.
const slowLine = 4000

// begin tells what was typed before the line.
func (p *painter) begin(earlier string) { _, p.state = lex.Tokens(earlier, lex.State{}) }

// goOn tells that the line has ended, with its line end.
func (p *painter) goOn(line string) { _, p.state = lex.Tokens(line, p.state) }

// Paint is readline's question how the line looks. When Enter was pressed the line has a
// line end of its own at its end; no bracket is matched any more.
func (p *painter) Paint(line []rune, pos int) (painted []rune) {
	defer func() {
		if recover() != nil { // on readline's own goroutine a panic would leave the terminal raw
			painted = line
		}
	}()
	p.line, p.pos, p.new = append(p.line[:0], line...), pos, true
	if n := len(line); n > 0 && line[n-1] == '\n' {
		return append(p.colour(line[:n-1], -1), '\n')
	}
	return p.colour(line, pos)
}

// painted answers, once, what was painted.
func (p *painter) painted() (line []rune, pos int, ok bool) {
	ok, p.new = p.new, false
	return p.line, p.pos, ok
}

// lineSign stands for a line end. It is one column wide.
const lineSign = "⏎"

// colour writes the line with its looks; pos is the cursor's place, -1 for none.
func (p *painter) colour(line []rune, pos int) []rune {
	text := strings.ReplaceAll(string(line), string(lineBreak), "\n")
	if p.style.on && len(line) <= slowLine {
		text = p.looks(text, bytePlace(line, pos))
	}
	return []rune(strings.ReplaceAll(text, "\n", lineSign))
}

// bytePlace turns a place among runes into one among the bytes of the text that the lexer
// is given, where a line end is one byte.
func bytePlace(line []rune, pos int) int {
	if pos < 0 {
		return -1
	}
	at := 0
	for _, r := range line[:min(pos, len(line))] {
		if r == lineBreak {
			r = '\n'
		}
		at += utf8.RuneLen(r)
	}
	return at
}

// looks gives each token of a text its look; place is the cursor's byte, -1 for none, at which
// brackets and blocks are matched.
func (p *painter) looks(text string, place int) string {
	tokens, _ := lex.Tokens(text, p.state)
	one, other := -1, -1
	if place >= 0 {
		if at, partner, ok := lex.Match(text, tokens, place); ok {
			one, other = at, partner
		}
	}
	var b strings.Builder
	end := 0
	for _, t := range tokens {
		b.WriteString(text[end:t.Start])
		look := tokenLooks[t.Kind]
		if t.Start == one || t.Start == other {
			look = lookMatch
		}
		b.WriteString(p.piece(look, t.Text(text)))
		end = t.End
	}
	b.WriteString(text[end:])
	return b.String()
}

func (p *painter) piece(look, text string) string {
	if look == "" {
		return text
	}
	return p.style.paint(look, text)
}

var tokenLooks = map[lex.Kind]string{
	lex.Keyword: lookBold,
	lex.Number:  lookNumber,
	lex.String:  lookString,
	lex.Comment: lookDim,
	lex.Error:   lookError,
}
