-- Channels, mutexes and shared tables.

local function refused(part, f, ...)
	local ok, message = pcall(f, ...)
	assert(not ok and message:find(part, 1, true), tostring(message))
end

local function untilBlocked(t, op)
	repeat
		local there = false
		for _, e in ipairs(threads()) do there = there or e.thread == t and e.blocked == op end
	until there
end

-- A buffered channel keeps its order; a closed one is emptied first.
local c = channel.make(3)
assert(type(c) == "channel" and tostring(c):match("^channel: "))
for i = 1, 3 do c:send(i) end
c:close()
for i = 1, 3 do local ok, v = c:receive() assert(ok == true and v == i) end
local ok, v = c:receive()
assert(ok == false and v == nil)
refused("closed", c.send, c, 1)
refused("closed already", c.close, c)
refused("channel expected, got 5", channel.send, 5, 1)
refused("a function cannot go", channel.send, channel.make(1), print)

-- Unbuffered: send waits for the receiver. Tables are copied.
c = channel.make()
function sender(c, t) c:send(t) t.n = 2 c:send(t) return "done" end
local t = thread(sender, c, {n = 1})
untilBlocked(t, "channel.send")
local _, first = c:receive()
local _, second = c:receive()
assert(first.n == 1 and second.n == 2 and join(t) == "done")

-- nil and false are values, too.
c = channel.make(2)
c:send(nil)
c:send(false)
ok, v = c:receive()
assert(ok == true and v == nil)
ok, v = c:receive()
assert(ok == true and v == false)

-- A channel that is closed wakes who waits to receive, and who waits to send.
c = channel.make()
t = thread(channel.receive, c)
untilBlocked(t, "channel.receive")
c:close()
assert(join(t) == false)
c = channel.make()
t = thread(channel.send, c, 1)
untilBlocked(t, "channel.send")
c:close()
refused("channel.send: the channel is closed", join, t)

-- An interrupt ends a send and a receive, and takes nothing away.
c = channel.make()
for _ = 1, 50 do
	t = thread(channel.send, c, 1)
	untilBlocked(t, "channel.send")
	interrupt(t)
	refused("interrupted", join, t)
	t = thread(channel.receive, c)
	untilBlocked(t, "channel.receive")
	interrupt(t)
	refused("interrupted", join, t)
end
assert(channel.select({"|<-", c}, {"default"}) == 2, "an interrupted send is gone")

-- select: cases, handlers, default.
local a, b = channel.make(1), channel.make(1)
local heard = {}
local index, value, received = channel.select({"|<-", a}, {"|<-", b}, {"default", function() heard.default = true end})
assert(index == 3 and value == nil and received == false and heard.default)
index, value, received = channel.select({"<-|", a, "hi", function(v) heard.sent = v end}, {"|<-", b})
assert(index == 1 and value == nil and received == false and heard.sent == "hi")
index, value, received = channel.select({"|<-", a, function(ok, v) heard.ok, heard.got = ok, v end}, {"|<-", b})
assert(index == 1 and value == "hi" and received == true and heard.ok == true and heard.got == "hi")
b:close()
index, value, received = channel.select({"|<-", a}, {"|<-", b})
assert(index == 2 and value == nil and received == false)
refused("bad argument #1 to 'channel.select'", channel.select, {"<-", a})
refused("bad argument #2 to 'channel.select'", channel.select, {"|<-", a}, 5)
refused("bad argument #2 to 'channel.select' (a function cannot go", channel.select, {"|<-", a}, {"<-|", c, print})
c = channel.make()
t = thread(function(a, c) return channel.select({"|<-", a}, {"|<-", c}) end, a, c)
untilBlocked(t, "channel.select")
c:send("to the second")
index, value = join(t)
assert(index == 2 and value == "to the second")
local counts = {0, 0}
for _ = 1, 200 do
	local x, y = channel.make(1), channel.make(1)
	x:send(1)
	y:send(1)
	local i = channel.select({"|<-", x}, {"|<-", y})
	counts[i] = counts[i] + 1
end
assert(counts[1] > 0 and counts[2] > 0, "of several one is chosen at random")

