package lualib

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// args reads a function's arguments and words their errors as Lua 5.1 does.
// gopher-lua's own helpers name the variable that the caller happened to use
// and take no numeric string for an integer.
type args struct {
	L    *lua.LState
	name string
}

func (a args) fail(n int, format string, v ...any) {
	a.L.RaiseError("bad argument #%d to '%s' (%s)", n, a.name, fmt.Sprintf(format, v...))
}

func (a args) mismatch(n int, want string) {
	a.fail(n, "%s expected, got %s", want, a.typeName(n))
}

func (a args) typeName(n int) string {
	if n > a.L.GetTop() {
		return "no value"
	}
	return a.L.Get(n).Type().String()
}

// absent: not given, or given as nil.
func (a args) absent(n int) bool { return a.L.Get(n) == lua.LNil }

// any answers an argument that must be there, nil or not.
func (a args) any(n int) lua.LValue {
	if n > a.L.GetTop() {
		a.fail(n, "value expected")
	}
	return a.L.Get(n)
}

func (a args) str(n int) string {
	switch v := a.L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return NumberText(v)
	}
	a.mismatch(n, "string")
	return ""
}

func (a args) optStr(n int, otherwise string) string {
	if a.absent(n) {
		return otherwise
	}
	return a.str(n)
}

func (a args) num(n int) float64 {
	switch v := a.L.Get(n).(type) {
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		if f, ok := ParseNumber(string(v)); ok {
			return f
		}
	}
	a.mismatch(n, "number")
	return 0
}

// integer cuts a fraction off, as luaL_checkinteger of 5.1 does.
func (a args) integer(n int) int { return clampInt(a.num(n)) }

func (a args) optInteger(n, otherwise int) int {
	if a.absent(n) {
		return otherwise
	}
	return a.integer(n)
}

// exact takes a number that is an integer and nothing else: the rule of what
// is not in Lua 5.1, where a fraction is a mistake.
func (a args) exact(n int) float64 {
	v, ok := a.L.Get(n).(lua.LNumber)
	if !ok {
		a.mismatch(n, "integer")
	}
	f := float64(v)
	if f != math.Trunc(f) || math.IsInf(f, 0) {
		a.fail(n, "integer expected, got %s", NumberText(v))
	}
	return f
}

func (a args) table(n int) *lua.LTable {
	t, ok := a.L.Get(n).(*lua.LTable)
	if !ok {
		a.mismatch(n, "table")
	}
	return t
}

func (a args) function(n int) *lua.LFunction {
	f, ok := a.L.Get(n).(*lua.LFunction)
	if !ok {
		a.mismatch(n, "function")
	}
	return f
}

// clampInt converts as far as an int reaches; what is beyond every string and
// table stays beyond.
func clampInt(f float64) int {
	const limit = 1 << 53
	switch {
	case f != f:
		return 0
	case f > limit:
		return limit
	case f < -limit:
		return -limit
	}
	return int(f)
}

// small holds the numbers that need no allocation: bytes, counts, lengths.
var small = func() (t [256]lua.LValue) {
	for i := range t {
		t[i] = lua.LNumber(i)
	}
	return t
}()

func number(n int) lua.LValue {
	if uint(n) < uint(len(small)) {
		return small[n]
	}
	return lua.LNumber(n)
}

// spread makes room on the stack for n results at once and answers the index
// before the first: pushing one by one would copy the stack for each step that
// it grows.
func spread(L *lua.LState, n int, tooMany string) int {
	if n > freeRegistry(L)-minStack {
		L.RaiseError("%s", tooMany)
	}
	top := L.GetTop()
	L.SetTop(top + n)
	return top
}

// minStack is what a Go function may need on the stack besides (LUA_MINSTACK).
const minStack = 20
