package help

import (
	"strings"
	"testing"
)

// TestFill holds how a paragraph is broken: at blanks, a word that is too long anywhere.
func TestFill(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""},
		{"a  b\nc", 10, "a b c"},
		{"one two three", 7, "one two\nthree"},
		{"one two three", 6, "one\ntwo\nthree"},
		{"äöü ßab", 7, "äöü ßab"},
		{"ab 0123456789 cd", 4, "ab\n0123\n4567\n89\ncd"},
		{"äöüß", 2, "äö\nüß"},
	} {
		if got := Fill(c.text, c.width); got != c.want {
			t.Errorf("%q at %d: %q", c.text, c.width, got)
		}
	}
}

// TestWrapCode holds that a line of code is broken only where it must be, and what follows is indented.
func TestWrapCode(t *testing.T) {
	for _, c := range []struct {
		line  string
		width int
		want  string
	}{
		{"f(a,  b)", 8, "f(a,  b)"},
		{"f(a,  b)", 6, "f(a,\n    b)"},
		{"  send(a, data)", 14, "  send(a,\n      data)"},
		{"        send(a, data)", 16, "    send(a,\n        data)"},
		{"abcdefghij0123456789", 10, "abcdefghij\n    012345\n    6789"},
		{"ab(ä, cd)", 9, "ab(ä, cd)"},
	} {
		if got := strings.Join(wrapCode(c.line, c.width), "\n"); got != c.want {
			t.Errorf("%q at %d: %q", c.line, c.width, got)
		}
	}
}

// TestTitle holds where a usage is broken, and where the manual page stands.
func TestTitle(t *testing.T) {
	for _, c := range []struct {
		left, right string
		width       int
		want        string
	}{
		{"recv(fd, count) → data", "recv(2)", 31, "recv(fd, count) → data  recv(2)\n"},
		{"recv(fd, count) → data", "recv(2)", 30, "recv(fd, count) → data\nrecv(2)\n"},
		{"recv(fd, count) → data", "", 22, "recv(fd, count) → data\n"},
		{"accept(fd, a) → fd, address", "accept(2)", 24, "accept(fd, a)  accept(2)\n    → fd, address\n"},
		{"accept(fd, aaaaaaaa) → fd", "accept(2)", 20, "accept(fd, aaaaaaaa)\n    → fd\naccept(2)\n"},
		{"accept(fd, a) → fd, address, count", "", 26, "accept(fd, a)\n    → fd, address, count\n"},
		{"accept(fd, a) → fd, address, count", "", 23, "accept(fd, a) → fd,\n    address, count\n"},
		{"accept(fd, address, size) → fd", "", 20, "accept(fd, address,\n    size) → fd\n"},
		{"accept(fd, address, size)", "", 20, "accept(fd, address,\n    size)\n"},
	} {
		p := newPage(c.width, Style{})
		p.title(c.left, c.right)
		if got := p.b.String(); got != c.want {
			t.Errorf("%s %s at %d:\n%s", c.left, c.right, c.width, got)
		}
	}
}

// TestList holds how wide a list's column is.
func TestList(t *testing.T) {
	const eighteen = "123456789012345678"
	for _, c := range []struct {
		items []item
		width int
		want  string
	}{
		{[]item{{"a", "one"}, {"bcd", "two"}, {"e", ""}}, 80, "  a    one\n  bcd  two\n  e\n"},
		{[]item{{eighteen, "x"}, {"a", "y"}}, 60, "  " + eighteen + "  x\n  a" + strings.Repeat(" ", 19) + "y\n"},
		{[]item{{eighteen + "9", "x"}, {"a", "y"}}, 60, "  " + eighteen + "9\n     x\n  a  y\n"},
		{[]item{{"12345678", "x"}, {"123456789", "y"}}, 59, "  12345678  x\n  123456789\n            y\n"},
		{[]item{{eighteen + "9", "x"}}, 80, "  " + eighteen + "9\n      x\n"},
		{[]item{{"send(fd, data, flags)", "x"}}, 20, "  send(fd, data,\n      flags)\n      x\n"},
		{[]item{{"ab", "one two three four"}}, 20, "  ab  one two three\n      four\n"},
	} {
		p := newPage(c.width, Style{})
		p.list(c.items)
		if got := p.b.String(); got != c.want {
			t.Errorf("at %d:\n%s", c.width, got)
		}
	}
}

// TestUnknownWidth holds that a page whose width is not known is one of 80 columns, and that none is narrower than 20.
func TestUnknownWidth(t *testing.T) {
	for width, as := range map[int]int{0: 80, -1: 80, 1: 20, 19: 20} {
		got, _ := Topic("recv", width, Style{})
		if want, _ := Topic("recv", as, Style{}); got != want {
			t.Errorf("at %d:\n%s", width, got)
		}
	}
}

// TestWord holds what is a word of its own: what is no part of a longer name.
func TestWord(t *testing.T) {
	for text, want := range map[string]bool{
		"send": true, "send(a)": true, "a.send": true, "resend": false, "sends": false, "send_all": false, "_send": false,
		"sendto, send": true, "resend sends send2": false, "": false,
	} {
		if isWord(text, "send") != want {
			t.Errorf("send in %q: %v", text, !want)
		}
	}
}

