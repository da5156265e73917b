-- printed lines must be those of Lua 5.1
local function show(name, ...)
  local t = {name}
  for i = 1, select('#', ...) do t[#t + 1] = tostring((select(i, ...))) end
  print(table.concat(t, ' '))
end
local function try(f, ...)
  local r = {pcall(f, ...)}
  for i = 1, 12 do r[i] = tostring(r[i]):gsub("^[^:]*:%d+: ", "") end
  show(tostring((select(1, ...))):gsub('%z', '0') .. ' / ' .. tostring((select(2, ...))), unpack(r, 1, 12))
end
local subjects = {'', 'a', 'hello world', 'key = value', 'aaab', '[x](y)((z))', 'THE (quick) fox', '  trim  ', 'a.b.c', 'x=1,y=22', 'f(a(b)c)d', '%d%%', 'a\nb\r\n', '0x1F 3.14e-2', 'abcabcabc', '-^$*+?.([%-'}
local patterns = {'', '.', 'a', 'a*', 'a-', 'a+b', 'a?b', '^a', 'a$', '^$', '$', '^', '%w+', '(%w+)', '(%w+)%s*=%s*(%w+)', '()', '()a()', '%b()', '%b', '%bx', '%f[%w]%w+', '%f', '%f[', '%f[%a]', '[a-c]+', '[^a-c]+', '[]]', '[^]]', '[]', '[a', '[%]', '[%a_]', '[a-]', '[-a]', '[%w%-]', '[a-%%]', '%', '%%', '%1', '(a)%1', '(a*)%1', '(abc)%1', '((a)(b))', '(a', 'a)', '.)', '^(.-)%s*$', '^%s*(.-)%s*$', '%d+', '%x+', '%u+', '%l+', '%p+', '%c', '%s', '%S+', '%A+', '%D', '%z', '%Z+', '.-b', '.*b', '(.)(.)(.)', '%.', '[.]', '%a%-', '(%(', '[^%s]+$', '%g', '%q', '[[]', '[[%]]+', 'b*$', '^*', '*', '+a', '?', '-', 'a**', 'a*?', '.?.?.?b', '(()a)', '(()', '%0', '%9', '\\', '%b()()', '$a', 'a$b', '[%z]', '[\128-\255]', '%f[^%w]', '[+--]', '[a-a]', '[z-a]'}
for _, s in ipairs(subjects) do
  for _, p in ipairs(patterns) do
    try(string.find, s, p)
    try(string.match, s, p, 2)
    try(string.find, s, p, -3)
    try(string.gsub, s, p, '<%0>')
    try(string.gsub, s, p, '%1', 2)
    try(string.gsub, s, p, '%2')
    try(string.gsub, s, p, {a = 1, hello = 'bye', b = false})
    try(string.gsub, s, p, function(a, b) if a == 'a' then return nil end return b end)
    try(function() local t = {} for a, b in string.gmatch(s, p) do t[#t + 1] = tostring(a) .. ':' .. tostring(b) if #t > 30 then break end end return table.concat(t, ';') end, s, p)
  end
end
for _, r in ipairs{'%%', '%a', '%0%0', '%1%1', ''} do try(string.gsub, 'abc', 'b', r) end
try(string.gsub, 'abc', 'b', function() return {} end)
try(string.gsub, 'abc', 'b', {b = true})
try(string.gsub, 'abc', '', '-')
try(string.gsub, 'abc', '', '-', 0)
try(string.gsub, 'abc', 'b', 7)
try(string.gsub, 12321, 2, 3)
for i = -5, 6 do
  for j = -5, 6 do
    show('sub', i, j, ('abc'):sub(i, j), ('abc'):byte(i, j))
  end
  show('pos', i, ('abc'):sub(i), ('abc'):byte(i), ('abc'):find('', i), ('abc'):find('b', i, true), ('abc'):find('.', i), ('abc'):match('()', i))
end
for c = 0, 255 do
  local s, t = string.char(c), {}
  for k in ('acdlpsuwxzACDLPSUWXZ'):gmatch('.') do t[#t + 1] = s:find('%' .. k) and k or '-' end
  show(c, table.concat(t), #s:upper(), s:upper():byte(), s:lower():byte())
end
