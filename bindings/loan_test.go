package bindings

import (
	"fmt"
	"math/rand"
	"runtime"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// Strings that are received lie in a buffer that comes back once no variable has them
// (lualib/loan.go). These tests receive again and again, and look whether what was kept is
// still what was received.

// loanPrelude: receiving is done by the calls themselves, as scripts do it. a(c) has sent 8 KiB of
// the letter c when it answers.
const loanPrelude = `
local N, near, far = 8192, socketpair(AF_UNIX, SOCK_STREAM, 0)
local function a(c) assert(send(near, string.rep(c, N)) == N) return far, N end
local function whole(d, c) assert(d == string.rep(c, N), "what was kept is not what was received") end
`

// ways are to keep the string of "a": each sets or defines what kept answers it.
var ways = []struct{ name, code, kept string }{
	{"a local", `local d = recv(a "a")`, `d`},
	{"one of three", `local x, d, z = 1, recv(a "a")`, `d`},
	{"its copy", `local d = recv(a "a") local e = d d = nil`, `e`},
	{"swapped", `local d, e = recv(a "a"), 1 d, e = e, d`, `e`},
	{"a global", `kept_global = recv(a "a")`, `kept_global`},
	{"a global, later", `local d = recv(a "a") kept_global = d d = nil`, `kept_global`},
	{"a field", `local t = {} local d = recv(a "a") t.x = d d = nil`, `t.x`},
	{"a field, there already", `local t = {x = 1} local d = recv(a "a") t.x = d d = nil`, `t.x`},
	{"a field, at once", `local t = {} t.x = recv(a "a")`, `t.x`},
	{"an item", `local t = {} local d = recv(a "a") t[1] = d d = nil`, `t[1]`},
	{"an item, there already", `local t = {1, 2} local d, i = recv(a "a"), 2 t[i] = d d = nil`, `t[2]`},
	{"a key", `local t = {} local d = recv(a "a") t[d] = true d = nil`, `(next(t))`},
	{"a key and a new index", `local t = setmetatable({}, {__newindex = function(t, k) rawset(t, 1, k) end})
		local d = recv(a "a") t[d] = true d = nil`, `t[1]`},
	{"an index function", `local t = setmetatable({}, {__index = function(t, k) rawset(t, 1, k) end})
		local d = recv(a "a") local _ = t[d] d = nil`, `t[1]`},
	{"a function's table", `local t = {} local d = recv(a "a") rawset(t, 1, d) d = nil`, `t[1]`},
	{"table.insert", `local t = {} local d = recv(a "a") table.insert(t, d) d = nil`, `t[1]`},
	{"table.insert, at once", `local t = {} table.insert(t, (recv(a "a")))`, `t[1]`},
	{"a constructor", `local d = recv(a "a") local t = {d} d = nil`, `t[1]`},
	{"a constructor, at once", `local t = {recv(a "a")}`, `t[1]`},
	{"a constructor's field", `local d = recv(a "a") local t = {x = d} d = nil`, `t.x`},
	{"a closure made before", `local d local function get() return d end d = recv(a "a")`, `get()`},
	{"a closure made after", `local get do local d = recv(a "a") function get() return d end end`, `get()`},
	{"a closure of a loop", `local get for i = 1, 1 do local d = recv(a "a") get = function() return d end end`, `get()`},
	{"a closure, left by break", `local get while true do local d = recv(a "a") get = function() return d end break end`, `get()`},
	{"a closure, left by a break of a block within", `local get for i = 1, 2 do if i == 1 then
		local p, q, r, s, d = 1, 2, 3, 4, recv(a "a") get = function() return d end break end end`, `get()`},
	{"a closure, left by goto", `local get do do local p, q, r, s, d = 1, 2, 3, 4, recv(a "a") get = function() return d end goto out end ::out:: end`, `get()`},
	{"a closure of a function", `local function make() local d = recv(a "a") return function() return d end end local get = make()`, `get()`},
	{"a closure, by a tail call", `local function id(...) return ... end
		local function make() local d = recv(a "a") local get = function() return d end return id(get) end local get = make()`, `get()`},
	{"a variable of an outer function", `local d local function set() d = recv(a "a") end set()`, `d`},
	{"a variable of an outer function, later", `local d local function set() local e = recv(a "a") d = e end set()`, `d`},
	{"a variable of two functions out", `local function outer() local d
		local function set() local e = recv(a "a") d = e end local function get() return d end return set, get end
		local set, get = outer() set()`, `get()`},
	{"a closure after an error", `local get pcall(function() local d = recv(a "a") get = function() return d end error("x") end)`, `get()`},
	{"a closure made before, after an error", `local get pcall(function() local d get = function() return d end d = recv(a "a") error("x") end)`, `get()`},
	{"a closure after an error in a call", `local get pcall(function() local d get = function() return d end d = recv(a "a") local x = nil .. 1 end)`, `get()`},
	{"a closure after an error in a coroutine", `local get local co = coroutine.create(function() local d
		get = function() return d end d = recv(a "a") error("x") end) coroutine.resume(co)`, `get()`},
	{"a closure after a caught error in a coroutine", `local get local co = coroutine.wrap(function()
		pcall(function() local d get = function() return d end d = recv(a "a") error("x") end) coroutine.yield() end) co()`, `get()`},
	{"an error", `local ok, d = pcall(function() local d = recv(a "a") error(d, 0) end)`, `d`},
	{"an error's table", `local ok, e = pcall(function() local d = recv(a "a") error({d}) end)`, `e[1]`},
	{"what a handler kept", `local t = {} xpcall(function() local d = recv(a "a") error(d, 0) end, function(e) t[1] = e end)`, `t[1]`},
	{"a closure of a function of which a handler empties the variable", `local get coroutine.wrap(function()
		xpcall(function() local d = recv(a "a") get = function() return d end error("x") end, function()
			for level = 1, 9 do if debug.getinfo(level) and debug.getlocal(level, 1) == "d" then debug.setlocal(level, 1, nil) end end
			local d = recv(a "b") d = recv(a "c") end) end)()`, `get()`},
	{"what a function answers", `local function f() local d = recv(a "a") return d end local e = f()`, `e`},
	{"what a tail call answers", `local function f() return recv(a "a") end local e = f()`, `e`},
	{"what two tail calls answer", `local function f() return recv(a "a") end local function g() return f() end local e = g()`, `e`},
	{"what pcall answers", `local ok, e = pcall(recv, a "a")`, `e`},
	{"what a protected function answers", `local ok, e = pcall(function() return (recv(a "a")) end)`, `e`},
	{"what a protected function answers by a tail call", `local ok, e = pcall(function() return recv(a "a") end)`, `e`},
	{"what pcall was given", `local t = {} local d = recv(a "a") pcall(function(x) t[1] = x end, d) d = nil`, `t[1]`},
	{"what pcall hands to send", `local t = {} local d = recv(a "a")
		pcall(function(x) assert(send(near, x)) assert(#recv(far, N) == N) t[1] = x end, d) d = nil`, `t[1]`},
	{"an argument", `local e local function f(d) e = d end local d = recv(a "a") f(d) d = nil`, `e`},
	{"variable arguments", `local e local function f(...) local x, y = ... e = y end local d = recv(a "a") f(1, d) d = nil`, `e`},
	{"variable arguments in a table", `local e local function f(...) e = {...} end local d = recv(a "a") f(1, d) d = nil`, `e[2]`},
	{"the table arg", `local e local function f(...) e = arg end local d = recv(a "a") f(1, d) d = nil`, `e[2]`},
	{"the table arg, by a tail call", `local e local function f(...) e = arg end local function g(d) return f(1, d) end
		local d = recv(a "a") g(d) d = nil`, `e[2]`},
	{"the table arg, all of a function's results", `local e local function f(...) e = arg end local function id(x) return x end
		local d = recv(a "a") f(1, id(d)) d = nil`, `e[2]`},
	{"a table's function, by a tail call", `local t = {} local function f(d) return rawset(t, 1, d) end local d = recv(a "a") f(d) d = nil`, `t[1]`},
	{"a closure, left by a tail call", `local get local function f() local d = recv(a "a") get = function() return d end return type(1) end f()`, `get()`},
	{"selected arguments", `local function f(...) return (select(2, ...)) end local d = recv(a "a") local e = f(1, d) d = nil`, `e`},
	{"unpacked", `local d = recv(a "a") local t = {d} d = nil local e = unpack(t) t = nil`, `e`},
	{"__call", `local t = setmetatable({}, {__call = function(t, x) t.x = x end}) local d = recv(a "a") t(d) d = nil`, `t.x`},
	{"rawset as __call", `local t = setmetatable({}, {__call = rawset}) local d = recv(a "a") t(1, d) d = nil`, `t[1]`},
	{"recv as __call", `local t = setmetatable({}, {__call = function(_, ...) return recv(...) end}) local d = t(a "a")`, `d`},
	{"recv as __index", `local t = setmetatable({}, {__index = function() return (recv(a "a")) end}) local d = t.x`, `d`},
	{"recv as __index, by a tail call", `local t = setmetatable({}, {__index = function() return recv(a "a") end}) local d = t.x`, `d`},
	{"__concat", `local t = setmetatable({}, {__concat = function(t, x) t.x = x return "" end}) local d = recv(a "a") local _ = t .. d d = nil`, `t.x`},
	{"__eq", `local m = {} m.__lt = function(x, y) m.x = y.d end local d = recv(a "a")
		local x, y = setmetatable({}, m), setmetatable({d = d}, m) d = nil local _ = x < y`, `m.x`},
	{"a concatenation with nothing", `local d = recv(a "a") local e = d .. "" d = nil`, `e`},
	{"a part of it", `local d = recv(a "a") local e = d:sub(1, N) d = nil`, `e`},
	{"tostring", `local d = recv(a "a") local e = tostring(d) d = nil`, `e`},
	{"format", `local d = recv(a "a") local e = string.format("%s", d) d = nil`, `e`},
	{"a match", `local d = recv(a "a") local e = d:match("^.*$") d = nil`, `e`},
	{"what gsub was answered", `local n = 0 local e = ("x"):gsub("x", function() return (recv(a "a")) end)`, `e`},
	{"what gsub was answered by a tail call", `local e = ("x"):gsub("x", function() return recv(a "a") end)`, `e`},
	{"what sort's comparison kept", `local t = {} table.sort({1, 2}, function(x, y) t[1] = t[1] or recv(a "a") return x < y end)`, `t[1]`},
	{"what a comparison answers", `local d table.sort({1, 2}, function(x, y) if not d then d = recv(a "a") end return d end)`, `d`},
	{"what an iterator answers", `local d for x in function(s, c) if not c then return recv(a "a") end end do d = x end`, `d`},
	{"an iterator's state", `local e local d = recv(a "a") for x in function(s, c) e = s return nil end, d do end d = nil`, `e`},
	{"recv as an iterator", `local d for x in recv, a "a" do d = x break end`, `d`},
	{"a yield", `local co = coroutine.wrap(function() local d = recv(a "a") coroutine.yield(d) end) local e = co()`, `e`},
	{"a yield, at once", `local co = coroutine.wrap(function() coroutine.yield((recv(a "a"))) end) local e = co()`, `e`},
	{"a yield by a tail call", `local co = coroutine.wrap(function() return coroutine.yield(recv(a "a")) end) local e = co()`, `e`},
	{"what a coroutine answers", `local co = coroutine.wrap(function() local d = recv(a "a") return d end) local e = co()`, `e`},
	{"what a coroutine answers by a tail call", `local co = coroutine.wrap(function() return recv(a "a") end) local e = co()`, `e`},
	{"recv as a coroutine", `local co = coroutine.wrap(recv) local e = co(a "a")`, `e`},
	{"what a coroutine is given", `local t = {} local co = coroutine.wrap(function(x) t[1] = x end) local d = recv(a "a") co(d) d = nil`, `t[1]`},
	{"what a resumed coroutine is given", `local e local co = coroutine.wrap(function() e = coroutine.yield() end) co() local d = recv(a "a") co(d) d = nil`, `e`},
	{"a local of a suspended coroutine", `local co = coroutine.wrap(function() local d = recv(a "a") coroutine.yield() return d end) co()`, `co()`},
	{"a local of a suspended protected call", `local co = coroutine.wrap(function() pcall(function() local d = recv(a "a")
		coroutine.yield() coroutine.yield(d) end) end) co()`, `co()`},
	{"a local of one that resumed", `local e local d = recv(a "a") coroutine.wrap(function() local f = recv(a "b") f = recv(a "c") end)()`, `d`},
	{"a coroutine's variable, read by another", `local get local co = coroutine.wrap(function() local d
		get = function() return d end d = recv(a "a") coroutine.yield() d = nil recv(a "b") coroutine.yield() end) co() local e = get() co()`, `e`},
	{"a coroutine's variable, read by one within", `local e local d = recv(a "a") local function get() return d end
		coroutine.wrap(function() e = get() end)() d = nil`, `e`},
	{"debug.getlocal", `local d = recv(a "a") local _, e = debug.getlocal(1, 6) assert(#e == N) d = nil`, `e`},
	{"debug.getupvalue", `local d local function f() return d end d = recv(a "a") local _, e = debug.getupvalue(f, 1) d = nil`, `e`},
	{"debug.getupvalue of a coroutine's", `local get local co = coroutine.wrap(function() local d
		get = function() return d end d = recv(a "a") coroutine.yield() d = nil recv(a "b") coroutine.yield() end)
		co() local _, e = debug.getupvalue(get, 1) co()`, `e`},
	{"debug.getupvalue of a coroutine's, by a tail call", `local get local co = coroutine.wrap(function() local d
		get = function() return d end d = recv(a "a") coroutine.yield() d = nil recv(a "b") coroutine.yield() end)
		co() local function peek() return debug.getupvalue(get, 1) end local _, e = peek() co()`, `e`},
	{"debug.setlocal", `local e local d = recv(a "a") debug.setlocal(1, 6, d) d = nil`, `e`},
	{"debug.setupvalue", `local e local function f() return e end local d = recv(a "a") debug.setupvalue(f, 1, d) d = nil`, `e`},
	{"a caller's local", `local function f() local e = recv(a "b") e = recv(a "c") end local d = recv(a "a") f()`, `d`},
	{"a caller's temporary value", `local function f() local e = recv(a "b") e = recv(a "c") return "" end local d = (recv(a "a")) .. f()`, `d`},
	{"an operand", `local function f() local e = recv(a "b") e = recv(a "c") return N end local function id(x, y) return x end
		local d = id(recv(a "a"), f())`, `d`},
	{"a local under a deep stack", `local function deep(n) if n == 0 then local e = recv(a "b") e = recv(a "c") return 0 end return 1 + deep(n - 1) end
		local d = recv(a "a") deep(150)`, `d`},
	{"a channel", `local c = channel.make(1) local d = recv(a "a") c:send(d) d = nil`, `select(2, c:receive())`},
	{"recvfrom", `local d = recvfrom(a "a")`, `d`},
	{"read", `local d = read(a "a")`, `d`},
	{"a look", `local far, N = a "a" local d = recv(far, N, MSG_PEEK) local e = recv(far, N)`, `d`},
	{"recvmsg", `local n, m = recvmsg(a "a")`, `m.iov[1]`},
	{"recvmsg, then a short message", `local n, m = recvmsg(a "a") assert(send(near, "x")) local e = recv(far, N)`, `m.iov[1]`},
	{"readv", `local far, N = a "a" local n, t = readv(far, {N})`, `t[1]`},
	{"what was received before nothing", `local t = {} local d = recv(a "a") t[1] = d d = nil assert(send(near, "x") and recv(far, 0) == "") assert(recv(far, 1) == "x")`, `t[1]`},
	{"what was received before a failure", `local t = {} local d = recv(a "a") t[1] = d d = nil assert(not recv(far, N, MSG_DONTWAIT)) assert(not recv(-1, N))`, `t[1]`},
	{"a message after a short one", `assert(send(near, "x") and recv(far, N)) local n, m = recvmsg(a "a")`, `m.iov[1]`},
	{"what Go code keeps of a function", `keep(function() local d = recv(a "a") return d end)`, `kept()`},
	{"what Go code keeps of a tail call", `keep(function() return recv(a "a") end)`, `kept()`},
	{"what Go code keeps of a part", `keep(function() local d = recv(a "a") return d:sub(1, N - 1) end)`, `kept() .. "a"`},
	{"a part in a table", `local t = {} local d = recv(a "a") t[1] = d:sub(2) d = nil`, `t[1] .. "a"`},
	{"a part in a local", `local d = recv(a "a") local e = d:sub(2) d = nil`, `e .. "a"`},
	{"a part of a tail call", `local function f(d) return d:sub(2) end local e = f(recv(a "a"))`, `e .. "a"`},
	{"a method of a function", `local t, m = {}, getmetatable("") local before = m.__index
		m.__index = function(s, k) t[1] = s return before[k] end local d = recv(a "a") local _ = d:len() d = nil m.__index = before`, `t[1]`},
	{"a method of Go's", `local t, m = {}, getmetatable("") local before = m.__index
		m.__index = keepfirst local d = recv(a "a") local _ = d:len() d = nil m.__index = before`, `kept()`},
	{"what Go code keeps of recv", `keep(recv, a "a")`, `kept()`},
	{"a closure after a panic", `local get pcall(function() local d = recv(a "a") get = function() return d end crash() end)`, `get()`},
	{"what is sent", `local t = {} local d = recv(a "a") assert(send(near, d)) t[1] = d d = nil assert(#recv(far, N) == N)`, `t[1]`},
	{"what send's error was given", `local d = recv(a "a") local ok, e = pcall(send, near, d, {}) assert(not ok)`, `d`},
	{"a file's buffer", `local f = io.tmpfile() local d = recv(a "a") f:setvbuf("full", 65536) f:write(d) d = nil`, `(function() f:seek("set") local s = f:read("*a") f:close() return s end)()`},
	{"a value that changes its name", `local d = recv(a "a") do local e = d d = e end`, `d`},
	{"and, or", `local d = recv(a "a") local e = d and d or 1 d = nil`, `e`},
	{"or", `local e = false or recv(a "a")`, `e`},
	{"a global's function", `local e = {} local d = recv(a "a") setmetatable(e, {__index = function(t, k) return d end}) d = d`, `e.x`},
	{"a closed loop's function", `local fs = {} for i = 1, 3 do local d = recv(a "a") fs[i] = function() return d end end`, `fs[1]()`},
}

func TestLoanKept(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			L, _ := newState(t)
			openKeeper(L)
			again := `do local x = recv(a "b") whole(x, "b") x = recv(a "c") whole(x, "c") x = recv(a "d") end`
			code := loanPrelude + way.code + "\n" + again + "\nlocal e_ = recv(a \"f\")\nwhole(" + way.kept + `, "a") whole(e_, "f")`
			if problem := evaluate(L, "local function main()\n"+code+"\nend main()"); problem != "" {
				t.Errorf("in a function: %s", problem)
			}
			if problem := evaluate(L, "local ok, e = pcall(function()\n"+code+"\nend) assert(ok, e)"); problem != "" {
				t.Errorf("in a protected call: %s", problem)
			}
			if problem := evaluate(L, "local co = coroutine.wrap(function()\n"+code+"\nend) co()"); problem != "" {
				t.Errorf("in a coroutine: %s", problem)
			}
			if problem := evaluate(L, code); problem != "" {
				t.Errorf("in a chunk: %s", problem)
			}
		})
	}
}

