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
	calls.KindLimit:  encodeInt,
	calls.KindEnum:   encodeInt,
	calls.KindFlags:  encodeInt,
	calls.KindFD:     encodeInt,
	calls.KindNewFD:  encodeInt,
	calls.KindNumber: encodeNumber,
	calls.KindBytes:  encodeBytes,
	calls.KindPeer:   encodePeer,
	calls.KindReady:  encodeReady,
	calls.KindInts:   encodeInts,
	calls.KindEvents: encodeInts,
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
	v := &f.Out[i]
	data := v.Str
	v.Str = "" // the frame is not to hold on to it
	if v.Lent {
		return lualib.Copied(data)
	}
	return lua.LString(data)
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
		*values = append(*values, lualib.Integer(int64(fd)))
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
func encodePolled(env *Env, L *lua.LState, f *kernel.Frame, _ int) lua.LValue {
	return env.writeRevents(L, *lualib.ArrayOf(L.Get(1).(*lua.LTable)), f.Poll, int(f.Out[0].Int))
}

func encodeAny(env *Env, L *lua.LState, f *kernel.Frame, i int) lua.LValue {
	if !f.Out[i].Set {
		return lua.LNil
	}
	v := f.Out[i].Any
	f.Out[i].Any = nil
	return env.toLua(L, v)
}

// noEvents is the revents of an entry that is not ready, as most are.
var noEvents = lualib.Integer(0)

// writeRevents fills in poll's entries, and answers those that are ready. Where an entry
// that is not ready had 0 already, there is nothing to write.
func (env *Env) writeRevents(L *lua.LState, entries []lua.LValue, polls []unix.PollFd, count int) *lua.LTable {
	for _, i := range env.staleRevents {
		if polls[i].Revents == 0 {
			entries[i].(*lua.LTable).RawSetString("revents", noEvents)
		}
	}
	env.staleRevents = env.staleRevents[:0]
	ready := L.CreateTable(count, 0)
	for i := range polls {
		if p := &polls[i]; p.Revents != 0 {
			entry := entries[i].(*lua.LTable)
			entry.RawSetString("revents", lualib.Integer(int64(uint16(p.Revents))))
			ready.Append(entry)
			env.staleRevents = append(env.staleRevents, i)
		}
	}
	return ready
}
