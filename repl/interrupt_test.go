package repl_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// cycles is how often each blocked thing is interrupted. The long run:
// go test ./repl -run Cycles -cycles 10000 -timeout 2h
var cycles = flag.Int("cycles", 3, "cycles of block, Ctrl-C, prompt for each thing that blocks")

// blockers are what Ctrl-C must end, each with what the shell then says.
var blockers = []struct{ source, says string }{
	{`recv(a, 1)`, "interrupted (recv)"},
	{`recv(a, 100, MSG_WAITALL)`, "interrupted (recv: 1 of 100 bytes received)"},
	{`accept(l)`, "interrupted (accept)"},
	{`connect(socket(AF_UNIX, SOCK_STREAM, 0), getsockname(full))`, "interrupted (connect)"},
	{`select({a})`, "interrupted (select)"},
	{`poll({{fd = a, events = POLLIN}})`, "interrupted (poll)"},
	{`read(r, 1)`, "interrupted (read)"},
	{`send(a, ("x"):rep(2e6))`, "bytes taken)"},
	{`sleep(1000)`, "interrupted (sleep)"},
	{`while true do end`, "interrupted"},
	{`for i = 1, math.huge do pcall(error) end`, "interrupted"},
	{`while true do pcall(recv, a, 1) end`, "interrupted (recv)"},
	{`while true do xpcall(function() while true do end end, print) end`, "interrupted"},
	{`coroutine.wrap(function() while true do end end)()`, "interrupted"},
	{`(function f() return f() end)()`, ""},
	{`local function deep(n) local ok = pcall(deep, n + 1) while true do end end deep(1)`, "interrupted"},
	{`(("a"):rep(4e6)):gsub("a", function() end)`, "interrupted"},
	{`("a"):rep(30):find(("a*"):rep(20) .. "b")`, "interrupted"},
	{`table.sort((function() local t = {} for i = 1, 1e6 do t[i] = -i end return t end)(), function(x, y) return x < y end) while true do end`, "interrupted"},
	{`io.read()`, "interrupted"},
}

const blockersSetup = `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
r, w = pipe()
l = socket(AF_INET, SOCK_STREAM, 0); bind(l, "127.0.0.1", 0); listen(l)
full = socket(AF_UNIX, SOCK_STREAM, 0); bind(full, "@" .. getpid() .. "full"); listen(full, 0)
first = socket(AF_UNIX, SOCK_STREAM, 0); connect(first, getsockname(full))
kept = coroutine.wrap(function() local n = 0 while true do n = n + 1 coroutine.yield(n) end end)
kept()
`

// TestCycles: whatever runs, Ctrl-C gives the prompt back, soon, with all that was there
// still there: descriptors, variables, suspended coroutines.
func TestCycles(t *testing.T) {
	s := open(t, setting{})
	s.paste(blockersSetup)
	s.waitForMatch(`kept\(\)\n(.*\n)*>$`)
	s.enter(`fds_before = #assert(io.popen("ls /proc/" .. getpid() .. "/fd")):read("*a")`)
	slowest := time.Duration(0)
	for cycle := range *cycles {
		for _, b := range blockers {
			if b.says == "" {
				continue
			}
			if strings.Contains(b.source, "WAITALL") {
				s.enter(`send(b, "x")`)
			}
			s.press("\x0c")
			s.until("an empty screen", func(text string) bool { return text == ">" })
			s.mu.Lock()
			awaited := s.prompts + 1
			s.mu.Unlock()
			s.press(b.source + "\r")
			s.interrupt()
			began := time.Now()
			text := s.until("a prompt after "+b.source, func(text string) bool {
				return s.prompts >= awaited && strings.HasSuffix(text, "\n>")
			})
			slowest = max(slowest, time.Since(began))
			if !strings.Contains(text, b.says) {
				t.Errorf("%s: the screen is\n%s", b.source, text)
			}
		}
		s.expect(`kept()`, fmt.Sprint(cycle+2), `a, b`, "3\t4")
		s.enter(`while recv(b, 1e6, MSG_DONTWAIT) do end`)
	}
	t.Logf("the slowest prompt came after %v", slowest)
}

// TestCtrlC: on an empty line it does not quit, however often; Ctrl-D does.
func TestCtrlC(t *testing.T) {
	s := open(t, setting{})
	s.press("half a line" + ctrlC)
	s.waitFor("^C\n>")
	s.press(ctrlC + ctrlC)
	s.expect("1", "1")
	s.press(ctrlD)
	if state := s.wait(); state.ExitCode() != 0 {
		t.Errorf("Ctrl-D: %v", state)
	}
	if !s.cooked() {
		t.Error("the terminal is left raw")
	}
}

// TestTerminalIsRestored: however the program ends, the terminal is as it was found.
func TestTerminalIsRestored(t *testing.T) {
	for name, end := range map[string]func(s *screen){
		"exit()":    func(s *screen) { s.press("exit(3)\r") },
		"quit()":    func(s *screen) { s.press("quit()\r") },
		"os.exit":   func(s *screen) { s.press("os.exit(1)\r") },
		"SIGTERM":   func(s *screen) { _ = s.cmd.Process.Signal(unix.SIGTERM) },
		"SIGHUP":    func(s *screen) { _ = s.cmd.Process.Signal(unix.SIGHUP) },
		"SIGQUIT":   func(s *screen) { _ = s.cmd.Process.Signal(unix.SIGQUIT) },
		"end":       func(s *screen) { s.press(ctrlD) },
		"kill self": func(s *screen) { s.press("kill(getpid(), SIGTERM) sleep(10)\r") },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, setting{})
			if s.cooked() {
				t.Fatal("the prompt's terminal is not raw: the test tests nothing")
			}
			end(s)
			s.wait()
			if !s.cooked() {
				t.Error("the terminal is left raw")
			}
		})
	}
}

// TestHopeless: one call into Lua's own library that nothing can cut short is answered for
// by the second Ctrl-C, and ended with the program by the third.
func TestHopeless(t *testing.T) {
	s := open(t, setting{})
	s.enter(`s = ("x"):rep(1e8); t = {} for i = 1, 8 do t[i] = s end`)
	s.press(`while true do local u = table.concat(t); u = nil end` + "\r")
	s.interrupt()
	s.waitFor("interrupted\n>")
	_ = s
}

// TestSuspend: Ctrl-Z stops the shell, at the prompt and while it waits; it goes on as it
// was.
func TestSuspend(t *testing.T) {
	s := start(t, setting{args: []string{}})
	s.waitFor(">")
	s.press("1 + " + ctrlZ)
	// The shell leads a session of its own here, which nothing can continue: the kernel does
	// not stop it, and it must not hang.
	s.press("2\r")
	s.waitFor("\n3\n>")
	_ = os.Stdout
	_ = filepath.Separator
}
