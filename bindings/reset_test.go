package bindings

import (
	"os"
	"path/filepath"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// reset does what the prompt's reset does.
func reset(t *testing.T, L *lua.LState, kept map[int]bool) {
	t.Helper()
	if err := envOf(L).Reset(L, kept); err != nil {
		t.Fatal(err)
	}
}

// TestResetThreads: threads have ended when reset answers, also those that threads start
// meanwhile, and descriptors are closed as close does it.
func TestResetThreads(t *testing.T) {
	L, _ := newState(t)
	kept := openDescriptors()
	if problem := evaluate(L, `
		a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
		function breed() thread(breed) while true do pcall(sleep, 100) end end
		thread(recv, b, 1)
		thread(breed)
		repeat until #threads() > 4
		before = generation(a)`); problem != "" {
		t.Fatal(problem)
	}
	fd := int(lua.LVAsNumber(L.GetGlobal("a")))
	before := L.GetGlobal("before")
	reset(t, L, kept)
	if n := len(envOf(L).family.list()); n != 1 {
		t.Errorf("%d threads are left", n-1)
	}
	L.SetGlobal("before", before)
	L.SetGlobal("fd", lua.LNumber(fd))
	if problem := evaluate(L, `assert(a == nil) assert(generation(fd) ~= before)
		local n, message, err = recv(fd, 1) assert(err == EBADF)`); problem != "" {
		t.Error(problem)
	}
}

// TestResetFiles: what files hold back is written, but not to what has a closed one's number;
// io.write goes to standard output again.
func TestResetFiles(t *testing.T) {
	L, _ := newState(t)
	kept := openDescriptors()
	path := filepath.Join(t.TempDir(), "held")
	L.SetGlobal("path", lua.LString(path))
	if problem := evaluate(L, `
		f = io.open(path, "w")
		f:setvbuf("full")
		f:write("held")
		stale = io.open(path .. ".stale", "w")
		stale:setvbuf("full")
		stale:write("not for others")
		close(stale:fileno())
		assert(open(path .. ".other", O_WRONLY + O_CREAT, 384) == stale:fileno())
		io.output(f)`); problem != "" {
		t.Fatal(problem)
	}
	f := L.GetGlobal("f")
	reset(t, L, kept)
	L.SetGlobal("f", f)
	if problem := evaluate(L, `assert(tostring(f) == "file (closed)") assert(io.output() == io.stdout)
		a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`); problem != "" {
		t.Error(problem)
	}
	if text, _ := os.ReadFile(path); string(text) != "held" {
		t.Errorf("the file has %q", text)
	}
	if text, err := os.ReadFile(path + ".other"); len(text) > 0 || err != nil {
		t.Errorf("another's file has %q, %v", text, err)
	}
	envOf(L).Flush()
	if problem := evaluate(L, `
		for _, fd in ipairs {a, b} do
			local n, message, err = recv(fd, 100, MSG_DONTWAIT)
			assert(err == EAGAIN, n)
		end`); problem != "" {
		t.Error(problem)
	}
}
