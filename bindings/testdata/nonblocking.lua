-- O_NONBLOCK, MSG_DONTWAIT, SO_RCVTIMEO, connect in progress.
local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
local before = fcntl(a, F_GETFL)
local data, message, err = recv(a, 1, MSG_DONTWAIT)
assert(data == nil and err == EAGAIN)
assert(message == "recv: EAGAIN (Resource temporarily unavailable)")
assert(fcntl(a, F_GETFL) == before)

assert(fcntl(a, F_SETFL, bit.bor(before, O_NONBLOCK)) == 0)
assert(select(3, recv(a, 1)) == EAGAIN)
local total, n = 0
repeat
  n, _, err = send(a, ("x"):rep(100000))
  total = total + (n or 0)
until not n
assert(err == EAGAIN and total > 0)
local got = 0
while got < total do got = got + #recv(b, 65536) end
assert(got == total)

assert(setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, 0.05) == 0)
local t = clock()
assert(select(3, recv(b, 1)) == EAGAIN)
assert(clock() - t >= 0.04)

local r, w, e = select({a, b}, {a}, {}, 0)
assert(#r == 0 and #w == 1 and w[1] == a and #e == 0)
assert(#(select({b}, nil, nil, 0.01)) == 0)
local entries = {{fd = a, events = POLLOUT}, {fd = 9999, events = POLLIN}, {fd = -1, events = POLLIN}}
assert(poll(entries, 0) == 2)
assert(entries[1].revents == POLLOUT and entries[2].revents == POLLNVAL and entries[3].revents == 0)
entries[1].events, entries[3].revents = 0, POLLIN      -- what was ready is not, and a value of our own
assert(poll(entries, 0) == 1 and entries[1].revents == 0 and entries[3].revents == 0)
local _, message, err = select({a}, {b, 9999})
assert(err == EBADF and message == "select: EBADF (Bad file descriptor): descriptor 9999 in writefds")
