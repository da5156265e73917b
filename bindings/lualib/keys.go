package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// The keys of tables. gopher-lua's tables have, beside the maps, a list of all keys that they
// ever had, which traversals go along: what is taken out of a table stays in it, with all
// that the key reaches. And # goes through all the nils at the end of an array each time.
// Both is mended here, which needs a next of our own: it must not mind that an array has
// become shorter on the way.

// These instructions are put in the place of gopher-lua's, and fall back on them.
func init() {
	for _, op := range []int{lua.OP_SETTABLE, lua.OP_SETTABLEKS} {
		replace(op, setTable(instructions[op]))
	}
	replace(lua.OP_LEN, tableLength(instructions[lua.OP_LEN]))
}

// setTable does R(A)[RK(B)] = RK(C).
func setTable(gophers instruction) instruction {
	return func(L *lua.LState, inst uint32, base *frame) int {
		f := currentFrame(L)
		if setItem(f.value(L, argA(inst)), f.value(L, argB(inst)), f.value(L, argC(inst))) {
			return 0
		}
		notedSets.Add(1) // by a metatable, in whatever table
		return gophers(L, inst, base)
	}
}

// tableLength does R(A) = #RK(B).
func tableLength(gophers instruction) instruction {
	return func(L *lua.LState, inst uint32, base *frame) int {
		f := currentFrame(L)
		n, ok := length(f.value(L, argB(inst)))
		if !ok {
			return gophers(L, inst, base)
		}
		reg, to := stateOf(L).reg, f.LocalBase+argA(inst)
		reg.array[to] = reg.number(n)
		reg.top = max(reg.top, to+1)
		return 0
	}
}

// fewKeys are too few to be tidied.
const fewKeys = 32

// tidyFor drops the keys that have no values any more, before a new one gets a value: then,
// by the manual, no traversal is under way ("The behavior of next is undefined if, during
// the traversal, you assign any value to a non-existent field"). It is done when half of
// the keys are dead, so that it costs each assignment little.
func (t *table) tidyFor(key, value lua.LValue) {
	live := len(t.dict) + len(t.strdict)
	if len(t.keys) < fewKeys || len(t.keys) < 2*live || isNil(value) || t.has(key) {
		return
	}
	keys := make([]lua.LValue, 0, live+1)
	places := make(map[lua.LValue]int, live+1)
	for _, key := range t.keys {
		if t.has(key) {
			places[key] = len(keys)
			keys = append(keys, key)
		}
	}
	t.keys, t.k2i = keys, places
}

// has tells whether one of the maps has a value for the key.
func (t *table) has(key lua.LValue) bool {
	_, found := t.get(key)
	return found
}

// rawset does t[key] = value without metamethods, for a key that is neither nil nor NaN.
func rawset(t *lua.LTable, key, value lua.LValue) {
	if k, ok := key.(lua.LNumber); ok && arrayKey(k) {
		if isNil(value) && !inside(t, int(k)-1) {
			return // gopher-lua would make the array longer
		}
	} else {
		if name, ok := key.(lua.LString); ok {
			note(string(name))
		}
		mirrorOf(t).tidyFor(key, value)
	}
	t.RawSet(key, value)
}

// Set sets t[key] in a table that Go code keeps, as rawset does.
func Set(t *lua.LTable, key, value lua.LValue) { rawset(t, key, value) }

// Length is the length of such a table.
func Length(t *lua.LTable) int { return mirrorOf(t).length() }

// isKey tells whether a value may be a key.
func isKey(v lua.LValue) bool {
	n, isNumber := v.(lua.LNumber)
	return !isNil(v) && !(isNumber && n != n)
}

// lacks tells whether a table has no such metamethod.
func lacks(t *lua.LTable, event string) bool {
	mt, ok := t.Metatable.(*lua.LTable)
	return !ok || !has(stringsOf(mt), event)
}

// arrayKey tells whether a number is a key of the array part.
func arrayKey(k lua.LNumber) bool { return k >= 1 && k < maxArray && k == lua.LNumber(int(k)) }

