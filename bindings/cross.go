package bindings

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Lua states share nothing: what goes from one thread to another is copied, but for the
// values that are made to be shared. Those are the same Go value in every state, with a
// metatable that all states have in common and none can change.

// noEnv is the environment of the functions of common metatables; nothing runs in it.
var noEnv = &lua.LTable{Metatable: lua.LNil}

// commons are the metatables that all states share.
var commons = map[*lua.LTable]bool{}

// common makes one. getmetatable answers its name.
func common(name string, fns map[string]lua.LGFunction) *lua.LTable {
	mt := &lua.LTable{Metatable: lua.LNil}
	mt.RawSetString("__metatable", lua.LString(name))
	for event, fn := range fns {
		mt.RawSetString(event, &lua.LFunction{IsG: true, Env: noEnv, GFunction: fn})
	}
	commons[mt] = true
	return mt
}

// withFields lists the fields and methods of a metatable's values beside its __index, which
// is a function: completion reads the list.
func withFields(mt *lua.LTable, fields, methods []string) *lua.LTable {
	list := &lua.LTable{Metatable: lua.LNil}
	for _, name := range fields {
		list.RawSetString(name, lua.LTrue)
	}
	for _, name := range methods {
		list.RawSetString(name, mt.RawGetString("__index"))
	}
	mt.RawSetString("__fields", list)
	return mt
}

// newHandle makes the Lua value of something that threads share.
func newHandle(value any, meta *lua.LTable) *lua.LUserData {
	return &lua.LUserData{Value: value, Env: noEnv, Metatable: meta}
}

// isHandle tells whether a value is one that all threads may have.
func isHandle(v lua.LValue) bool {
	if ud, ok := v.(*lua.LUserData); ok {
		switch ud.Value.(type) {
		case *Thread, *Mutex, *Shared:
			return true
		}
	}
	_, ok := v.(lua.LChannel)
	return ok
}

// handle is the decoder of a parameter that is something shared: it only looks at the type.
func handle[T any](d *decoding, v lua.LValue) int {
	if ud, ok := v.(*lua.LUserData); ok {
		if _, ok := ud.Value.(T); ok {
			return 1
		}
	}
	d.unexpected(v)
	return 0
}

// handleArg answers an argument that handle has looked at.
func handleArg[T any](L *lua.LState, arg int) T { return L.Get(arg).(*lua.LUserData).Value.(T) }

// refusal says why a value can't go to another thread.
type refusal struct {
	why  string
	path []string // of the field, innermost first
}

func (r *refusal) Error() string {
	if len(r.path) == 0 {
		return r.why
	}
	path := slices.Clone(r.path)
	slices.Reverse(path)
	return "its field " + strings.Join(path, "") + ": " + r.why
}

// crossing copies values for another thread. Tables that are met twice are copied once.
type crossing struct {
	seen  map[*lua.LTable]*lua.LTable
	order []*lua.LTable // in which they were seen
	depth int
	start *start // functions and metatables go too, at a thread's start; nil: they don't
	// process: they go to another process, to which nothing goes that threads share.
	process bool
}

// refuse says that a kind of value can't go.
func (c *crossing) refuse(what, instead string) error {
	if c.process {
		return &refusal{why: what + " cannot go to another process" + instead}
	}
	return &refusal{why: what + " cannot go to another thread" + instead}
}

// deepestCrossing is how deep a table that is copied may be nested.
const deepestCrossing = 10000

// copied answers a copy of a value, for another thread.
func copied(v lua.LValue) (lua.LValue, error) {
	c := crossing{}
	return c.value(v)
}

// value answers a copy of a value for the other state, or a refusal.
func (c *crossing) value(v lua.LValue) (lua.LValue, error) {
	switch x := v.(type) {
	case *lua.LNilType, lua.LBool, lua.LNumber, lua.LString:
		return v, nil
	case *lua.LTable:
		return c.table(x)
	case *lua.LFunction:
		if c.start != nil {
			return c.start.function(x)
		}
		return nil, c.refuse("a function", ": make it global before it starts")
	case *lua.LState:
		return nil, c.refuse("a coroutine", "")
	}
	if isHandle(v) {
		if c.process {
			return nil, c.refuse("what threads share", ": a pipe or a socketpair can")
		}
		return v, nil
	}
	if c.start != nil && c.start.from.fresh.path(v) != "" {
		return c.start.builtin(v)
	}
	return nil, c.refuse("a userdata", " (of a file, f:fileno() can)")
}

// table answers the copy of a table: the same one each time that it is met.
func (c *crossing) table(t *lua.LTable) (lua.LValue, error) {
	if twin := c.seen[t]; twin != nil {
		return twin, nil
	}
	if c.start != nil && c.start.from.fresh.path(t) != "" {
		return c.start.library(t)
	}
	if c.depth++; c.depth > deepestCrossing {
		return nil, &refusal{why: "the table is nested too deep"}
	}
	defer func() { c.depth-- }()
	twin := &lua.LTable{Metatable: lua.LNil}
	c.see(t, twin)
	if err := c.metatable(t, twin); err != nil {
		return nil, err
	}
	if err := c.fields(t, twin); err != nil {
		return nil, err
	}
	return twin, nil
}

// see notes that twin is the copy of t.
func (c *crossing) see(t, twin *lua.LTable) {
	if c.seen == nil {
		c.seen = map[*lua.LTable]*lua.LTable{}
	}
	c.seen[t] = twin
	c.order = append(c.order, t)
}

// attempt copies a value without which the others can go. If it can't, what was seen in it
// is forgotten: those copies are not whole.
func (c *crossing) attempt(v lua.LValue) (lua.LValue, error) {
	before := len(c.order)
	twin, err := c.value(v)
	if err != nil {
		for _, t := range c.order[before:] {
			delete(c.seen, t)
		}
		c.order = c.order[:before]
	}
	return twin, err
}

// metatable gives the copy its metatable: one that all states have, as addresses do; at a
// thread's start also one of the program's, copied.
func (c *crossing) metatable(t, twin *lua.LTable) error {
	mt, ok := t.Metatable.(*lua.LTable)
	switch {
	case !ok || commons[mt]:
		twin.Metatable = t.Metatable
		return nil
	case c.start == nil:
		return c.refuse("a table with a metatable", "")
	}
	v, err := c.table(mt)
	if err == nil {
		twin.Metatable = v
	}
	return err
}

// fields copies the keys and values of t into its twin.
func (c *crossing) fields(t, twin *lua.LTable) (err error) {
	t.ForEach(func(k, v lua.LValue) {
		if err != nil {
			return
		}
		var key, value lua.LValue
		if key, err = c.value(k); err == nil {
			value, err = c.value(v)
		}
		if r, ok := err.(*refusal); ok {
			r.path = append(r.path, fieldPath(k))
		}
		if err == nil {
			twin.RawSet(key, value)
		}
	})
	return err
}

// fieldPath writes a key as it stands behind a table: .name, [1].
func fieldPath(k lua.LValue) string {
	if s, ok := k.(lua.LString); ok {
		return "." + string(s)
	}
	return "[" + k.String() + "]"
}