// openKeeper makes functions of Go's: keep calls a function and keeps what it answers, kept
// answers that, and crash has a fault.
func openKeeper(L *lua.LState) {
	var kept lua.LValue
	L.SetGlobal("keep", L.NewFunction(func(L *lua.LState) int {
		L.Call(L.GetTop()-1, 1)
		kept = L.Get(-1)
		L.Pop(1)
		return 0
	}))
	L.SetGlobal("keepfirst", L.NewFunction(func(L *lua.LState) int {
		kept = L.Get(1)
		L.Push(L.GetGlobal("type"))
		return 1
	}))
	L.SetGlobal("kept", L.NewFunction(func(L *lua.LState) int {
		L.Push(kept)
		return 1
	}))
	L.SetGlobal("crash", L.NewFunction(func(L *lua.LState) int { panic("a fault in Go code") }))
}

// TestLoanUncaught: an error that ends a chunk closes the variables of its functions.
func TestLoanUncaught(t *testing.T) {
	L, _ := newState(t)
	code := strings.ReplaceAll(loanPrelude, "local ", "") +
		`local d function get() return d end d = recv(a "a") error "the end"`
	if problem := evaluate(L, code); !strings.HasSuffix(problem, "the end") {
		t.Fatal(problem)
	}
	if problem := evaluate(L, `local x = recv(a "b") whole(get(), "a")`); problem != "" {
		t.Error(problem)
	}
}