// TestTelling holds which sentence of a text is shown of what was found in it: the first with the word, and none of the code.
func TestTelling(t *testing.T) {
	queue := asked("queue")[0]
	for text, want := range map[string]string{
		"One. Two has a queue, here. A queue.":   "Two has a queue, here.",
		"The\nqueues\nwait.":                     "The queues wait.",
		"One.\n\n  queue()\n\nMore queues. End.": "More queues.",
		"None of it.":                            "None of it.",
	} {
		if got := (weighed{text, inNote}).telling(queue); got != want {
			t.Errorf("%q tells %q", text, got)
		}
	}
	long := strings.Repeat("word ", longestLine/5)
	for text, want := range map[string]string{
		long[:longestLine]:                 long[:longestLine],
		long[:longestLine-5] + "a, longer": long[:longestLine-5] + "a ...",
	} {
		if got := shortened(text); got != want {
			t.Errorf("%q is shortened to %q", text, got)
		}
	}
}

// TestSearchPage holds how a page of what was found is made up: eight with their lines, the others by name.
func TestSearchPage(t *testing.T) {
	text, _ := Topic("connection", 200, Style{})
	found, also, _ := strings.Cut(text, "\n\nAlso ")
	found, _, _ = strings.Cut(found, "\n\nIn the guide\n  guide(")
	lines := strings.Split(found, "\n")
	if lines[0] != `About "connection"` || len(lines) != 1+mostHits {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
	if names := strings.Split(strings.Join(strings.Fields(also), " "), ", "); len(names) != mostNames || !strings.HasSuffix(also, ".\n") {
		t.Errorf("%d more names:\n%s", len(names), text)
	}
	if text, _ := Topic("connection\x1b[31m refused", 80, Style{}); strings.Contains(text, "\x1b") {
		t.Errorf("an escape: %q", text)
	}
}

// TestNothing holds what is said of a name that nothing has.
func TestNothing(t *testing.T) {
	for name, want := range map[string]string{
		"sokcet":        `There is nothing about "sokcet". Did you mean socket?`,
		"dup9":          `There is nothing about "dup9". Did you mean dup or dup2 or dup3?`,
		"RECVFRMO":      `There is nothing about "RECVFRMO". Did you mean recvfrom?`,
		"qq":            `There is nothing about "qq". help "calls" lists the calls.`,
		"getsckpot":     `There is nothing about "getsckpot". Did you mean getsockopt?`,
		"gtxxckxptxxxx": `There is nothing about "gtxxckxptxxxx". help "calls" lists the calls.`,
	} {
		if got := nothing(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestIndexes holds how the lists begin, what they have, and how they end.
func TestIndexes(t *testing.T) {
	for name, parts := range map[string][3]string{
		"calls":     {"Sockets\n  accept, accept4, ", "\n\nDescriptors\n  chmod, close, ", "unlink"},
		"constants": {"Groups of constants\n", "\n  SHUT_ ", "help \"AF_\" lists a group, help \"AF_INET\" shows a constant."},
		"errors":    {"E (", "\n  EPERM  ", "\n\nC's errno is here: the third answer: fd, message, err = socket(...), if err ==\nEAGAIN"},
		"guide":     {"guide([chapter])\n\nAn afternoon with sockets\n  1. ", "\n  12. ", "\n\nguide(1) reads a chapter: "},
		"keys":      {"Keys of the prompt\n", "\n  Ctrl-R, ", "\n  Ctrl-Z "},
		"lua":       {"Lua's library\n  base ", "\n  bit        arshift, band, ", "\n\nhelp \"string.pack\" shows a function, help \"string\" a table of them.\n"},
		"modules":   {"Modules that are built in\n", "\n  timers ", "\n\nlocal sock = require \"sock\" loads one; help \"sock\" shows what is in it.\n"},
		"demos":     {"Demos\n", "\n  pass_fd ", "\n\nrun \"echo_select\" runs one; help \"echo_select\" tells more.\n"},
		"C":         {"What C has, and below it what is here\n", "\n  listen(fd, 16)      listen(fd, 16), or", "math.randomseed"},
		"Python":    {"What Python has, and below it what is here\n", "\n  s.listen", "\n"},
	} {
		text, _ := Topic(name, 80, Style{})
		_, rest, _ := strings.Cut(text, parts[1])
		if !strings.HasPrefix(text, parts[0]) || !strings.Contains(rest, parts[2]) {
			t.Errorf("help %q:\n%s", name, text)
		}
	}
	if text, _ := Topic("calls", 80, Style{}); !strings.HasSuffix(text, "\n\nhelp \"NAME\" shows a call, help \"Sockets\" a chapter.\n") {
		t.Errorf("help \"calls\":\n%s", text)
	}
	if text, _ := Topic("modules", 80, Style{}); !strings.Contains(text, "\n  timers             When each of many tasks is to be woken, the earliest first.\n") {
		t.Errorf("help \"modules\":\n%s", text)
	}
}

// TestLuaPages holds what a list of Lua's functions has, and what it has not.
func TestLuaPages(t *testing.T) {
	for name, parts := range map[string][3]string{
		"base": {"Lua's base\n", "\n  ipairs(t) ", "string"},
		"file": {"Lua's file\n", "\n  :close() ", "open("},
		"io":   {"Lua's io\n", "\n  open(file ", ":close"},
		"lua":  {"Lua's library\n  base ", "\n  file       :close, :fileno, ", "socket"},
	} {
		text, _ := Topic(name, 80, Style{})
		if !strings.HasPrefix(text, parts[0]) || !strings.Contains(text, parts[1]) || strings.Contains(text, "\n  "+parts[2]+"(") {
			t.Errorf("help %q:\n%s", name, text)
		}
	}
}
