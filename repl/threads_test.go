package repl_test

import (
	"regexp"
	"strings"
	"testing"
)

// TestThreadsAbove: what threads answer and print goes above the line that is being typed,
// which stays as it is.
func TestThreadsAbove(t *testing.T) {
	s := open(t, setting{})
	s.press("a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)\r")
	s.expect("thread(recv, b, 10)", "thread 1 (recv)")
	s.expect("threads()", "   0  main              running\n   1  recv              blocked in recv on descriptor 4")
	s.press("send(a, 'hel\\0lo') 40 +") // not evaluated: it only stands there
	s.press(ctrlC)
	s.press("function later(fd) recv(fd, 1) print('printed') error('no luck', 0) end\r")
	s.press("c, d = socketpair(AF_UNIX, SOCK_STREAM, 0)\r")
	s.expect("thread(later, d)", "thread 2 (later)")
	s.press("function drive(a, c) sleep(0.3) send(a, 'hello') sleep(0.3) send(c, 'x') end\r")
	s.expect("thread(drive, a, c)", "thread 3 (drive)")
	s.press("40 + ")
	s.waitFor("thread 1: recv → \"hello\"\nprinted\nthread 2 (later): no luck\n> 40 +")
	s.press("2\r")
	s.waitFor("\n42\n>")
	s.enter("thread(function(fd) recv(fd, 1) io.write('no line end') recv(fd, 1) end, d)")
	s.press("thread(function(fd) sleep(0.3) send(fd, 'x') end, c)\r")
	s.waitFor("no line end\n>")
	s.enter("t = thread(getpid) repeat until t.state == 'ended' _ = join(t)")
	s.enter("_")
	if strings.Contains(s.raw(), "getpid →") {
		t.Error("the answer of a thread that was joined is told")
	}
}

// TestThreadsForeground: Ctrl-C ends what is in front, and leaves the threads.
func TestThreadsForeground(t *testing.T) {
	s := open(t, setting{})
	s.press("a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)\r")
	s.expect("t = thread(recv, b, 10)", "")
	// The thread is blocked in any case: another one says when the main one is, too.
	s.enter("_ = thread(function() while threads()[1].blocked ~= 'join' do sleep(0.001) end print('it waits') end)")
	s.press("join(t)\r")
	s.waitForMatch(`\nit waits`)
	s.press(ctrlC)
	s.waitForMatch(`interrupted \(join\)\n>$`)
	s.expect("t.state", `"blocked in recv on descriptor 4"`)
	s.expect("send(a, 'still here')", "10")
	s.waitForMatch(`thread 1: recv → "still here"\n>$`)
	s.expect("t.state", `"ended"`)
	s.expect("join(t)", `"still here"`)
	s.expect("t = thread(sleep, 100)", "")
	s.press("interrupt(t)\r") // its end may be told before the next prompt or after it
	s.waitForMatch(`interrupt\(t\)\n0\nthread 3 \(sleep\): interrupted\n>$`)
}

// TestThreadsExplained: an error of a thread has the hints that the prompt's own have, when it is said and
// when join raises it again; what pcall is given is the error alone.
func TestThreadsExplained(t *testing.T) {
	s := open(t, setting{})
	for _, c := range []struct{ body, want string }{
		{`pritn("x")`, "attempt to call a nil value (global 'pritn'; did you mean print?)"},
		{`recvv(1, 2)`, "attempt to call a nil value (global 'recvv'; did you mean recv?)"},
		{`local d = recv(9999, 1) return #d`, "attempt to get length of a nil value (local 'd'; the last call was refused: recv: EBADF (Bad file descriptor))"},
		{`send(1)`, "bad argument #2 to 'send' (string expected, got no value)\nsend(fd, data [, flags]) → count"},
		{`coroutine.wrap(function() string.frmat() end)()`, "attempt to call a nil value (field 'frmat'; did you mean format?)"},
		{`pcall(pritn) len("x")`, "attempt to call a nil value (global 'len')\nPython's len(data) is here: #data"},
		{`pcall(function() pritn() end) error("mine")`, "mine"},
	} {
		s.press("\x0c")
		s.until("an empty screen", func(text string) bool { return text == ">" })
		s.press("t = thread(function() " + c.body + " end)\r")
		s.waitForMatch(`\nthread \d+ \(stdin:1\): stdin:1: ` + strings.ReplaceAll(regexp.QuoteMeta(c.want), " ", `\s`) + `\n>$`) // wherever a line is broken
	}
	s.expect(
		`t = thread(function() pcall(sleep, 0) pritn("x") end) join(t)`, "stdin:1: attempt to call a nil value (global 'pritn'; did you mean print?)",
		`pcall(join, t)`, `false   "stdin:1: attempt to call a nil value (global 'pritn')"`,
	)
}