// length is #t without metamethods. The nils at the end of the array go.
func (t *table) length() int {
	n := len(t.array)
	for n > 0 && (t.array[n-1] == nil || isNil(t.array[n-1])) {
		n--
	}
	t.array = t.array[:n]
	return n
}

// next is the key and the value after a key, nil and nil after the last. ok: there is such
// a key.
func (t *table) next(key lua.LValue) (k, v lua.LValue, ok bool) {
	from := 0
	switch n, isNumber := key.(lua.LNumber); {
	case isNil(key):
		if k, v, found := t.nextItem(0); found {
			return k, v, true
		}
	case isNumber && arrayKey(n):
		if k, v, found := t.nextItem(int(n)); found {
			return k, v, true
		}
	default:
		place, known := t.k2i[key]
		if !known {
			place, known = t.k2i[former{key}]
		}
		if !known {
			return lua.LNil, lua.LNil, false
		}
		from = place + 1
	}
	k, v = t.nextKey(from)
	return k, v, true
}

// nextItem is the first of the array's items from an index on, from 0. Nils are cut off that
// reach to the array's end, so that nobody goes through them again.
func (t *table) nextItem(from int) (k, v lua.LValue, found bool) {
	for i := from; i < len(t.array); i++ {
		if v := t.array[i]; v != nil && !isNil(v) {
			return Integer(int64(i + 1)), v, true
		}
	}
	t.array = t.array[:min(from, len(t.array))]
	return nil, nil, false
}

// nextKey is the first key of the list, from a place on, that has a value; nil and nil if
// there is none.
func (t *table) nextKey(from int) (k, v lua.LValue) {
	at := from
	for at < len(t.keys) {
		key := t.keys[at]
		if v, found := t.get(key); found {
			t.gap(from, at)
			return key, v
		}
		if g, ok := key.(*gap); ok {
			at = g.end
		} else {
			at++
		}
	}
	t.gap(from, at)
	return lua.LNil, lua.LNil
}

// gap is where the list of keys begins to have none with a value, up to the place end. It
// spares those who begin at the same place the way through: "while next(t) do" is not to
// take longer with every key that it takes out.
type gap struct {
	lua.LNilType
	end int
}

// former is a key that stood in a gap, as a key of the table's places: a traversal may have
// come as far and take it up from there, and if it gets a value again it is a new one.
type former struct{ lua.LValue }

// gap notes that the keys from one place to another have no values, if they are many.
func (t *table) gap(from, to int) {
	if to-from < fewKeys {
		return
	}
	g, known := t.keys[from].(*gap)
	if !known {
		t.vacate(from)
		g = &gap{end: from + 1}
		t.keys[from] = g
	}
	for at := g.end; at < to; at++ {
		if inner, ok := t.keys[at].(*gap); ok {
			at = inner.end - 1
		} else {
			t.vacate(at)
		}
	}
	g.end = to
}

// vacate takes a key that has no value from its place.
func (t *table) vacate(at int) {
	if key := t.keys[at]; !isNil(key) {
		delete(t.k2i, key)
		t.k2i[former{key}] = at
		t.keys[at] = lua.LNil
	}
}

// get is a value of the maps.
func (t *table) get(key lua.LValue) (v lua.LValue, found bool) {
	if s, ok := key.(lua.LString); ok {
		v, found = t.strdict[string(s)]
		return v, found
	}
	v, found = t.dict[key]
	return v, found
}

// next is next(t [, key]).
func next(L *lua.LState) int {
	t := args(L, "next").Table(1)
	k, v, ok := mirrorOf(t).next(L.Get(2))
	if !ok {
		L.RaiseError("invalid key to 'next'")
	}
	L.Push(k)
	if isNil(k) {
		return 1
	}
	L.Push(v)
	return 2
}

// openPairs makes pairs, which answers next, as Lua's does.
func (l *library) openPairs(L *lua.LState) {
	step := L.NewFunction(next)
	L.SetGlobal("next", step)
	L.SetGlobal("pairs", L.NewFunction(func(L *lua.LState) int {
		t := args(L, "pairs").Table(1)
		L.SetTop(0)
		L.Push(step)
		L.Push(t)
		L.Push(lua.LNil)
		return 3
	}))
}
