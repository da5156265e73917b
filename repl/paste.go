package repl

import (
	"errors"
	"io"
	"slices"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lex"
)

// pasted answers the lines of a paste that were not given to readline: whole is all but the
// last, which is still open to be edited.
func (e *editor) pasted() (whole []string, last string) {
	lines := e.keys.paste
	if len(lines) == 0 {
		return nil, ""
	}
	last = lines[len(lines)-1] + string(e.tail)
	e.keys.paste, e.tail = nil, nil
	return lines[:len(lines)-1], last
}

// echo shows the lines of an input, but for the first ones, as the editor shows those that were
// typed: comments and blank lines at its beginning would be inputs of their own.
func (e *editor) echo(source string, but int) {
	var open nesting
	prompt := firstPrompt
	e.painter.begin("")
	for line := range strings.Lines(source) {
		if but--; but < 0 {
			shown := string(e.painter.colour([]rune(strings.TrimSuffix(line, "\n")), -1))
			_, _ = io.WriteString(e.out, prompt+strings.ReplaceAll(shown, "\t", "    ")+"\n")
		}
		e.painter.goOn(line)
		if open.add(line); open.any() || open.begun {
			prompt = morePrompt
		} else {
			prompt = firstPrompt
		}
	}
}

// insertPaste puts the first line of a paste in the place of the rune that stands for it.
func (e *editor) insertPaste(line []rune, pos int) ([]rune, int) {
	if len(e.keys.paste) == 0 {
		return append(line[:pos-1], line[pos:]...), pos - 1
	}
	before, after := line[:pos-1:pos-1], line[pos:]
	first := []rune(e.keys.paste[0])
	whole := append(append(before, first...), after...)
	if len(e.keys.paste) == 1 {
		e.keys.paste = nil
		return whole, len(before) + len(first)
	}
	e.keys.paste = e.keys.paste[1:]
	e.tail = append([]rune{}, after...)
	whole = whole[:len(before)+len(first)]
	return whole, len(whole)
}

// withPaste adds the lines of a paste to the input; begin is the last, which is not finished.
func (s *Session) withPaste(source string) (all, begin string) {
	whole, last := s.input.pasted()
	var b strings.Builder
	b.WriteString(source)
	for _, line := range whole {
		b.WriteString(strings.TrimSuffix(line, "\n") + "\n")
	}
	source = b.String()
	if _, ok := transcript(source); ok {
		last = unprompted(last)
	}
	return source, last
}

// part is an input by itself, among the lines of a paste.
type part struct {
	source string
	before int // how many lines stand before it, so that errors name lines of the whole
	unit   unit
	whole  bool // the unit is there: the source is finished, and was compiled
}

// idle tells whether a source has no more than comments and blank lines, and the line that names a
// script's program.
func idle(source string) bool {
	if strings.HasPrefix(source, "#!") {
		_, source, _ = strings.Cut(source, "\n")
	}
	tokens, _ := lex.Tokens(source, lex.State{})
	return !slices.ContainsFunc(tokens, func(t lex.Token) bool { return t.Kind != lex.Comment })
}

// acting are the parts that are more than that.
func acting(parts []part) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return idle(p.source) })
}

// giveBack keeps parts that are not to run after an error.
func (s *Session) giveBack(later []part) {
	var source strings.Builder
	for _, p := range later {
		source.WriteString(p.source)
	}
	s.keep(source.String())
	s.say(s.filled("what follows in the paste did not run; Up brings it back"))
}

// transcript takes what was copied from a prompt, here or in a document, apart: the inputs
// without the prompt's marks and without what it answered. No Lua begins as they do.
func transcript(source string) (inputs []part, ok bool) {
	if !strings.HasPrefix(source, firstPrompt) {
		return nil, false
	}
	number := 0
	for line := range strings.Lines(source) {
		if text, first := strings.CutPrefix(line, firstPrompt); first {
			inputs = append(inputs, part{source: text, before: number})
		} else if text, more := strings.CutPrefix(line, morePrompt); more && len(inputs) > 0 {
			inputs[len(inputs)-1].source += text
		}
		number++
	}
	return inputs, true
}

// unprompted is a line of a transcript that is not finished: what was typed, "" if it is an
// answer.
func unprompted(line string) string {
	if text, ok := strings.CutPrefix(line, morePrompt); ok {
		return text
	}
	text, ok := strings.CutPrefix(line, firstPrompt)
	if !ok {
		return ""
	}
	return text
}

