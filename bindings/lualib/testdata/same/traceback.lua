local function show(...) print((debug.traceback(...):gsub('\n\t%[C%]: %?$', ''))) end -- who runs the chunk
local function inner() error('no luck') end
local function outer() inner() end
local co = coroutine.create(outer)
print(coroutine.resume(co)) show(co) show(co, 'message') show(co, 'from 1', 1)
co = coroutine.create(function() local x = coroutine.yield() inner() end)
show(co, 'fresh') coroutine.resume(co) show(co, 'suspended') coroutine.resume(co) show(co, 'dead')
co = coroutine.create(function() end) coroutine.resume(co) show(co, 'ended')
co = coroutine.create(function() local t = nil; t.x = 1 end) coroutine.resume(co) show(co, 'index')
print((select(2, xpcall(outer, debug.traceback)):gsub('\n\t%[C%]: %?$', '')))
local function tail(n) if n == 0 then show('tail') return 1 end return tail(n - 1) end
tail(3)
local object = {method = function(self) show('method') end, field = function() show('field', 1) end}
object:method() object.field()
setmetatable(object, {__index = function() show('index') return 1 end}) local _ = object.nothing
pcall(table.sort, {3, 2, 1}, function() show('compared') error() end)
for _, f in ipairs {function() show('anonymous') end} do (function() f() end)() end
function global() show('global', 2) show('itself', 0) end global()
pcall(function() show('protected') end) pcall(pcall, function() show('twice') end)
pcall(coroutine.wrap(function() show('wrapped') error() end))
print(debug.traceback({}) ~= nil, type(debug.traceback({})), debug.traceback(true), (debug.traceback(5):match('^5\n')))
