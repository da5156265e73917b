package lualib

import lua "github.com/yuin/gopher-lua"

// openDebug mends getlocal: a register that no variable has may hold Go's nil, of which Lua
// code dies.
func (l *library) openDebug(L *lua.LState) {
	debug := module(L, "debug")
	getlocal, ok := debug.RawGetString("getlocal").(*lua.LFunction)
	if !ok {
		return
	}
	raw := getlocal.GFunction
	set(L, debug, map[string]lua.LGFunction{"getlocal": func(L *lua.LState) int {
		n := raw(L)
		if n > 0 && L.Get(-1) == nil {
			L.Pop(1)
			L.Push(lua.LNil)
		}
		return n
	}})
}
