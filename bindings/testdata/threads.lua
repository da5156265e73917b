-- What crosses to a thread and back, and what does not.

local function refused(part, f, ...)
	local ok, message = pcall(f, ...)
	assert(not ok and message:find(part, 1, true), tostring(message))
end

function echo(...) return ... end

-- Plain values.
local t = thread(echo, nil, true, 1.5, "a\0b")
local a, b, c, d = join(t)
assert(a == nil and b == true and c == 1.5 and d == "a\0b")
assert(select("#", join(t)) == 4, "a second join answers the same")
assert(select("#", join(thread(echo))) == 0)
assert(tostring(t) == "thread 1 (echo)" and t.number == 1 and t.name == "echo" and t.state == "ended")

-- Tables are copied; cycles and tables that are met twice stay what they are.
local leaf = {1, 2, 3}
local tree = {left = leaf, right = leaf, [2.5] = "x", [true] = "y"}
tree.self = tree
local twin = join(thread(echo, tree))
assert(twin ~= tree and twin.self == twin and twin.left == twin.right and #twin.left == 3)
assert(twin[2.5] == "x" and twin[true] == "y")
function change(t) t.n = 2 return t end
local mine = {n = 1}
assert(join(thread(change, mine)).n == 2 and mine.n == 1)

-- An address stays one.
local l = assert(socket(AF_INET, SOCK_STREAM, 0))
assert(bind(l, "127.0.0.1", 0))
local here = getsockname(l)
assert(tostring(join(thread(echo, here))) == tostring(here))
assert(tostring(join(thread(getsockname, l))) == tostring(here), "a built-in runs, on the same descriptors")
close(l)

-- What threads share crosses as itself, and can be a key.
local m, s, ch = mutex(), shared(), channel.make(1)
local m2, s2, ch2, t2 = join(thread(echo, m, s, ch, t))
assert(m2 == m and s2 == s and ch2 == ch and t2 == t)
assert(({[m] = 1})[m2] == 1)

-- What does not cross says so.
refused("bad argument #2 to 'thread' (a function cannot go to another thread", thread, echo, echo)
refused("bad argument #3 to 'thread' (its field .x[1]: a coroutine cannot", thread, echo, 1, {x = {coroutine.create(echo)}})
refused("f:fileno()", thread, echo, io.stdout)
refused("a table with a metatable", thread, echo, setmetatable({}, {}))
refused("result 1: a function", join, thread(function() return print end))
refused("function expected, got 5", thread, 5)
local captured = 5
refused("captures the local 'captured' of its surroundings", thread, function() return captured end)
assert(#threads() == 1, "a thread that was refused is there")
refused("a function that a library made", thread, coroutine.wrap(echo))
refused("its field .a: a function", thread, echo, {a = echo, b = 1, [1] = 2})
refused("its field [1]: a coroutine", thread, echo, {coroutine.create(echo), 2, x = 3})
local wide = {}
for i = 1, 20000 do wide[i] = {i} end
assert(join(thread(echo, wide))[20000][1] == 20000)
local deep = {}
for _ = 1, 20000 do deep = {deep} end
refused("nested too deep", thread, echo, deep)

-- Globals are copied at the start, those that the function can reach; later changes are not seen.
base = 10
function helper(n) return base + n end
function Account() return setmetatable({n = 1}, Class) end
Class = {}
Class.__index = Class
function Class:get() return self.n end
function work() return helper(1), Account():get() end
assert(join(thread(work)) == 11)
assert(select(2, join(thread(work))) == 1)
gate = channel.make()
function late(c) c:receive() return base end
t = thread(late, gate)
base = 99
gate:send()
assert(join(t) == 10)
function set() base = 1 string.mine = nil end
join(thread(set))
assert(base == 99, "a thread's globals are its own")
function named() local name = "ba" .. "se" return _G[name], loadstring("return base")() end
local x, y = join(thread(named))
assert(x == 99 and y == 99)

-- Changes to the libraries cross, too.
function string.shout(s) return s:upper() .. "!" end
function shout() return ("hey"):shout() end
assert(join(thread(shout)) == "HEY!")
string.shout = nil
local real = tostring
function tostring(v) return "<" .. type(v) .. ">" end
assert(join(thread(function() return tostring(1) end)) == "<number>")
tostring = real

-- A global that could not be copied says why where it is read.
do
	local secret = 1
	function closure() return secret end
	broken = {get = closure}
end
refused("global 'closure' was not copied to this thread: the function captures the local 'secret'", join, thread(function() return closure() end))
refused("its field .get: the function captures", join, thread(function() return broken end))
assert(join(thread(function() if nil then closure() end return 7 end)) == 7)

half = {whole = {1}, get = closure}
half.whole.back = half
package.loaded.half = half
refused("its field .get: the function captures", join, thread(function() return half end))
around = {half = half}
x, y = join(thread(function() return pcall(function() return half end), (pcall(function() return around end)) end))
assert(x == false and y == false, "a copy that is not whole is there")
refused("module 'half' not found", join, thread(function() if nil then return half end return require "half" end))

-- A recursive function, and a thread that starts threads.
function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
assert(join(thread(fib, 15)) == 610)
function nest(n) if n == 0 then return "deepest" end return join(thread(nest, n - 1)) end
assert(join(thread(nest, 5)) == "deepest")
assert(join(thread(function() return AF_INET == 2 and EAGAIN > 0 and type(select) == "function" and select("#", 1, 2) end)) == 2)
function readable(fd) return #select({fd}, nil, nil, 0) end
do
  local r, w = pipe()
  assert(join(thread(readable, r)) == 0 and write(w, "x") == 1 and join(thread(readable, r)) == 1)
  assert(#join(thread(select, {r}, nil, nil, 0)) == 1)
  assert(close(r) == 0 and close(w) == 0)
end
refused("did you mean SOCK_STREAM", join, thread(function() return SOCK_STERAM end))

-- Errors are in Lua's words there, too.
function index() local x = nil return x.y end
function call() return nofunction() end
refused(":" .. debug.getinfo(index).linedefined .. ": attempt to index a nil value (local 'x')", join, thread(index))
refused("attempt to call a nil value (global 'nofunction')", join, thread(call))

-- Errors: the value itself, more than once.
function fail(v) error(v, 0) end
local ok, e = pcall(join, thread(fail, {code = 5}))
assert(not ok and e.code == 5)
t = thread(fail, "no luck")
refused("no luck", join, t)
refused("no luck", join, t)
local mail = channel.make(1)
t = thread(function(c) local _, me = c:receive() join(me) end, mail)
mail:send(t)
refused("a thread cannot wait for itself", join, t)
refused("the main thread ends with the process", join, thread(join, threads()[1].thread))
-- A value that cannot go is its text.
function failing(text) error(setmetatable({}, {__tostring = function() return text end})) end
refused("its own words", join, thread(failing, "its own words"))
refused("(error object is a table value)", join, thread(failing, 5))

-- threads lists them, with what each is blocked in.
local p, q = socketpair(AF_UNIX, SOCK_STREAM, 0)
t = thread(recv, q, 10)
local entry
repeat
	entry = nil
	for _, e in ipairs(threads()) do if e.thread == t then entry = e end end
until entry and entry.blocked
assert(entry.blocked == "recv" and entry.fd == q and entry.name == "recv" and entry.number == t.number)
assert(tostring(threads()):find("0  main%s+running\n"), tostring(threads()))
assert(t.state == "blocked in recv on descriptor " .. q)
assert(tostring(threads()):find("recv%s+blocked in recv on descriptor " .. q), tostring(threads()))

-- threads() shows a deadlock: which mutex, and who has it.
local first, second, locked = mutex(), mutex(), shared()
function both(mine, others, locked, i)
	mine:lock()
	locked[i] = true
	repeat until locked[1] and locked[2]
	others:lock()
end
local one, other = thread(both, first, second, locked, 1), thread(both, second, first, locked, 2)
local waits
repeat
	waits = {}
	for _, e in ipairs(threads()) do if e.blocked == "lock" then waits[e.number] = e end end
until waits[one.number] and waits[other.number]
assert(rawequal(waits[one.number].on, second) and second.owner == other)
assert(tostring(threads()):find("blocked in lock on " .. tostring(second), 1, true), tostring(threads()))
assert(tostring(second):find("^mutex %d+ %(held by thread " .. other.number .. " %(both%)%)$"), tostring(second))
interrupt(one) interrupt(other)
pcall(join, one) pcall(join, other)

-- What a thread has waited for is not what it waits for now.
local lent = mutex()
lent:lock()
one = thread(function(lent, r) lent:lock() return recv(r, 1) end, lent, p)
repeat until one.state == "blocked in lock"
lent:unlock()
repeat until one.state:find("^blocked in recv")
for _, e in ipairs(threads()) do assert(e.on == nil, e.name) end
assert(send(q, "x") == 1 and join(one) == "x")

-- A descriptor closed by one thread wakes the other.
close(q)
local r, message, errno = join(t)
assert(r == nil and errno == EBADF and message == "recv: EBADF (Bad file descriptor)", message)
close(p)

-- interrupt ends a blocked call, a loop, and a pcall in it.
t = thread(sleep, 1000)
interrupt(t)
refused("interrupted", join, t)
t = thread(function() while true do pcall(function() while true do end end) end end)
t:interrupt()
refused("interrupted", t.join, t)
assert(interrupt(t) == 0, "of one that has ended")