// TestLoanFullStack: a protected call for which there is no frame left is an error that ends no
// Lua code, and leaves the variables of all functions as they are.
func TestLoanFullStack(t *testing.T) {
	L, _ := newState(t)
	refused := 0
	L.SetGlobal("refused", L.NewFunction(func(*lua.LState) int { refused++; return 0 }))
	for limit := 240; limit < 256; limit++ { // a coroutine has room for 256
		code := loanPrelude + fmt.Sprintf(`
			local depth = 0
			local function f()
				depth = depth + 1
				if depth < %d then f() return end
				assert(send(near, string.rep("a", N)) and send(near, string.rep("b", N)))
				local d = recv(far, N)
				local get = function() return d end
				if not pcall(type, 1) then refused() end
				local ok = get() == d
				local e = get()
				d = nil
				ok = ok and get() == nil and e == string.rep("a", N)
				e = recv(far, N)
				if not ok then error("pcall has closed a variable", 0) end
			end
			local ok, e = coroutine.resume(coroutine.create(f))
			assert(ok or not e:find "closed", e)
			close(near) close(far)`, limit)
		if problem := evaluate(L, code); problem != "" {
			t.Errorf("%d functions: %s", limit, problem)
		}
	}
	if refused == 0 {
		t.Error("no protected call was refused")
	}
}

