package lualib

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

func TestCoroutine(t *testing.T) {
	rows(t, []row{
		{`local co = coroutine.create(function(a, b) return a + b end) return coroutine.resume(co, 1, 2)`, "true|3"},
		{`local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.resume(co)`, "false|cannot resume dead coroutine"},
		{`local co = coroutine.wrap(function() end) co() co()`, "error: t:1: cannot resume dead coroutine"},
		{`local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co)`, "true|false|cannot resume non-suspended coroutine"},
		{`local a a = coroutine.create(function() return coroutine.wrap(function() return coroutine.status(a), coroutine.resume(a) end)() end) return coroutine.resume(a)`, "true|normal|false|cannot resume non-suspended coroutine"},
		{`return coroutine.running()`, "nil"},
		{`local co co = coroutine.create(function() return coroutine.running() == co, coroutine.status(co) end) return coroutine.resume(co)`, "true|true|running"},
		{`coroutine.yield()`, "error: t:1: attempt to yield from outside a coroutine"},
		// gopher-lua: Go's nil for what a resume doesn't give
		{`local co = coroutine.wrap(function() local a, b, c = coroutine.yield() return a, b, c end) co() return co(1)`, "1|nil|nil"},
		{`local co = coroutine.wrap(function() return select('#', coroutine.yield()) end) co() return co()`, "0"},
		// gopher-lua: a panic outside any protection
		{`local co = coroutine.create(function() return coroutine.yield(1) end) coroutine.resume(co) return coroutine.resume(co, 7, 8)`, "true|7|8"},
		{`local co = coroutine.wrap(function() local function f() return coroutine.yield(1) end local a, b = f() return a, b end) co() return co(5)`, "5|nil"},
		// gopher-lua: the end of a Go function goes unnoticed
		{`local co = coroutine.create(math.max) return coroutine.resume(co, 1, 2), coroutine.status(co), coroutine.running()`, "true|dead|nil"},
		{`return coroutine.wrap(math.max)(1, 2)`, "2"},
		{`local co = coroutine.wrap(coroutine.yield) return co(1), co(2)`, "1|2"},
		// errors
		{`local e = {} local ok, v = coroutine.resume(coroutine.create(function() error(e) end)) return ok, v == e`, "false|true"},
		{`coroutine.wrap(function() error('x') end)()`, "error: t:1: x"},
		{`coroutine.wrap(function() error('x', 2) end)()`, "error: x"},
		{`local ok = pcall(coroutine.wrap(function() error('x') end)) return coroutine.running(), coroutine.wrap(function() return 1 end)()`, "nil|1"},
		{`return pcall(coroutine.create, 1)`, "false|t:1: bad argument #1 to 'create' (function expected, got number)"},
		{`return pcall(coroutine.resume, 1)`, "false|t:1: bad argument #1 to 'resume' (coroutine expected)"},
		{`local function f() return coroutine.wrap(f)() end return (select(2, pcall(f)):match('stack overflow'))`, "stack overflow"},
		{`local function f() f() end return (select(2, coroutine.resume(coroutine.create(f))):match('stack overflow'))`, "stack overflow"},
		{`local co = coroutine.create(function(...) return select('#', ...) end) local t = {} return coroutine.resume(co, unpack(t, 1, 100000))`, "true|100000"},
		// yield where 5.1 can't either
		{`return coroutine.resume(coroutine.create(function() table.sort({1, 2, 3}, coroutine.yield) end))`, "false|t:1: attempt to yield across metamethod/C-call boundary"},
		{`return coroutine.resume(coroutine.create(function() for x in function() coroutine.yield() end do end end))`, "false|t:1: attempt to yield across metamethod/C-call boundary"},
		{`return coroutine.resume(coroutine.create(function() return setmetatable({}, {__index = function() coroutine.yield() end}).x end))`, "false|t:1: attempt to yield across metamethod/C-call boundary"},
		{`return coroutine.resume(coroutine.create(function() return ('x'):gsub('x', function() coroutine.yield() end) end))`, "false|t:1: attempt to yield across metamethod/C-call boundary"},
		{`local co = coroutine.wrap(function() local t = setmetatable({}, {__call = function(_, x) return coroutine.yield(x) end}) return t(4) end) return co(), co(5)`, "4|5"},
		{`local t = {} for v in coroutine.wrap(function() for i = 1, 5 do coroutine.yield(i) end end) do t[#t + 1] = v end return table.concat(t)`, "12345"},
	})
}

