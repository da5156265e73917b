package bindings

import (
	"fmt"

	"sockrepl/bindings/consts"

	lua "github.com/yuin/gopher-lua"
)

// strict makes reading an unset global an error where it is plainly a slip: its name
// has a constant's prefix, or is one letter away from a constant.
func strict(L *lua.LState) {
	mt := L.NewTable()
	mt.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		if name, ok := L.Get(2).(lua.LString); ok {
			if complaint := undefined(string(name)); complaint != "" {
				L.RaiseError("%s", complaint)
			}
		}
		L.Push(lua.LNil)
		return 1
	}))
	L.G.Global.Metatable = mt
}

// undefined says what is wrong with the name of a global that is not set, "" if
// nothing is. A name that begins with a small letter is never taken for a constant.
func undefined(name string) string {
	if name == "" || name[0] >= 'a' {
		return ""
	}
	if systems, ok := consts.Elsewhere(name); ok {
		return fmt.Sprintf("undefined constant '%s': it is %s's", name, systems)
	}
	near, found := consts.Suggest(name)
	switch {
	case found:
		return fmt.Sprintf("undefined constant '%s' (did you mean %s?)", name, near)
	case consts.KnownPrefix(name):
		return fmt.Sprintf("undefined constant '%s'", name)
	}
	return ""
}
