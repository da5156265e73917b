package bindings

import (
	"slices"
	"strings"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// fresh is what a new state has, by its path ("accept", "string.format"), so that what the
// program has changed since can be told from it. Constants are known without. Few threads
// start others: the index is made when it is asked for.
type fresh struct {
	saved  []saved
	paths  map[lua.LValue]string // of functions, tables and userdata
	values map[string]lua.LValue
}

type saved struct {
	library, name string // library is "" of a global
	value         lua.LValue
}

// remember notes what the state has now.
func (f *fresh) remember(L *lua.LState) {
	*f = fresh{saved: make([]saved, 0, 256)}
	global := L.G.Global
	each(global, func(name string, v lua.LValue) {
		f.note("", name, v)
		if t, ok := v.(*lua.LTable); ok && t != global {
			each(t, func(field string, v lua.LValue) { f.note(name, field, v) })
		}
	})
}

// each goes through the fields that have names.
func each(t *lua.LTable, do func(name string, v lua.LValue)) {
	t.ForEach(func(k, v lua.LValue) {
		if name, ok := k.(lua.LString); ok {
			do(string(name), v)
		}
	})
}

// fieldNames answers the names among a table's keys, sorted.
func fieldNames(t *lua.LTable) (names []string) {
	each(t, func(name string, _ lua.LValue) { names = append(names, name) })
	slices.Sort(names)
	return names
}

func (f *fresh) note(library, name string, v lua.LValue) {
	f.saved = append(f.saved, saved{library, name, v})
}

// SetFresh sets a global as one that the state has had from its beginning.
func (env *Env) SetFresh(L *lua.LState, name string, v lua.LValue) {
	L.G.Global.RawSetString(name, v)
	env.fresh.note("", name, v)
}

// restoreGlobals makes the globals what they were when the state was made.
func (env *Env) restoreGlobals(L *lua.LState) {
	env.fresh.index()
	for _, name := range fieldNames(L.G.Global) {
		L.G.Global.RawSetString(name, lua.LNil)
	}
	for path, v := range env.fresh.values {
		if !strings.Contains(path, ".") {
			L.G.Global.RawSetString(path, v)
		}
	}
}

// index makes the maps of what was noted.
func (f *fresh) index() {
	if f.paths == nil {
		f.paths, f.values = map[lua.LValue]string{}, map[string]lua.LValue{}
	}
	for _, s := range f.saved {
		path := s.name
		if s.library != "" {
			path = s.library + "." + s.name
		}
		f.values[path] = s.value
		switch s.value.(type) {
		case *lua.LFunction, *lua.LTable, *lua.LUserData:
			if known, ok := f.paths[s.value]; !ok || path < known {
				f.paths[s.value] = path
			}
		}
	}
	f.saved = nil
}

// path answers where a new state has a value, "" if nowhere.
func (f *fresh) path(v lua.LValue) string {
	f.index()
	return f.paths[v]
}

// has tells whether a new state has the value at that path. A table is never the same: its
// fields may have changed.
func (f *fresh) has(path string, v lua.LValue) bool {
	if _, isTable := v.(*lua.LTable); isTable {
		return false
	}
	f.index()
	if original, ok := f.values[path]; ok {
		return original == v
	}
	n, ok := constantOf(path)
	return ok && v == n
}

// constantOf answers the Lua value of a constant.
func constantOf(name string) (lua.LValue, bool) {
	n, ok := consts.Lookup(name)
	return lualib.Integer(n), ok
}
