-- debug.getinfo answers what Lua 5.1's does.
local fields = {"what", "source", "short_src", "currentline", "name", "namewhat", "linedefined", "lastlinedefined", "nups"}
local function told(...)
  local d, list = debug.getinfo(...), {}
  for i, field in ipairs(fields) do list[i] = tostring(d[field]) end
  return table.concat(list, " ")
end
local function is(got, wanted)
  if got ~= wanted then error("got  " .. got .. "\nnot  " .. wanted, 2) end
end
local here = debug.getinfo(1, "S").source
assert(here:sub(1, 1) == "@" and debug.getinfo(1, "S").short_src == here:sub(2))
local prefix = here .. " " .. here:sub(2)

-- levels, tail calls among them
local seen = {}
function inner()
  for level = 1, 3 do seen[level] = told(level + 1) end
  return 1
end
function tail() return inner() end
local _ = tail()
is(seen[1], "Lua " .. prefix .. " 18 nil  17 20 2")
is(seen[2], "tail =(tail call) (tail call) -1   -1 -1 0")
is(seen[3], "main " .. prefix .. " 22 nil  0 0 0")

-- by what a function is called
local function as() local text = told(2) return text end
local object = {method = function(self) local text = told(2) return text end}
local text = as()
is(text, "Lua " .. prefix .. " 28 as local 28 28 1")
text = object:method()
is(text, "Lua " .. prefix .. " 29 method method 29 29 1")
text = object.method()
is(text, "Lua " .. prefix .. " 29 method field 29 29 1")
local function within() local text = as() return text end
is(within(), "Lua " .. prefix .. " 28 as upvalue 28 28 1")

-- functions that are not called, and none
is(told(as), "Lua " .. prefix .. " -1 nil  28 28 1")
is(told(print), "C =[C] [C] -1 nil  -1 -1 0")
assert(debug.getinfo(100) == nil and debug.getinfo(as).func == as)
is(debug.getinfo(loadstring("return 1"), "S").what, "main")
for letter, field in pairs {S = "what", l = "currentline", n = "namewhat", u = "nups", f = "func", L = "activelines"} do
  local d = debug.getinfo(as, letter)
  assert(d[field] ~= nil, field)
  for other, absent in pairs {S = "what", l = "currentline", n = "namewhat", u = "nups", f = "func", L = "activelines"} do
    assert(other == letter or d[absent] == nil, letter .. " " .. absent)
  end
end
assert(debug.getinfo(inner, "L").activelines[18] and not debug.getinfo(inner, "L").activelines[17])

-- in another thread; through pcall
local co = coroutine.create(function() local x = coroutine.yield() end)
coroutine.resume(co)
is(debug.getinfo(co, 0, "S").what, "C")
is(tostring(debug.getinfo(co, 1, "l").currentline), "54")
pcall(function() is(debug.getinfo(2, "S").what, "C") end)

for _, bad in ipairs {{"(function or level expected)"}, {"(function or level expected)", "q"}, {"(invalid option)", 1, "x"}} do
  local ok, problem = pcall(debug.getinfo, unpack(bad, 2))
  assert(not ok and problem:find("bad argument #" .. (bad[3] and 2 or 1) .. " to 'getinfo' " .. bad[1], 1, true), problem)
end
