-- What a socket script does with the library: parts that must work together.

-- A frame protocol: pack, split, unpack, in a coroutine under pcall.
local function frames(list)
  return coroutine.wrap(function()
    for _, s in ipairs(list) do
      local ok, why = pcall(function()
        local n, body, next = string.unpack('>B s2', s)
        assert(next == #s + 1, 'surplus')
        coroutine.yield(n, body)
      end)
      if not ok then coroutine.yield(nil, why) end
    end
  end)
end

local next = frames{string.pack('>B s2', 7, 'a\0b'), '\1\0\9x', string.pack('>B s2', 8, '') .. '!'}
local n, body = next()
assert(n == 7 and body == 'a\0b')
n, body = next()
assert(n == nil and body:find('data string too short', 1, true), body)
n, body = next()
assert(n == nil and body == 'surplus', body)
assert(select('#', next()) == 0)

-- A scheduler: many coroutines, some failing, a closure shared with the loop.
local done, failed = 0, 0
local function finished() done = done + 1 end
local tasks = {}
for i = 1, 200 do
  tasks[i] = coroutine.create(function()
    for step = 1, i % 5 do
      local ok = xpcall(function()
        coroutine.yield(step)
        if i % 7 == 0 then error{step} end
      end, function(e) assert(type(e) == 'table') failed = failed + 1 return e end)
      if not ok then break end
    end
    finished()
  end)
end
while #tasks > 0 do
  for i = #tasks, 1, -1 do
    assert(coroutine.resume(tasks[i]))
    if coroutine.status(tasks[i]) == 'dead' then table.remove(tasks, i) end
  end
end
assert(done == 200 and failed == 23, failed)

-- The traceback of a suspended coroutine names the user's function.
local co = coroutine.create(function() local function inner() coroutine.yield() end inner() end)
coroutine.resume(co)
assert(type(debug.traceback()) == 'string')

-- Text that went through %q is the same text.
local t = {}
for i = 1, 2000 do t[i] = string.char(math.random(0, 255)) end
local s = table.concat(t)
assert(assert(loadstring('return ' .. ('%q'):format(s)))() == s)

-- HTTP headers by pattern.
local head = 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nX-A: b: c\r\n\r\n'
local fields = {}
for k, v in head:gmatch('([%w-]+):%s*(.-)\r\n') do fields[k:lower()] = v end
assert(fields['content-length'] == '12' and fields['x-a'] == 'b: c')
assert(head:match('^HTTP/(%d)%.(%d) (%d+)') == '1')
