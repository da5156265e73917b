package bindings

import (
	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

var faultNatives = Natives{"fault": faultCalls}

// faultCalls is fault: a table adds one, false ends all, and it answers how often they struck.
func faultCalls(env *Env, L *lua.LState, _ *kernel.Frame) int {
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LBool:
		if v {
			BadArgument(L, "fault", 1, "a table that says what is to go wrong, or false, expected, got true")
		}
		struck := kernel.Struck()
		kernel.ClearFaults()
		return push(L, lua.LNumber(struck))
	case *lua.LTable:
		r := faultReader{optionReader{L, "fault"}, kernel.Fault{Task: env.Task, FD: -1, Share: 1}, 0}
		kernel.AddFault(r.read(v))
	default:
		BadArgument(L, "fault", 1, "a table that says what is to go wrong, or false, expected, got "+typeOf(v))
	}
	return push(L, lua.LNumber(kernel.Struck()))
}

// longestDelay is what a fault's may be, in seconds.
const longestDelay = 1e6

// faultReader reads what is to go wrong.
type faultReader struct {
	optionReader
	fault kernel.Fault
	errno int64
}

func (r *faultReader) read(t *lua.LTable) *kernel.Fault {
	var rows []*calls.Call
	r.each(t, func(name string) { rows = append(rows, calls.Lookup(name)) }, r.option)
	f := &r.fault
	if len(rows) == 0 {
		r.fail("the name of a call expected, such as \"send\"")
	}
	for _, c := range rows {
		f.Calls = append(f.Calls, c.Name)
		r.check(c)
	}
	if f.Err == nil && f.Short == 0 && f.Delay == 0 {
		r.fail("what is to go wrong expected: errno, short or delay")
	}
	return f
}

// check refuses what can't happen to a call, and makes its error.
func (r *faultReader) check(c *calls.Call) {
	f, op := &r.fault, c.Op()
	if f.Short > 0 && op.Amount < 0 {
		r.fail("field 'short': %s moves no bytes that it could move fewer of", c.Name)
	}
	if f.FD >= 0 && op.FD < 0 {
		r.fail("field 'fd': %s is given no descriptor", c.Name)
	}
	if r.errno == 0 {
		return
	}
	if c.Man == "getaddrinfo(3)" || c.Man == "getnameinfo(3)" {
		if _, ok := consts.NameOf("EAI_", r.errno); !ok {
			r.fail("field 'errno': %s fails with an EAI_ constant, such as EAI_AGAIN", c.Name)
		}
		f.Err = &kernel.AddrinfoError{Code: int(r.errno)}
		return
	}
	if _, ok := consts.ErrnoName(r.errno); !ok {
		r.fail("field 'errno': an errno expected, such as ECONNRESET, got %d", r.errno)
	}
	f.Err = unix.Errno(r.errno)
}

// option reads one of the named fields. Their names stand in calls/fields.go, too.
func (r *faultReader) option(name string, v lua.LValue) {
	f := &r.fault
	switch name {
	case "errno":
		n, ok := integral(v)
		if !ok || n == 0 {
			r.fail("field 'errno': an errno expected, such as ECONNRESET, got %s", typeOf(v))
		}
		r.errno = n
	case "short":
		f.Short = r.integer(name, v, 1)
	case "delay":
		f.Delay = kernel.Duration(r.number(name, v, longestDelay))
	case "fd":
		f.FD = r.integer(name, v, 0)
	case "nth":
		f.After, f.Times = r.integer(name, v, 1)-1, 1
	case "after":
		f.After = r.integer(name, v, 0)
	case "times":
		f.Times = r.integer(name, v, 1)
	case "share":
		f.Share = r.number(name, v, 1)
	case "seed":
		f.Seed = uint64(r.integer(name, v, 0))
	case "threads":
		if r.boolean(name, v) {
			f.Task = nil
		}
	}
}