// TestThreadModule: a thread's function that uses a module of the main thread is told to load it.
func TestThreadModule(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`sock = require "sock"`, "",
		`function f() return sock.listen end`, "",
		`join(thread(f))`, "stdin:1: global 'sock' was not copied to this thread: a module is loaded where\nit is used: local sock = require \"sock\" in the function",
	)
}

// TestThreadPrompt: what belongs to the prompt does not go to a thread under another name either.
func TestThreadPrompt(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`h = help`, "",
		`function f() h("send") end`, "",
		`join(thread(f))`, "stdin:1: global 'h' was not copied to this thread: help belongs to the prompt: a\nthread does not have it",
	)
}

// TestThreadErrorOfBefore: what was said of a thread's error is not said of one that is raised later in
// the same words.
func TestThreadErrorOfBefore(t *testing.T) {
	s := open(t, setting{})
	const length = "stdin:1: attempt to get length of a nil value (local 'd'; the last call was\nrefused: recv: "
	const refused = length + "EBADF (Bad file descriptor))"
	s.expect(
		`function f(fd) local d = recv(fd, 1, MSG_DONTWAIT) return #d end`, "",
		`function g(x) string.rep(x, 1) end`, "",
		`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, "",
		`join(thread(f, 9999))`, refused,
		`do pcall(join, thread(f, 9999)) f(a) end`, length+"EAGAIN (Resource temporarily unavailable))\nnothing has come, and O_NONBLOCK, MSG_DONTWAIT or SO_RCVTIMEO ends the wait\n  stdin:1: in f\n  stdin:1: in the chunk\nwhere() shows the stack with its locals",
		`do local ok, e = pcall(join, thread(f, 9999)) error(e, 0) end`, refused,
		`ok, e = pcall(join, thread(f, 9999))`, "",
		`error(e, 0)`, "stdin:1: attempt to get length of a nil value (local 'd')",
	)
}

// TestThreadsMany: of many answers that came while something ran, a few are told, and how many there are.
func TestThreadsMany(t *testing.T) {
	s := open(t, setting{})
	s.enter("for i = 1, 60 do thread(function(n) return n end, i) end repeat until #threads() == 1 sleep(0.3)")
	text := s.until("the answers", func(text string) bool { return strings.HasSuffix(text, "\n50 more threads ended with answers\n>") })
	if strings.Count(text, " → ") != 10 {
		t.Errorf("the answers are\n%s", text)
	}
}

// TestNarrowThreads: on a narrow terminal the list of threads, and what a demo says is wrong, are broken
// at blanks.
func TestNarrowThreads(t *testing.T) {
	s := open(t, setting{columns: 40, rows: 30})
	s.enter("a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.expect("thread(recv, b, 10)", "thread 1 (recv)",
		"threads()", "   0  main              running\n   1  recv              blocked in recv\n      on descriptor 4",
		`hexdump("hello world")`, "00000000  68 65 6c 6c  |hell|\n00000004  6f 20 77 6f  |o wo|\n00000008  72 6c 64     |rld|\n0000000b",
		`run("cost", "--nosuch-option", 1)`, "cost: there is no option\n--nosuch-option (try --help)")
}
