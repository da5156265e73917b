-- assignments, as Lua 5.1 makes them: all is evaluated before anything is stored
local function same(...)
  local n = select("#", ...) / 2
  for i = 1, n do
    local got, want = (select(i, ...)), (select(n + i, ...))
    assert(got == want, ("value %d of %d: %s, not %s"):format(i, n, tostring(got), tostring(want)))
  end
end

local a, b, c = 1, 2, 3
a, b = b, a
same(a, b, 2, 1)
c, a, b = a, b, c
same(a, b, c, 1, 3, 2)
local fib, after = 1, 1
for i = 1, 10 do fib, after = after, fib + after end
same(fib, after, 89, 144)
A, B = 1, 2
A, B = B, A
same(A, B, 2, 1)

local t = {x = 1, y = 2}
t.x, t.y = t.y, t.x
same(t.x, t.y, 2, 1)
a, t.x = t.x, a
same(a, t.x, 2, 1)
local i, list = 1, {}
i, list[i] = i + 1, 20
same(i, list[1], list[2], 2, 20, nil)
local old = t
t, t.x = {x = "new"}, "old"
same(t.x, old.x, "new", "old")
t.x, t = "newer", {x = 0}
same(t.x, 0)

local outer = 0
local function inner()
  outer, old.x = 1, 2
  same(outer, old.x, 1, 2)
  old.x, outer, A = outer, old.x, outer
end
inner()
same(outer, old.x, A, 2, 1, 1)

a, b = 1
same(a, b, 1, nil)
a, b = (function() return 5, 6 end)()
same(a, b, 5, 6)
a, b, c = 0, (function(...) return ... end)(a, b)
same(a, b, c, 0, 5, 6)
a, b = 1, 2, error and 3
same(a, b, 1, 2)
local function rest(...)
  local x, y
  y, x = ...
  x, y = ..., x
  return x, y
end
same(rest(1, 2), 1, 2)
local order = {}
local function note(x) order[#order + 1] = x return x end
local u = {}
u[note("first key")], u[note("second key")] = note("first value"), note("second value")
same(table.concat(order, ", "), "first key, second key, first value, second value")

a = false
b = a and 1
same(b, false)
b, c = a and 1, a or 2
same(b, c, false, 2)
b = 7
b = a or b
same(b, 7)

-- into a local variable that others were declared after
local function two(x, y) return y, x end
local function parameter(p, ...)
  local q, r = 5, 6
  p = (two(p, p + 1))
  same(p, q, r, 2, 5, 6)
  p = (...)
  same(p, q, r, 7, 5, 6)
  p = ...
  same(p, q, r, 7, 5, 6)
  p = two(q, ...)
  same(p, q, r, 7, 5, 6)
end
parameter(1, 7)
local function none(...)
  local kept
  for k, v in ipairs {"v"} do
    k = (...)
    kept = function() return k, v end
  end
  return kept()
end
same(select(2, none()), "v")
