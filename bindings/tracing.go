package bindings

import (
	"io"
	"sync"

	"sockrepl/bindings/kernel"
	"sockrepl/bindings/trace"

	lua "github.com/yuin/gopher-lua"
)

var traceNatives = Natives{"trace": traceCalls}

// tracing is how calls are traced, those of all threads.
type tracing struct {
	sync.Mutex
	tracer  *trace.Tracer // nil: calls are not traced
	options trace.Options
	file    *kernel.Private // where lines go; nil: beside the program's output
}

// traceCalls is trace: on, off, or on with a table of options.
func traceCalls(env *Env, L *lua.LState, _ *kernel.Frame) int {
	t := &env.family.tracing
	t.Lock()
	defer t.Unlock()
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
		return push(L, lua.LBool(t.tracer != nil))
	case lua.LBool:
		if !v {
			t.stop()
			return 0
		}
	case *lua.LTable:
		r := traceReader{optionReader: optionReader{L, "trace"}}
		options, path := r.read(v)
		if err := t.open(path); err != nil {
			L.RaiseError("trace: %s: %s", systemError(err), kernel.Escape(path))
		}
		t.options = options
	default:
		BadArgument(L, "trace", 1, "true, false, or a table of options expected, got "+typeOf(v))
	}
	var out io.Writer = env.Aside
	looks := trace.Looks{Dim: env.Dim, Bad: env.Bad}
	if t.file != nil {
		out, looks = t.file, trace.Plain
	}
	t.install(trace.New(t.options, out, looks))
	return 0
}

// extent is how much the trace writes of a value of Lua's: all of it where the lines are Lua, which
// is to run again.
func (t *tracing) extent() extent {
	t.Lock()
	defer t.Unlock()
	if t.tracer != nil && t.options.Lua {
		return inFull
	}
	return oneLine
}

// stop ends the tracing, if there is one.
func (t *tracing) stop() {
	if t.tracer != nil {
		kernel.Observe(nil, t.tracer)
		t.tracer = nil
	}
}

// install puts a tracer in the place of the one before.
func (t *tracing) install(tracer *trace.Tracer) {
	kernel.Observe(tracer, t.tracer)
	t.tracer = tracer
}

// open makes the file of the lines, and closes the one before. "" is none.
func (t *tracing) open(path string) error {
	var file *kernel.Private
	if path != "" {
		var err error
		if file, err = kernel.PrivateFile(path); err != nil {
			return err
		}
	}
	t.stop()
	if t.file != nil {
		t.file.Close()
	}
	t.file = file
	return nil
}

// traceReader reads the table of options of trace. Their names stand in calls/fields.go, too.
type traceReader struct {
	optionReader
	options trace.Options
	path    string
}

func (r *traceReader) read(t *lua.LTable) (trace.Options, string) {
	r.each(t, func(name string) { r.options.Calls = append(r.options.Calls, name) }, r.option)
	return r.options, r.path
}

func (r *traceReader) option(name string, v lua.LValue) {
	o := &r.options
	switch name {
	case "fd":
		o.FD, o.HasFD = r.integer(name, v, 0), true
	case "strings":
		o.Strings = r.integer(name, v, 1)
	case "paths":
		o.Paths = r.boolean(name, v)
	case "lua":
		o.Lua = r.boolean(name, v)
	case "io":
		o.IO = r.boolean(name, v)
	case "threads":
		o.Threads = r.boolean(name, v)
	case "file":
		path, ok := v.(lua.LString)
		if !ok {
			r.fail("field 'file': path expected, got %s", typeOf(v))
		}
		r.path = string(path)
	}
}

// Quote writes a string as Lua reads it.
func Quote(s string) string { return trace.Quote(s) }