// TestTraceback: what testdata/same/traceback.lua compares where Lua 5.1 is there, and what
// Lua 5.1 has not: a coroutine that waits within pcall, and long stacks.
func TestTraceback(t *testing.T) {
	rows(t, []row{
		{`local function f() error('x') end local co = coroutine.create(function() f() end) coroutine.resume(co) return debug.traceback(co, 'm')`,
			"m\nstack traceback:\n\t[C]: in function 'error'\n\tt:1: in function 'f'\n\tt:1: in function <t:1>"},
		{`local co = coroutine.create(function() pcall(function() coroutine.yield() end) end) coroutine.resume(co) return debug.traceback(co)`,
			"stack traceback:\n\t[C]: in function 'yield'\n\tt:1: in function <t:1>\n\t[C]: in function 'pcall'\n\tt:1: in function <t:1>"},
		{`local co = coroutine.wrap(function() return (select(2, pcall(function() return debug.traceback('m') .. '' end))) end) return co()`,
			"m\nstack traceback:\n\tt:1: in function <t:1>\n\t[C]: in function 'pcall'\n\tt:1: in function <t:1>"},
		{`local function p(n) if n == 0 then error('end') end return p(n - 1) end
		local co = coroutine.create(p) coroutine.resume(co, 100000) return #debug.traceback(co) < 1000`, "true"},
		{`local function deep(n) if n == 0 then return debug.traceback() .. '' end return (deep(n - 1)) end
		local _, lines = deep(100):gsub('\n', '') return lines, (deep(100):match('\n%s+%.%.%.\n')) ~= nil`, "23|true"},
	})
}

func TestProtected(t *testing.T) {
	rows(t, []row{
		{`local function same(e) return e end
		return coroutine.wrap(function() return select(2, xpcall(function() nofn() end, same)) end)()`, "t:2: attempt to call a nil value (global 'nofn')"},
		{`return pcall(function(...) return ... end, 1, nil, 3)`, "true|1|nil|3"},
		{`return pcall(error)`, "false|nil"},
		{`return pcall(error, nil)`, "false|nil"},
		{`return select('#', pcall(error))`, "2"},
		{`return pcall(nil)`, "false|attempt to call a nil value"},
		{`return pcall()`, "error: t:1: bad argument #1 to 'pcall' (value expected)"},
		{`local e = {} local ok, v = pcall(error, e) return v == e`, "true"},
		{`return pcall(pcall, pcall, error, 1)`, "true|true|false|1"},
		{`return xpcall(function() error('a', 0) end, function(e) return e .. 'b' end)`, "false|ab"},
		{`return xpcall(function() error('a') end, function(e) error('b') end)`, "false|error in error handling"},
		{`return xpcall(function() local x = nil; x() end, debug.traceback) ~= nil`, "true"},
		{`local depth = 0 local function f() depth = depth + 1 return 1 + f() end return pcall(f) == false, depth > 1000, (select(2, pcall(f)):match('stack overflow'))`, "true|true|stack overflow"},
		{`local function f() return 1 + f() end return (select(2, xpcall(f, function(e) return 'H' .. e end)):match('^H.*stack overflow'))`, "Ht:1: stack overflow"},
		{`local function f() return pcall(f) end local t = {f()} return #t > 1000, t[#t - 1], t[#t]`, "true|false|t:1: stack overflow"},
		{`return xpcall(function(...) return select('#', ...) end, print, 1, 2)`, "true|0"},
		{`local t = setmetatable({}, {__call = function(_, x) return x end}) return pcall(t, 5)`, "true|5"},
		// the handler sees the stack
		{`local function deep() error('x') end return (select(2, xpcall(function() deep() end, function() return debug.traceback() end)):find('deep', 1, true)) ~= nil`, "true"},
		// gopher-lua: the upvalues of all functions on the stack are closed
		{`local x = 1 local function get() return x end pcall(error) x = 2 return get()`, "2"},
		{`local x = 1 local function get() return x end pcall(function() pcall(error) error() end) x = 2 return get()`, "2"},
		{`local x = 1 local function get() return x end xpcall(error, print) x = 2 return get()`, "2"},
		{`local x = 1 local function get() return x end pcall(function() local y = 1 local function g() return y end pcall(error) y = 5 assert(g() == 5) error() end) x = 2 return get()`, "2"},
		// and xpcall's closes none
		{`local get xpcall(function() local z = 42 get = function() return z end error() end, function() end) local a, b, c, d, e = 1, 2, 3, 4, 5 return get()`, "42"},
		{`local get pcall(function() local z = 42 get = function() return z end error() end) local a, b, c, d, e = 1, 2, 3, 4, 5 return get()`, "42"},
		{`local get pcall(function() local z = 42 get = function() return z end local function f() return 1 + f() end f() end) local a, b, c, d, e = 1, 2, 3, 4, 5 return get()`, "42"},
	})
}

