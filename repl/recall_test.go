package repl_test

import (
	"strings"
	"testing"
)

const (
	ctrlE = "\x05"
	ctrlG = "\x07"
	ctrlR = "\x12"
	ctrlS = "\x13"
	ctrlU = "\x15"
)

// TestSearch: Ctrl-R finds older entries, Ctrl-S newer ones; Ctrl-G gives back what was there
// before, another key takes what was found to edit it, and the entry stays as it is.
func TestSearch(t *testing.T) {
	s := open(t, setting{})
	for _, line := range []string{"fds = {3}", "gamma = 12345", "FDS2 = 1", "beta = 2"} {
		s.enter(line)
	}
	s.press("half" + ctrlR + "fds")
	s.waitFor("(reverse-i-search)`fds': FDS2 = 1")
	s.press(ctrlR)
	s.waitFor("(reverse-i-search)`fds': fds = {3}")
	s.press(ctrlR)
	s.waitFor("(failed reverse-i-search)`fds': fds = {3}")
	s.press(ctrlS)
	s.waitFor("(i-search)`fds': FDS2 = 1")
	s.press("x")
	s.waitFor("(failed i-search)`fdsx': FDS2 = 1")
	s.press("\x7f" + ctrlG)
	s.waitFor("\n> half")
	s.press(ctrlU + ctrlR + "gamma" + ctrlE + "\x7f\x7f\x7f9\r")
	s.waitFor("> gamma = 129\n>")
	s.press(up + up + up + up)
	s.waitFor("> gamma = 12345")
	s.press(down)
	s.waitFor("> FDS2 = 1")
	s.press(ctrlU + ctrlR + "12345" + ctrlE + ctrlU)
	s.waitFor("\n>")
	s.paste("1 + 1")
	s.press("\r")
	s.waitFor("> 1 + 1\n2\n>")
	s.press(up + up + up + up + up)
	s.waitFor("> gamma = 12345")
	s.press(ctrlC + ctrlR + "beta" + up)
	s.waitFor("> FDS2 = 1")
	s.press(ctrlC + ctrlR + "345\x02_") // the cursor is where it was found; Ctrl-B goes back one
	s.waitFor("> gamma = 1_2345")
	s.press(ctrlC + ctrlR + "12345")
	s.waitFor("(reverse-i-search)`12345': gamma = 12345")
	s.press("\x1b") // Esc alone: what was found, to be edited
	s.waitFor("\n> gamma = 12345")
	s.press("f") // a letter as ever: the Esc is used up
	s.waitFor("\n> gamma = f12345")
	s.press(ctrlC + "if true then\r") // within a block, too
	s.waitFor("\n>>")
	s.press(ctrlR + "beta")
	s.waitFor("(reverse-i-search)`beta': beta = 2")
}

// TestSearchNarrowed: Backspace takes back a character of what is searched for. What was typed
// before the search is not lost, wherever that leads.
func TestSearchNarrowed(t *testing.T) {
	s := open(t, setting{})
	for _, line := range []string{"fds = {3}", "last = 4", "fds2 = 1", "beta = 2"} {
		s.enter(line)
	}
	for _, step := range []struct{ typed, want string }{
		{"half" + ctrlR + "4", "(reverse-i-search)`4': last = 4"},
		{"\x1b", "\n> last = 4"},
		{down + down + down, "\n> half"},
		{ctrlR + "fds =", "(reverse-i-search)`fds =': fds = {3}"},
		{"\x7f\x7f", "(reverse-i-search)`fds': fds2 = 1"},
		{"\x08x", "(failed reverse-i-search)`fdx': fds2 = 1"},
		{ctrlG, "\n> half"},
		{ctrlR + "4\x7f\x7f", "(reverse-i-search)`': half"},
		{ctrlG + up, "\n> beta = 2"},
		{down, "\n> half"},
		{ctrlR + "4" + ctrlS, "(failed i-search)`4': last = 4"},
		{"x\x7f", "(i-search)`4': last = 4"},
		{ctrlG + up + up + up + up + ctrlS + "= ", "(i-search)`= ': fds = {3}"},
		{ctrlS, "(i-search)`= ': last = 4"},
		{ctrlS + "1x", "(failed i-search)`= 1x': fds2 = 1"},
		{"\x7f", "(i-search)`= 1': fds2 = 1"},
		{"\x7f\x7f\x7f", "(i-search)`': fds = {3}"},
	} {
		s.press(step.typed)
		s.waitFor(step.want)
	}
}

// TestBlock: a block that is given up can be brought back; Up in it brings what was typed of
// it so far into one line, and further entries as ever.
func TestBlock(t *testing.T) {
	s := open(t, setting{})
	s.enter("n = 1")
	s.enter("if true then")
	s.press("n = 2")
	s.waitFor(">> n = 2")
	s.press(ctrlC)
	s.waitFor("^C\n>")
	s.press(up)
	s.waitFor("\n> if true then⏎n = 2")
	s.press(" end\r")
	s.waitFor("⏎n = 2 end\n>")
	s.expect("n", "2")
	s.enter("if n then")
	s.press(ctrlD)
	s.waitFor("\n>> ^D\nthe unfinished input is dropped; the history has it\n>")
	s.press(up)
	s.waitFor("\n> if n then")
	s.press("\r")
	s.waitFor("\n> if n then\n>>")
	s.enter("n = 3")
	s.press("end" + up)
	s.waitFor(">> n = 3\n> if n then⏎n = 3⏎end")
	s.press(up)
	s.waitFor(">> n = 3\n>> if n then")
	s.press(down + down)
	s.waitFor(">> n = 3\n>> end")
	s.press(up + strings.Repeat("\x1b[D", len("⏎end")-2) + "\x7f40\r")
	s.waitFor("> if n then⏎n = 40⏎end\n>")
	s.expect("n", "40")
	s.press(ctrlD)
	s.wait()
}
