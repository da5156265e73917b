package repl_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sockrepl/bindings/built"
)

// TestInputEnds: the prompt ends with its input, in a block, too.
func TestInputEnds(t *testing.T) {
	for _, typed := range []string{"", "x = 1\n", "if x then\n", "half"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		cmd := exec.CommandContext(ctx, built.Program(t), "-i")
		cmd.Env = []string{"HOME=" + t.TempDir(), "TERM=xterm"}
		cmd.Stdin = strings.NewReader(typed)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", typed, err, out)
		}
	}
}

// TestPlaceless: a script's error says where it is, in its own text or in a traceback.
func TestPlaceless(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.lua")
	for source, want := range map[string]string{
		"\nassert(close(9999))": "sockrepl: close: EBADF (Bad file descriptor)\nstack traceback:\n  s.lua:2: in the chunk\n",
		"\nerror({})":           "sockrepl: error object {}\nstack traceback:\n  s.lua:2: in the chunk\n",
		"\nerror('no', 0)":      "sockrepl: no\n",
		"\nerror 'no'":          "sockrepl: s.lua:2: no\n",
		"\nsock.listen(1)": "sockrepl: s.lua:2: attempt to index a nil value (global 'sock'; to load the module: " +
			"sock = require \"sock\")\n",
		"x.y = 1": "sockrepl: s.lua:1: attempt to index a nil value (global 'x')\n",
	} {
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(built.Program(t), "s.lua")
		cmd.Dir = filepath.Dir(file)
		got, err := cmd.CombinedOutput()
		if err == nil || string(got) != want {
			t.Errorf("%q says\n%s", source, got)
		}
	}
}
