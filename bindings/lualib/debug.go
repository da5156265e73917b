package lualib

import lua "github.com/yuin/gopher-lua"

// openDebug mends three functions: traceback (traceback.go), getinfo (getinfo.go), and getlocal,
// which answers Go's nil of a register that no variable has: Lua code dies of it.
func (l *library) openDebug(L *lua.LState) {
	debug := Module(L, "debug")
	getlocal, ok := debug.RawGetString("getlocal").(*lua.LFunction)
	if !ok {
		return
	}
	rawLocal := getlocal.GFunction
	set(L, debug, map[string]lua.LGFunction{
		"traceback": l.traceback,
		"getinfo":   l.getinfo,
		"getlocal": func(L *lua.LState) int {
			n := rawLocal(L)
			if n > 0 && L.Get(-1) == nil {
				L.Pop(1)
				L.Push(lua.LNil)
			}
			return n
		},
	})
}
