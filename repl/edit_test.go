package repl_test

import (
	"os"
	"path/filepath"
	"testing"
)

// editing opens a shell whose editor is what write made of a script; "$1" is the file.
func editing(t *testing.T) (s *screen, write func(script string)) {
	t.Helper()
	home := t.TempDir()
	temporary := filepath.Join(home, "temporary")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	write = func(script string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(home, "editor"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
			t.Errorf("what was edited lies in %v, %v", left, err)
		}
	})
	env := []string{"VISUAL=" + filepath.Join(home, "editor"), "EDITOR=false", "TMPDIR=" + temporary}
	return open(t, setting{home: home, env: env}), write
}

// TestEditTrouble: what an editor leaves as it was, or empty, does not run, nor does what is wrong; the
// history has what was edited.
func TestEditTrouble(t *testing.T) {
	s, write := editing(t)
	s.expect(`n = (n or 0) + 1`, ``)
	write("true")
	s.expect(`edit()`, ``, `n`, `1`)
	write(`echo "n = (n or 0) + 1" >"$1"; exit 3`)
	s.expect(`edit "more.lua"`, `stdin:1: edit: `+filepath.Join(s.home, "editor")+`: exit status 3`, `n`, `1`)
	write("true")
	s.expect(`edit "more.lua"`, ``, `n`, `2`, `edit "absent.lua"`, ``)
	write(`echo >"$1"`)
	s.expect(`edit "more.lua"`, ``, `n`, `2`)
	write(`[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo "n = = 3" >"$1"`)
	s.expect(`edit(handlre)`, `stdin:1: edit: a function, its name or a file's name expected, got nil`)
	s.expect(`edit(-1)`, `stdin:1: edit: a function, its name or a file's name expected, got number`)
	s.expect(`edit()`, `stdin:1: unexpected symbol near '='`)
	s.press(up)
	s.waitFor("\n> n = = 3")
	s.press(ctrlC)
	write(`echo "if n then" >"$1"`)
	s.expect(`edit()`, `stdin:1: 'end' expected near '<eof>'`)
	s.expect(`n`, `2`)
}

// TestEditInterrupted: while the editor has the terminal Ctrl-C is the editor's, and what it writes runs.
func TestEditInterrupted(t *testing.T) {
	s, write := editing(t)
	write(`trap 'echo "n = tonumber(7)" >"$1"; exit 0' INT
echo ready
while true; do sleep 0.05; done`)
	s.press("edit()\r")
	s.waitFor("ready")
	s.press(ctrlC)
	s.waitForMatch(`\n>$`)
	s.expect(`n`, `7`)
	s.press("while true do end\r")
	s.interrupt()
	s.waitFor("interrupted\n>")
}