// parts takes a source apart into inputs that mean the same one after the other, so that each
// can show what it answers; the last may be unfinished. A source that is wrong stays whole.
func (s *Session) parts(source string) []part {
	all := part{source: source}
	if strings.Count(source, "\n") < 2 {
		return []part{all}
	}
	statements, isChunk := s.statements(&all)
	parts, wrong := s.apart(source)
	if wrong != nil || len(parts) == 0 || isChunk && !sameAs(statements, parts) {
		return []part{all}
	}
	return parts
}

// mostCompiled is of how many lines all are compiled at once: the compiler's time grows with the
// square of their number.
const mostCompiled = 1000

// statements answers how many statements a part has if it is a finished chunk.
func (s *Session) statements(p *part) (n int, ok bool) {
	if strings.Count(p.source, "\n") > mostCompiled {
		chunk, err := grammar.Parse(expression(p.source), chunkName)
		return len(chunk), err == nil
	}
	more, err := s.finish(p)
	return p.unit.count, err == nil && !more
}

// sameAs tells whether parts of a chunk mean what the whole does. Where they have as many statements,
// none goes on in the next line, as "f()" does where a line "{}" follows.
func sameAs(statements int, parts []part) bool {
	parts = acting(parts)
	if len(parts) == 1 {
		return true
	}
	n := 0
	for _, p := range parts {
		if p.unit.count == 0 {
			return false
		}
		n += p.unit.count
	}
	return n == statements
}

// finish compiles a part if it is whole; more: it goes on.
func (s *Session) finish(p *part) (more bool, err error) {
	if !p.whole {
		p.unit, more, err = s.compile(p.source, p.before)
		p.whole = err == nil && !more
	}
	return more, err
}

// apart takes lines for the inputs that they are when typed; the last may be unfinished. The
// error is that of the first that is wrong by itself, with its place among all lines.
func (s *Session) apart(source string) (parts []part, wrong error) {
	var open nesting
	p := part{}
	number := 0
	for line := range strings.Lines(source) {
		number++
		if s.env.Task.Interrupted() { // what runs next ends by it
			return nil, kernel.ErrInterrupted
		}
		p.source += line
		if open.add(line); open.any() || !open.begun {
			continue
		}
		more, err := s.finish(&p)
		_, asked := question(p.source)
		switch joined, ok := s.joined(parts, p, err); {
		case ok:
			parts[len(parts)-1] = joined
		case err != nil && !asked:
			return nil, err
		case more:
			continue
		default:
			parts = append(parts, p)
		}
		p, open = part{before: number}, nesting{}
	}
	switch _, err := s.finish(&p); {
	case err != nil:
		return nil, err
	case p.source != "": // it goes on, or is blank lines and comments
		parts = append(parts, p)
	}
	return parts, nil
}

// joined is the last of the parts with p, where p goes on with it: p makes no sense by itself, as
// ".. x" does not, or "- x" would be another statement's end.
func (s *Session) joined(parts []part, p part, err error) (both part, ok bool) {
	begin := strings.TrimSpace(p.source)
	minus := strings.HasPrefix(begin, "-") && !strings.HasPrefix(begin, "--")
	if len(parts) == 0 || err == nil && !minus {
		return part{}, false
	}
	last := parts[len(parts)-1]
	both = part{source: last.source + p.source, before: last.before}
	more, err := s.finish(&both)
	return both, err == nil && !more && (!minus || both.unit.count > 0)
}

// nesting is what lines leave open. It is a quick look: a long block is not to be compiled anew
// with each of its lines.
type nesting struct {
	depth int // of blocks and brackets
	state lex.State
	begun bool // there is more than comments
}

func (n *nesting) any() bool {
	_, inside := n.state.Inside()
	return inside || n.depth > 0
}

func (n *nesting) add(line string) {
	var tokens []lex.Token
	tokens, n.state = lex.Tokens(line, n.state)
	for _, t := range tokens {
		n.begun = n.begun || t.Kind != lex.Comment
		switch text := t.Text(line); {
		case t.Kind == lex.Keyword:
			n.depth += lex.BlockDepth(text)
		case t.Kind != lex.Bracket:
		case strings.Contains("([{", text):
			n.depth++
		default:
			n.depth--
		}
	}
}

// further is the one of two errors in the same text that is further on: how far the text makes
// sense as one chunk, or as inputs one after the other.
func further(one, other error) error {
	var a, b *bindings.SyntaxError
	if errors.As(one, &a) && errors.As(other, &b) && (b.Line > a.Line || b.Line == a.Line && b.Column > a.Column) {
		return other
	}
	return one
}
