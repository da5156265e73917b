package repl_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sockrepl/bindings/built"

	"golang.org/x/sys/unix"
)

// cycles is how often each blocked thing is interrupted. The long run:
// go test ./repl -run Cycles -cycles 10000 -timeout 2h
var cycles = flag.Int("cycles", 3, "cycles of block, Ctrl-C, prompt for each thing that blocks")

// blockers are what Ctrl-C must end, each with what the shell then says. What waits in the
// kernel is interrupted when it does.
var blockers = []struct {
	source, says string
	waits        bool
}{
	{`recv(a, 1)`, "interrupted (recv)", true},
	{`recv(a, 100, MSG_WAITALL)`, "\"x\"\ninterrupted (recv: 1 of 100 bytes received)", true},
	{`accept(l)`, "interrupted (accept)", true},
	{`connect(client, getsockname(full))`, "interrupted (connect)", true},
	{`select({a})`, "interrupted (select)", true},
	{`poll({{fd = a, events = POLLIN}})`, "interrupted (poll)", true},
	{`read(r, 1)`, "interrupted (read)", true},
	{`send(a, large)`, "of 2,000,000 bytes taken)", true},
	{`sleep(1000)`, "interrupted (sleep)", true},
	{`io.read()`, "interrupted", true},
	{`run("nobody")`, "interrupted (load)", true},
	{`dofile("held")`, "interrupted (load)", true},
	{`loadfile("held")`, "interrupted (load)", true},
	{`while true do pcall(recv, a, 1) end`, "interrupted (recv)", true},
	{`while true do end`, "interrupted", false},
	{`for i = 1, math.huge do pcall(error) end`, "interrupted", false},
	{`while true do xpcall(function() while true do end end, print) end`, "interrupted", false},
	{`coroutine.wrap(function() while true do end end)()`, "interrupted", false},
	{`while true do coroutine.wrap(function() pcall(error) end)() end`, "interrupted", false},
	{`local function deep(n) if n < 3000 then deep(n + 1) end while true do end end deep(1)`, "interrupted", false},
	{`while true do (("a"):rep(1e6)):gsub("a", "b") end`, "interrupted", false},
	{`("a"):rep(30):find(("a*"):rep(20) .. "b")`, "interrupted", false},
	{`while true do table.sort({5, 4, 3, 2, 1}, function(x, y) return x < y end) end`, "interrupted", false},
}

const blockersSetup = `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
r, w = pipe()
l = socket(AF_INET, SOCK_STREAM, 0); bind(l, "127.0.0.1", 0); listen(l)
full = socket(AF_UNIX, SOCK_STREAM, 0); bind(full, "@" .. getpid() .. "full"); listen(full, 0)
first = socket(AF_UNIX, SOCK_STREAM, 0); connect(first, getsockname(full))
client = socket(AF_UNIX, SOCK_STREAM, 0)
large = ("x"):rep(2e6)
os.execute("mkfifo nobody held"); writer = open("held", O_RDWR)
kept = coroutine.wrap(function() local n = 0 while true do n = n + 1 coroutine.yield(n) end end)
kept()
`

// TestCycles: whatever runs, Ctrl-C gives the prompt back, soon, with all that was there
// still there: descriptors, variables, suspended coroutines.
func TestCycles(t *testing.T) {
	s := open(t, setting{})
	s.paste(blockersSetup)
	s.waitForMatch(`kept\(\)\n(.*\n)*>$`)
	s.expect(`a, b, l`, "3\t4\t7", `free = dup(0) close(free)`, "")
	slowest := map[string]time.Duration{}
	for cycle := range *cycles {
		for _, b := range blockers {
			if strings.Contains(b.source, "WAITALL") {
				s.enter(`send(b, "x")`)
			}
			text, took := s.interrupted(b.source, b.waits)
			slowest[b.source] = max(slowest[b.source], took)
			if !strings.Contains(text, b.says) {
				t.Errorf("%s: the screen is\n%s", b.source, text)
			}
		}
		s.expect(`kept()`, fmt.Sprint(cycle+2), `a, b, l`, "3\t4\t7")
		s.enter(`while recv(b, 1e6, MSG_DONTWAIT) do end`)
	}
	s.expect(`free == (function() local fd = dup(0) close(fd) return fd end)()`, "true") // nothing was left open
	for source, took := range slowest {
		t.Logf("the slowest prompt came %v after Ctrl-C: %s", took.Round(time.Millisecond), source)
	}
}

// interrupted types a line, presses Ctrl-C, and answers the screen with the next prompt,
// and how long that took to come.
func (s *screen) interrupted(source string, waits bool) (text string, took time.Duration) {
	s.t.Helper()
	s.press("\x0c")
	s.until("an empty screen", func(text string) bool { return text == ">" })
	s.mu.Lock()
	awaited := s.prompts + 1
	s.mu.Unlock()
	s.noteIdle()
	s.press(source + "\r")
	if waits {
		s.waitBlocked()
	}
	s.interrupt()
	began := time.Now()
	text = s.until("a prompt after "+source, func(text string) bool {
		return s.prompts >= awaited && strings.HasSuffix(text, "\n>")
	})
	return text, time.Since(began)
}