// TestLoanLeftOpen: gopher-lua's compiler, which is not mended here, leaves the variables of a block
// to the closures when a break leaves the block and the loop at once.
func TestLoanLeftOpen(t *testing.T) {
	if raceDetector {
		t.Skip("gopher-lua's own loop empties the register")
	}
	L, _ := newState(t)
	code := strings.ReplaceAll(loanPrelude, "local ", "") + `
		local get
		while true do
			do local p, q, r, s, u, v, w, x, d = 1, 2, 3, 4, 5, 6, 7, 8, recv(a "a") get = function() return d end break end
		end
		assert(send(near, string.rep("b", N)))
		recv(far, N)
		get = get()
		whole(get, "a")`
	if err := L.DoString(code); err != nil {
		t.Error(err)
	}
}

// TestLoanOthers: another thread begins and ends its loans at any time.
func TestLoanOthers(t *testing.T) {
	L, _ := newState(t)
	problem := evaluate(L, loanPrelude+`
		local other = thread(function(done)
			local N, near, far = 8192, socketpair(AF_UNIX, SOCK_STREAM, 0)
			local text = string.rep("x", N)
			for i = 1, 20000 do
				assert(send(near, text) == N)
				local d = recv(far, N)
				if i % 2 == 0 then type(d) end
			end
			send(done, "x")
		end, near)
		local up = 1
		local function look() local x for i = 1, 10000 do x = up x = up x = tostring(up) x = up end end
		repeat look() until recv(far, 1, MSG_DONTWAIT)
		join(other)
		close(near) close(far)`)
	if problem != "" {
		t.Error(problem)
	}
}