// The same in a coroutine, where protected calls run in threads of their own.
func TestProtectedInCoroutine(t *testing.T) {
	rows(t, []row{
		{`local co = coroutine.wrap(function() return pcall(function() return coroutine.yield(1) end) end) return co(), co(2, 3)`, "1|true|2|3"},
		{`local co = coroutine.wrap(function() local ok, a, b = pcall(function() return coroutine.yield(1) end) return ok, a, b end) return co(), co(2)`, "1|true|2|nil"},
		{`local co = coroutine.wrap(function() return pcall(coroutine.yield, 1) end) return co(), co(2)`, "1|true|2"},
		{`local co = coroutine.wrap(function() local ok, e = pcall(function() coroutine.yield(1) error('x', 0) end) return ok, e end) return co(), co()`, "1|false|x"},
		{`local co = coroutine.wrap(function() return pcall(pcall, pcall, function() return coroutine.yield(1) end) end) return co(), co(9)`, "1|true|true|true|9"},
		{`local co = coroutine.wrap(function() return xpcall(function() coroutine.yield(1) error('x', 0) end, function(e) return e .. '!' end) end) return co(), co()`, "1|false|x!"},
		{`local co = coroutine.wrap(function() return xpcall(function() error('a') end, function(e) error('b') end) end) return co()`, "false|error in error handling"},
		{`local co = coroutine.wrap(function() return xpcall(function() error('a') end, function(e) coroutine.yield() end) end) return co()`, "false|error in error handling"},
		{`local co co = coroutine.create(function() return pcall(function() return coroutine.running() == co, coroutine.status(co), coroutine.resume(co) end) end) return coroutine.resume(co)`, "true|true|true|running|false|cannot resume non-suspended coroutine"},
		{`local co = coroutine.create(function() pcall(function() coroutine.yield() end) end) coroutine.resume(co) return coroutine.status(co)`, "suspended"},
		{`local e = {} local co = coroutine.wrap(function() local ok, v = pcall(error, e) return v == e end) return co()`, "true"},
		{`local e = {} local co = coroutine.wrap(function() local ok, v = pcall(function() error(e) end) return v == e end) return co()`, "true"},
		{`return coroutine.wrap(function() return pcall(nil) end)()`, "false|attempt to call a nil value"},
		{`return coroutine.wrap(function() return pcall(string.rep) end)()`, "false|t:1: bad argument #1 to 'rep' (string expected, got no value)"},
		{`local x return coroutine.wrap(function() local x = 1 local function get() return x end pcall(function() error() end) x = 2 return get() end)()`, "2"},
		{`local co = coroutine.wrap(function() local n = 0 for i = 1, 1000 do pcall(function() n = n + coroutine.yield(i) end) end return n end) co() for i = 1, 999 do co(1) end return co(1)`, "1000"},
		{`local function f() return pcall(f) end return (select('#', coroutine.wrap(f)()))`, "202"},
		{`local t = {} local co = coroutine.wrap(function() for k in (function() local ok, v = pcall(function() return #t < 3 or nil end) return v end) do t[#t + 1] = 'x' end return #t end) return co()`, "3"},
		{`local co = coroutine.wrap(function() local t = setmetatable({}, {__index = function(_, k) local ok, v = pcall(function() return k .. k end) return v end}) return t.ab end) return co()`, "abab"},
		{`local co = coroutine.wrap(function() table.sort({3, 1, 2}, function(a, b) return select(2, pcall(function() return a < b end)) end) return 'ok' end) return co()`, "ok"},
		{`local a = coroutine.wrap(function() pcall(function() local b = coroutine.wrap(function() pcall(function() coroutine.yield('b1') end) coroutine.yield('b2') end) coroutine.yield(b()) coroutine.yield(b()) end) return 'end' end) return a(), a(), a()`, "b1|b2|end"},
		{`local co = coroutine.wrap(function() return xpcall(error, function() local g = coroutine.wrap(function() coroutine.yield(7) end) return g() end) end) return co()`, "false|7"},
	})
}

