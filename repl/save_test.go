package repl_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sockrepl/bindings/built"
)

// TestSave: what worked is a script that runs, and does the same.
func TestSave(t *testing.T) {
	s := open(t, setting{})
	s.enter("local n, unset")
	s.enter("n = 1")
	s.enter("nonsense(")
	s.press(ctrlC)
	s.enter("nonsense()")
	s.enter("40 + 2")
	s.enter("local function step() n = n + 1 end")
	s.enter("function twice() step() step() end")
	s.enter("local function step() n = n + 10 end")
	s.enter("twice()")
	s.press("recv(socketpair(AF_UNIX, SOCK_STREAM, 0), 1)\r")
	s.interruptBlocked()
	s.waitForMatch(`interrupted \(recv\)\n(.*\n)?>$`)
	s.enter("print(n)")
	s.enter("a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.enter("c = socket(AF_UNIX, SOCK_STREAM, 0)")
	s.press("connect(c, '/nowhere')\r")
	s.waitFor("there is no socket at the path\n>")
	s.enter("x, message, err = recv(b, 1, MSG_DONTWAIT)")
	s.expect("send(a, 'x')", "1")
	s.enter("local data = recv(b, 1)")
	s.enter("function serve() while n do sleep(0.01) end end")
	s.press("serve()\r")
	s.interruptBlocked()
	s.waitForMatch(`interrupted \(sleep\)\n(.*\n)*>$`)
	s.enter("print(data)")
	s.expect(`save "saved.lua"`, `"saved.lua"`)
	script, err := os.ReadFile(filepath.Join(s.home, "saved.lua"))
	if err != nil {
		t.Fatal(err)
	}
	want := `#!/usr/bin/env sockrepl
-- Saved from a session at the prompt.

n, unset = nil
n = 1
-- 40 + 2
function step() n = n + 1 end
function twice() step() step() end
function step() n = n + 10 end
twice()
-- recv(socketpair(AF_UNIX, SOCK_STREAM, 0), 1)  -- ended by Ctrl-C
print(n)
a, b = assert(socketpair(AF_UNIX, SOCK_STREAM, 0))
c = assert(socket(AF_UNIX, SOCK_STREAM, 0))
-- connect(c, '/nowhere')  -- refused
x, message, err = recv(b, 1, MSG_DONTWAIT)
assert(send(a, 'x'))
data = assert(recv(b, 1))
function serve() while n do sleep(0.01) end end
serve()
print(data)
`
	if string(script) != want {
		t.Errorf("the script is\n%s", script)
	}
	s.enter("reset()")
	s.press("run 'saved.lua'\r")
	s.waitFor("run 'saved.lua'\n21")
	s.interruptBlocked()
	s.waitForMatch(`interrupted \(sleep\)\n(.*\n)*>$`)
	s.expect(`n`, "21")
	if err := os.WriteFile(filepath.Join(s.home, "other.lua"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.expect(`save "other.lua"`, `nil  save: other.lua is there already; save("other.lua", true) overwrites it`)
}

// TestSaveSources: what is saved is Lua, however it was typed, and runs as it ran; this session's
// own file is written again.
func TestSaveSources(t *testing.T) {
	s := open(t, setting{})
	s.enter("function f() local inner = 1 return function() local deep = inner return deep end end")
	s.enter("fds = {}")
	s.enter("fds['a=b'] = dup(1)")
	s.enter("close(fds['a=b']);")
	s.enter("x --[[=]] = dup(1) -- a copy")
	s.expect("close(x) -- it goes", "0", "= close(dup(1))", "0", "return close(dup(1));", "0", "return 5", "5")
	s.expect("n = 6 return n -- so far", "6", "for i = 1, 3 do if i == 2 then return i end end", "2")
	s.enter("pid = getpid()")
	s.enter("r, w = pipe()")
	s.enter("entries = getaddrinfo('127.0.0.1')")
	s.enter("sock = require 'sock'")
	s.enter("l = sock.listen('127.0.0.1', 0)")
	s.enter("c = sock.connect('127.0.0.1', getsockname(l).port);")
	s.enter("sock.set_nonblocking(c)")
	s.enter("help 'close'")
	s.enter("run 'nothing.lua'")
	if err := os.WriteFile(filepath.Join(s.home, "nothing.lua"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.enter("run 'nothing.lua'")
	s.press("watch(l)\r")
	s.waitForMatch(`of 4,096`)
	s.press(ctrlC)
	s.waitForMatch(`interrupted \(watch\)\n>$`)
	s.expect(`save "saved.lua"`, `"saved.lua"`, `save "saved.lua"`, `"saved.lua"`)
	path := filepath.Join(s.home, "saved.lua")
	script, err := os.ReadFile(path)
	want := `#!/usr/bin/env sockrepl
-- Saved from a session at the prompt.

function f() local inner = 1 return function() local deep = inner return deep end end
fds = {}
fds['a=b'] = dup(1)
assert(close(fds['a=b']));
x --[[=]] = assert(dup(1)) -- a copy
assert(close(x)) -- it goes
assert(close(dup(1)))
assert(close(dup(1)));
-- 5
do local function input(...)
n = 6 return n -- so far
end input(...) end
do local function input(...)
for i = 1, 3 do if i == 2 then return i end end
end input(...) end
pid = getpid()
r, w = assert(pipe())
entries = assert(getaddrinfo('127.0.0.1'))
sock = require 'sock'
l = assert(sock.listen('127.0.0.1', 0))
c = assert(sock.connect('127.0.0.1', getsockname(l).port));
sock.set_nonblocking(c)
run 'nothing.lua'
-- watch(l)  -- ended by Ctrl-C
`
	if err != nil || string(script) != want {
		t.Errorf("%v: the script is\n%s", err, script)
	}
	if info, err := os.Stat(path); err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("the script can't be run: %v, %v", info.Mode(), err)
	}
	run := exec.Command(built.Program(t), "saved.lua")
	run.Dir = s.home
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
