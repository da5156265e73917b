local numbers = {0, 1, -1, 2.5, -2.5, 1e15, 123456789, 1e100, -1e-10, 0.1, 1/3, 100, 1e5, 1e6, 123456.789, 2^53, 1e-5, 0.0001, 1/0, -1/0, 255, -255, 2^31, -2^31, 2^40, 65535.5}
local flags = {'', '-', '+', ' ', '#', '0', '-+', '+ ', '0+', '-0', '#0', ' 0', '-#', '+0#'}
local sizes = {'', '1', '10', '.0', '.1', '.3', '.10', '12.4', '3.0', '20.15', '10.'}
for _, n in ipairs(numbers) do
  for _, f in ipairs(flags) do
    for _, s in ipairs(sizes) do
      local t = {}
      for v in ('eEfgG'):gmatch('.') do t[#t + 1] = string.format('%' .. f .. s .. v, n) end
      if n == n and math.abs(n) < 2^63 then
        for v in ('di'):gmatch('.') do t[#t + 1] = string.format('%' .. f .. s .. v, n) end
        for v in ('ouxX'):gmatch('.') do
          -- C leaves the conversion of a negative fraction to unsigned open, and flags that a verb has not
          if not ((v == 'u' and f:find('#')) or f:find('[+ ]')) then t[#t + 1] = string.format('%' .. f .. s .. v, n) end
        end
      end
      print(f .. s, table.concat(t, '|'))
    end
  end
end
for _, s in ipairs{'', 'a', 'hello', ('x'):rep(120)} do
  for _, f in ipairs{'%s', '%10s', '%-10s|', '%.2s', '%10.3s', '%-10.3s|', '%.0s', '%q', '%%%s%%'} do print(string.format(f, s)) end
end
print(string.format('%q', 'a"b\\c\nd\re\0f'))
print(string.format('%c%c%5c|%-5c|', 65, 66, 67, 68))
print(string.format('%d %s %d', '10', 12, 3.99))
print(string.format('no directive'), string.format('%%'), string.format('%5.1f', '2.25'))
print(pcall(string.format, '%d', {}) == false, pcall(string.format, '%d') == false)
