package repl_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestHistory: what was typed is there in the next session, and in one beside it; several
// lines are one entry; what begins with a blank is not kept; nobody else may read it.
func TestHistory(t *testing.T) {
	home := t.TempDir()
	one, two := open(t, setting{home: home}), open(t, setting{home: home})
	one.enter("a = 1")
	two.enter("b = 2")
	one.enter(" secret = 3")
	one.press("for i = 1, 2 do\rc = i\rend\r")
	one.waitFor("end\n>")
	one.press(up)
	one.waitFor("> for i = 1, 2 do⏎c = i⏎end")
	one.press("\r")
	one.waitFor("⏎end\n>")
	one.expect("c", "2")
	path := filepath.Join(home, ".local", "state", "sockrepl", "history")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the history's mode is %v", info.Mode())
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "a = 1\nb = 2\nfor i = 1, 2 do\\nc = i\\nend\nc\n" {
		t.Errorf("the history is %q, %v", text, err)
	}
	three := open(t, setting{home: home})
	three.press(up + up)
	three.waitFor("> for i = 1, 2 do⏎c = i⏎end")
	three.press("\x12b =")
	three.waitFor("(reverse-i-search)`b =': b = 2")
	three.press("\r")
	three.waitForMatch(`> b = 2\n>$`)
	three.expect("b, a", "2\tnil")
}

// TestHistoryTwice: the same twice in a row is one entry, in the next session, too.
func TestHistoryTwice(t *testing.T) {
	home := t.TempDir()
	s := open(t, setting{home: home})
	s.waitFor("to leave.\n>") // that there is no file yet is no trouble
	s.enter("a = 1")
	s.enter("b = 2")
	s.enter("b = 2")
	s = open(t, setting{home: home})
	s.enter("b = 2")
	s.press(up + up)
	s.waitFor("\n> a = 1")
}

// TestHistoryWithoutDescriptors: where no descriptor is left what was typed is kept all the same,
// and where the file was removed there is a new one.
func TestHistoryWithoutDescriptors(t *testing.T) {
	s := open(t, setting{})
	path := filepath.Join(s.home, ".local", "state", "sockrepl", "history")
	kept := func(want string) {
		t.Helper()
		if text, _ := os.ReadFile(path); string(text) != want {
			t.Errorf("the history is\n%snot\n%s", text, want)
		}
	}
	s.expect(`1 + 1`, `2`)
	kept("1 + 1\n")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s.expect(
		`setrlimit(RLIMIT_NOFILE, 40)`, `0`,
		`repeat fd, message = dup(0) until not fd`, ``,
		`message`, `"dup: EMFILE (Too many open files)"`,
	)
	s.press("os.exit(0)\r")
	s.wait()
	kept("setrlimit(RLIMIT_NOFILE, 40)\nrepeat fd, message = dup(0) until not fd\nmessage\nos.exit(0)\n")
}

// TestHistoryIsFull: what can't be written is told once, with the file's name.
func TestHistoryIsFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here")
	}
	home := t.TempDir()
	folder := filepath.Join(home, ".local", "state", "sockrepl")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", filepath.Join(folder, "history")); err != nil {
		t.Fatal(err)
	}
	s := open(t, setting{home: home, columns: 200, rows: 40})
	s.enter("1")
	s.waitForMatch(`\nthe history is not kept: \S+/history: No space left on device\n1\n>$`)
	s.expect("2", "2")
}

// TestHistoryIsCut: that only a part of an entry can be written is told, too.
func TestHistoryIsCut(t *testing.T) {
	s := open(t, setting{columns: 200, rows: 40})
	s.expect(`setrlimit(RLIMIT_FSIZE, 40)`, `0`)
	s.enter(`"0123456789"`)
	s.waitForMatch(`\nthe history is not kept: \S+/history: File too large\n"0123456789"\n>$`)
	s.expect("2", "2")
}