// TestLoanReturned: what no variable has is received into again, so that a relay makes little garbage.
func TestLoanReturned(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector's build runs Lua code by gopher-lua's loop")
	}
	for name, body := range map[string]string{
		"echo":                `local d = recv(far, N) assert(send(near, d) == N)`,
		"a function":          `local function echo() local d = recv(far, N) if d and d ~= "" and send(near, d) then return true end end assert(echo())`,
		"a tail call":         `local function get() return recv(far, N) end local d = get() assert(write(near, d) == N)`,
		"a function's answer": `local function get() local d = recv(far, N) return d end local d = get() assert(write(near, d) == N)`,
		"two tail calls": `local function put(d) return send(near, d) end
			local function get() return recv(far, N) end local d = get() assert(put(d) == N)`,
		"looked at": `local d = recv(far, N) assert(type(d) == "string" and d:byte(1) == 120 and d:len() == N)
			assert(send(near, d:sub(1, 10)) == 10) assert(send(near, d:sub(11)) == N - 10)`,
		"counts":      `local d = recv(far, N) t.bytes = t.bytes + #d total = total + #d assert(send(near, d) == N)`,
		"protected":   `assert(pcall(function() local d = recv(far, N) assert(send(near, d) == N) end))`,
		"a coroutine": `co()`,
		"a loop whose variables a closure may have": `for i = 1, 1 do local e if i > 1 then t.get = function() return e end end
			local d = recv(far, N) assert(send(near, d) == N) end`,
	} {
		t.Run(name, func(t *testing.T) {
			L, _ := newState(t)
			const rounds, size = 400, 65536
			setup := fmt.Sprintf(`near, far = socketpair(AF_UNIX, SOCK_STREAM, 0)
				setsockopt(near, SOL_SOCKET, SO_SNDBUF, 1000000)
				N, t, total = %d, {bytes = 0}, 0
				co = coroutine.wrap(function() while true do local d = recv(far, N) assert(send(near, d) == N) coroutine.yield() end end)
				assert(send(near, string.rep("x", N)) == N)
				function run(n) local near, far, N = near, far, N for i = 1, n do %s end end run(10)`, size, body)
			if problem := evaluate(L, setup); problem != "" {
				t.Fatal(problem)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if problem := evaluate(L, fmt.Sprintf("run(%d)", rounds)); problem != "" {
				t.Fatal(problem)
			}
			runtime.ReadMemStats(&after)
			if each := (after.TotalAlloc - before.TotalAlloc) / rounds; each > 4096 {
				t.Errorf("each round allocates %d bytes", each)
			}
		})
	}
}

