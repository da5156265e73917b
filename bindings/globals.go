package bindings

import (
	"fmt"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"

	lua "github.com/yuin/gopher-lua"
)

// openGlobals makes globals of the constants, each when it is first read: to make all
// fifteen hundred would take a third of the start. In the state of a thread, which needs
// few of them, the calls are made in the same way; and a global of the thread that started
// it which could not be copied says why. Reading another unset global is an error where it
// is plainly a slip: its name has a constant's prefix, or is one letter away from a
// constant.
func (env *Env) openGlobals(L *lua.LState) {
	mt := L.NewTable()
	mt.RawSetString("__index", L.NewFunction(env.readUnset))
	L.G.Global.Metatable = mt
}

// readUnset answers a global that is not set: a constant, a call, or nil.
func (env *Env) readUnset(L *lua.LState) int {
	name, ok := L.Get(2).(lua.LString)
	if !ok {
		return push(L, lua.LNil)
	}
	if v := env.late(L, string(name)); v != lua.LNil {
		return push(L, v)
	}
	if complaint := undefined(string(name)); complaint != "" {
		L.RaiseError("%s", complaint)
	}
	return push(L, lua.LNil)
}

// late makes a global of a constant or, in a thread, of a call.
func (env *Env) late(L *lua.LState, name string) lua.LValue {
	v, ok := constantOf(name)
	switch {
	case ok:
	case env.missing[name] != "":
		L.RaiseError("global '%s' was not copied to this %s: %s", name, env.kind(), env.missing[name])
	case env.self.Number > 0:
		v, ok = env.lateCall(L, name)
	}
	if !ok {
		return lua.LNil
	}
	L.G.Global.RawSetString(name, v)
	return v
}

// kind says, for errors, whether the state is a thread's or that of a process.
func (env *Env) kind() string {
	if env.self.Number > 0 {
		return "thread"
	}
	return "process"
}

// lateCall makes the function of a call, and raises what a thread does not have.
func (env *Env) lateCall(L *lua.LState, name string) (lua.LValue, bool) {
	c := calls.Lookup(name)
	if c == nil {
		return nil, false
	}
	fn := env.function(L, c)
	if fn == nil {
		L.RaiseError("%s belongs to the prompt: a thread does not have it", name)
	}
	env.fresh.note("", name, fn)
	return fn, true
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
