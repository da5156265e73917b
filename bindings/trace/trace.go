// Package trace writes a line for each call, as strace does or as Lua that can be pasted
// back. It is an observer of the gate; how a value is written follows from the kinds of
// the call's row. It knows no Lua state.
package trace

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"sockrepl/bindings/kernel"
)

// Options say which calls are shown, and how.
type Options struct {
	Calls   []string // the names of those that are shown; none: all
	FD      int      // only calls that this descriptor is given to, or comes from
	HasFD   bool
	Strings int  // how many bytes of a string are shown; 0: 32, as with strace
	Paths   bool // descriptors with what they stand for, as strace -yy
	Lua     bool // each call as Lua that can be pasted back
	IO      bool // also what print and the io library read and write
	Threads bool // also what threads do among themselves: lock, join, a channel's send
}

// defaultStrings is how many bytes of a string are shown, as strace -s has it.
const defaultStrings = 32

// longEnough is how long a call waits before its inputs are shown without its answer:
// too short for a person to notice, and long enough that a call that hardly waits takes
// one line.
const longEnough = 10 * time.Millisecond

// Tracer is an observer that writes lines.
type Tracer struct {
	options Options
	out     io.Writer
	style   style
	looks   Looks
}

// Looks are how text on a terminal stands back, so that a call's line is not taken for what
// the program prints, and how it stands out.
type Looks struct{ Dim, Bad func(string) string }

// Plain is for what is no terminal.
var Plain = Looks{Dim: same, Bad: same}

func same(text string) string { return text }

// New makes a tracer that writes whole lines to out, from the goroutine of the call or
// another.
func New(o Options, out io.Writer, looks Looks) *Tracer {
	if o.Strings <= 0 {
		o.Strings = defaultStrings
	}
	t := &Tracer{options: o, out: out, style: straceStyle{o.Strings}, looks: looks}
	if o.Lua {
		t.style = luaStyle{}
	}
	return t
}

var _ kernel.Observer = (*Tracer)(nil)

// memo is what the tracer keeps of a call that is being made.
type memo struct {
	call  *call
	names map[int]string // what the descriptors stand for, where paths are shown
	timer *time.Timer    // writes the inputs of a call that waits
	begun string         // the inputs, once the call waits

	mu       sync.Mutex // the timer's goroutine looks at what follows, too
	shown    bool       // the inputs are written
	finished bool       // the call has ended
}

// Enter takes note of a call that is shown, before it changes anything.
func (t *Tracer) Enter(e *kernel.Event) {
	c := t.seen(e)
	if c == nil {
		return
	}
	m := &memo{call: c}
	e.Memo = m
	if t.options.Paths {
		m.names = map[int]string{}
		for _, fd := range c.descriptors() {
			m.names[fd] = kernel.Path(fd)
		}
	}
}

// seen answers the call if it may be shown, else nil. What print and the io library do (Op.As), and
// what threads do among themselves, is shown only if that was asked for.
func (t *Tracer) seen(e *kernel.Event) *call {
	row := Row(e)
	switch {
	case row == nil,
		e.Op.As != "" && !t.options.IO,
		row.Native && e.Op.Wait != kernel.Never && !t.options.Threads,
		len(t.options.Calls) > 0 && !slices.Contains(t.options.Calls, row.Name):
		return nil
	}
	return &call{row: row, f: e.Frame}
}

// concerns tells whether the call has to do with the descriptor that is asked for. What
// it makes is known at its end only.
func (t *Tracer) concerns(c *call) bool {
	return !t.options.HasFD || slices.Contains(c.descriptors(), t.options.FD)
}

// Wait shows the inputs of a call that waits, once it has done so for long enough.
func (t *Tracer) Wait(e *kernel.Event) {
	m, ok := e.Memo.(*memo)
	if !ok || !t.concerns(m.call) {
		return
	}
	m.begun = t.inputs(m)
	line := t.style.withThread(t.thread(e), t.looks.Dim(t.style.unfinished(m.begun)))
	m.timer = time.AfterFunc(longEnough, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if !m.finished {
			m.shown = true
			t.write(line)
		}
	})
}

// Exit shows the call with its answer.
func (t *Tracer) Exit(e *kernel.Event) {
	m, ok := e.Memo.(*memo)
	if !ok || !t.concerns(m.call) && !slices.Contains(m.call.made(), t.options.FD) {
		return
	}
	m.mu.Lock()
	m.finished = true
	m.mu.Unlock()
	if m.timer != nil {
		m.timer.Stop()
	}
	begun := m.begun
	if begun == "" {
		begun = t.inputs(m)
	}
	answer := t.looks.Dim
	if e.Err != nil {
		answer = t.looks.Bad
	}
	line := t.looks.Dim(t.style.beforeAnswer(begun, m.call.row.Name, m.shown)) + answer(t.writer(m).answer(e))
	if e.Faulty {
		line += t.looks.Bad(" (fault)")
	}
	t.write(t.style.withThread(t.thread(e), line+t.looks.Dim(t.style.times(e))))
}

func (t *Tracer) write(line string) { _, _ = t.out.Write([]byte(line + "\n")) }

func (t *Tracer) writer(m *memo) *writer {
	return &writer{call: m.call, style: t.style, names: m.names, paths: t.options.Paths}
}

func (t *Tracer) inputs(m *memo) string { return t.writer(m).inputs() }

// thread names the thread that made a call, to tell it from others; "" for the main one.
func (t *Tracer) thread(e *kernel.Event) string {
	task := e.Frame.Task
	if task == nil || task.Number == 0 {
		return ""
	}
	return t.looks.Dim(fmt.Sprintf("[%d %s]", task.Number, kernel.Escape(task.Name)))
}

// times writes how long the call took, and how much of that it waited.
func times(e *kernel.Event) string {
	text := fmt.Sprintf(" <%.6f>", e.End.Sub(e.Start).Seconds())
	if e.Blocked >= time.Millisecond/2 {
		text += fmt.Sprintf(" <blocked %.3f>", e.Blocked.Seconds())
	}
	return text
}
