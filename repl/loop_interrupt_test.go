package repl_test

import "testing"

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
