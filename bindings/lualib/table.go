package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (l *library) openTable(L *lua.LState) {
	set(L, Module(L, "table"), map[string]lua.LGFunction{
		"concat": l.concat,
		"insert": tableInsert,
		"maxn":   tableMaxn,
		"remove": tableRemove,
		"sort":   tableSort,
	})
}

// at is a table's element; an index beyond the array part is in its hash,
// which gopher-lua's RawGetInt doesn't look into.
func at(t *lua.LTable, i int) lua.LValue {
	if i > 0 && i < maxArray {
		return t.RawGetInt(i)
	}
	return t.RawGet(lua.LNumber(i))
}

// concat goes over the elements twice: for the length, and to copy them.
func (l *library) concat(L *lua.LState) int {
	a := args(L, "concat")
	t := a.Table(1)
	sep, i := a.OptStr(2, ""), a.optInteger(3, 1)
	j := a.optInteger(4, mirrorOf(t).length())
	size, p := 0, pace{}
	for k := i; k <= j; k++ {
		p.step(L)
		s, ok := textOf(at(t, k))
		if !ok {
			L.RaiseError("invalid value (%s) at index %d in table for 'concat'", at(t, k).Type(), k)
		}
		size += len(s)
		if k < j {
			size += len(sep)
		}
	}
	l.reserve(L, size)
	var b strings.Builder
	b.Grow(size)
	for k := i; k <= j; k++ {
		p.step(L)
		s, _ := textOf(at(t, k))
		b.WriteString(s)
		if k < j {
			b.WriteString(sep)
		}
	}
	L.Push(lua.LString(b.String()))
	return 1
}

func textOf(v lua.LValue) (string, bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return NumberText(v), true
	}
	return "", false
}

// tableInsert refuses what gopher-lua would lose: it stores beyond the array
// part what an index does not find there.
func tableInsert(L *lua.LState) int {
	a := args(L, "insert")
	t := a.Table(1)
	n := mirrorOf(t).length()
	pos := n + 1
	switch L.GetTop() {
	case 2:
	case 3:
		pos = a.integer(2)
	default:
		L.RaiseError("wrong number of arguments to 'insert'")
	}
	v := L.Get(L.GetTop())
	switch {
	case n+1 >= maxArray:
		L.RaiseError("table too long (%d elements) for 'insert'", n)
	case pos > 0 && pos <= n:
		t.Insert(pos, v)
	default:
		insertBefore(L, t, pos, n)
		t.RawSet(lua.LNumber(pos), v)
	}
	return 0
}

// insertBefore makes room at a position below 1, as 5.1 does.
func insertBefore(L *lua.LState, t *lua.LTable, pos, n int) {
	var p pace
	for i := n + 1; i > pos && pos < 1; i-- {
		p.step(L)
		t.RawSet(lua.LNumber(i), at(t, i-1))
	}
}

// tableRemove takes the last element that is one; gopher-lua's takes the last
// slot of the array, though it be empty.
func tableRemove(L *lua.LState) int {
	a := args(L, "remove")
	t := a.Table(1)
	n := mirrorOf(t).length()
	pos := a.optInteger(2, n)
	if pos < 1 || pos > n {
		return 0
	}
	L.Push(t.Remove(pos))
	return 1
}

// tableMaxn looks at all keys, as 5.1 does; gopher-lua's at the array alone.
func tableMaxn(L *lua.LState) int {
	best := lua.LNumber(0)
	args(L, "maxn").Table(1).ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); ok && n > best {
			best = n
		}
	})
	L.Push(best)
	return 1
}

// unpackTable is the global unpack.
func unpackTable(L *lua.LState) int {
	a := args(L, "unpack")
	t := a.Table(1)
	i := a.optInteger(2, 1)
	j := a.optInteger(3, mirrorOf(t).length())
	if i > j {
		return 0
	}
	n := j - i + 1
	top := spread(L, n, "too many results to unpack")
	for k := range n {
		L.Replace(top+k+1, at(t, i+k))
	}
	return n
}