// TestLoanRandom runs random programs that receive, and move what they received between variables,
// tables, closures, calls and coroutines. Beside each value moves a letter, which tells in the end
// what the value has to be.
func TestLoanRandom(t *testing.T) {
	seed := rand.Int63()
	L, _ := newState(t)
	for i := range int64(loanPrograms) {
		program := loanProgram(rand.New(rand.NewSource(seed + i)))
		if problem := evaluate(L, program); problem != "" {
			t.Fatalf("seed %d: %s\n%s", seed+i, problem, program)
		}
	}
}

const loanPrograms = 500

// loanProgram makes a random program. Its variables are v1 to v4 (locals, of which closures may
// have hold), g1 and g2 (globals), fields of t; each has its letter in the one named with an n.
func loanProgram(r *rand.Rand) string {
	places := []string{"v1", "v2", "v3", "v4", "g1", "g2", "t.x", "t[1]"}
	letters := []string{"v1n", "v2n", "v3n", "v4n", "g1n", "g2n", "tn.x", "tn[1]"}
	statements := []string{
		`X = nil; Xn = nil`,
		`X = Y; Xn = Yn`,
		`X, Y = Y, X; Xn, Yn = Yn, Xn`,
		`local d = recv(a "C") X = d; Xn = "C"`,
		`X = recv(a "C"); Xn = "C"`,
		`do local d = recv(a "C") whole(#d == N and string.rep("C", N), "C") end`,
		`do local d = recv(a "C") if d then assert(send(near, d)) end X = recv(far, N); Xn = "C" end`,
		`;(function() local d = recv(a "C") X = d; Xn = "C" end)()`,
		`X = (function(...) local d = ... return d end)(Y); Xn = Yn`,
		`X = (function() local d = recv(a "C") return d end)(); Xn = "C"`,
		`X = (function() return recv(a "C") end)(); Xn = "C"`,
		`pcall(function() local d = recv(a "C") X = d; Xn = "C" error("x") end)`,
		`pcall(function() local d, n = Y, Yn f = function() return d end fn = n error("x") end)`,
		`do local ok, d = pcall(recv, a "C") X = d; Xn = "C" end`,
		`do local d, n = Y, Yn f = function() return d end fn = n end`,
		`do local d = recv(a "C") f = function() return d end fn = "C" end`,
		`do local d f = function() return d end d = recv(a "C") fn = "C" end`,
		`X = f(); Xn = fn`,
		`f = (function(d) return function() return d end end)(X) fn = Xn`,
		`co = coroutine.wrap(function() local d = recv(a "C") coroutine.yield() return d end) co() con = "C"`,
		`co = coroutine.wrap(function(d) coroutine.yield() d = d return d end) co(Y) con = Yn`,
		`if co then X = co(); Xn = con co = nil end`,
		`coroutine.wrap(function() local d, n = Y, Yn recv(a "C") X = d; Xn = n end)()`,
		`X = coroutine.wrap(function() local d = recv(a "C") coroutine.yield(d) end)(); Xn = "C"`,
		`t = {x = Y, X}; tn = {x = Yn, Xn}`,
		`table.sort({1, 2}, function() local d = recv(a "C") X = d; Xn = "C" return false end)`,
		`for i = 1, 2 do local d, n = recv(a "C"), "C" if i == 2 then X = d; Xn = n end end`,
		`if X then assert(send(near, X)) Y = recv(far, N); Yn = Xn end`,
		`for i = 1, 3 do if i > 1 then local p, q, d, n = 1, 2, recv(a "C"), "C" f = function() return d end fn = n break end end`,
		`for _, v in ipairs {1, 2} do local d, n = X, Xn if v == 2 then local e = d f = function() return e, d end fn = n break end end`,
		`repeat local d = recv(a "C") f = function() return d end fn = "C" until d`,
		`while true do local d = Y if d then break end Y = recv(a "C"); Yn = "C" end`,
		`for i = 1, 3 do local d, n = recv(a "C"), "C" if i == 2 then goto continue end f = function() return d end fn = n X = d; Xn = n ::continue:: end`,
		`do local d = recv(a "C") f = function() return d end fn = "C" if d then goto out end X = nil; Xn = nil ::out:: end recv(a "C")`,
		`X = select(2, "x", recv(a "C")); Xn = "C"`,
		`X = select(-1, Y or 1, recv(a "C")); Xn = "C"`,
		`X = (function(...) local p, q = select("#", ...), ... local t = {...} return t[1] end)(Y, 1); Xn = Yn`,
		`X = (function(...) local e = recv(a "C") e = recv(a "C") return ... end)(Y); Xn = Yn`,
		`do local function deep(n) local e = recv(a "C") if n > 0 then local r = deep(n - 1) e = recv(a "C") return r end return e end X = deep(5); Xn = "C" end`,
		`do local function deep(n, ...) if n > 0 then return deep(n - 1, 1, ...) end return ... end X = select(9, deep(8, Y)); Xn = Yn end`,
		`xpcall(function() local d, n = recv(a "C"), "C" f = function() return d end fn = n error("x") end, function() local e = recv(a "C") X = e; Xn = "C" end)`,
		`xpcall(function() local d, n = Y, Yn f = function() return d end fn = n local x = nil + 1 end, function() local e = recv(a "C") e = recv(a "C") end)`,
		`do local ok, e = xpcall(function() local d = recv(a "C") error(d, 0) end, function(e) recv(a "C") return e end) X = e; Xn = "C" end`,
		`do local ok, e = pcall(function() local d = recv(a "C") pcall(error, "y") pcall(nil) error({d}) end) X = e[1]; Xn = "C" end`,
		`pcall(function() local d = recv(a "C") pcall(type) X = d; Xn = "C" d = nil recv(a "C") end)`,
		`co = coroutine.wrap(function() local d = recv(a "C") pcall(function() f = function() return d end fn = "C" coroutine.yield() recv(a "C") end) return d end) co() con = "C"`,
		`co = coroutine.wrap(function(d) pcall(function() coroutine.yield() recv(a "C") coroutine.yield() error("x") end) recv(a "C") return d end) co(Y) co() con = Yn`,
		`do local get c = coroutine.wrap(function() local d = recv(a "C") get = function() return d end coroutine.yield() d = nil recv(a "C") recv(a "C") end) c() X = get(); Xn = "C" c() end`,
		`do local set c = coroutine.wrap(function() local d set = function(v) d = v end coroutine.yield() X = d; Xn = "C" recv(a "C") end) c() set((recv(a "C"))) c() end`,
		`do local e = recv(a "C") coroutine.wrap(function() recv(a "C") coroutine.wrap(function() recv(a "C") X = e; Xn = "C" end)() end)() e = nil recv(a "C") end`,
		`do local e = Y local _, g = debug.getlocal(1, 12) e = e recv(a "C") end`,
		`do local function look() local _, v = debug.getupvalue(look2, 1) return v end local d = recv(a "C") look2 = function() return d end X = look(); Xn = "C" d = nil end`,
		`do local d = recv(a "C") local function set() return d end debug.setupvalue(set, 1, Y) X = d; Xn = Yn end`,
		`do local m = setmetatable({}, {__index = function(t, k) return (recv(a "C")) end, __newindex = function(_, k, v) X = v; Xn = Yn end, __call = function(_, v) return v end})
			local d = m.x m.y = Y d = m(d) whole(d, "C") end`,
		`do local m = setmetatable({}, {__concat = function(x, y) local e = recv(a "C") return y end}) local d = recv(a "C") X = m .. m .. d; Xn = "C" end`,
		`do local m = {} m.__lt = function(x, y) X = recv(a "C"); Xn = "C" return true end local p, q = setmetatable({}, m), setmetatable({}, m) local d = recv(a "C") if p < q then d = nil end end`,
		`for x in function(s, c) if not c then return recv(a "C") end end do X = x; Xn = "C" end`,
		`for x, y in coroutine.wrap(function() coroutine.yield(recv(a "C"), 1) coroutine.yield((recv(a "C"))) end) do X = x; Xn = "C" end`,
		`;("xy"):gsub(".", function(c) local d = recv(a "C") X = d; Xn = "C" end)`,
		`do local d = recv(a "C") local e = d d = (d and d) or d X = e or d; Xn = "C" end`,
		`do local d = recvfrom(a "C") X = d and (d == Y and d or d); Xn = "C" end`,
		`do local d = read(a "C") if #d == N then local e = d:sub(1, N) X = e; Xn = "C" end end`,
		`do local n, m = recvmsg(a "C") X = m.iov[1]; Xn = "C" end`,
		`do local far = a "C" local d = recv(far, N, MSG_PEEK) X = recv(far, N, MSG_WAITALL); Xn = "C" whole(d, "C") end`,
		`do local far = a "C" local d, e = recv(far, N / 2), recv(far, N / 2) X = d .. e; Xn = "C" end`,
		`do local d = recv(a "C") d, X = recv(a "C"), d; Xn = "C" end`,
		`do local d = recv(a "C") setfenv(function() d = d end, {}) rawequal(d, d) X = rawget({d}, 1); Xn = "C" end`,
		`do local d, g = recv(a "C") do local h = d g = function() return h end end d = nil recv(a "C") X = g(); Xn = "C" end`,
		`do local d = recv(a "C") local p = loadstring("local x = ... return x") X = p(d); Xn = "C" d = nil end`,
		`do local d = recv(a "C") local e = d:sub(1, 5000) X = e .. d:sub(5001); Xn = "C" end`,
		`do local d = recv(a "C") assert(d:byte(1) == d:byte(-1) and #d == N and type(d) == "string" and d:len() == N) d = nil X = recv(a "C"); Xn = "C" end`,
		`do local d = recv(a "C") local i = 4000 assert(send(near, string.sub(d, i))) Y = d:sub(1, i - 1) .. recv(far, N); Yn = "C" end`,
		`do local d = recv(a "C") t[1] = d:sub(2, 100); d = recv(a "z") whole(t[1]:rep(N / 99 + 1):sub(1, N), "C") t[1] = nil; tn[1] = nil end`,
		`do local d = recv(a "C") local p = d:sub(1, -2) d = nil recv(a "C") X = table.concat {p, p:sub(1, 1)}; Xn = "C" end`,
		`do local d = recv(a "C") local b, e = d:find(d:sub(3, 6), 1, true) assert(b == 1 and e == 4) local p = d:sub(N / 2 + 1) d = nil X = p:rep(2); Xn = "C" end`,
		`do local d = recv(a "C") local g do local p = d:sub(1) g = function() return p end end d = nil recv(a "C") X = g(); Xn = "C" end`,
		`do local co = coroutine.wrap(function(p) coroutine.yield() return p end) co((recv(a "C")):sub(1)) recv(a "C") X = co(); Xn = "C" end`,
		`X = (function(...) return string.sub(...) end)((recv(a "C")), 1); Xn = "C"`,
		`X = (function(...) local d = ... d = d:sub(1) .. "" return d end)(recv(a "C")); Xn = "C"`,
		`do local d = recv(a "C") local ok = pcall(send, near, d, {}) local k = pcall(string.rep) X = d; Xn = "C" end`,
	}
	var b strings.Builder
	b.WriteString(loanPrelude + "local v1, v2, v3, v4, v1n, v2n, v3n, v4n\ng1, g2, g1n, g2n, t, tn = nil, nil, nil, nil, {}, {}\n" +
		"local f, fn, co, con = function() end\n")
	if r.Intn(2) == 0 {
		b.WriteString("hold = function() return v1, v2 end\n")
	}
	for range 30 {
		x, y := r.Intn(len(places)), r.Intn(len(places))
		s := statements[r.Intn(len(statements))]
		s = strings.NewReplacer("Xn", letters[x], "X", places[x], "Yn", letters[y], "Y", places[y], `"C"`, fmt.Sprintf("%q", 'b'+rune(r.Intn(20)))).Replace(s)
		b.WriteString(strings.ReplaceAll(s, "'", `"`) + "\n")
	}
	for i := range places {
		fmt.Fprintf(&b, "if %[2]s then whole(%[1]s, %[2]s) else assert(%[1]s == nil) end\n", places[i], letters[i])
	}
	b.WriteString("if fn then whole(f(), fn) end if co then local d = co() if con then whole(d, con) end end\n")
	b.WriteString("close(near) close(far)\n")
	begin := []string{
		"main()",
		"assert(pcall(main))",
		"coroutine.wrap(main)()",
		"coroutine.wrap(function() assert(pcall(main)) end)()",
		"assert(pcall(coroutine.wrap(function() assert(xpcall(main, tostring)) end)))",
		"for _ in function(_, c) if not c then main() end end do end",
		"setmetatable({}, {__index = main}).x = setmetatable({}, {__index = main}).x",
	}
	return "local function main()\n" + b.String() + "end\n" + begin[r.Intn(len(begin))]
}
