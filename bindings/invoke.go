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
	params  []param
	plain   bool  // all parameters are whole numbers and strings: decodePlain reads them
	scalar  bool  // plain, and all answers are numbers or strings, too
	large   []int // the parameters that may hold much: what they were given is let go of after the call
	answers []encoder
	needed  int // how many answers are made even if the caller takes fewer: poll's writes to its argument
}

// param is a parameter as a call meets it.
type param struct {
	form     form
	usual    span    // the numbers that decodePlain takes: see usualOf
	span     span    // the numbers that decode takes; of a whole number
	decode   decoder // of a parameter that is read by a function
	optional bool    // nil is no mistake
	rest     bool
	fallback int64 // the value of an absent whole number
}

// form is how an argument is read: the most frequent kinds in the loop over the arguments itself
// (decodePlain and decode), the others by a function of decoders.
type form uint8

const (
	byFunction form = iota
	whole           // a whole number
	room            // one that says for how many bytes there must be room
	text            // a string
)

// formOf is the form of a kind.
func formOf(k *calls.Kind) form {
	switch _, isWhole := spans[k]; {
	case k == calls.KindSize:
		return room
	case isWhole:
		return whole
	case k == calls.KindBytes || k == calls.KindPath:
		return text
	}
	return byFunction
}

// usualOf is the span of the numbers that decodePlain takes: those of the kind, less sizes for which
// there may be no room. Of a kind that is no whole number it is empty.
func usualOf(k *calls.Kind) span {
	switch s := spans[k]; formOf(k) {
	case whole:
		return s
	case room:
		return span{s.low, alwaysRoom - 1}
	}
	return span{1, 0}
}

// codecOf looks up how the arguments and answers of a row are read and made.
func codecOf(row *calls.Call) codec {
	c := codec{params: make([]param, len(row.Params)), answers: make([]encoder, len(row.Answers)), plain: true, scalar: true}
	for i := range row.Params {
		p := &row.Params[i]
		c.params[i] = param{
			form: formOf(p.Kind), usual: usualOf(p.Kind), span: spans[p.Kind], decode: decoders[p.Kind],
			optional: p.Optional || p.Kind == calls.KindFDSet,
			rest:     p.Rest, fallback: p.Default,
		}
		if f := c.params[i].form; f == text || f == byFunction {
			c.large = append(c.large, i)
			c.plain = c.plain && f == text
		}
	}
	for i, r := range row.Answers {
		c.answers[i] = encoders[r.Kind]
		if r.Kind == calls.KindPolled {
			c.needed = i + 1
		}
		c.scalar = c.scalar && isScalar(r.Kind)
	}
	c.scalar = c.scalar && c.plain
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
	switch answers, plain := c.Answers, b.plain; {
	case c.Wait == kernel.Read && len(answers) > 0 && answers[0].Kind == calls.KindBytes:
		return b.receive
	case c.Wait == kernel.Write && plain:
		return b.transmit
	}
	return b.call
}

// receive is call for what answers bytes: into the buffer of the last answer, if no variable
// has that any more.
func (b *bound) receive(L *lua.LState) int {
	f := &b.env.Task.Frame
	f.Regain(lualib.Reclaim(L))
	n := b.call(L)
	if buf := f.Given(); buf != nil {
		lualib.Lend(L, buf)
	}
	return n
}

func init() { lualib.Borrows((*bound)(nil).transmit) }

// transmit is call for what is given bytes, and is known for keeping none of them.
func (b *bound) transmit(L *lua.LState) int { return b.call(L) }

// call is what Lua calls: decode, the gate, encode.
func (b *bound) call(L *lua.LState) int {
	f := &b.env.Task.Frame
	f.Renew(len(b.answers), b.scalar)
	if !b.plain || !b.decodePlain(lualib.RawArgs(L), f) {
		b.decode(L, f)
	}
	err := b.env.Task.Do(b.row.Op(), f)
	if len(b.large) > 0 {
		f.Release(b.large)
	}
	if err != nil {
		return b.refuse(L, err)
	}
	if len(b.answers) == 1 {
		lualib.Push(L, b.answers[0](b.env, L, f, 0))
		return 1
	}
	n := min(b.present(f), max(lualib.Wanted(L), b.needed)) // an address that nobody takes is not made
	for i, encode := range b.answers[:n] {
		lualib.Push(L, encode(b.env, L, f, i))
	}
	return n
}

