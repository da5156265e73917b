-- epoll: level, edge, one-shot, exclusive; its data; cost in proportion to what is ready.
local function pair() return assert(socketpair(AF_UNIX, SOCK_STREAM, 0)) end
local a, b = pair()
local ep = assert(epoll_create1(EPOLL_CLOEXEC))
assert(bit.band(fcntl(ep, F_GETFD), FD_CLOEXEC) ~= 0)

local function ready(ms)
  local data, events = assert(epoll_wait(ep, 16, ms or 0))
  assert(#data == #events)
  return #data, data[1], events[1]
end

-- level: again and again, until it is read
assert(epoll_ctl(ep, EPOLL_CTL_ADD, b, EPOLLIN) == 0)
assert(ready() == 0)
send(a, "xy")
for _ = 1, 2 do
  local n, fd, events = ready()
  assert(n == 1 and fd == b and events == EPOLLIN)
end
recv(b, 100)
assert(ready() == 0)

-- edge: once for each arrival, read or not
assert(epoll_ctl(ep, EPOLL_CTL_MOD, b, bit.bor(EPOLLIN, EPOLLET)) == 0)
send(a, "x")
assert(ready() == 1 and ready() == 0)
send(a, "y")
assert(ready() == 1 and ready() == 0)
recv(b, 100)

-- one-shot: once, until it is armed again
local once = bit.bor(EPOLLIN, EPOLLONESHOT)
assert(epoll_ctl(ep, EPOLL_CTL_MOD, b, once) == 0)
send(a, "x")
assert(ready() == 1)
send(a, "y")
assert(ready() == 0)
assert(epoll_ctl(ep, EPOLL_CTL_MOD, b, once) == 0)
assert(ready() == 1)
recv(b, 100)

-- data: the descriptor, or any integer that a double holds
for _, datum in ipairs {0, -1, 77, 2^31, 2^53, -2^53} do
  assert(epoll_ctl(ep, EPOLL_CTL_MOD, b, bit.bor(EPOLLIN, EPOLLOUT), datum) == 0)
  local n, got, events = ready()
  assert(n == 1 and got == datum and events == EPOLLOUT, got)
end

-- the end of the peer
assert(epoll_ctl(ep, EPOLL_CTL_MOD, b, bit.bor(EPOLLIN, EPOLLRDHUP)) == 0)
close(a)
local n, fd, events = ready()
assert(n == 1 and fd == b and events == bit.bor(EPOLLIN, EPOLLRDHUP, EPOLLHUP))

-- what the kernel refuses
local function refused(errno, r, message, err)
  assert(r == nil and err == errno, message)
end
refused(EEXIST, epoll_ctl(ep, EPOLL_CTL_ADD, b, EPOLLIN))
assert(epoll_ctl(ep, EPOLL_CTL_DEL, b) == 0)
refused(ENOENT, epoll_ctl(ep, EPOLL_CTL_DEL, b))
refused(ENOENT, epoll_ctl(ep, EPOLL_CTL_MOD, b, EPOLLIN))
refused(EINVAL, epoll_ctl(ep, EPOLL_CTL_ADD, ep, EPOLLIN))
refused(EINVAL, epoll_ctl(b, EPOLL_CTL_ADD, ep, EPOLLIN))
refused(EINVAL, epoll_ctl(ep, 99, b, EPOLLIN))
refused(EBADF, epoll_ctl(ep, EPOLL_CTL_ADD, 999, EPOLLIN))
refused(EBADF, epoll_ctl(ep, EPOLL_CTL_ADD, 1000, EPOLLIN)) -- the program's own
refused(EINVAL, epoll_wait(ep, 0, 0))
refused(EINVAL, epoll_wait(b, 1, 0))
refused(EINVAL, epoll_create1(1))
local file = assert(open(FOLDER .. "/file", bit.bor(O_CREAT, O_RDWR), 384))
refused(EPERM, epoll_ctl(ep, EPOLL_CTL_ADD, file, EPOLLIN))
close(b)

-- exclusive: of two instances that watch one socket, one is told
local l = socket(AF_INET, SOCK_STREAM, 0)
bind(l, "127.0.0.1", 0)
listen(l)
local one, two = epoll_create1(), epoll_create1()
for _, e in ipairs {one, two} do
  assert(epoll_ctl(e, EPOLL_CTL_ADD, l, bit.bor(EPOLLIN, EPOLLEXCLUSIVE)) == 0)
end
refused(EINVAL, epoll_ctl(one, EPOLL_CTL_MOD, l, bit.bor(EPOLLIN, EPOLLEXCLUSIVE)))
connect(socket(AF_INET, SOCK_STREAM, 0), getsockname(l))
assert(#epoll_wait(one, 4, 1000) + #epoll_wait(two, 4, 0) >= 1)

-- maxevents bounds the answer; the rest comes next
local many = epoll_create1()
local seen = {}
for _ = 1, 50 do
  local x = pair()
  assert(epoll_ctl(many, EPOLL_CTL_ADD, x, EPOLLOUT) == 0)
end
for _ = 1, 5 do
  local fds = epoll_wait(many, 10, 0)
  assert(#fds == 10)
  for _, fd in ipairs(fds) do seen[fd] = true end
end
local count = 0
for _ in pairs(seen) do count = count + 1 end
assert(count == 50)
assert(#epoll_wait(many, 1e9, 0) == 50)

-- times: milliseconds, and seconds with their fraction
local empty = epoll_create1()
for _, wait in ipairs {function() return epoll_wait(empty, 1, 20) end, function() return epoll_pwait2(empty, 1, 0.02) end} do
  local t = clock()
  local data, events = wait()
  assert(#data == 0 and #events == 0 and clock() - t >= 0.02)
end
-- an epoll descriptor can itself be waited for
assert(#select({many}, nil, nil, 0) == 1 and #select({empty}, nil, nil, 0) == 0)

-- To add without events is a slip: nothing would ever be reported but errors.
do
  local e, r = epoll_create1(), pipe()
  local ok, message = pcall(epoll_ctl, e, EPOLL_CTL_ADD, r)
  assert(not ok and message:find("bad argument #4 to 'epoll_ctl' (events expected, such as EPOLLIN, got no value)", 1, true), message)
  assert(epoll_ctl(e, EPOLL_CTL_ADD, r, 0) == 0)
  assert(not pcall(epoll_ctl, e, EPOLL_CTL_MOD, r) and epoll_ctl(e, EPOLL_CTL_DEL, r) == 0)
end
