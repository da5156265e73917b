-- sendmmsg and recvmmsg: many messages at once.
local a, b = socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)
assert(bind(a, "127.0.0.1", 0) and bind(b, "127.0.0.1", 0))
local to = getsockname(b)

-- Each message has its own address and buffers; what comes has them, too.
local c = socket(AF_INET, SOCK_DGRAM, 0)
bind(c, "127.0.0.1", 0)
local n, lengths = sendmmsg(a, {{name = to, iov = {"one"}}, {name = to, iov = {"t", "wo", "!"}}, {name = getsockname(c), iov = {}}})
assert(n == 3 and #lengths == 3 and lengths[1] == 3 and lengths[2] == 4 and lengths[3] == 0)
local n, list = recvmmsg(b, {iov = {2, 10}}, 2)
assert(n == 2 and #list == 2 and tostring(list[1].name) == tostring(getsockname(a)))
assert(list[1].iov[1] == "on" and list[1].iov[2] == "e" and list[2].iov[1] == "tw" and list[2].iov[2] == "o!")
assert(list[1].len == 3 and list[1].flags == 0 and #list[1].control == 0)
assert(recv(c, 10) == "")

-- What came can be sent on as it is: an echo.
assert(sendmmsg(b, list) == 2 and recv(a, 10) == "one" and recv(a, 10) == "two!")

-- With MSG_WAITFORONE, or non-blocking, it takes what is there.
connect(a, to)
for _, flags in ipairs {MSG_WAITFORONE, MSG_DONTWAIT} do
  assert(sendmmsg(a, {{iov = {"x"}}, {iov = {"longer"}}}) == 2)
  local n, list = recvmmsg(b, 3, 10, flags)
  assert(n == 2 and list[2].iov[1] == "lon" and list[2].flags == MSG_TRUNC and list[2].len == 3)
end
send(a, "longer")
assert(select(2, recvmmsg(b, 3, 1, MSG_TRUNC))[1].len == 6)
assert(select(3, recvmmsg(b, 3, 10, MSG_DONTWAIT)) == EAGAIN)
assert(recvmmsg(b, 3, 0) == 0 and sendmmsg(a, {}) == 0)

-- A blocking one waits for all of them; a timeout of the socket's ends the wait with what has come.
local t = thread(function(fd)
  local n, list = recvmmsg(fd, 10, 3)
  return n, list[1].iov[1] .. list[2].iov[1] .. list[3].iov[1]
end, b)
send(a, "a")
send(a, "b")
send(a, "c")
local n, text = join(t)
assert(n == 3 and text == "abc", text)
setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, 0.02)
send(a, "only")
local n, list = recvmmsg(b, 10, 3)
assert(n == 1 and list[1].iov[1] == "only")
assert(select(3, recvmmsg(b, 10, 3)) == EAGAIN)

-- An error ends it; of the first message it is the call's.
local long = ("x"):rep(70000)
assert(sendmmsg(a, {{iov = {"1"}}, {iov = {long}}, {iov = {"3"}}}) == 1 and recv(b, 10) == "1")
assert(select(3, sendmmsg(a, {{iov = {long}}})) == EMSGSIZE)

-- Control data passes, both ways, with each message its own.
local x, y = socketpair(AF_UNIX, SOCK_DGRAM, 0)
local r, w = pipe()
assert(sendmmsg(x, {{iov = {"r"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {r}}}},
  {iov = {"w"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {w}}}}}) == 2)
local n, list = recvmmsg(y, {iov = {10}, control = 100}, 2)
write(list[2].control[1].fds[1], "through")
assert(n == 2 and read(list[1].control[1].fds[1], 100) == "through")
assert(recvmmsg(y, {iov = {10}, control = 100}, 2, MSG_DONTWAIT) == nil)

-- A full non-blocking socket takes a part of them; a stream answers what it took of the last.
fcntl(x, F_SETFL, O_NONBLOCK)
local many = {}
for i = 1, 1024 do many[i] = {iov = {("m"):rep(1000)}} end
local n = sendmmsg(x, many)
assert(n > 0 and n < 1024 and select(3, sendmmsg(x, many)) == EAGAIN)
local s, p = socketpair(AF_UNIX, SOCK_STREAM, 0)
fcntl(s, F_SETFL, O_NONBLOCK)
local n, lengths = sendmmsg(s, {{iov = {"head"}}, {iov = {("s"):rep(1e6)}}, {iov = {"tail"}}})
assert(n == 2 and lengths[1] == 4 and lengths[2] > 0 and lengths[2] < 1e6)

-- Mistakes.
for want, bad in pairs {["message 2: the message has no field 'iovec'"] = {{}, {iovec = {}}}, ["got 5"] = 5, ["array of messages"] = {iov = {"x"}}} do
  local ok, message = pcall(sendmmsg, a, bad)
  assert(not ok and message:find(want, 1, true), message)
end
assert(select(2, pcall(recvmmsg, b, 1e8, 1000)):find("together expected", 1, true))
assert(select(3, recvmmsg(r, 10, 1)) == ENOTSOCK)

-- vlen is no room: any number is, at most, as many as the kernel takes.
do
  local a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0)
  send(a, "x")
  assert(recvmmsg(b, 10, 1e15, MSG_WAITFORONE) == 1)
end

-- A fault has fewer messages go, and fewer come.
a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0)
fault{"sendmmsg", short = 2}
fault{"recvmmsg", short = 1}
sent, lengths = sendmmsg(a, {{iov = {"one"}}, {iov = {"two", "!"}}, {iov = {"three"}}})
assert(sent == 2 and lengths[1] == 3 and lengths[2] == 4 and #lengths == 2)
assert(recvmmsg(b, 9, 9, MSG_DONTWAIT) == 1)
assert(fault(false) == 2 and recv(b, 9) == "two!" and not recv(b, 9, MSG_DONTWAIT))

-- What copies inside the kernel is cut short, too.
r, w = pipe()
r2, w2 = pipe()
fault{"splice", "tee", "sendfile", short = 2}
write(w, "hello")
assert(tee(r, w2, 100) == 2 and read(r2, 100) == "he")
assert(splice(r, nil, a, nil, 100) == 2 and recv(b, 100) == "he")
file = memfd_create("file")
write(file, "hello")
assert(select(2, sendfile(a, file, 1, 100)) == 3 and recv(b, 100) == "el" and fault(false) == 3)
