package bindings

import (
	"fmt"

	"sockrepl/bindings/consts"

	lua "github.com/yuin/gopher-lua"
)

// openConstants makes globals of the constants, each when it is first read: to make all
// fifteen hundred would take a third of the start, and of a thread's memory. Reading an
// unset global is an error where it is plainly a slip: its name has a constant's prefix, or
// is one letter away from a constant.
func (env *Env) openConstants(L *lua.LState) {
	mt := L.NewTable()
	mt.RawSetString("__index", L.NewFunction(readUnset))
	L.G.Global.Metatable = mt
}

// readUnset answers a global that is not set: a constant, or nil.
func readUnset(L *lua.LState) int {
	name, ok := L.Get(2).(lua.LString)
	if !ok {
		return push(L, lua.LNil)
	}
	if value, ok := consts.Lookup(string(name)); ok {
		v := boxed(value)
		L.G.Global.RawSetString(string(name), v)
		return push(L, v)
	}
	if complaint := undefined(string(name)); complaint != "" {
		L.RaiseError("%s", complaint)
	}
	return push(L, lua.LNil)
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
