package bindings

import (
	"strings"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// dealing is what a thread does with another, without a system call of its own: lock, join,
// a channel's send. It goes through the gate all the same, so that an interrupt ends it, and
// that threads() and observers see who waits for whom; the trace leaves it out unless it is
// asked for it.
type dealing struct {
	name    string
	args    []lua.LValue           // as the trace shows them
	begin   func() <-chan struct{} // does it; what it answers says when it is done
	answers func() kernel.Value    // as the trace shows them; nil: 0
	deed    uint64                 // its number (kernel.NextDeed); 0: it ends nobody's wait
	by      func() uint64          // the deed that ended its wait; nil: that is not known
	// makesReadable are the channels whose descriptors may become readable by it.
	makesReadable []*Channel
}

// done is what the begin of a dealing answers that need not wait.
var done = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// await begins, and waits for the other thread. An interrupt ends it with
// kernel.ErrInterrupted. Where it is observed, it begins when observers have seen it enter: so
// what ends a wait has entered before the wait ends.
func (env *Env) await(f *kernel.Frame, d dealing) error {
	observed := kernel.Observed()
	var ready <-chan struct{}
	if !observed {
		ready = d.begin()
		select {
		case <-ready:
			return nil
		default:
		}
	}
	f.Reset()
	if observed {
		d.describe(f)
	}
	op := kernel.Op{Name: d.name, Wait: kernel.Thread, Do: func(f *kernel.Frame) error {
		if ready == nil {
			ready = d.begin()
		}
		err := f.Await(ready)
		if err == nil && observed {
			d.report(f)
		}
		return err
	}}
	env.self.waitFor(d.args)
	defer env.self.waitFor(nil)
	return env.Task.Do(&op, f)
}

// describe puts the arguments' texts into the frame.
func (d *dealing) describe(f *kernel.Frame) {
	f.Deed = d.deed
	for i, v := range d.args[:min(len(d.args), kernel.MaxArgs)] {
		f.Args[i] = kernel.Value{Set: true, Str: tracedValue(v)}
	}
	if ends := endsOf(d.makesReadable); len(ends) > 0 {
		f.Args[0].Any = ends
	}
}

// report puts the answer's text into the frame, and what ended the wait.
func (d *dealing) report(f *kernel.Frame) {
	f.Answer(0, 0)
	if d.answers != nil {
		f.Out[0] = d.answers()
		f.Out[0].Set = true
	}
	if d.by != nil {
		f.ByDeed = d.by()
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
func tracedList(values []lua.LValue) kernel.Value {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = tracedValue(v)
	}
	return kernel.Value{Str: strings.Join(texts, ", ")}
}
