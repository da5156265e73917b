package bindings

import (
	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// encoder makes the Lua value of answer i.
type encoder func(env *Env, L *lua.LState, f *kernel.Frame, i int) lua.LValue

// encoders has one for each kind of answer.
var encoders = map[*calls.Kind]encoder{
	calls.KindInt:    encodeInt,
	calls.KindLong:   encodeInt,
	calls.KindEnum:   encodeInt,
	calls.KindFlags:  encodeInt,
	calls.KindFD:     encodeInt,
	calls.KindNewFD:  encodeInt,
	calls.KindNumber: encodeNumber,
	calls.KindBytes:  encodeBytes,
	calls.KindPeer:   encodePeer,
	calls.KindReady:  encodeReady,
	calls.KindInts:   encodeInts,
	calls.KindPolled: encodePolled,
	calls.KindAny:    encodeAny,
	calls.KindTable:  encodeAny,
}

func encodeInt(_ *Env, _ *lua.LState, f *kernel.Frame, i int) lua.LValue {
	if !f.Out[i].Set {
		return lua.LNil
	}
	return wide(f.Out[i].Int)
}

func encodeNumber(_ *Env, _ *lua.LState, f *kernel.Frame, i int) lua.LValue {
	return finite(f.Out[i].Num)
}

func encodeBytes(_ *Env, _ *lua.LState, f *kernel.Frame, i int) lua.LValue {
	if !f.Out[i].Set {
		return lua.LNil
	}
	return lua.LString(f.Out[i].Str)
}

func encodePeer(env *Env, L *lua.LState, f *kernel.Frame, i int) lua.LValue {
	if !f.Out[i].Set {
		return lua.LNil
	}
	return env.address(L, &f.From)
}

func encodeReady(env *Env, _ *lua.LState, f *kernel.Frame, i int) lua.LValue {
	t, values := env.answer(i, f.Sets[i].Count())
	env.ready = f.Sets[i].AppendReady(env.ready[:0])
	for _, fd := range env.ready {
		*values = append(*values, boxed(int64(fd)))
	}
	return t
}

func encodeInts(env *Env, _ *lua.LState, f *kernel.Frame, i int) lua.LValue {
	t, values := env.answer(i, len(f.Ints[i]))
	for _, n := range f.Ints[i] {
		*values = append(*values, wide(n))
	}
	return t
}

// answer makes the table of answer i, of up to three, and room for its array. The tables
// of a call are made together: an event loop makes little other garbage.
func (env *Env) answer(i, size int) (t *lua.LTable, values *[]lua.LValue) {
	if i == 0 {
		env.tables = new([3]lua.LTable)
	}
	t = &env.tables[i]
	t.Metatable = lua.LNil
	values = lualib.ArrayOf(t)
	if size > 0 {
		*values = make([]lua.LValue, 0, size)
	}
	return t, values
}

// encodePolled writes the answers into poll's entries, its first argument.
func encodePolled(_ *Env, L *lua.LState, f *kernel.Frame, _ int) lua.LValue {
	return writeRevents(L, L.Get(1).(*lua.LTable), f.Poll, int(f.Out[0].Int))
}

func encodeAny(env *Env, L *lua.LState, f *kernel.Frame, i int) lua.LValue {
	if !f.Out[i].Set {
		return lua.LNil
	}
	return env.toLua(L, f.Out[i].Any)
}

// writeRevents fills in poll's entries, and answers those that are ready.
func writeRevents(L *lua.LState, entries *lua.LTable, polls []unix.PollFd, count int) *lua.LTable {
	ready := L.CreateTable(count, 0)
	list := *lualib.ArrayOf(entries)
	for i, p := range polls[:min(len(polls), len(list))] {
		entry, ok := list[i].(*lua.LTable)
		if !ok {
			continue
		}
		revents := boxed(int64(uint16(p.Revents)))
		if entry.RawGetString("revents") != revents { // most are 0, before and after
			entry.RawSetString("revents", revents)
		}
		if p.Revents != 0 {
			ready.Append(entry)
		}
	}
	return ready
}
