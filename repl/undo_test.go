package repl

import (
	"testing"

	"github.com/chzyer/readline"
)

// TestUndoBounded: what is kept of a long line's changes takes no more than a few times its memory.
func TestUndoBounded(t *testing.T) {
	var u undo
	line := typedLine{make([]rune, 200_000), 0}
	for range 100 {
		longer := typedLine{append(line.text[:len(line.text):len(line.text)], '+'), line.pos + 1}
		u.note(line, longer)
		line = longer
	}
	kept := 0
	for _, l := range u.past {
		kept += len(l.text)
	}
	if kept > mostUndone || len(u.past) < 4 || kept != u.size {
		t.Errorf("%d changes with %d characters are kept, and %d are counted", len(u.past), kept, u.size)
	}
	if before := u.back(line); len(before.text) != len(line.text)-1 || kept != u.size+len(before.text) {
		t.Errorf("back to %d characters, of %d", len(before.text), len(line.text))
	}
}

// TestEndedLine: the key that ends a line, which readline tells of late, is no change of the next.
func TestEndedLine(t *testing.T) {
	e := &editor{text: []rune("next"), pos: 4}
	for _, key := range []rune{readline.CharEnter, readline.CharCtrlJ, readline.CharInterrupt} {
		e.OnChange([]rune{}, 0, key)
	}
	if string(e.text) != "next" || len(e.undo.past) > 0 {
		t.Errorf("%q, %v", string(e.text), e.undo.past)
	}
}
