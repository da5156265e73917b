package bindings

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// TestScripts runs the chunks of testdata: each asserts for itself.
func TestScripts(t *testing.T) { runScripts(t, "testdata/*.lua") }

func runScripts(t *testing.T, pattern string) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lua"), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			L, _ := newState(t)
			folder, err := os.MkdirTemp("/tmp", "sr") // sun_path is short
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(folder) })
			L.SetGlobal("FOLDER", toString(folder))
			if err := evaluate(L, string(source)); err != "" {
				t.Error(err)
			}
		})
	}
}

// TestUndefined: a slip in a constant's name is an error, an unset variable is nil.
func TestUndefined(t *testing.T) {
	L, _ := newState(t)
	for source, want := range map[string]string{
		"return SOCK_STERAM":      "undefined constant 'SOCK_STERAM' (did you mean SOCK_STREAM?)",
		"return SO_NOTHING_AT_AL": "undefined constant 'SO_NOTHING_AT_AL'",
		"return ECONNREFUSD":      "did you mean ECONNREFUSED?",
		"return EVFILT_READ":      "it is macOS and FreeBSD's",
		"assert(N == nil and DEBUG == nil and foo == nil and tcp_info == nil)": "",
		"SOCK_MINE = 3; assert(SOCK_MINE == 3)":                                "",
	} {
		if got := evaluate(L, source); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: %q, expected %q", source, got, want)
		}
	}
}

// FuzzCalls: no call, whatever it is given, panics or breaks the state.
func FuzzCalls(f *testing.F) {
	for _, seed := range []string{"recv(3, 1)", "bind(0, {family = 16, pid = 1})", "select({1e9}, nil, nil, 0)",
		"poll({{fd=1,events=1}}, 0)", "sendmsg(0, {iov={'x'}, control={{level=1,type=1,fds={1}}}})",
		"setsockopt(1, 1, 13, {onoff=1, linger=2})", "getnameinfo({family=2, addr='1.2.3.4'}, 1)",
		"inet_ntop(10, ('x'):rep(16))", "connect(0, {family = 300, data = 'abc'})", "string.unpack('>s2', 'abc')"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, dangerous := range []string{"kill", "os.", "io.", "close", "dup", "sleep", "while", "repeat", "for", "goto",
			"function", "exit", "open", "print", "read", "getaddrinfo", "accept", "recv", "select", "poll", "splice", "require", "file", "ioctl", "rlimit", "chdir"} {
			if strings.Contains(source, dangerous) {
				return
			}
		}
		L, _ := newState(t)
		if err := evaluate(L, source); strings.Contains(err, "internal error") || strings.Contains(err, "runtime error") {
			t.Error(err)
		}
	})
}

// TestInterruptLua: an interrupt ends Lua code that makes no call, in a coroutine and in
// a pcall too, and the state goes on afterwards.
func TestInterruptLua(t *testing.T) {
	L, _ := newState(t)
	task := L.Context().(*kernel.Task)
	for _, source := range []string{
		"while true do end",
		"local x = 0 repeat x = x + 1 until false",
		"while true do pcall(function() while true do end end) end",
		"coroutine.wrap(function() for i = 1, math.huge do end end)()",
		"local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
	} {
		stop := time.AfterFunc(20*time.Millisecond, task.Interrupt)
		if err := evaluate(L, source); !strings.Contains(err, "interrupted") {
			t.Errorf("%s: %q", source, err)
		}
		stop.Stop()
		task.Resume()
	}
	if err := evaluate(L, "assert(1 + 1 == 2)"); err != "" {
		t.Error(err)
	}
}

// TestWide: an integer that no double holds is its digits, so that nothing of it is lost.
func TestWide(t *testing.T) {
	for n, want := range map[int64]lua.LValue{
		1 << 53: lua.LNumber(1 << 53), 1<<53 + 1: lua.LString("9007199254740993"), math.MaxInt64: lua.LString("9223372036854775807"),
		-1 << 53: lua.LNumber(-1 << 53), -1<<53 - 1: lua.LString("-9007199254740993"), 0: lua.LNumber(0),
	} {
		if got := wide(n); got != want {
			t.Errorf("%d is %#v", n, got)
		}
	}
}
