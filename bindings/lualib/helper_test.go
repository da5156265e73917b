package lualib

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// newState answers a state with the library, and what its print has printed.
func newState(t testing.TB, o Options) (*lua.LState, *strings.Builder) {
	L := lua.NewState(LuaOptions())
	t.Cleanup(L.Close)
	Open(L, o)
	SetContext(L, context.Background())
	var out strings.Builder
	L.SetGlobal("print", L.NewFunction(func(L *lua.LState) int {
		for i := range L.GetTop() {
			if i > 0 {
				out.WriteByte('\t')
			}
			out.WriteString(toString(L, L.Get(i+1)))
		}
		out.WriteByte('\n')
		return 0
	}))
	return L, &out
}

// eval answers a chunk's results, or its error, as text.
func eval(L *lua.LState, src string) string {
	fn, err := L.Load(strings.NewReader(src), "t")
	if err != nil {
		return "syntax: " + err.Error()
	}
	Measure(fn.Proto)
	top := L.GetTop()
	defer L.SetTop(top)
	L.Push(fn)
	if err := L.PCall(0, lua.MultRet, nil); err != nil {
		return "error: " + toString(L, err.(*lua.ApiError).Object)
	}
	var s []string
	for i := top + 1; i <= L.GetTop(); i++ {
		s = append(s, toString(L, L.Get(i)))
	}
	return strings.Join(s, "|")
}

type row struct{ src, want string }

func check1(t *testing.T, L *lua.LState, r row) {
	t.Helper()
	if got := eval(L, r.src); got != r.want {
		t.Errorf("%s\n got  %q\n want %q", r.src, got, r.want)
	}
}

func rows(t *testing.T, table []row) {
	t.Helper()
	L, _ := newState(t, Options{})
	for _, r := range table {
		check1(t, L, r)
	}
}

// signal is a context as a host of the library has it: Done answers nil until
// there is an interrupt.
type signal struct {
	context.Context
	on   atomic.Bool
	once bool          // Err takes the interrupt back
	seen chan struct{} // closed when Err is asked for
	told sync.Once
}

func newSignal() *signal {
	return &signal{Context: context.Background(), seen: make(chan struct{})}
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (s *signal) Done() <-chan struct{} {
	if s.on.Load() {
		return closed
	}
	return nil
}

type interruption struct{}

func (interruption) Error() string { return "interrupted" }

func (s *signal) Err() error {
	if s.once {
		s.on.Store(false)
	}
	s.told.Do(func() { close(s.seen) })
	return interruption{}
}

// interruptible runs a chunk that calls ready() and then never ends by
// itself, interrupts it, and answers its error.
func interruptible(t *testing.T, L *lua.LState, s *signal, src string) string {
	t.Helper()
	ready := make(chan struct{})
	var once sync.Once
	L.SetGlobal("ready", L.NewFunction(func(*lua.LState) int {
		once.Do(func() { close(ready) })
		return 0
	}))
	SetContext(L, s)
	result := make(chan string, 1)
	go func() { result <- eval(L, src) }()
	select {
	case <-ready:
	case r := <-result:
		t.Fatalf("%s: ended before it was interrupted: %s", src, r)
	}
	s.on.Store(true)
	Attention(true)
	defer Attention(false)
	select {
	case r := <-result:
		s.on.Store(false)
		return r
	case <-time.After(5 * time.Second):
		t.Fatalf("%s: not interrupted", src)
		return ""
	}
}