// interruptBlocked presses Ctrl-C once the shell waits in the kernel.
func (s *screen) interruptBlocked() {
	s.t.Helper()
	s.waitBlocked()
	s.press(ctrlC)
}

// foreground is the process that has the terminal: the shell, also where another has
// started it.
func (s *screen) foreground() int {
	s.t.Helper()
	group := 0
	raw, err := s.pty.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { group, _ = unix.IoctlGetInt(int(fd), unix.TIOCGPGRP) })
	}
	if err != nil || group == 0 {
		s.t.Fatalf("nothing has the terminal: %v", err)
	}
	return group
}

// waitBlocked waits until a thread of the shell is blocked in a system call that is none of
// the Go runtime's own, nor one that it was in before (see noteIdle).
func (s *screen) waitBlocked() {
	s.t.Helper()
	for begun := time.Now(); ; time.Sleep(100 * time.Microsecond) {
		for number, threads := range s.blockedIn() {
			if threads > s.idle[number] && s.cooked() {
				return
			}
		}
		if time.Since(begun) > patience {
			s.t.Fatalf("the shell waits for nothing; the screen is\n%s", s.shown())
		}
	}
}

// noteIdle remembers what the shell's threads are blocked in while it reads a line: with a
// dumb terminal that is cooked, too.
func (s *screen) noteIdle() { s.idle = s.blockedIn() }

// blockedIn answers the numbers of the system calls that the shell's threads are in, and how
// many are in each.
func (s *screen) blockedIn() map[string]int {
	runtimes := []string{"running", fmt.Sprint(unix.SYS_FUTEX), fmt.Sprint(unix.SYS_EPOLL_PWAIT), fmt.Sprint(unix.SYS_NANOSLEEP)}
	numbers := map[string]int{}
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", s.foreground()))
	for _, path := range files {
		text, _ := os.ReadFile(path)
		if words := strings.Fields(string(text)); len(words) > 0 && !slices.Contains(runtimes, words[0]) {
			numbers[words[0]]++
		}
	}
	return numbers
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
		"exit()":  func(s *screen) { s.press("exit(3)\r") },
		"quit()":  func(s *screen) { s.press("quit()\r") },
		"os.exit": func(s *screen) { s.press("os.exit(1)\r") },
		"os.exit in a thread": func(s *screen) {
			s.enter("r, w = pipe() t = thread(function() read(r, 1) os.exit(1) end)")
			s.press("write(w, 'x')\r")
		},
		"os.exit in a thread, at the prompt": func(s *screen) {
			s.enter("r, w = pipe() t = thread(function() read(r, 1) os.exit(1) end)")
			s.enter("u = thread(function() sleep(0.2) write(w, 'x') end)")
		},
		"SIGTERM":   func(s *screen) { _ = s.cmd.Process.Signal(unix.SIGTERM) },
		"SIGHUP":    func(s *screen) { _ = s.cmd.Process.Signal(unix.SIGHUP) },
		"SIGQUIT":   func(s *screen) { _ = s.cmd.Process.Signal(unix.SIGQUIT) },
		"SIGUSR1":   func(s *screen) { _ = s.cmd.Process.Signal(unix.SIGUSR1) },
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
			s.until("a terminal that marks no pastes", func(string) bool {
				raw := s.rawText.String()
				return strings.HasPrefix(raw[strings.LastIndex(raw, "\x1b[?2004"):], "\x1b[?2004l")
			})
		})
	}
}

// TestHeardSignal: what ends the prompt does not where the Lua program hears it; once it does not
// any more, it ends the prompt as any other program, and without a word of Go's runtime.
func TestHeardSignal(t *testing.T) {
	for _, sig := range []unix.Signal{unix.SIGTERM, unix.SIGQUIT, unix.SIGUSR1} {
		name := unix.SignalName(sig)
		s := open(t, setting{})
		s.enter("r, w = pipe() setrlimit(RLIMIT_CORE, 0)")
		s.expect("signal("+name+", w)", "-1",
			"kill(getpid(), "+name+")", "0",
			"read(r, 10):byte() == "+name, "true",
			"signal("+name+", nil) == w", "true")
		s.press("kill(getpid(), " + name + ") sleep(10)\r")
		if how := s.wait().Sys().(syscall.WaitStatus); how.Signal() != sig {
			t.Errorf("%s: %v", name, how)
		}
		if text := s.raw(); strings.Contains(text, "goroutine") {
			t.Errorf("%s: the screen shows\n%s", name, text)
		}
	}
}

