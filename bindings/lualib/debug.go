package lualib

import lua "github.com/yuin/gopher-lua"

// openDebug mends three functions: traceback (traceback.go), getlocal answers Go's nil of a register that no variable has,
// of which Lua code dies, and getinfo has not all fields.
func (l *library) openDebug(L *lua.LState) {
	debug := Module(L, "debug")
	getlocal, ok := debug.RawGetString("getlocal").(*lua.LFunction)
	if !ok {
		return
	}
	rawLocal, rawInfo := getlocal.GFunction, debug.RawGetString("getinfo").(*lua.LFunction).GFunction
	set(L, debug, map[string]lua.LGFunction{
		"traceback": l.traceback,
		"getlocal": func(L *lua.LState) int {
			n := rawLocal(L)
			if n > 0 && L.Get(-1) == nil {
				L.Pop(1)
				L.Push(lua.LNil)
			}
			return n
		},
		"getinfo": func(L *lua.LState) int {
			n := rawInfo(L)
			if t, ok := L.Get(-1).(*lua.LTable); ok && n > 0 {
				completeInfo(t)
			}
			return n
		},
	})
}

// completeInfo adds short_src, and calls Go functions what they are for Lua code.
func completeInfo(t *lua.LTable) {
	if source, ok := t.RawGetString("source").(lua.LString); ok {
		t.RawSetString("short_src", source) // a chunk's name here is what 5.1 shortens others to
	}
	if t.RawGetString("what") == lua.LString("G") {
		t.RawSetString("what", lua.LString("C"))
		t.RawSetString("short_src", lua.LString("[C]"))
	}
	if name, ok := t.RawGetString("name").(lua.LString); ok {
		kind := lua.LString("")
		if name != "" {
			kind = "global"
		}
		t.RawSetString("namewhat", kind)
	}
}
