-- goto closes the variables of the blocks that it leaves, and no others: gopher-lua's closed all
local function check(name, got, want) assert(got == want, ("%s: %s, not %s"):format(name, got, want)) end
do
  local n = 0
  local function inc() n = n + 1 end
  for i = 1, 4 do if i == 2 then goto continue end inc() ::continue:: end
  check("continue", n, 3)
end
local function params(a, b)
  local function get() return a, b end
  for i = 1, 3 do
    local x = i
    if i == 2 then goto continue end
    a = a + 1
    ::continue::
  end
  b = 7
  return get()
end
check("params", table.concat({params(1, 2)}, ","), "3,7")
do
  local fs, n = {}, 0
  ::again::
  local x = n
  fs[#fs + 1] = function() x = x + 1 return x end
  n = n + 1
  if n < 3 then goto again end
  check("each has its own", fs[1]() .. fs[2]() .. fs[3]() .. fs[3]() .. x, "12344")
end
do
  local fs = {}
  for i = 1, 3 do
    do
      local y = i
      fs[i] = function() y = y + 1 return y end
      if i == 2 then goto continue end
      y = y + 10
    end
    local z = 9
    ::continue::
  end
  check("nested", fs[1]() .. " " .. fs[2]() .. " " .. fs[3](), "12 3 14")
end
do
  local n, get = 0
  local function inc() n = n + 1 end
  while true do
    n = n + 1
    if n == 3 then goto out end
    while true do local k = n do local m = k get = function() return m, k end end goto next end
    ::next::
  end
  ::out::
  inc()
  check("out of two", n .. table.concat({get()}), "422")
end
do
  local function f(a, ...)
    local g = function() return a end
    repeat local q = 1 if a then goto done end until q
    ::done::
    a = 5
    return g()
  end
  check("repeat", f(1, 2, 3), 5)
end
local function top()
  ::top::
  local function f() return f end
  if not first_f then first_f = f goto top end
  return first_f() == first_f, f() == f
end
local a, b = top()
check("own name", tostring(a) .. tostring(b), "truetrue")
local get
local function none()              -- where it leads to there is no variable, and all are to be closed
  do
    local x = 1
    get = function() x = x + 1 return x end
    goto out
  end
  ::out::
  local y = 9
  return get(), get(), y
end
check("to none", table.concat({none()}, " "), "2 3 9")
local function again()
  ::again::
  local x = get and 1 or 5
  local inner = function() x = x + 1 return x end
  if get then get = nil goto again end
  local y = inner()
  return y, x
end
check("back to none", table.concat({again()}, " "), "6 6")
local function after_blocks()      -- the compiler takes these scopes' ends for those of the ones below
  do local a, b, c, d, e, f, g, h end
  local a, b, c, d, e, f, g, n = 1, 2, 3, 4, 5, 6, 7, 0
  local function inc() n = n + 1 end
  do local p, q, r, s, t, u, v, w end
  for i = 1, 4 do if i == 2 then goto continue end inc() ::continue:: end
  return n, a + b + c + d + e + f + g
end
check("after blocks", table.concat({after_blocks()}, " "), "3 28")
local function to_the_last()       -- the one instruction before the scope's end
  local got, c = nil, true
  do
    local x = 1
    got = function() return x end
    if c then goto set end
    x = 3
    ::set::
    x = 5
  end
  return got()
end
check("to the last", to_the_last(), 5)
local function at_once()           -- where the variables begin, which is where it leads to
  local n, i, f = 0, 0
  ::again::
  f = f or function() n = n + 1 return n end
  f()
  i = i + 1
  if i < 3 then goto again end
  return n
end
check("at once", at_once(), 3)
local function at_closure()        -- which is made there, but is none of the variables
  local x = 1
  ::again::
  made = made or 0
  made = made + 1
  x = x + 1
  if made == 1 then goto again end
  return x
end
check("at closure", at_closure(), 3)
made = nil
local function to_closure()
  local x, i = 1, 0
  ::again::
  f = function() x = x + 1 end
  f()
  i = i + 1
  if i < 3 then goto again end
  f = nil
  return x
end
check("to closure", to_closure(), 4)
local function to_assigned()       -- a variable that was there before its closure
  local i, first = 0
  local own
  ::again::
  own = function() return own end
  first = first or own
  i = i + 1
  if i < 2 then goto again end
  return first() == own, own() == own
end
local c, d = to_assigned()
check("to assigned", tostring(c) .. tostring(d), "truetrue")
do
  local n, i, get = 0, 0
  local function inc() n = n + 1 end
  for i = 1, 3 do if i then goto continue end ::continue:: inc() end
  repeat i = i + 1 if i then local k = i get = function() return k end goto last end ::last:: until i == 2
  inc()
  check("to what follows", n .. get(), "42")
end
