package bindings

import (
	"fmt"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// bound is a call as a Lua function: its row, with everything looked up that does not
// change from one call to the next.
type bound struct {
	env    *Env
	row    *calls.Call
	native Native // of a row that is no system call
	codec
	refused map[int]*[3]lua.LValue // the answers to the errnos met so far
}

// codec is how a row's arguments are decoded and its answers encoded.
type codec struct {
	params  []decoder
	answers []encoder
	needed  int // how many answers are made even if the caller takes fewer: poll's writes to its argument
}

func codecOf(row *calls.Call) codec {
	c := codec{params: make([]decoder, len(row.Params)), answers: make([]encoder, len(row.Answers))}
	for i, p := range row.Params {
		c.params[i] = decoders[p.Kind]
	}
	for i, r := range row.Answers {
		c.answers[i] = encoders[r.Kind]
		if r.Kind == calls.KindPolled {
			c.needed = i + 1
		}
	}
	return c
}

// bind makes the Lua function of a row.
func (env *Env) bind(c *calls.Call) lua.LGFunction {
	if c.Absent != "" {
		return func(L *lua.LState) int {
			L.RaiseError("%s: %s", c.Name, c.Absent)
			return 0
		}
	}
	b := &bound{env: env, row: c, native: env.native(c.Name), codec: codecOf(c)}
	if c.Native {
		return b.callNative
	}
	return b.call
}

// call is what Lua calls: decode, the gate, encode.
func (b *bound) call(L *lua.LState) int {
	f := &b.env.Task.Frame
	f.Renew(len(b.params))
	b.decode(L, f)
	if err := b.env.Task.Do(b.row.Op(), f); err != nil {
		return b.refuse(L, err)
	}
	n := min(b.present(f), max(lualib.Wanted(L), b.needed)) // an address that nobody takes is not made
	for i, encode := range b.answers[:n] {
		L.Push(encode(b.env, L, f, i))
	}
	return n
}

// present is how many answers there are: a last one that the kernel did not fill in
// (who sent, on a stream socket) is not there at all.
func (b *bound) present(f *kernel.Frame) int {
	n := len(b.answers)
	for n > 1 && !f.Out[n-1].Set && !isArray(b.row.Answers[n-1].Kind) {
		n--
	}
	return n
}

// isArray tells whether the answer is an array, which is there even if it is empty.
func isArray(k *calls.Kind) bool {
	return k == calls.KindReady || k == calls.KindInts || k == calls.KindPolled
}

// decode reads the arguments into the frame. An explicit nil is an absent one.
func (b *bound) decode(L *lua.LState, f *kernel.Frame) {
	arg, top := 1, L.GetTop()
	d := &b.env.decoding
	d.b, d.L, d.f = b, L, f
	for i, decode := range b.params {
		p := &b.row.Params[i]
		if p.Rest {
			return
		}
		v := lua.LValue(lua.LNil)
		if arg <= top {
			v = L.Get(arg)
		}
		if v == lua.LNil {
			if !p.Optional && p.Kind != calls.KindFDSet {
				b.missing(L, p, arg, top)
			}
			f.Args[i].Int = p.Default
			arg++
			continue
		}
		d.param, d.slot, d.arg = p, i, arg
		arg += decode(d, v)
		f.Args[i].Set = true
	}
	for ; arg <= top; arg++ {
		if L.Get(arg) != lua.LNil {
			b.surplus(L, arg)
		}
	}
}

func (b *bound) missing(L *lua.LState, p *calls.Param, arg, top int) {
	got := "nil"
	if arg > top {
		got = "no value"
	}
	b.bad(L, arg, "%s expected, got %s", expected(p), got)
}

func (b *bound) surplus(L *lua.LState, arg int) {
	name := b.row.Name
	b.bad(L, arg, "no argument expected; if it is a second value of a call, put that call in parentheses: %s((f()))", name)
}

// bad raises a mistake of the program's.
func (b *bound) bad(L *lua.LState, arg int, format string, args ...any) {
	L.RaiseError("bad argument #%d to '%s' (%s)", arg, b.row.Name, fmt.Sprintf(format, args...))
}

// expected names what a parameter takes.
func expected(p *calls.Param) string { return p.Kind.Name }
