-- Datagrams: who sent, short buffers, the connected form.
local a = assert(socket(AF_INET, SOCK_DGRAM, 0))
local b = assert(socket(AF_INET, SOCK_DGRAM, 0))
assert(bind(a, "127.0.0.1", 0))
assert(bind(b, "127.0.0.1", 0))
assert(sendto(a, "to b", 0, getsockname(b)) == 4)
local data, from = recvfrom(b, 100)
assert(data == "to b" and tostring(from) == tostring(getsockname(a)))
assert(sendto(b, "", 0, from) == 0)
assert(recvfrom(a, 10) == "")
assert(sendto(a, "0123456789", 0, "127.0.0.1", getsockname(b).port) == 10)
local n, msg = recvmsg(b, {iov = {2, 3}})
assert(n == 5 and msg.iov[1] == "01" and msg.iov[2] == "234")
assert(msg.flags == MSG_TRUNC and msg.name.port == getsockname(a).port)

assert(connect(a, getsockname(b)))
assert(send(a, "connected") == 9 and recv(b, 100) == "connected")
assert(connect(a, {family = AF_UNSPEC}) == 0)
local _, _, err = send(a, "x")
assert(err == EDESTADDRREQ)

-- Seqpacket keeps boundaries.
local x, y = socketpair(AF_UNIX, SOCK_SEQPACKET, 0)
send(x, "one") send(x, "two")
assert(recv(y, 100) == "one" and recv(y, 100) == "two")

-- Unix datagrams with an abstract name.
local u = socket(AF_UNIX, SOCK_DGRAM, 0)
assert(bind(u, "@sockrepl-dgram-" .. getpid()))
local v = socket(AF_UNIX, SOCK_DGRAM, 0)
assert(sendto(v, "hi", 0, getsockname(u)) == 2)
local data, from = recvfrom(u, 10)
assert(data == "hi")

-- write of nothing is an empty datagram, or EPIPE, as the kernel has it
local p, q = socketpair(AF_UNIX, SOCK_DGRAM, 0)
assert(write(p, "") == 0 and recv(q, 10, MSG_DONTWAIT) == "")
assert(select(3, recv(q, 10, MSG_DONTWAIT)) == EAGAIN)
assert(shutdown(p, SHUT_WR) == 0 and select(3, write(p, "")) == EPIPE)
assert(select(3, write(99, "")) == EBADF)
local r, w = pipe()
assert(write(w, "") == 0 and close(r) == 0)
