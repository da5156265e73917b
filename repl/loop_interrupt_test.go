package repl_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestInterruptedLoop: Ctrl-C while a task of the loop runs ends that task and no other;
// loop.run goes on with those, also where it came in the middle of a turn.
func TestInterruptedLoop(t *testing.T) {
	s := open(t, setting{})
	s.enter("loop = require 'loop' loop.use 'poll'") // which has no descriptor of its own
	s.enter("a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.enter("function first() loop.spawn(hang) for i = 1, 3 do loop.spawn(loop.close, open('/dev/null', 0)) end end")
	s.enter("function hang() send(a, 'x') print('it hangs') while true do end end")
	s.enter("before = #fds()")
	s.press("loop.run(first)\r")
	s.waitForMatch(`\nit hangs`)
	s.press(ctrlC)
	s.waitForMatch(`interrupted\n.*\n>$`)
	s.expect(`loop.run()`, ``)
	s.expect(`#fds() - before`, `0`)
	s.expect(`loop.run(function() print((loop.recv(b, 10))) end)`, `x`)
}

// TestInterruptedSender: where Ctrl-C ends the task whose turn it is to send, it is the next
// one's turn.
func TestInterruptedSender(t *testing.T) {
	s := open(t, setting{})
	s.enter("system = send function send(...) if stuck then stuck = nil print('it hangs') while true do end end return system(...) end")
	s.enter("loop = require 'loop' a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.enter("function drain() stuck = true repeat last = loop.recv(b, 1000000) until last:find 'second$' end")
	s.enter("function first() for _, m in ipairs {('x'):rep(5000000), 'second'} do loop.spawn(loop.send_all, a, m) end loop.sleep(0) drain() end")
	s.press("loop.run(first)\r")
	s.waitForMatch(`\nit hangs`)
	s.press(ctrlC)
	s.waitForMatch(`interrupted\n(.*\n)*>$`)
	s.expect(`loop.run()`, ``)
	s.expect(`last:match "second$"`, `"second"`)
}

// TestInterruptedAnywhere: wherever it is that Ctrl-C comes, in the loop's own code as well,
// the loop goes on afterwards, and ends when the last of its tasks has.
func TestInterruptedAnywhere(t *testing.T) {
	s := open(t, setting{})
	s.enter("loop = require 'loop'")
	s.enter("function idle(pause) while not over do pause() end ended = ended + 1 end")
	s.enter("function none() end ended = 0")
	for _, pause := range []string{"loop.sleep(0)", "loop.sleep(0.0001)", "loop.join(loop.spawn(none))"} {
		s.enter(fmt.Sprintf("for i = 1, 20 do loop.spawn(idle, function() %s end) end", pause))
	}
	for range 12 {
		s.press("\x0c")
		s.until("an empty screen", func(text string) bool { return text == ">" })
		s.press("print('on') loop.run()\r")
		s.waitForMatch(`\non`)
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond) // any moment will do
		s.press(ctrlC)
		if text := s.waitForMatch(`interrupted(.*\n)+>$`); strings.Contains(text, "loop.run:") {
			t.Fatalf("the loop does not go on:\n%s", text)
		}
	}
	s.enter("over = true")
	s.expect("loop.run()", "", "ended >= 48", "true") // all but those that were interrupted
}

// TestTailCalls: the prompt comes after Ctrl-C in a small part of the time in which functions called
// others in tail position.
func TestTailCalls(t *testing.T) {
	s := open(t, setting{})
	s.enter("function tail(n) if n == 3e6 then print('it goes on') end return tail(n + 1) end")
	begun := time.Now()
	s.press("tail(1)\r")
	s.waitFor("it goes on")
	ran := time.Since(begun)
	s.press(ctrlC)
	s.waitForMatch(`interrupted\n>$`)
	if took := time.Since(begun) - ran; took > ran/2 {
		t.Errorf("the calls took %v, and the prompt %v", ran, took)
	}
}

// TestInterruptedRefusals: a loop that goes round since its call is refused each time says so when Ctrl-C has
// ended it; one that waits in another, or has been refused once, does not.
func TestInterruptedRefusals(t *testing.T) {
	s := open(t, setting{})
	s.expect(`l = socket(AF_INET, SOCK_STREAM, 0) a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, "")
	s.expect(
		`function waits() return tostring(threads()):find("blocked in recv") end`, "",
		`function tell(s) repeat until s.n > 100 or waits() print("begins") end`, "",
	)
	for _, c := range []struct{ source, says string }{
		{`while true do accept(l) n.n = n.n + 1 end`, "\nrefused again and again: accept: EINVAL (Invalid argument)\nthe socket does not listen: call listen first\n>"},
		{`while true do dup(99999) accept(l) n.n = n.n + 1 end`, ""},
		{`while true do getpid() accept(l) n.n = n.n + 1 for i = 1, 1e5 do end end`, ""}, // which Ctrl-C ends in the inner loop
		{`do accept(l) while true do n.n = n.n + 1 end end`, ""},
		{`for i = 1, 101 do accept(l) end recv(a, 1)`, ""},
	} {
		s.press("\x0c")
		s.until("an empty screen", func(text string) bool { return text == ">" })
		s.press(`n = shared() n.n = 0 thread(tell, n) ` + c.source + "\r")
		s.waitForMatch(`\nbegins`)
		s.press(ctrlC)
		text := s.waitForMatch(`interrupted.*\n(.*\n)*>$`)
		if !strings.Contains(text, c.says) || c.says == "" && strings.Contains(text, "refused") {
			t.Errorf("%s:\n%s", c.source, text)
		}
	}
}
