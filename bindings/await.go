package bindings

import (
	"strings"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// dealing is what a thread does with another, without a system call of its own: lock, join,
// a channel's send. It goes through the gate all the same, so that an interrupt ends it, and
// that threads() and observers see who waits for whom; the trace leaves it out.
type dealing struct {
	name    string
	args    []lua.LValue // as the trace shows them
	ready   <-chan struct{}
	answers func() string // as the trace shows them; nil: 0
}

// done is the ready of a dealing that need not wait.
var done = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// await waits for the other thread. An interrupt ends it with kernel.ErrInterrupted.
func (env *Env) await(f *kernel.Frame, d dealing) error {
	observed := kernel.Observed()
	if !observed {
		select {
		case <-d.ready:
			return nil
		default:
		}
	}
	f.Reset()
	if observed {
		d.describe(f)
	}
	op := kernel.Op{Name: d.name, Wait: kernel.Thread, Do: func(f *kernel.Frame) error {
		err := f.Await(d.ready)
		if err == nil && observed {
			f.Answer(0, 0)
			if d.answers != nil {
				f.Out[0].Str = d.answers()
			}
		}
		return err
	}}
	env.self.waitFor(d.args)
	defer env.self.waitFor(nil)
	return env.Task.Do(&op, f)
}

// describe puts the arguments' texts into the frame.
func (d *dealing) describe(f *kernel.Frame) {
	for i, v := range d.args[:min(len(d.args), kernel.MaxArgs)] {
		f.Args[i] = kernel.Value{Set: true, Str: tracedValue(v)}
	}
}

// tracedValue writes a value as the trace shows it.
func tracedValue(v lua.LValue) string {
	if ud, ok := v.(*lua.LUserData); ok {
		if m, ok := ud.Value.(*Mutex); ok {
			return m.name()
		}
	}
	return brief(v, true)
}

// tracedList writes several.
func tracedList(values []lua.LValue) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = tracedValue(v)
	}
	return strings.Join(texts, ", ")
}
