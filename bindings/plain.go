package bindings

import (
	"math"
	"sort"
	"strconv"

	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// deepest is how deep a table of an argument may be nested; none of the kernel's
// structures is as deep.
const deepest = 8

// plain makes a plain Go value of a Lua value: int64, float64, string, bool, a
// kernel.Record of a table with named fields, []any of an array.
func (d *decoding) plain(v lua.LValue, depth int) any {
	if x, ok := scalar(v); ok {
		return x
	}
	if t, ok := v.(*lua.LTable); ok {
		if t.Len() > 0 {
			return d.list(t, depth)
		}
		return d.record(t, depth)
	}
	d.fail("number, string, boolean or table expected, got %s", typeOf(v))
	return nil
}

// scalar is plain for what is no table.
func scalar(v lua.LValue) (any, bool) {
	switch x := v.(type) {
	case lua.LNumber:
		if n, ok := integral(x); ok {
			return n, true
		}
		return float64(x), true
	case lua.LString:
		return string(x), true
	case lua.LBool:
		return bool(x), true
	}
	return nil, false
}

// record makes a Record of a table, its fields by name.
func (d *decoding) record(t *lua.LTable, depth int) kernel.Record {
	if depth > deepest {
		d.fail("the table is nested too deep")
	}
	rec := kernel.Record{}
	t.ForEach(func(k, v lua.LValue) {
		name, ok := k.(lua.LString)
		if !ok {
			d.fail("a table with named fields expected, got the key %s", typeOf(k))
		}
		rec = append(rec, kernel.Field{Name: string(name), Value: d.plain(v, depth+1)})
	})
	if len(rec) > 1 {
		sort.Slice(rec, func(i, j int) bool { return rec[i].Name < rec[j].Name })
	}
	return rec
}

func (d *decoding) list(t *lua.LTable, depth int) []any {
	if depth > deepest {
		d.fail("the table is nested too deep")
	}
	list := make([]any, 0, t.Len())
	for i := 1; i <= t.Len(); i++ {
		list = append(list, d.plain(t.RawGetInt(i), depth+1))
	}
	return list
}

// toLua makes a Lua value of a plain Go value.
func (env *Env) toLua(L *lua.LState, v any) lua.LValue {
	switch x := v.(type) {
	case nil:
		return lua.LNil
	case bool:
		return lua.LBool(x)
	case int64:
		return wide(x)
	case int:
		return wide(int64(x))
	case uint64:
		if x > 1<<53 {
			return lua.LString(strconv.FormatUint(x, 10))
		}
		return lualib.Integer(int64(x))
	case float64:
		return lua.LNumber(x)
	case string:
		return lua.LString(x)
	case *kernel.Sockaddr:
		return env.address(L, x)
	case kernel.Record:
		return env.recordToLua(L, x)
	case []any:
		t := L.CreateTable(len(x), 0)
		for _, item := range x {
			t.Append(env.toLua(L, item))
		}
		return t
	}
	panic("internal error, please report: no Lua value for a Go value")
}

// recordToLua makes a table with named fields; one that is an address prints as one.
func (env *Env) recordToLua(L *lua.LState, rec kernel.Record) lua.LValue {
	t := L.CreateTable(0, len(rec))
	for _, f := range rec {
		t.RawSetString(f.Name, env.toLua(L, f.Value))
	}
	if rec.Get("family") != nil {
		t.Metatable = addresses
	}
	return t
}

// wide makes a number of an integer that a double holds, else a decimal string.
func wide(n int64) lua.LValue {
	if n > 1<<53 || n < -1<<53 {
		return lua.LString(strconv.FormatInt(n, 10))
	}
	return lualib.Integer(n)
}

// finite answers a Lua number of a float; NaN has no place in an answer.
func finite(x float64) lua.LValue {
	if math.IsNaN(x) {
		return lua.LNil
	}
	return lua.LNumber(x)
}
