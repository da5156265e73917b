-- Tables whose keys come and go, compared with a list of what should be in them: what is
-- taken out leaves nothing behind, and a traversal finds the rest, also where it takes out
-- itself.
math.randomseed(7)
local pool = {}
for i = 1, 120 do
  pool[#pool + 1] = "k" .. i
  pool[#pool + 1] = {}
  pool[#pool + 1] = i % 40 + 1
  pool[#pool + 1] = i + 0.5
  pool[#pool + 1] = -i
end

-- The list: values by their place in the pool; numbers may be there twice.
local function compare(t, model)
  local found, wanted = 0, 0
  for k, v in pairs(t) do
    found = found + 1
    assert(model[k] == v, tostring(k))
  end
  for _ in next, model do wanted = wanted + 1 end
  assert(found == wanted, found .. " of " .. wanted)
end

for _, meta in ipairs {false, {}, {__index = function() end}} do
  local t, model = setmetatable({}, meta or nil), {}
  for step = 1, 6000 do
    local k = pool[math.random(#pool)]
    local v = math.random(3) > 1 and step or nil
    if math.random(2) == 1 then rawset(t, k, v) else t[k] = v end
    model[k] = v
    if step % 500 == 0 then compare(t, model) end
    if step % 1500 == 0 then
      for key in pairs(t) do            -- takes out most on the way
        if math.random(4) > 1 then t[key], model[key] = nil, nil end
        local _ = #t
      end
      compare(t, model)
    end
  end
  for key in next, t do t[key] = nil end
  assert(next(t) == nil and #t == 0)
end

-- A key that has gone is no longer held; those of before are not, either.
local function used() collectgarbage() return collectgarbage "count" end
for _, meta in ipairs {false, {}} do
  local t, before = setmetatable({}, meta or nil), used()
  for i = 1, 300 do
    local key = {("x"):rep(50000) .. i}
    t[key] = true
    t[key] = nil
  end
  assert(used() - before < 4000, used() - before)
end

-- A stack is emptied in a time that grows as it does, and # is where the items end.
local stack, begun = {}, os.clock()
for i = 1, 100000 do stack[i] = i end
while #stack > 0 do stack[#stack] = nil end
stack[1] = "again"
assert(#stack == 1 and os.clock() - begun < 5)

-- nil where nothing was makes nothing.
local before, holes = used(), {}
for i = 1, 20 do holes[i] = {} holes[i][1000000] = nil end
assert(used() - before < 1000 and #holes[1] == 0)

-- The functions themselves.
assert(pairs({}) == next and select("#", pairs {}) == 3 and select("#", next {}) == 1)
local ok, message = pcall(next, {a = 1}, "b")
assert(not ok and message:find("invalid key to 'next'", 1, true), message)
ok, message = pcall(next)
assert(not ok and message:find("bad argument #1 to 'next' (table expected, got no value)", 1, true), message)
ok, message = pcall(function() for _ in pairs(nil) do end end)
assert(not ok and message:find("bad argument #1 to 'pairs' (table expected, got nil", 1, true), message)

-- rawset of what an array has is no new key, in the midst of a traversal as well.
do
  local t, n = {1}, 0
  for i = 1, 40 do t["k" .. i] = i end
  for k in pairs(t) do
    if k ~= 1 then t[k] = nil end
    rawset(t, 1, "changed")
    n = n + 1
  end
  assert(n == 41 and #t == 1 and next(t) == 1 and t[1] == "changed")
end

-- The same with a metatable, by rawset, and in table's functions.
do
  local before, kept = used(), {}
  for i = 1, 20 do
    kept[i] = {setmetatable({}, {}), {}}
    kept[i][1][1000000] = nil
    rawset(kept[i][2], 1000000, nil)
  end
  assert(used() - before < 1000)
  local t, begun = setmetatable({}, {__index = {}}), os.clock()
  for i = 1, 30000 do t[i] = i end
  while #t > 0 do t[#t] = nil end
  for i = 1, 30000 do t[#t + 1] = i t[#t] = nil end
  local u, n = {}, 30000
  for i = 1, n do u[i] = i end
  for i = n, 1, -1 do u[i] = nil end
  for i = 1, 30000 do table.insert(u, i) table.remove(u) end
  assert(os.clock() - begun < 5 and #t == 0 and #u == 0)
  assert(not pcall(rawset, {}, nil, 1) and not pcall(rawset, {}, 0 / 0, 1) and not pcall(rawset, {}, 1))
  local log = {}
  local p = setmetatable({have = 1}, {__newindex = function(_, k, v) log[#log + 1] = k end})
  p.have, p.new, p[1] = 2, 3, 4
  assert(p.have == 2 and p.new == nil and p[1] == nil and log[1] ~= log[2] and #log == 2)
  local l = setmetatable({1, 2}, {__len = function() return 7 end})
  assert(#l == 7)
end

-- Many are taken out in the midst of traversals, while others look for the first: each of the
-- rest is met once, and what is put in again is there.
for round = 1, 300 do
  local t, out, met, all = {}, {}, {}, {}
  for i = 1, 300 do
    local k = i % 3 == 0 and {} or i % 3 == 1 and "key" .. i or -i
    t[k], all[i] = i, k
  end
  local steps, at = 0, math.random(200)
  for k in pairs(t) do
    assert(not met[k] and not out[k])
    met[k], steps = true, steps + 1
    if steps % at == 0 then
      local from = math.random(300)
      for i = from, math.min(300, from + math.random(150)) do t[all[i]], out[all[i]] = nil, true end
      if math.random(2) == 1 then t[k], out[k] = nil, true end
      local first = next(t)
      assert(first == nil or not out[first])
      for _ in pairs(t) do end          -- a traversal in a traversal
    end
  end
  local left = 0
  for i = 1, 300 do
    local k = all[i]
    assert(met[k] or out[k])
    assert(t[k] == (not out[k] and i or nil))
    if math.random(3) == 1 then t[k] = i end
    if t[k] then left = left + 1 end
  end
  for k, v in pairs(t) do
    assert(all[v] == k)
    left = left - 1
  end
  assert(left == 0)
  for k in pairs(t) do t[k] = nil end
  assert(next(t) == nil and not pcall(next, t, "no key"))
end
