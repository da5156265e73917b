package repl

import (
	"io"
	"strings"
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
