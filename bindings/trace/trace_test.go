package trace

import (
	"math"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings/kernel"
)

// TestTimes: a wait that is too short for a person is not told.
func TestTimes(t *testing.T) {
	start := time.Now()
	for blocked, want := range map[time.Duration]string{
		0: " <0.002000>", 400 * time.Microsecond: " <0.002000>", 600 * time.Microsecond: " <0.002000> <blocked 0.001>",
	} {
		e := &kernel.Event{Start: start, End: start.Add(2 * time.Millisecond), Blocked: blocked}
		if got := times(e); got != want {
			t.Errorf("%v: %q", blocked, got)
		}
	}
}

// TestThreadName: the main thread has none, and what a name holds reaches no terminal.
func TestThreadName(t *testing.T) {
	tracer := New(Options{}, &strings.Builder{}, Plain)
	for _, c := range []struct {
		number int
		name   string
		want   string
	}{{0, "main", ""}, {2, "worker", "[2 worker]"}, {3, "a\x1b[2J\n", `[3 a\027[2J\010]`}} {
		task := kernel.NewTask(c.number, c.name)
		if got := tracer.thread(&kernel.Event{Frame: &kernel.Frame{Task: task}}); got != c.want {
			t.Errorf("%q: %q", c.name, got)
		}
		task.End()
	}
}

// TestEscapes: a text as C and strace write it, and as Lua reads it.
func TestEscapes(t *testing.T) {
	for _, c := range []struct{ text, c, lua string }{
		{"\x1b0", `\0330`, `"\0270"`},
		{"\x1b7", `\0337`, `"\0277"`},
		{"\x1b8", `\338`, `"\0278"`},
		{" ~\x7f", ` ~\177`, `" ~\127"`},
		{"\n\r\t\v\f", `\n\r\t\v\f`, `"\010\013\009\011\012"`},
		{`"\`, `\"\\`, `"\"\\"`},
	} {
		if got := cEscape(c.text); got != c.c {
			t.Errorf("%q: %s, not %s", c.text, got, c.c)
		}
		if got := Quote(c.text); got != c.lua {
			t.Errorf("%q in Lua: %s, not %s", c.text, got, c.lua)
		}
	}
	for n, want := range map[float64]string{math.Inf(1): "math.huge", math.Inf(-1): "-math.huge", math.NaN(): "0/0", 0.25: "0.25", 1 << 60: "1152921504606847000"} {
		if got := (luaStyle{}).number(n); got != want {
			t.Errorf("%g is %s in Lua, not %s", n, got, want)
		}
	}
	for begun, want := range map[string]string{"recv(3, 4": "-- recv(3, 4) waits", comment + "lock(mutex 1": "-- lock(mutex 1) waits"} {
		if got := (luaStyle{}).unfinished(begun); got != want {
			t.Errorf("%s, as it waits in Lua: %s, not %s", begun, got, want)
		}
	}
	for done, want := range map[string]string{"": "interrupted", "send: 1 of 2 bytes taken": "interrupted: send: 1 of 2 bytes taken"} {
		if got := (luaStyle{}).interrupted(done); got != want {
			t.Errorf("an interrupt, %q: %s, not %s", done, got, want)
		}
	}
	s := straceStyle{most: 3}
	if a, b := s.bytes("abc"), s.bytes("abcd"); a != `"abc"` || b != `"abc"...` {
		t.Errorf("%s, %s", a, b)
	}
}
