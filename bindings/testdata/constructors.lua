-- tables of many items, and fields with names among them
local function count(t)
  local sum = 0
  for i = 1, #t do sum = sum + t[i] end
  return #t .. "/" .. sum
end
local function three() return 101, 102, 103 end
local function make(text) return assert(loadstring("local three = ... return {" .. text .. "}"))(three) end
local items = {}
for i = 1, 50 do items[i] = i end
local fifty = table.concat(items, ",")

for text, want in pairs {
  ["1, x = three()"] = "1/1", ["x = three()"] = "0/0", ["three(), x = three()"] = "1/101",
  ["(three())"] = "1/101", ["1, three()"] = "4/307",
  [fifty .. ", x = three()"] = "50/1275", [fifty .. ", x = three(), y = three() + 1"] = "50/1275",
  [fifty .. ", x = three(), 51"] = "51/1326", [fifty .. ", three()"] = "53/1581",
  [fifty .. ", x = three(), three()"] = "53/1581", [fifty .. ", (three())"] = "51/1376",
  [fifty .. "," .. fifty .. ", [three()] = 7, three()"] = "103/2856",
  ["x = three()," .. fifty .. ", y = three()," .. fifty .. ", z = three()"] = "100/2550",
} do
  local got = count(make(text))
  assert(got == want, text .. ": " .. got)
end
local t = make(fifty .. ", x = three(), y = three() + 1")
assert(t.x == 101 and t.y == 102)
t = make(fifty .. ", three(), x = 1")
assert(#t == 51 and t[51] == 101 and t.x == 1)
local function all(...) return {1, ...} end
assert(#all() == 1 and #all(2, 3) == 3)
t = make(("7,"):rep(26000) .. "x = 1")
assert(#t == 26000 and t[25549] == 7 and t[25550] == 7 and t[26000] == 7 and t.x == 1)
