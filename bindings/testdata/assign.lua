-- "x = a and b" stores the value of the whole, whatever x is (gopher-lua's compiler forgets
-- to, where x is a local).
local function none() return nil end
local function five() return 5 end

local x = 1; x = none() and five(); assert(x == nil)
x = 1; x = five() and none(); assert(x == nil)
x = 1; x = none() or five(); assert(x == 5)
x = 1; x = (none() and five()); assert(x == nil)
x = 1; x = none() and five() or none(); assert(x == nil)
x = 1; x = five() == 4 and 3; assert(x == false)
x = 1; x = x and none(); assert(x == nil)
local t = {1}
x = 7; x = t[2] and t[1]; assert(x == nil)
local a, b = 1, 2; a, b = none() and five(), five() and none(); assert(a == nil and b == nil)
a, b = 1, 2; a, b = b and a, a; assert(a == 1 and b == 1)
local i = 1; i, t[i] = i and 2, 20; assert(i == 2 and t[1] == 20)
local u = 1; (function() u = none() and five() end)(); assert(u == nil)
g = 1; g = none() and five(); assert(g == nil)
t.f = 1; t.f = none() and five(); assert(t.f == nil)

-- wherever a function or a block may stand
local function inside(f) return f() end
local function wrong() local y = 1; y = none() and five(); return y end
for _, f in ipairs {
  wrong, function() return wrong() end,
  function() local y = 1; if true then y = none() and five() end return y end,
  function() local y = 1; while y do y = none() and five() end return y end,
  function() local y = 1; repeat y = none() and five() until true return y end,
  function() local y = 1; for _ = 1, 1 do y = none() and five() end return y end,
  function() local y = 1; for _ in pairs {1} do y = none() and five() end return y end,
  function() return inside(function() local y = 1; y = none() and five(); return y end) end,
  function() return ({k = function() local y = 1; y = none() and five(); return y end}).k() end,
  function() local y = 1; do y = none() and five() end return y end,
} do
  assert(f() == nil)
end
assert(loadstring("local y = 1; y = nil and 2 or nil; return y")() == nil)
