package bindings

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// caller answers a function that makes the Lua call given, with the VM out of the way:
// the call's own function is invoked with its arguments on the stack.
func caller(tb testing.TB, L *lua.LState, name string, args ...lua.LValue) func() {
	fn, ok := L.GetGlobal(name).(*lua.LFunction)
	if !ok {
		tb.Fatal("no call", name)
	}
	return func() {
		L.SetTop(0)
		L.Push(fn)
		for _, a := range args {
			L.Push(a)
		}
		L.Call(len(args), lua.MultRet)
	}
}

// hot are the calls of the hot path, with what their answer costs: a string is its
// bytes and its header, a table itself and its array.
func hot(tb testing.TB, L *lua.LState) map[string]struct {
	run     func()
	bare    func()
	answers float64
} {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
	a, b := lua.LNumber(fds[0]), lua.LNumber(fds[1])
	data := lua.LString("0123456789012345678901234567890123456789012345678901234567890123")
	send := caller(tb, L, "send", a, data)
	recv := caller(tb, L, "recv", b, lua.LNumber(64))
	again := caller(tb, L, "recv", b, lua.LNumber(64), lua.LNumber(unix.MSG_DONTWAIT))
	reads := L.NewTable()
	reads.Append(b)
	ready := caller(tb, L, "select", reads, lua.LNil, lua.LNil, lua.LNumber(0))
	buf := make([]byte, 64)
	return map[string]struct {
		run     func()
		bare    func()
		answers float64
	}{
		"send and recv": {func() { send(); recv() }, func() {
			_, _ = unix.Write(fds[0], buf)
			_, _ = unix.Read(fds[1], buf)
		}, 2},
		"recv EAGAIN": {again, func() { _, _, _ = unix.Recvfrom(fds[1], buf, unix.MSG_DONTWAIT) }, 0},
		"select, nothing ready": {ready, func() {
			var set unix.FdSet
			set.Set(fds[1])
			_, _ = unix.Select(fds[1]+1, &set, nil, nil, &unix.Timeval{})
		}, 3},
	}
}

// TestAllocations: a call's path allocates nothing but its answer.
func TestAllocations(t *testing.T) {
	L, _ := newState(t)
	for name, call := range hot(t, L) {
		call.run() // the buffers are made, the message of the errno
		if got := testing.AllocsPerRun(200, call.run); got > call.answers {
			t.Errorf("%s: %v allocations, its answer has %v", name, got, call.answers)
		}
	}
}

// BenchmarkCall shows what a call costs beside the bare system calls.
func BenchmarkCall(b *testing.B) {
	L, _ := newState(b)
	for name, call := range hot(b, L) {
		b.Run(name+"/lua", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call.run()
			}
		})
		b.Run(name+"/bare", func(b *testing.B) {
			for b.Loop() {
				call.bare()
			}
		})
	}
}

// BenchmarkReceive64K is a receive that fills its buffer: no second copy.
func BenchmarkReceive64K(b *testing.B) {
	L, _ := newState(b)
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer unix.Close(fds[0])
	defer unix.Close(fds[1])
	chunk := make([]byte, 1<<16)
	recv := caller(b, L, "recv", lua.LNumber(fds[1]), lua.LNumber(len(chunk)))
	b.SetBytes(int64(len(chunk)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = unix.Write(fds[0], chunk)
		recv()
	}
}
