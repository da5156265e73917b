package lualib

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestInterrupt(t *testing.T) {
	for _, src := range []string{
		`ready() string.find(('a'):rep(30), ('a*'):rep(14)..'b')`,
		`ready() string.gsub(('a'):rep(30), ('a*'):rep(14)..'b', '')`,
		`ready() for w in string.gmatch(('a'):rep(30), ('a*'):rep(14)..'b') do end`,
		`ready() string.find(('a'):rep(1e6), ('.-'):rep(8)..'b')`,
		`local s = ('('):rep(1e6) ready() string.find(s, '%b()')  while true do string.find(s, '%b()') end`,
		`ready() while true do string.rep('x', 1e6) end`,
		`local x ready() repeat until x`,
		`local x, y = 1, 2 ready() repeat until x == y`,
		`local x, y = 1, 2 ready() repeat until x > y`,
		`local x ready() repeat local y = x and x until y`,
		`ready() while true do pcall(function() while true do end end) end`,
		`ready() while true do pcall(pcall, pcall, function() while true do end end) end`,
		`ready() local function f() while true do pcall(f) end end f()`,
		`ready() while true do xpcall(function() while true do end end, function(e) while true do end end) end`,
		`ready() while true do coroutine.resume(coroutine.create(function() while true do end end)) end`,
		`ready() coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()`,
		`local t = {} for i = 1, 1e5 do t[i] = i % 1000 end ready() while true do table.sort(t) end`,
		`local t = {} for i = 1, 1e5 do t[i] = i % 1000 end ready() table.sort(t, function() while true do end end)`,
		`local t = {} for i = 1, 1e5 do t[i] = 'x' end ready() while true do table.concat(t) end`,
		`ready() while true do local s = ('x'):rep(1e6):upper():reverse() end`,
		`ready() table.insert({}, -1e15, 1)`,
	} {
		L, _ := newState(t, Options{})
		if got := interruptible(t, L, newSignal(), src); !strings.Contains(got, "interrupted") || !strings.HasPrefix(got, "error: ") {
			t.Errorf("%s: %s", src, got)
		}
	}
}

func TestInterruptLeavesSuspendedCoroutines(t *testing.T) {
	L, _ := newState(t, Options{})
	s := newSignal()
	interruptible(t, L, s, `
		kept = coroutine.wrap(function() local n = 0 while true do pcall(function() n = n + 1 coroutine.yield(n) end) end end)
		kept()
		doomed = coroutine.create(function() pcall(function() ready() while true do end end) end)
		coroutine.resume(doomed)`)
	check1(t, L, row{`return kept(), coroutine.status(doomed), coroutine.running(), kept()`, "2|dead|nil|3"})
}

// What a one-shot interrupt raises ("not enough memory") can be caught.
func TestInterruptOnce(t *testing.T) {
	L, _ := newState(t, Options{})
	s := newSignal()
	s.once = true
	got := interruptible(t, L, s, `
		local ok, e = pcall(function() ready() while true do end end)
		return ok, (e:gsub("^.*: ", ""))`)
	if got != "false|interrupted" {
		t.Error(got)
	}
}

func TestRoom(t *testing.T) {
	L, _ := newState(t, Options{Room: func(n int64) bool { return n < 1<<20 }})
	for _, src := range []string{
		`('x'):rep(1e10)`, `('x'):rep(2e6)`, `('x'):rep(1e300)`, `('x'):rep(5e5):gsub('x', 'xxxx')`,
		`table.concat({('x'):rep(9e5), ('x'):rep(9e5)})`, `string.format('%s%s', ('x'):rep(9e5), ('x'):rep(9e5))`,
		`string.pack('z', ('x'):rep(1e6))`, `string.pack('c2000000', '')`,
	} {
		check1(t, L, row{"return " + src, "error: t:1: not enough memory"})
	}
	check1(t, L, row{`return #('x'):rep(1e6)`, "1000000"})
	check1(t, L, row{`return pcall(string.rep, 'x', 1e9)`, "false|t:1: not enough memory"})
}

// A Go panic in a function is an error like another.
func TestGoPanic(t *testing.T) {
	L, _ := newState(t, Options{})
	L.SetGlobal("bug", L.NewFunction(func(*lua.LState) int { panic("boom") }))
	rowsIn := []row{
		{`return pcall(bug)`, "false|boom"},
		{`return xpcall(bug, function(e) return e .. "!" end)`, "false|boom!"},
		{`return coroutine.resume(coroutine.create(bug))`, "false|boom"},
		{`return coroutine.wrap(function() return pcall(function() bug() end) end)()`, "false|boom"},
		{`return coroutine.wrap(function() return xpcall(function() bug() end, function(e) return e .. "!" end) end)()`, "false|boom!"},
	}
	for _, r := range rowsIn {
		check1(t, L, r)
	}
}
