-- loops that go back to a jump: gopher-lua's compiler had them go anywhere
local function trail(f)
  local steps = {}
  local ok, problem = pcall(f, function(x)
    steps[#steps + 1] = tostring(x)
    if #steps > 20 then error("it does not end") end
  end)
  return ok and table.concat(steps, " ") or problem
end
local function same(want, f)
  local got = trail(f)
  assert(got == want, ("%s, not %s"):format(got, want))
end

same("1 2", function(step) for _, v in ipairs {1, 2} do if false then step "no" end step(v) end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do if not true then step "no" else step(v) end end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do local x = false and v or v step(x) end end)
same("1 2", function(step) local x for _, v in ipairs {1, 2} do x = nil or v step(x) end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do (false and print or step)(v) end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do do do end end if nil and v then step "no" end step(v) end end)
same("end", function(step) for _, v in ipairs {1, 2} do break end step "end" end)
same("end", function(step) for _, v in ipairs {1, 2} do do do end end do break end end step "end" end)
same("1 2 3", function(step) local n = 0 while n < 3 do while true do break end n = n + 1 step(n) end end)
same("1 2 3", function(step) local n = 0 while n < 3 do while false do end n = n + 1 step(n) end end)
same("1 2 3", function(step) local n = 0 while n < 3 do while nil and n do step "no" end n = n + 1 step(n) end end)
same("1 2 3", function(step) local n = 0 while true do if false then step "no" end n = n + 1 step(n) if n == 3 then break end end end)
same("1 2 3", function(step) local n = 0 repeat if nil then step "no" end n = n + 1 step(n) until n == 3 end)
same("1 2 3", function(step) local n = 0 repeat repeat break until false n = n + 1 step(n) until n > 2 end)
same("end", function(step) while not not false do step "no" end step "end" end)
same("end", function(step) while (false or nil) do step "no" end step "end" end)
same("1", function(step) while false or 1 do step(1) break end end)

-- What is not given of an iterator, its state and its control variable is nil.
local function junk() local a, b, c, d, e, f = 9, 9, 9, 9, 9, 9 return a end
junk()
same("1 7", function(step) junk() for k, v in next, {7} do step(k) step(v) end end)
same("1", function(step) junk() for k in next, {7} do step(k) end end)
same("1 7 nil", function(step) junk() for k, v, w in next, {7} do step(k) step(v) step(w) end end)
same("1", function(step) junk() for k in next, (junk() and {7}) do step(k) end end)
same("1 7", function(step) local function t() return {7} end junk() for k, v in next, t() do step(k) step(v) end end)
same("1", function(step) local function t() return {7} end junk() for k in next, t() do step(k) end end)
same("1", function(step) local function t() return {7} end junk() for k in next, (t()) do step(k) end end)
same("1", function(step) local function none() end junk() for k in next, {7}, none() do step(k) end end)
same("nil nil 1", function(step)
  local i = 0
  local function once(s, c) i = i + 1 if i == 1 then step(s) step(c) return 1 end end
  junk()
  for x in once do step(x) end
end)
same("1 2", function(step)
  local i = 0
  local counter = setmetatable({}, {__call = function(_, s, c) assert(s == nil) i = i + 1 if i < 3 then return i end end})
  junk()
  for x in counter do step(x) end
end)

-- A break leaves variables to closures that are not the loop's own.
same("1 2 3", function(step)
  local get, a, b, c, d, e, f
  for i = 1, 5 do
    if i == 1 then local p, q, x = 7, 8, i get = function() return x end break end
  end
  a, b, c, d, e, f = 9, 9, 9, 9, 9, 9
  local g, h, j = 9, 9, 9
  step(get())
  while true do do do local p, q, x = 7, 8, 2 get = function() return x end if get then break end end end end
  do local k, l, m, n = 9, 9, 9, 9 step(get()) end
  repeat
    if get then else end
    if false then else local p, q, x = 7, 8, 3 local function inner() return x end get = inner do break end end
  until false
  do local k, l, m, n = 9, 9, 9, 9 step(get()) end
end)
same("1 1 2 2 3 3", function(step) -- each step has its own
  local gets = {}
  for i = 1, 3 do
    local own = i
    if i < 3 then local x = i gets[i] = function() return x, own end else local x = i gets[i] = function() return x, own end break end
  end
  for _, get in ipairs(gets) do local x, own = get() step(x) step(own) end
end)

-- What follows the answer of a call, in the iterator, overwrote it.
local function counter(n)
  return function(m) local i = 0 return function() i = i + 1 if i <= n then return i .. m end end end
end
same("1b 2b", function(step) for x in counter(2)("b") do step(x) end end)
same("1b 2b", function(step) for x in (counter(2))("b") do step(x) end end)
same("1b 2b", function(step) for x in (counter(2) or step)("b") do step(x) end end)
same("1b 2b", function(step) local function t() return {f = counter(2)} end for x in t().f("b") do step(x) end end)
same("1b 2b", function(step) local k, t = "f", {f = counter} for x in t[tostring(k) .. ""](2)("b") do step(x) end end)
same("table 1 2", function(step) for w in (type({}) .. " 1 2"):gmatch("%w+") do step(w) end end)
same("11 21", function(step) (function(...) for x in (...)(1) do step(x) end end)(counter(2)) end)
same("1 2", function(step) -- what leaves it, and what it leaves
  local get
  for i = 1, 2 do
    for x in counter(3)("") do
      if i == 1 then goto continue end
      get = function() return x end
      if x == "2" then break end
      step(x)
    end
    ::continue::
  end
  step(get())
end)
