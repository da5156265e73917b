package lualib

import (
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"
)

// Fields of poll's entries. To read those of a thousand tables takes as long as the call, and they
// change seldom: whoever has read them asks whether one may have been set since. A table is given
// a field in rawset, in setField, and by what gopher-lua itself does for a metatable or a global.

var notedSets atomic.Uint64

// NotedSets is a count that is another one after a field fd, events or revents of any table has been set
// by Lua code. It counts for all threads.
func NotedSets() uint64 { return notedSets.Load() }

// note is called with the key of a field that is about to be set.
func note(name string) {
	switch name {
	case "fd", "events", "revents":
		notedSets.Add(1)
	}
}

func init() { replace(lua.OP_SETGLOBAL, setGlobal(instructions[lua.OP_SETGLOBAL])) }

// setGlobal sets a field of the function's environment, which may be any table.
func setGlobal(gophers instruction) instruction {
	return func(L *lua.LState, inst uint32, base *frame) int {
		if name, ok := constantOf(currentFrame(L).Fn, inst).(lua.LString); ok {
			note(string(name))
		}
		return gophers(L, inst, base)
	}
}