func TestAbandonedCoroutinesAreCollected(t *testing.T) {
	L, _ := newState(t, Options{})
	L.SetContext(newSignal())
	before := runtime.NumGoroutine()
	run := func(n int) {
		eval(L, `for i = 1, `+lua.LNumber(n).String()+` do coroutine.wrap(function() pcall(function() coroutine.yield() end) end)() end`)
	}
	run(10)
	runtime.GC()
	small := heapBytes()
	run(3000)
	runtime.GC()
	if grown := heapBytes() - small; grown > 10<<20 {
		t.Errorf("%.0f bytes kept", grown)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines more", n-before)
	}
}

// What runs in a state whose context was changed since sees the new one.
func TestContextIsAdopted(t *testing.T) {
	L, _ := newState(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	L.SetContext(ctx)
	check1(t, L, row{`co = coroutine.wrap(function() coroutine.yield() return 1 end) co()`, ""})
	L.SetContext(context.Background())
	cancel()
	check1(t, L, row{`return co()`, "1"})
}

// TestCoroutineFullStack: where there is no frame left for what makes a coroutine, the state is
// what it was: it has its context, without which nothing interrupts it.
func TestCoroutineFullStack(t *testing.T) {
	refused := 0
	for limit := 4085; limit < 4096; limit++ {
		L, _ := newState(t, Options{})
		got := eval(L, fmt.Sprintf(`local n = 0
			local function f()
				n = n + 1
				if n < %d then f() else done = pcall(coroutine.create, print) end
				return
			end
			f() return done`, limit))
		if strings.HasSuffix(got, "false") {
			refused++
		}
		if L.Context() == nil || L.Options != LuaOptions() || stateOf(L).mainLoop != contextLoop() {
			t.Errorf("%d functions: %s, and the state is another", limit, got)
		}
	}
	if refused == 0 {
		t.Error("there was always room")
	}
}

// contextLoop is the loop of a state that has a context.
func contextLoop() unsafe.Pointer {
	L := lua.NewState()
	defer L.Close()
	SetContext(L, context.Background())
	return stateOf(L).mainLoop
}

func bench(b *testing.B, src string) *lua.LState {
	L, _ := newState(b, Options{})
	L.SetGlobal("N", lua.LNumber(b.N))
	fn, err := L.LoadString(src)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	L.Push(fn)
	if err := L.PCall(0, 0, nil); err != nil {
		b.Fatal(err)
	}
	return L
}

func BenchmarkPCall(b *testing.B) { bench(b, `local function f() end for i = 1, N do pcall(f) end`) }
func BenchmarkPCallGo(b *testing.B) {
	bench(b, `local f = coroutine.running for i = 1, N do pcall(f) end`)
}
func BenchmarkPCallError(b *testing.B) { bench(b, `for i = 1, N do pcall(error, 'x') end`) }
func BenchmarkPCallInCoroutine(b *testing.B) {
	bench(b, `coroutine.wrap(function() local function f() end for i = 1, N do pcall(f) end end)()`)
}
func BenchmarkPCallErrorInCoroutine(b *testing.B) {
	bench(b, `coroutine.wrap(function() local function f() error('x', 0) end for i = 1, N do pcall(f) end end)()`)
}
func BenchmarkPCallGoInCoroutine(b *testing.B) {
	bench(b, `coroutine.wrap(function() local f = coroutine.running for i = 1, N do pcall(f) end end)()`)
}
func BenchmarkYield(b *testing.B) {
	bench(b, `local f = coroutine.wrap(function() while true do coroutine.yield() end end) for i = 1, N do f() end`)
}
func BenchmarkYieldThroughPCall(b *testing.B) {
	bench(b, `local y = coroutine.yield local f = coroutine.wrap(function() pcall(function() while true do y() end end) end) for i = 1, N do f() end`)
}
func BenchmarkCreateResume(b *testing.B) {
	bench(b, `local function f() end for i = 1, N do coroutine.wrap(f)() end`)
}
func BenchmarkTenThousandCoroutines(b *testing.B) {
	for range b.N {
		L, _ := newState(b, Options{})
		runtime.GC()
		before := heapBytes()
		eval(L, `all = {} for i = 1, 10000 do local co = coroutine.wrap(function() pcall(function() coroutine.yield() end) end) co() all[i] = co end`)
		runtime.GC()
		b.ReportMetric((heapBytes()-before)/10000, "B/coroutine")
	}
}
