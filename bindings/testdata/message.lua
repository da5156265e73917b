-- sendmsg and recvmsg: several buffers, and control data both ways.
local function message(fd, room, flags)
  local n, msg, err = recvmsg(fd, room, flags)
  assert(n, msg)
  return n, msg
end

local function find(msg, level, type)
  for _, c in ipairs(msg.control) do
    if c.level == level and c.type == type then return c end
  end
  error("no control message of that type")
end

-- Several buffers.
local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
assert(sendmsg(a, {iov = {"head", "", "body"}}) == 8)
local n, msg = message(b, {iov = {2, 10}})
assert(n == 8 and msg.iov[1] == "he" and msg.iov[2] == "adbody" and msg.flags == 0)

-- Descriptors pass, and are other numbers for the same file.
local r, w = pipe()
assert(sendmsg(a, {iov = {"x"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {r, w}}}}) == 1)
local _, msg = message(b, {iov = {10}, control = 256}, MSG_CMSG_CLOEXEC)
local fds = find(msg, SOL_SOCKET, SCM_RIGHTS).fds
assert(#fds == 2 and fds[1] ~= r and fcntl(fds[1], F_GETFD) == FD_CLOEXEC)
write(fds[2], "through") 
assert(read(r, 100) == "through")
for _, fd in ipairs(fds) do close(fd) end

-- Too little room: the flag says so, and no descriptor is lost.
sendmsg(a, {iov = {"x"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {r, w, r, w}}}})
local probe = dup(r) close(probe)
local _, msg = message(b, {iov = {10}, control = 20})
assert(bit.band(msg.flags, MSG_CTRUNC) ~= 0)
for _, c in ipairs(msg.control or {}) do
  for _, fd in ipairs(c.fds) do close(fd) end
end
local after = dup(r) close(after)
assert(after == probe, "a descriptor leaked")

-- The program's own descriptors do not pass; a closed one is refused.
for _, fd in ipairs {1000, 1002, 1003, 9999} do
  local n, _, err = sendmsg(a, {iov = {"x"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {fd}}}})
  assert(n == nil and err == EBADF)
end

-- Who sent it.
assert(setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1))
send(a, "who")
local _, msg = message(b, {iov = {10}, control = 256})
assert(find(msg, SOL_SOCKET, SCM_CREDENTIALS).pid == getpid())

-- Where it came to, and when.
local u = socket(AF_INET, SOCK_DGRAM, 0)
assert(bind(u, "127.0.0.1", 0))
assert(setsockopt(u, IPPROTO_IP, IP_PKTINFO, 1))
assert(setsockopt(u, SOL_SOCKET, SO_TIMESTAMP, 1))
sendto(u, "hi", 0, getsockname(u))
local _, msg = message(u, {iov = {10}, control = 256})
local info = find(msg, IPPROTO_IP, IP_PKTINFO)
assert(info.addr == "127.0.0.1" and info.ifindex == if_nametoindex("lo"))
local stamp = find(msg, SOL_SOCKET, SCM_TIMESTAMP)
assert(math.abs(stamp.seconds - gettimeofday()) < 10)

local v = socket(AF_INET6, SOCK_DGRAM, 0)
if bind(v, "::1", 0) then
  assert(setsockopt(v, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1))
  sendto(v, "hi", 0, getsockname(v))
  local _, msg = message(v, {iov = {10}, control = 256})
  assert(find(msg, IPPROTO_IPV6, IPV6_PKTINFO).addr == "::1")
end

-- Mistakes are named.
for want, bad in pairs {
  ["no field 'iovec'"] = {iovec = {"x"}},
  ["fds"] = {iov = {"x"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {"x"}}}},
} do
  local ok, err = pcall(sendmsg, a, bad)
  assert(not ok and err:find(want, 1, true), err)
end
