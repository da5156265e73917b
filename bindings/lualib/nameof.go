package lualib

import lua "github.com/yuin/gopher-lua"

// NameOf answers by what name a function or a table is reached from the globals or the loaded
// modules, itself or as a field of one of their tables: recv, string.pack; "" if by none. Of
// several it is one that is known, then the shortest, then the first in the alphabet. nil:
// none is known better than another.
func NameOf(L *lua.LState, v lua.LValue, known func(name string) bool) string {
	n := naming{value: v, known: known}
	n.within(L.G.Global)
	if pkg, ok := L.G.Global.RawGetString("package").(*lua.LTable); ok {
		if loaded, ok := pkg.RawGetString("loaded").(*lua.LTable); ok {
			n.within(loaded)
		}
	}
	return n.best
}

// naming looks for the best name of a value.
type naming struct {
	value lua.LValue
	known func(name string) bool
	best  string
}

// within looks at the fields of a table, and at the fields of those that are tables.
func (n *naming) within(table *lua.LTable) {
	n.fields(table, "")
	table.ForEach(func(k, field lua.LValue) {
		name, isName := k.(lua.LString)
		if t, isTable := field.(*lua.LTable); isName && isTable && name != "_G" {
			n.fields(t, string(name)+".")
		}
	})
}

// fields looks at what stands in a table, whose name is lead.
func (n *naming) fields(t *lua.LTable, lead string) {
	t.ForEach(func(k, field lua.LValue) {
		key, ok := k.(lua.LString)
		if ok && field == n.value && n.better(lead+string(key)) {
			n.best = lead + string(key)
		}
	})
}

func (n *naming) better(name string) bool {
	if n.best == "" {
		return true
	}
	if n.known != nil && n.known(name) != n.known(n.best) {
		return n.known(name)
	}
	return len(name) < len(n.best) || len(name) == len(n.best) && name < n.best
}
