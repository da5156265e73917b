for _, s in ipairs{'10', ' 10 ', '1e5', '1E5', '0x10', '0X1f', '-0x10', '1e', '', ' ', '0x', '1.5.2', '.5', '5.', '.', '+1', '--1', '- 1', '1 1', '\t7\n', '1e400', '-1e400', 'abc', '0x1p4', '1_000', '0b1', '0o7', 'inf', '-inf', 'infinity', 'e5', '1e+5', '1e-5', '1f', '0x1.8', '007'} do
  print('[' .. s .. ']', tonumber(s))
end
for _, c in ipairs{{'ff', 16}, {'0xff', 16}, {'FF', 16}, {'zz', 36}, {'8', 8}, {'777', 8}, {'', 16}, {' 11 ', 2}, {'12', 2}, {'1.5', 16}, {'10', 10}, {'1e1', 10}, {'1e1', 16}, {'+7', 8}, {'x', 36}, {'0x', 16}} do
  print(c[1], c[2], tonumber(c[1], c[2]))
end
print(tostring(1/0), tostring(-1/0), tostring(12), tostring(-1.5), tostring(nil), tostring(true))
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.modf(3.5), math.modf(-3.5), math.log10(1000), math.log10(100), math.log10(1e15), math.log10(1e-7))
print(select('#', assert(1, 2, 3)), pcall(error), pcall(error, nil), pcall(error, 'x', 0))
print(table.concat({1, 2, 3}, ','), table.concat({1, 2, 3}, ',', 2), table.concat({}, 'x'), table.concat({'a', 2.5}, '-', 1, 2))
local t = {5, 2, 8, 1, 9, 3} table.sort(t) print(table.concat(t, ' ')) table.sort(t, function(a, b) return a > b end) print(table.concat(t, ' '))
t = {1, 2, 3} print(table.remove(t, 1), table.remove(t), table.remove(t), table.remove(t), #t)
t = {} table.insert(t, 'a') table.insert(t, 1, 'b') table.insert(t, 2, 'c') print(table.concat(t, ' '), table.maxn(t), table.getn(t))
print(unpack({1, 2, 3}, 2)) print(unpack({1, 2, 3}, -1, 1)) print((unpack({1, 2}, 3, 1)))
local co = coroutine.create(function(a, b) local c, d = coroutine.yield(a + b) local e = coroutine.yield(c, d) return e, 'end' end)
print(coroutine.resume(co, 1, 2)) print(coroutine.resume(co, 'c')) print(coroutine.status(co)) print(coroutine.resume(co, 'e', 'f')) print(coroutine.resume(co)) print(coroutine.status(co))
print(xpcall(function() return 1, 2 end, print)) print(xpcall(function() error('m', 0) end, function(e) return e .. '!' end)) print(xpcall(function() error('a') end, function() error('b') end))
print(pcall(coroutine.wrap(function() error({}) end)) == false, type(coroutine.running()))
local x = 1 local function get() return x end pcall(error) x = 2 print(get())
