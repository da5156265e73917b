package lualib

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Arguments reads a function's arguments and words their errors as Lua 5.1 does.
// gopher-lua's own helpers name the variable that the caller happened to use
// and take no numeric string for an integer.
type Arguments struct {
	L    *lua.LState
	Name string // of the function, for the errors
	Self int    // 1 for a method, whose object is no counted argument
}

func args(L *lua.LState, name string) Arguments { return Arguments{L: L, Name: name} }

// Fail raises that the argument n is wrong, and how.
func (a Arguments) Fail(n int, format string, v ...any) {
	text := Abridged(fmt.Sprintf(format, v...))
	if n -= a.Self; n == 0 {
		a.L.RaiseError("calling '%s' on bad self (%s)", a.Name, text)
	}
	a.L.RaiseError("bad argument #%d to '%s' (%s)", n, a.Name, text)
}

// Abridged is what an error says, without its middle where that is longer than anybody reads: it may
// repeat a name that is a megabyte of received data.
func Abridged(text string) string {
	const head, tail = 600, 300
	if len(text) <= head+tail {
		return text
	}
	return strings.ToValidUTF8(text[:head], "") + "…" + strings.ToValidUTF8(text[len(text)-tail:], "")
}

// Mismatch raises that the argument n is of another type.
func (a Arguments) Mismatch(n int, want string) {
	got := "no value"
	if n <= a.L.GetTop() {
		got = a.L.Get(n).Type().String()
	}
	a.Fail(n, "%s expected, got %s", want, got)
}

// Absent tells whether the argument n is not given, or given as nil.
func (a Arguments) Absent(n int) bool { return a.L.Get(n) == lua.LNil }

// Any answers an argument that must be there, nil or not.
func (a Arguments) Any(n int) lua.LValue {
	if n > a.L.GetTop() {
		a.Fail(n, "value expected")
	}
	return a.L.Get(n)
}

// Str answers a string, or a number's text.
func (a Arguments) Str(n int) string {
	switch v := a.L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return NumberText(v)
	}
	a.Mismatch(n, "string")
	return ""
}

// OptStr is Str for an argument that may be absent.
func (a Arguments) OptStr(n int, otherwise string) string {
	if a.Absent(n) {
		return otherwise
	}
	return a.Str(n)
}

// Num answers a number, or what a string says as one.
func (a Arguments) Num(n int) float64 {
	f, ok := ToNumber(a.L.Get(n))
	if !ok {
		a.Mismatch(n, "number")
	}
	return f
}

// integer cuts a fraction off, as luaL_checkinteger of 5.1 does.
func (a Arguments) integer(n int) int { return clampInt(a.Num(n)) }

func (a Arguments) optInteger(n, otherwise int) int {
	if a.Absent(n) {
		return otherwise
	}
	return a.integer(n)
}

// exact takes a number that is an integer and nothing else: the rule of what
// is not in Lua 5.1, where a fraction is a mistake.
func (a Arguments) exact(n int) float64 {
	v, ok := a.L.Get(n).(lua.LNumber)
	if !ok {
		a.Mismatch(n, "integer")
	}
	f := float64(v)
	if f != math.Trunc(f) || math.IsInf(f, 0) {
		a.Fail(n, "integer expected, got %s", NumberText(v))
	}
	return f
}

// Table answers a table.
func (a Arguments) Table(n int) *lua.LTable {
	t, ok := a.L.Get(n).(*lua.LTable)
	if !ok {
		a.Mismatch(n, "table")
	}
	return t
}

func (a Arguments) function(n int) *lua.LFunction {
	f, ok := a.L.Get(n).(*lua.LFunction)
	if !ok {
		a.Mismatch(n, "function")
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
