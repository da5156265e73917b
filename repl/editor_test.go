package repl

import (
	"testing"

	"github.com/chzyer/readline"
)

// TestEscapeIsAlt: Esc and then a letter is Alt and the letter; a letter after another key is
// itself.
func TestEscapeIsAlt(t *testing.T) {
	e := &editor{}
	for i, step := range []struct{ pressed, taken rune }{
		{'f', 'f'},
		{escapeKey, nothing}, {'f', readline.MetaForward}, {'f', 'f'},
		{escapeKey, nothing}, {'x', 'x'}, {'b', 'b'},
		{escapeKey, nothing}, {escapeKey, nothing}, {readline.CharBackspace, readline.MetaBackspace},
	} {
		if key, process := e.filter(step.pressed); key != step.taken || !process {
			t.Errorf("key %d: %q is taken for %q, not for %q", i, step.pressed, key, step.taken)
		}
	}
}
