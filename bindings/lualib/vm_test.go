package lualib

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// vmCode is Lua code that a benchmark runs n steps of.
var vmCode = []struct{ name, code string }{
	{"loop", "return function(n) for i = 1, n do end end"},
	{"call", "local function f(x) return x end return function(n) for i = 1, n do f(i) end end"},
	{"field", "local t = {x = 1} return function(n) for i = 1, n do t.x = t.x + 1 end end"},
	{"ipairs", "local t = {} for i = 1, 100 do t[i] = i end return function(n) for i = 1, n / 100 do for _, v in ipairs(t) do end end end"},
}

// BenchmarkVM compares the loop that runs Lua code with gopher-lua's.
func BenchmarkVM(b *testing.B) {
	for _, c := range vmCode {
		for _, own := range []bool{true, false} {
			name := map[bool]string{true: "own", false: "gopher-lua"}[own]
			b.Run(c.name+"/"+name, func(b *testing.B) {
				L := lua.NewState(LuaOptions())
				defer L.Close()
				Open(L, Options{})
				if own {
					SetContext(L, context.Background())
				}
				fn, err := L.LoadString(c.code)
				if err != nil {
					b.Fatal(err)
				}
				Measure(fn.Proto)
				L.Push(fn)
				L.Call(0, 1)
				b.ResetTimer()
				L.Push(lua.LNumber(b.N))
				L.Call(1, 0)
			})
		}
	}
}

// TestOwnLoop: a state that has a context is run by the loop of ours.
func TestOwnLoop(t *testing.T) {
	L := lua.NewState(LuaOptions())
	defer L.Close()
	SetContext(L, context.Background())
	if own := stateOf(L).mainLoop == ownLoop; own != ownLoops {
		t.Errorf("the loop is ours: %v", own)
	}
}

// TestMeasure: what gopher-lua's compiler counts too few registers for.
func TestMeasure(t *testing.T) {
	L := lua.NewState(LuaOptions())
	defer L.Close()
	for code, least := range map[string]uint8{
		"f(1, 2, function() end, function() end)": 5,
		"for i = 1, 2 do end":                     4,
		"for a, b, c, d in f do end":              7,
	} {
		fn, err := L.LoadString(code)
		if err != nil {
			t.Fatal(err)
		}
		if line := Measure(fn.Proto); line != 0 || fn.Proto.NumUsedRegisters < least {
			t.Errorf("%s: %d registers, not %d; line %d", code, fn.Proto.NumUsedRegisters, least, line)
		}
	}
	many := "f(\n" + strings.Repeat("function() end, ", 260) + "1)"
	fn, err := L.LoadString(many)
	if err != nil {
		t.Fatal(err)
	}
	if line := Measure(fn.Proto); line != 2 {
		t.Errorf("260 closures at once are too many in line %d, not 2", line)
	}
}

// TestCopied: a string that lies behind its own header lives as long as somebody has it, or a
// part of it, though the collector sees no pointer in it.
func TestCopied(t *testing.T) {
	source := make([]byte, largestPacked+100)
	for i := range source {
		source[i] = byte(i * 7)
	}
	wholes, parts := make([]lua.LValue, len(source)), make([]string, len(source))
	for n := range source {
		wholes[n] = Copied(string(source[:n]))
		parts[n] = string(Copied(string(source[:n])).(lua.LString))[n/2:]
	}
	for range 3 {
		runtime.GC()
		for n := range source { // in what was free
			_ = Copied(strings.Repeat("x", n))
		}
	}
	for n := range source {
		if got := string(wholes[n].(lua.LString)); got != string(source[:n]) {
			t.Fatalf("%d bytes: %q", n, got)
		}
		if parts[n] != string(source[n/2:n]) {
			t.Fatalf("the second half of %d bytes: %q", n, parts[n])
		}
	}
}

// TestStackMoves: a Go function that answers more values than the stack has room for moves the
// registers of the function that called it.
func TestStackMoves(t *testing.T) {
	L, _ := newState(t, Options{})
	const code = `local large = {} for i = 1, 2000 do large[i] = i end
	return coroutine.wrap(function()
		local first, n = "kept", select("#", unpack(large))
		local same = n -- the next instruction
		return first, same
	end)()`
	if err := L.DoString(code); err != nil {
		t.Fatal(err)
	}
	if got := [2]lua.LValue{L.Get(1), L.Get(2)}; got != [2]lua.LValue{lua.LString("kept"), lua.LNumber(2000)} {
		t.Errorf("the locals are %v", got)
	}
}

// TestDiscarded: what a function had in its registers is garbage once it has answered, whether
// it had few or many.
func TestDiscarded(t *testing.T) {
	for name, code := range map[string]string{
		"few":  "local function f() local a = large() return 1 end f()",
		"many": "local function f() local a, b, c, d, e, f, g, h, i, j = 1, 2, 3, 4, 5, 6, 7, 8, 9, large() return 1 end f()",
		"Go's": "local n = #tostring(large())",
	} {
		L, _ := newState(t, Options{})
		freed := make(chan struct{})
		L.SetGlobal("large", L.NewFunction(func(L *lua.LState) int {
			v := L.NewTable()
			runtime.AddCleanup(v, func(c chan struct{}) { close(c) }, freed)
			L.Push(v)
			return 1
		}))
		L.SetGlobal("check", L.NewFunction(func(L *lua.LState) int {
			runtime.GC()
			select {
			case <-freed:
			case <-time.After(10 * time.Second):
				t.Errorf("%s: the value is alive", name)
			}
			return 0
		}))
		if err := L.DoString(code + " check()"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestInstructions: what the loop does by itself is what gopher-lua's does, also next to where
// it leaves it to that.
func TestInstructions(t *testing.T) {
	rows(t, []row{
		{"local a, b, c = 7, 3, -3 return a % b, -a % b, a % c, -a % c, (a + 0.5) % b", "1|2|-2|-1|1.5"},
		{"local x, y = 2^53, 0.5 return x % 10, 1 % y, 1 % (y + 1), 0 % x", "2|0|1|0"},
		{"local x, y = 2^63, 2^70 return x % 10, 7 % y, y % x", "8|7|0"},
		{"local z = 0 return 1 % z ~= 1 % z", "true"},
		{`local m = {__mod = function(a, b) return "m" end} return setmetatable({}, m) % 2, 2 % setmetatable({}, m)`, "m|m"},
		{`local m = {__eq = function() return true end} return setmetatable({}, m) == setmetatable({}, m), setmetatable({}, m) == {}`, "true|false"},
		{`local m = {} return setmetatable({}, m) == setmetatable({}, m)`, "false"},
		{`local t = setmetatable({"a"}, {__index = function(_, k) return k end}) local n, k = 2, true return t[1], t[n], t[k], t.x`, "a|2|true|x"},
		{`local t = setmetatable({"a"}, {}) local n, k = 2, true return t[1], t[n], t[k], t.x`, "a|nil|nil|nil"},
		{"local f, g = function() end, print return f == f, f == g, g ~= g", "true|false|false"},
		{"local a, b = coroutine.create(print), coroutine.create(print) return a == a, a == b, a == print", "true|false|false"},
	})
}
