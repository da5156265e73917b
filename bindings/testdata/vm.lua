-- What the loop that runs Lua code (lualib/vm.go) does itself, and where it hands over.

local function through(...) return ... end

-- registers that gopher-lua's compiler does not count: a closure as the last argument
local function count(...) return select("#", ...), ... end
local function last(...)
  local n, a, b, c = count(1, function() return "f" end, function() return "g" end)
  return n, b(), c()
end
local n, f, g = last()
assert(n == 3 and f == "f" and g == "g")

local function highest() return (through(1, 2, function() return "h" end, function() return "i" end)) end
local function highests() return select(4, through(1, 2, function() return "h" end, function() return "i" end)) end
assert(highest() == 1 and highests()() == "i")

-- results that only the top tells, and a call in parentheses whose result it tells, too
local function three() return 1, 2, 3 end
local function one() return (three()) end
assert(select("#", one()) == 1 and one() == 1)
assert(select("#", through(three())) == 3 and select("#", through(one())) == 1)
assert(#{three(), three()} == 4 and #{(three())} == 1)
local function method(s) return (s:gsub("x", "y")) end
assert(select("#", method("pong")) == 1)

-- too few and too many arguments; registers of a call before are no arguments of the next
local function pair(a, b) local c return a, b, c end
local function dirty() local x, y, z = {}, {}, {} return x, y, z end
dirty()
local a, b, c = pair(1)
assert(a == 1 and b == nil and c == nil)
dirty()
a, b, c = pair(1, 2, 3, 4)
assert(a == 1 and b == 2 and c == nil)

-- a variable that a closure has is the closure's when its function has ended
local getters = {}
for i = 1, 3 do
  local mine = i * 10
  getters[i] = function() mine = mine + 1 return mine end
end
assert(getters[1]() == 11 and getters[1]() == 12 and getters[3]() == 31)

local function keeps()
  local mine = "kept"
  return function() return mine end
end
local kept = keeps()
local function overwrites() local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8 return a + h end
overwrites()
assert(kept() == "kept")

-- fields of tables with and without metatables
local log = {}
local watched = setmetatable({here = 1}, {
  __index = function(_, k) log[#log + 1] = "get " .. tostring(k) return nil end,
  __newindex = function(t, k, v) log[#log + 1] = "set " .. tostring(k) rawset(t, k, v) end,
})
assert(watched.here == 1 and watched.gone == nil and watched[1] == nil)
watched.here, watched.new, watched[1] = 2, 3, 4
watched[1] = 5
assert(table.concat(log, ",") == "get gone,get 1,set 1,set new", table.concat(log, ","))
assert(watched.here == 2 and watched.new == 3 and watched[1] == 5)
local plain = {}
plain.x, plain[1], plain[2], plain[-1], plain[1.5], plain[true] = 1, 2, 3, 4, 5, 6
assert(plain.x == 1 and plain[1] == 2 and plain[2] == 3 and plain[-1] == 4 and plain[1.5] == 5 and plain[true] == 6)
plain.x, plain[2] = nil, nil
assert(plain.x == nil and plain[2] == nil and #plain == 1 and plain.never == nil and plain[99] == nil)
assert(not pcall(function() plain[nil] = 1 end) and not pcall(function() plain[0 / 0] = 1 end))

-- comparisons
local nan = 0 / 0
assert(nan ~= nan and not (nan < nan) and not (nan <= nan) and 1 <= 1 and not (1 < 1))
assert("10" ~= 10 and nil ~= false and {} ~= {} and print == print and "a" < "b")
local always = {__eq = function() return true end, __lt = function() return true end}
local p, q = setmetatable({}, always), setmetatable({}, always)
assert(p == q and p < q and p ~= {} and not (p == 1))

-- loops
local sum = 0
for i = 10, 1, -3 do sum = sum + i end
assert(sum == 10 + 7 + 4 + 1)
for i = 1, 0 do error("never") end
for i = 0.1, 0.35, 0.1 do sum = sum + i end
assert(math.abs(sum - 22.6) < 1e-9)
local seen = {}
for i, v in ipairs {"a", "b", nil, "d"} do seen[#seen + 1] = i .. v end
for k in pairs {k = 1} do seen[#seen + 1] = k end
for k, v in next, {7} do seen[#seen + 1] = k .. "=" .. v end
for k, v, extra in pairs {8} do seen[#seen + 1] = tostring(extra) end
assert(table.concat(seen, " ") == "1a 2b k 1=7 nil", table.concat(seen, " "))
local function upto(limit, i) if i < limit then return i + 1 end end
for i in upto, 3, 0 do sum = i end
assert(sum == 3)
for _, bad in ipairs {{"x", 2}, {1, "x"}, {1, 2, {}}} do
  local ok, message = pcall(function() for i = bad[1], bad[2], bad[3] or 1 do end end)
  assert(not ok and message:find("'for' .* must be a number") or message:find("must be a number"), message)
end

-- numbers that are shared and numbers that are not
for _, x in ipairs {0, 127, 128, 65535, 65536, -1, 0.5, 2^52} do
  local y = x + 1
  assert(y - 1 == x and x * 1 == x and -(-x) == x)
end

-- strings of all lengths that are copied in one piece
local s, r = socketpair(AF_UNIX, SOCK_STREAM, 0)
local copies = {}
for _, len in ipairs {1, 15, 16, 17, 48, 49, 64, 65, 112, 113, 240, 241, 5000} do
  local text = ("%d "):format(len):rep(len):sub(1, len)
  assert(send(s, text) == len)
  copies[text] = recv(r, 65536)
end
collectgarbage()
for text, copy in pairs(copies) do assert(text == copy) end
close(s)
assert(recv(r, 10) == "")
close(r)

-- a coroutine that yields from within calls finds its registers again
local co = coroutine.wrap(function(...)
  local first, rest = ..., select("#", ...)
  local function inner(x) local y = coroutine.yield(x) return y, x end
  local u, v = inner(first)
  local t = {inner(u), inner(v)}
  return rest, u, v, #t, coroutine.yield("last")
end)
assert(co("a", "b") == "a" and co("u") == "u" and co("x") == "a")
assert(co("y") == "last")
local out = {co("z", "more")}
assert(#out == 6 and out[1] == 2 and out[2] == "u" and out[3] == "a" and out[4] == 3 and out[5] == "z" and out[6] == "more")

-- in parentheses a call in a coroutine is one value, too, whoever gives it
local function all(...) return select("#", ...) end
local two = function() return 7, 8 end
assert(all(coroutine.wrap(function() return (pcall(two)) end)()) == 1)
local gives = coroutine.wrap(function() return (coroutine.yield()) end)
gives()
assert(all(gives(1, 2, 3)) == 1)

-- no register that debug.getlocal shows has Go's nil
local function open(...)
  local p, q = ...
  through(through(1, 2, 3), through(...), {}, {}, {})
  local b, c = ...
  local x = nil
  return x.field
end
local shown = 0
xpcall(function() open(1, 2, 3) end, function()
  for level = 1, 6 do
    for i = 1, 20 do
      local known, name, value = pcall(debug.getlocal, level, i)
      if known and name and pcall(type, value) then shown = shown + 1 elseif known and name then shown = -1000 end
    end
  end
end)
assert(shown > 10, shown)

-- what Lua's own library refuses
assert(not pcall(setmetatable, "x", {}) and ("x"):rep(2) == "xx")
assert(rawset({}, 1, 2)[1] == 2)
for _, bad in ipairs {2^31, -2^31 - 1, 1.5, 0 / 0, math.huge, "5"} do
  local ok, message = pcall(listen, bad, 1)
  assert(not ok and message:find("bad argument #1 to 'listen' (descriptor expected, got ", 1, true), message)
end

-- Tail calls: in the place of the caller, however many; arguments too few and too many; the
-- caller's variables that a closure holds stay; variable arguments; through a coroutine.
do
  local function count(n, ...) if n == 0 then return select("#", ...), ... end return count(n - 1, ...) end
  local function down(n, a) if n == 0 then return a end return down(n - 1, a) end
  assert(down(300000, "last") == "last")
  local n, x, y = count(3, "x", nil)
  assert(n == 2 and x == "x" and y == nil)
  local function three(a, b, c) local d, e, f return a, b, c, d, e, f end
  local function fewer(a) return three(a) end
  local function more(a) return three(a, 2, 3, 4, 5, 6, 7) end
  assert(select("#", fewer(1)) == 6 and select(2, fewer(1)) == nil)
  local a, b, c, d = more(1)
  assert(a == 1 and b == 2 and c == 3 and d == nil)
  local function none() return 0 end
  local function lots() return none(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20) end
  assert(lots() == 0)
  local function holding(v) local w = v .. "!" local get = function() return w end return (function(g, u) w = u return g() end)(get, "new") end
  assert(holding "old" == "new")
  local function big(a) local b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7 return down(3, a + b + h) end
  assert(big(1) == 9)
  local function all(...) return three(...) end
  a, b, c = all(7, 8)
  assert(a == 7 and b == 8 and c == nil)
  local function spread(...) return all(...) end
  assert((spread(9)) == 9)
  local co = coroutine.wrap(function(v) return down(5, coroutine.yield(v) + 1) end)
  assert(co(1) == 1 and co(2) == 3)
  co = coroutine.wrap(function() return coroutine.yield("tail") end)
  assert(co() == "tail" and co("end") == "end")
  local ok, message = pcall(function() return nosuch(1) end)
  assert(not ok and message:find("attempt to call a nil value (global 'nosuch')", 1, true), message)
  ok, message = pcall(function(t) return t() end, setmetatable({}, {__call = function(self, v) return self, v end}))
  assert(ok and type(message) == "table")
  local function fails(x) return x.y end
  ok, message = pcall(function() return fails(nil) end)
  assert(not ok and message:find("local 'x'", 1, true), message)
end
