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
do
  local n, i, get = 0, 0
  local function inc() n = n + 1 end
  for i = 1, 3 do if i then goto continue end ::continue:: inc() end
  repeat i = i + 1 if i then local k = i get = function() return k end goto last end ::last:: until i == 2
  inc()
  check("to what follows", n .. get(), "42")
end
