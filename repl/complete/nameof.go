package complete

import lua "github.com/yuin/gopher-lua"

// NameOf answers by what name a function or a table is reached from the globals, itself or
// as a field of one of their tables: recv, string.pack; "" if by none. Of several it is the
// shortest, then the first in the alphabet. It is what help(recv) needs.
func NameOf(L *lua.LState, v lua.LValue) string {
	best := named(L.G.Global, "", v, "")
	if best != "" {
		return best
	}
	L.G.Global.ForEach(func(k, field lua.LValue) {
		name, isName := k.(lua.LString)
		if t, isTable := field.(*lua.LTable); isName && isTable && t != L.G.Global {
			best = named(t, string(name)+".", v, best)
		}
	})
	return best
}

// named answers the better of best and the keys of a table at which a value stands.
func named(t *lua.LTable, lead string, v lua.LValue, best string) string {
	t.ForEach(func(k, field lua.LValue) {
		key, ok := k.(lua.LString)
		if !ok || field != v {
			return
		}
		name := lead + string(key)
		if best == "" || len(name) < len(best) || len(name) == len(best) && name < best {
			best = name
		}
	})
	return best
}
