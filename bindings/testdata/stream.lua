-- Stream sockets of each family that has them: bytes, the end of file, refusals.
local function refused(want, result, message, err)
  assert(result == nil, "it was not refused")
  assert(err == want, tostring(message))
  assert(message:find(errname(want), 1, true), message)
end

local function exchange(family, address)
  local l = assert(socket(family, SOCK_STREAM, 0))
  assert(bind(l, address))
  assert(listen(l, 5))
  local c = assert(socket(family, SOCK_STREAM, 0))
  assert(connect(c, getsockname(l)))
  local s, from = accept(l)
  assert(s, from)
  assert(send(c, "hello\0\255") == 7)
  assert(recv(s, 100) == "hello\0\255")
  assert(shutdown(c, SHUT_WR) == 0)
  assert(recv(s, 100) == "")
  refused(EPIPE, send(c, "x"))
  refused(family == AF_UNIX and EINVAL or ENOTCONN, recv(l, 1))
  refused(EISCONN, connect(c, getsockname(l)))
  refused(EINVAL, accept(c))
  for _, fd in ipairs {l, c, s} do assert(close(fd) == 0) end
  refused(EBADF, recv(s, 1))
  refused(EBADF, close(l))
end

exchange(AF_INET, {family = AF_INET, addr = "127.0.0.1", port = 0})
exchange(AF_INET6, {family = AF_INET6, addr = "::1", port = 0})
exchange(AF_UNIX, {family = AF_UNIX, path = FOLDER .. "/s"})
exchange(AF_UNIX, {path = "@sockrepl-test-" .. getpid()})
exchange(AF_UNIX, {path = "\0sockrepl-test-" .. getpid()})

-- The short forms; the family follows from the socket.
local l = socket(AF_INET6, SOCK_STREAM, 0)
assert(bind(l, "::1", 0))
assert(listen(l))
local c = socket(AF_INET6, SOCK_STREAM, 0)
assert(connect(c, "::1", getsockname(l).port))
assert(tostring(getpeername(c)) == tostring(getsockname(l)))
assert(tostring(getsockname(l)):match("^%[::1%]:%d+$"))
close(c) close(l)

-- Nobody listens; connect says so by name.
local l = socket(AF_INET, SOCK_STREAM, 0)
assert(bind(l, "127.0.0.1", 0))
local c = socket(AF_INET, SOCK_STREAM, 0)
refused(ECONNREFUSED, connect(c, getsockname(l)))
local ok, message = pcall(function() assert(connect(c, getsockname(l))) end)
assert(not ok and message == "connect: ECONNREFUSED (Connection refused)", message)

-- A name is looked up.
close(c)
c = socket(AF_INET, SOCK_STREAM, 0)
assert(listen(l))
assert(connect(c, "localhost", getsockname(l).port))

-- Mistakes in an address name the field.
local function mistake(want, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and message:find(want, 1, true), tostring(message))
end
mistake("has no field 'prot'", bind, c, {family = AF_INET, addr = "127.0.0.1", prot = 1})
mistake("field 'port'", bind, c, {family = AF_INET, addr = "127.0.0.1", port = 70000})
mistake("port expected", bind, c, "127.0.0.1")
mistake("port expected", bind, c, "127.0.0.1", 65536)
mistake("108 bytes", bind, socket(AF_UNIX, SOCK_STREAM, 0), ("x"):rep(109))
mistake("no port expected", bind, socket(AF_UNIX, SOCK_STREAM, 0), "/tmp/x", 1)
mistake("close((f()))", close, accept(l), 1)

-- writev goes on behind what the kernel has taken, over a buffer that is empty.
local r, w = pipe()
local reader = thread(function(r)
  local pieces = {}
  repeat
    local data = read(r, 4096)
    pieces[#pieces + 1] = data
  until data == ""
  return table.concat(pieces)
end, r)
local first, last = ("a"):rep(60000), ("b"):rep(60000)
assert(writev(w, {first, "", last}) == 120000)
close(w)
assert(join(reader) == first .. last)
