-- MSG_TRUNC has TCP skip bytes, and the kernel writes none: what an earlier call got, of whichever
-- socket, is not answered for them (tcp(7))
local l = socket(AF_INET, SOCK_STREAM, 0)
bind(l, "127.0.0.1", 0)
listen(l)
local c = socket(AF_INET, SOCK_STREAM, 0)
connect(c, getsockname(l))
local s = accept(l)
local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)

local function skips(receive)
  send(a, "secret")
  assert(recv(b, 6) == "secret")
  send(c, "sixmore")
  assert(receive() == "\0\0\0\0\0\0" and recv(s, 6) == "e")
end
skips(function() return recv(s, 6, bit.bor(MSG_TRUNC, MSG_WAITALL)) end)
skips(function() return (recvfrom(s, 6, MSG_TRUNC)) end)
skips(function() return select(2, recvmsg(s, 6, MSG_TRUNC)).iov[1] end)
skips(function() return select(2, recvmmsg(s, 6, 1, MSG_TRUNC))[1].iov[1] end)
for _, fd in ipairs {l, c, s, a, b} do close(fd) end
