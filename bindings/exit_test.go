package bindings

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// exiting makes a state whose process's end interrupts the main thread. ended answers the
// status, and what the file was when the process would have ended.
func exiting(t *testing.T) (L *lua.LState, path string, ended func() (int, string)) {
	t.Helper()
	L, _ = newState(t)
	env, path := envOf(L), filepath.Join(t.TempDir(), "held")
	type end struct {
		code int
		file string
	}
	ends := make(chan end, 1)
	env.Options.Exit = func(code int) {
		text, _ := os.ReadFile(path)
		ends <- end{code, string(text)}
		env.Task.Interrupt()
	}
	L.SetGlobal("path", lua.LString(path))
	return L, path, func() (int, string) {
		select {
		case e := <-ends:
			return e.code, e.file
		case <-time.After(20 * time.Second):
			t.Fatal("os.exit does not end the process")
			panic("")
		}
	}
}

// TestExitFlushes: os.exit in a thread writes what every thread holds back, also those that
// are blocked.
func TestExitFlushes(t *testing.T) {
	L, _, ended := exiting(t)
	_ = evaluate(L, `
		local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
		local f = io.open(path, "a")
		f:setvbuf("full")
		f:write("main ")
		local other = thread(function(path, fd)
			local f = io.open(path, "a")
			f:setvbuf("full")
			f:write("other ")
			recv(fd, 1)
		end, path, b)
		thread(function(other, main)
			repeat until other.state:find("recv") -- io.open may block, too
			local f = io.open(path, "a")
			f:setvbuf("full")
			f:write("last ")
			os.exit(3)
		end, other)
		recv(a, 1)`)
	code, text := ended()
	for _, want := range []string{"main ", "other ", "last "} {
		if code != 3 || !strings.Contains(text, want) || len(text) != len("main other last ") {
			t.Fatalf("the status is %d, and the file has %q", code, text)
		}
	}
}

// TestFinishFlushes: a program that comes to its end, with no os.exit, loses nothing either.
func TestFinishFlushes(t *testing.T) {
	L, path, _ := exiting(t)
	if err := evaluate(L, `f = io.open(path, "w") f:setvbuf("full") f:write("held back")`); err != "" {
		t.Fatal(err)
	}
	envOf(L).Finish()
	if text, _ := os.ReadFile(path); string(text) != "held back" {
		t.Errorf("the file has %q", text)
	}
}

// TestExitWhileWriting: the main thread goes on to write meanwhile, and nothing is lost or
// comes twice.
func TestExitWhileWriting(t *testing.T) {
	L, path, ended := exiting(t)
	_ = evaluate(L, `
		f, n = io.open(path, "w"), 0
		f:setvbuf("full", 64)
		thread(function() os.exit(4) end)
		while true do
			f:write(n, "\n")
			n = n + 1
		end`)
	if code, _ := ended(); code != 4 {
		t.Errorf("the status is %d", code)
	}
	envOf(L).Task.Resume()
	if problem := evaluate(L, `f:close()`); problem != "" {
		t.Fatal(problem)
	}
	text, _ := os.ReadFile(path)
	lines := strings.Fields(string(text))
	for i, line := range lines {
		if line != fmt.Sprint(i) {
			t.Fatalf("line %d of %d is %q", i, len(lines), line)
		}
	}
}

// TestExitWhileBlocked: a main thread that is blocked in writing what it has held back does
// not keep the process from ending.
func TestExitWhileBlocked(t *testing.T) {
	L, path, ended := exiting(t)
	if err := unix.Mkfifo(path+".fifo", 0o600); err != nil {
		t.Fatal(err)
	}
	_ = evaluate(L, `
		local f = io.open(path .. ".fifo", "r+")
		f:setvbuf("full", 1)
		thread(function()
			repeat until threads()[1].blocked
			os.exit(5)
		end)
		f:write(("x"):rep(1e6))`)
	if code, _ := ended(); code != 5 {
		t.Errorf("the status is %d", code)
	}
}