// TestHopeless: one call into Lua's own library that nothing can cut short is answered for
// by the second Ctrl-C, and ended with the program by the third.
func TestHopeless(t *testing.T) {
	s := open(t, setting{})
	s.enter(`source = ("x=1 "):rep(5e5)`)
	const warning = "still in a call into Lua's own library"
	for warned := false; !warned; {
		s.press("\x0c")
		s.until("an empty screen", func(text string) bool { return text == ">" })
		s.press("print('begun') while loadstring(source) do end\r")
		s.waitForMatch(`\nbegun`)
		time.Sleep(20 * time.Millisecond) // loadstring says nothing when it begins
		stop, stopped := make(chan struct{}), make(chan struct{})
		// Signals that come at once are one: as a person does, until something happens. Not by keys: the
		// terminal throws away, with each, what was written and is not read yet, the warning.
		go func() {
			defer close(stopped)
			for {
				_ = s.cmd.Process.Signal(os.Interrupt)
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
				}
			}
		}()
		// On a busy machine the first may come between two calls: it ends the loop, then.
		seen := s.until("a warning, or the end of the loop", func(text string) bool {
			return strings.Contains(text, warning) || strings.Contains(text, "interrupted")
		})
		warned = strings.Contains(seen, warning)
		close(stop)
		<-stopped
	}
	s.press(ctrlC)
	state := s.wait()
	if status, ok := state.Sys().(syscall.WaitStatus); !ok || status.Signal() != unix.SIGINT {
		t.Errorf("the third Ctrl-C ended the shell with %v, not by SIGINT", state)
	}
	if !s.cooked() {
		t.Error("the terminal is left raw")
	}
}

// TestSuspend: Ctrl-Z stops the shell, at the prompt and while it waits; fg goes on with it
// as it was.
func TestSuspend(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("job control is tried with bash, which is not there")
	}
	s := start(t, setting{program: "bash", args: []string{"--norc", "-i"}, env: []string{"PS1=$ "}})
	s.waitFor("$")
	s.press(built.Program(t) + "\r")
	s.waitForMatch(`to leave\.\n>$`)
	s.noteIdle() // the shell's, which is another program than the one that was started
	s.press("x = 40 +" + ctrlZ)
	s.waitForMatch(`Stopped.*\n\$$`)
	s.press("fg\r")
	s.waitForMatch(`> x = 40 \+$`)
	s.press(" 2\rx\r")
	s.waitFor("\n42\n>")
	s.press("sleep(1000)\r")
	s.waitBlocked()
	shell := s.foreground()
	s.press(ctrlZ)
	s.waitForMatch(`(?s)sleep\(1000\).*Stopped.*\n\$$`)
	s.press("fg\r")
	for begun := time.Now(); s.foreground() != shell; time.Sleep(100 * time.Microsecond) {
		if time.Since(begun) > patience {
			t.Fatal("fg does not give the terminal to the shell")
		}
	}
	s.interruptBlocked()
	s.waitForMatch(`(?s)interrupted \(sleep\)\n>$`)
	s.press("x\r")
	s.waitFor("\n42\n>")
	s.press(ctrlD) // else it would outlive bash
	s.waitFor("$")
}

// TestFatal: after an error that Go's runtime does not survive the shell that started the
// program gives the terminal its modes back.
func TestFatal(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("the shell that restores the terminal is bash here, which is not there")
	}
	s := start(t, setting{program: "bash", args: []string{"--norc", "-i"}, env: []string{"PS1=$ "}})
	s.waitFor("$")
	s.press("ulimit -v 4000000; " + built.Program(t) + " --max-memory=20G 2>/dev/null\r")
	s.waitForMatch(`to leave\.\n>$`)
	bash := s.cmd.Process.Pid
	s.press(`function large() sleep(0.3) return ("x"):rep(5e9) end` + "\r" + `thread(large)` + "\r") // the system has no room for that
	for begun := time.Now(); s.foreground() != bash; time.Sleep(time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatal("the program does not end")
		}
	}
	s.waitForMatch(`\n\$$`)
	s.press("stty -a | tr ' ' '\\n' | grep canon\r")
	s.waitForMatch(`\nicanon\n\$$`)
}

// TestOrphan: where nothing can continue the program Ctrl-Z does not hang it.
func TestOrphan(t *testing.T) {
	s := open(t, setting{})
	s.press("1 +" + ctrlZ + " 2\r")
	s.waitFor("\n3\n>")
}

// TestInterruptedAnswer: what a call had received when Ctrl-C came is answered, and a variable
// gets it.
func TestInterruptedAnswer(t *testing.T) {
	s := open(t, setting{})
	s.enter(`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`)
	for take, data := range map[string]string{
		`data = recv(a, 100, MSG_WAITALL)`:                        `data`,
		`count, message = recvmsg(a, {iov = {100}}, MSG_WAITALL)`: `message.iov[1]`,
	} {
		s.enter(`send(b, "what came")`)
		if text, _ := s.interrupted(take, true); !strings.Contains(text, "9 of 100 bytes received") {
			t.Errorf("%s: the screen is\n%s", take, text)
		}
		s.expect(data, `"what came"`)
	}
}
