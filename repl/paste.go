package repl

import (
	"errors"
	"io"
	"slices"
	"strings"

	"sockrepl/bindings"
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

// echo shows a line as the editor shows one that was typed.
func (e *editor) echo(prompt, earlier, line string) {
	e.painter.begin(earlier)
	shown := strings.ReplaceAll(string(e.painter.colour([]rune(line), -1)), "\t", "    ")
	_, _ = io.WriteString(e.out, prompt+shown+"\n")
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

// transcript takes what was copied from a prompt, here or in a document, apart: the inputs
// without the prompt's marks and without what it answered. No Lua begins as they do.
func transcript(source string) (inputs []string, ok bool) {
	if !strings.HasPrefix(source, firstPrompt) {
		return nil, false
	}
	for line := range strings.Lines(source) {
		if text, first := strings.CutPrefix(line, firstPrompt); first {
			inputs = append(inputs, text)
		} else if text, more := strings.CutPrefix(line, morePrompt); more && len(inputs) > 0 {
			inputs[len(inputs)-1] += text
		}
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

// apart takes lines that make no chunk together, such as a paste with expressions between its
// statements, for the inputs that they are when typed; rest is what is not finished. The error
// is that of the first that is wrong by itself, with its place among all lines.
func (s *Session) apart(source string) (inputs []string, rest string, err error) {
	var open nesting
	before := 0 // lines of inputs
	for number, line := range slices.Collect(strings.Lines(source)) {
		rest += line
		if open.add(line); open.any() || strings.TrimSpace(rest) == "" {
			continue
		}
		_, more, err := s.compile(strings.Repeat("\n", before) + rest)
		switch {
		case err != nil:
			return nil, "", err
		case !more:
			inputs, rest, before = append(inputs, rest), "", number+1
		}
	}
	if open.any() {
		_, _, err = s.compile(strings.Repeat("\n", before) + rest)
	}
	return inputs, rest, err
}

// nesting is what lines leave open. It is a quick look: a long block is not to be compiled anew
// with each of its lines.
type nesting struct {
	depth int // of blocks and brackets
	state lex.State
}

func (n *nesting) any() bool {
	_, inside := n.state.Inside()
	return inside || n.depth > 0
}

func (n *nesting) add(line string) {
	var tokens []lex.Token
	tokens, n.state = lex.Tokens(line, n.state)
	for _, t := range tokens {
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