-- A descriptor for select, poll and epoll.
c = channel.make(2)
local fd = channel.fd(c)
local function readable(fd) return #select({fd}, nil, nil, 0) == 1 end
assert(channel.fd(c) == fd and not readable(fd))
c:send(1)
c:send(2)
assert(readable(fd))
c:receive()
assert(readable(fd))
c:receive()
assert(not readable(fd))
t = thread(function(c) sleep(0.05) c:send("x") end, c)
assert(select({fd}, nil, nil, 5)[1] == fd)
assert(select(2, c:receive()) == "x" and not readable(fd))
c:close()
assert(readable(fd) and c:receive() == false and readable(fd), "a receive from a closed one does not wait")
local entries = {{fd = fd, events = POLLIN}}
assert(poll(entries, 0) == 1 and entries[1].revents == POLLIN)
-- Of an unbuffered one: readable while a sender waits.
c = channel.make()
local fd2 = channel.fd(c)
assert(fd2 ~= fd and not readable(fd2))
t = thread(channel.send, c, "y")
assert(select({fd2}, nil, nil, 5)[1] == fd2)
assert(select(2, c:receive()) == "y" and not readable(fd2))
t = thread(channel.send, c, "y")
assert(select({fd2}, nil, nil, 5)[1] == fd2)
interrupt(t)
refused("interrupted", join, t)
assert(not readable(fd2), "the sender is gone")
-- A number that was closed, and is another's now, is left alone.
close(fd2)
local other = socket(AF_INET, SOCK_STREAM, 0)
assert(other == fd2)
local fd3 = channel.fd(c)
assert(fd3 ~= other and not readable(fd3))
close(fd) close(fd3) close(other)

-- A descriptor that is asked for late knows what came before.
c = channel.make(1)
c:send(1)
fd = channel.fd(c)
assert(readable(fd) and select(2, c:receive()) == 1 and not readable(fd))
close(fd)

-- Shared tables.
local s = shared({n = 0, name = "x", [1] = "a", [2] = "b"})
assert(s.n == 0 and s.nothing == nil and #s == 2 and type(s) == "userdata")
s.inner = shared()
s.inner.x = 1
function touch(s) s.n = s.n + 1 s.inner.x = s.inner.x + 1 s.back = true end
join(thread(touch, s))
assert(s.n == 1 and s.inner.x == 2 and s.back == true)
s.back = nil
local seen = {}
for k, v in pairs(s) do seen[k] = v end
assert(seen.n == 1 and seen[2] == "b" and seen.inner == s.inner and seen.back == nil)
refused("cannot hold a plain table", function() s.t = {} end)
refused("cannot hold a function", function() s.f = print end)
refused("field 'f' of a shared table cannot hold a function", shared, {f = print})
refused("NaN", function() s[0 / 0] = 1 end)
refused("keys are booleans, numbers and strings, not a table", function() s[{}] = 1 end)
refused("keys are booleans, numbers and strings, not a nil", function() s[nil] = 1 end)
s[s.inner] = "a handle"
assert(s[s.inner] == "a handle")
s[s.inner] = nil
assert(getmetatable(s) == "shared" and getmetatable(mutex()) == "mutex", "no thread changes what all have")
refused("table expected, got 5", shared, 5)

-- What is taken out of one is no longer held.
local function used() collectgarbage() return collectgarbage "count" end
local before, holes = used(), {}
for i = 1, 300 do
  local key = ("x"):rep(50000) .. i
  s[key] = true
  s[key] = nil
end
for i = 1, 20 do holes[i] = shared() holes[i][1000000] = nil end
assert(used() - before < 4000 and #holes[1] == 0, used() - before)
local stack = shared()
for i = 1, 1000 do stack[i] = i end
for i = 1000, 1, -1 do
  assert(#stack == i and stack[i] == i)
  stack[#stack] = nil
end
assert(#stack == 0)

local plain = {}
for k in pairs({a = 1}) do plain[k] = true end
assert(plain.a, "pairs of a plain table")

-- A mutex keeps a read and a write together.
local m = mutex()
s.n = 0
function count(s, m) for _ = 1, 2000 do m:lock() s.n = s.n + 1 m:unlock() end end
local ts = {}
for i = 1, 8 do ts[i] = thread(count, s, m) end
for i = 1, 8 do join(ts[i]) end
assert(s.n == 16000, s.n)
assert(tostring(m):find("^mutex %d+ %(free%)$") and m.owner == nil)
refused("the mutex is not locked", unlock, m)
lock(m)
assert(m.owner.name == "main" and tostring(m):find("^mutex %d+ %(held by thread 0 %(main%)%)$"))
refused("holds the mutex already", lock, m)
t = thread(unlock, m)
refused("unlock: the mutex is held by thread 0 (main), not by this thread", join, t)
-- A lock that waits is ended by an interrupt, and the mutex goes to the next.
local t1 = thread(lock, m)
untilBlocked(t1, "lock")
local t2 = thread(function(m) m:lock() m:unlock() return "had it" end, m)
untilBlocked(t2, "lock")
interrupt(t1)
refused("interrupted", join, t1)
unlock(m)
assert(join(t2) == "had it" and m.owner == nil)
refused("mutex expected", lock, {})
