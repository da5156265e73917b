package bindings

import (
	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"

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

func encodeReady(_ *Env, L *lua.LState, f *kernel.Frame, i int) lua.LValue {
	set := &f.Sets[i]
	t := L.CreateTable(set.Count(), 0)
	for _, fd := range set.All() {
		if set.Ready(fd) {
			t.Append(boxed(int64(fd)))
		}
	}
	return t
}

func encodeInts(_ *Env, L *lua.LState, f *kernel.Frame, i int) lua.LValue {
	t := L.CreateTable(len(f.Ints[i]), 0)
	for _, n := range f.Ints[i] {
		t.Append(wide(n))
	}
	return t
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
	for i, p := range polls {
		entry, ok := entries.RawGetInt(i + 1).(*lua.LTable)
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
