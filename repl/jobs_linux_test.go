package repl_test

import (
	"strings"
	"testing"
)

// TestBackground: Ctrl-C ends what the prompt does, and no child, not even the one that it
// waits for.
func TestBackground(t *testing.T) {
	s := open(t, setting{})
	s.enter(`child = exec("sleep", "1000")`)
	for _, wait := range []string{"sleep(1000)", "waitpid(child)"} {
		if text, _ := s.interrupted(wait, true); !strings.Contains(text, "interrupted") {
			t.Errorf("%s: the screen is\n%s", wait, text)
		}
		s.expect(`waitpid(child, WNOHANG)`, "0")
	}
	s.expect(`kill(child, SIGTERM)`, "0", `select(3, waitpid(child))`, `"killed by SIGTERM"`)
}

// TestForeground: a child that wants the terminal gets it while it is waited for: keys and
// Ctrl-C are for it. After its end, and after Ctrl-Z, they are the prompt's again.
func TestForeground(t *testing.T) {
	s := open(t, setting{})
	s.press("select(3, waitpid(exec(\"cat\")))\r")
	s.waitCooked()
	s.press("some words\r")
	s.waitForMatch(`\nsome words\nsome words$`)
	s.press(ctrlC)
	s.waitFor("\n\"killed by SIGINT\"\n>")
	s.expect("1 + 1", "2")

	s.press("child = exec(\"cat\") waitpid(child)\r")
	s.waitCooked()
	s.press("other words\r")
	s.waitForMatch(`\nother words\nother words$`)
	s.press(ctrlZ)
	s.waitForMatch(`(?s)is stopped; kill\(\d+, SIGCONT\) lets it go on\n>$`)
	s.expect("2 + 2", "4", "kill(child, SIGKILL)", "0", "select(3, waitpid(child))", "\"killed by SIGKILL\"")
}
