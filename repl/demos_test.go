package repl_test

import (
	"os/exec"
	"strings"
	"testing"

	"sockrepl/bindings/built"
)

// TestDemos: the list of the demos fits the terminal, with a line for each where there is room.
func TestDemos(t *testing.T) {
	for _, test := range []struct {
		columns, rows uint16
		first, last   string
	}{
		{80, 60, "buffers          where data sits", "in one loop"},
		{80, 24, "Step by step\n  client_server, descriptors, ", "has a line for each."},
		{80, 18, "Step by step\n", "has a line for each."},
		{40, 24, "Step by step\n", "each."},
	} {
		s := start(t, setting{columns: test.columns, rows: test.rows, args: []string{"--demos"}})
		s.wait()
		text := s.waitFor(test.last)
		if !strings.HasPrefix(text, test.first) {
			t.Errorf("%d by %d: the screen is\n%s", test.columns, test.rows, text)
		}
		for _, name := range []string{"check", "echo_select", "will_it_work"} {
			if !strings.Contains(text, name) {
				t.Errorf("%d by %d: no %s in\n%s", test.columns, test.rows, name, text)
			}
		}
	}
}

// TestNoDemo: what is neither a file nor a demo is told where the list is: another at the prompt.
func TestNoDemo(t *testing.T) {
	const refused = "cannot open qqqq: No such file or directory, and it is no demo "
	out, _ := exec.Command(built.Program(t), "qqqq").CombinedOutput()
	if got := string(out); got != "sockrepl: "+refused+"(sockrepl --demos lists them)\n" {
		t.Errorf("from a shell: %q", got)
	}
	s := open(t, setting{columns: 120, rows: 24})
	s.expect(`run "qqqq"`, "stdin:1: run: "+refused+`(help "demos" lists them)`)
}