// decodePlain reads whole numbers and strings into the frame, which are all that most calls
// take. It answers false where anything is unusual, for decode to say what.
func (b *bound) decodePlain(args []lua.LValue, f *kernel.Frame) bool {
	for i := range b.params {
		p, a := &b.params[i], &f.Args[i]
		if a.Set = i < len(args); !a.Set {
			if !p.optional || p.form == text {
				return false
			}
			a.Int = p.fallback
			continue
		}
		if v, ok := args[i].(lua.LNumber); ok {
			n := int64(v)
			if lua.LNumber(n) != v || n < p.usual.low || n > p.usual.high {
				return false
			}
			a.Int = n
			continue
		}
		v, ok := args[i].(lua.LString)
		if !ok || p.form != text {
			return false
		}
		a.Str = string(v)
	}
	return len(args) <= len(b.params)
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

// isScalar tells whether the answer is a number or bytes.
func isScalar(k *calls.Kind) bool {
	_, whole := spans[k]
	return whole || k == calls.KindNewFD || k == calls.KindNumber || k == calls.KindBytes
}

// isArray tells whether the answer is an array, which is there even if it is empty.
func isArray(k *calls.Kind) bool {
	return k == calls.KindReady || k == calls.KindInts || k == calls.KindEvents || k == calls.KindPolled
}

// decode reads the arguments into the frame. An explicit nil is an absent one.
func (b *bound) decode(L *lua.LState, f *kernel.Frame) {
	args, at := lualib.RawArgs(L), 0
	for i := range b.params {
		p := &b.params[i]
		if p.rest {
			return
		}
		a := &f.Args[i]
		if at >= len(args) || isNil(args[at]) {
			if !p.optional {
				b.missing(L, &b.row.Params[i], at+1, len(args))
			}
			if p.form == text || p.form == byFunction {
				*a = kernel.Value{}
			}
			a.Set, a.Int = false, p.fallback
			at++
			continue
		}
		a.Set = true
		switch v := args[at]; p.form {
		case whole, room:
			n, ok := integral(v)
			if !ok || n < p.span.low || n > p.span.high {
				b.decoding(L, f, i, at).unexpected(v)
			}
			a.Int = n
			if n >= alwaysRoom && p.form == room {
				b.env.mustHaveRoom(L, n)
			}
			at++
		case text:
			s, ok := v.(lua.LString)
			if !ok {
				b.decoding(L, f, i, at).unexpected(v)
			}
			a.Str = string(s)
			at++
		default:
			at += p.decode(b.decoding(L, f, i, at), v)
		}
	}
	for ; at < len(args); at++ {
		if !isNil(args[at]) {
			b.surplus(L, at+1)
		}
	}
}

// decoding is for the argument at that place (from 0), of parameter i.
func (b *bound) decoding(L *lua.LState, f *kernel.Frame, i, at int) *decoding {
	d := &b.env.decoding
	d.b, d.L, d.f = b, L, f
	d.param, d.slot, d.arg = &b.row.Params[i], i, at+1
	return d
}

func (b *bound) missing(L *lua.LState, p *calls.Param, arg, top int) {
	got := "nil"
	if arg > top {
		got = "no value"
	}
	b.bad(L, arg, "%s expected, got %s%s", expected(p), got, b.usageAfterNil(p))
}

// usageAfterNil is the call's usage, where a parameter before this one takes nil: who leaves
// that out without one is told about the wrong argument.
func (b *bound) usageAfterNil(p *calls.Param) string {
	for i := range b.row.Params {
		switch {
		case p == &b.row.Params[i]:
			return ""
		case b.row.NilFor(i):
			return ": " + b.row.Usage(-1, func(s string) string { return s }) + ", with nil for no " + b.row.Params[i].Name
		}
	}
	return ""
}

func (b *bound) surplus(L *lua.LState, arg int) {
	if lualib.Written(L) > 0 {
		got := "string" // of which it is no matter what it holds
		if v := L.Get(arg); v.Type() != lua.LTString {
			got = typeOf(v)
		}
		b.bad(L, arg, "no argument expected, got %s", got)
	}
	b.bad(L, arg, "no argument expected; if it is a second value of a call, put that call in parentheses: %s((f()))", b.row.Name)
}

// bad raises a mistake of the program's.
func (b *bound) bad(L *lua.LState, arg int, format string, args ...any) {
	BadArgument(L, b.row.Name, arg, fmt.Sprintf(format, args...))
}

// expected names what a parameter takes.
func expected(p *calls.Param) string {
	if p.Want != "" {
		return p.Want
	}
	return p.Kind.Name
}

func isNil(v lua.LValue) bool {
	_, ok := v.(*lua.LNilType)
	return ok
}
