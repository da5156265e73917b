-- What the kernel refuses where no descriptor is to blame.
local function refused(want, result, message, err)
  assert(result == nil and err == want, tostring(message))
  assert(message:match("^[%w_]+: " .. errname(want) .. " %("), message)
end

refused(EAFNOSUPPORT, socket(250, SOCK_STREAM, 0))
refused(EPROTONOSUPPORT, socket(AF_INET, SOCK_STREAM, IPPROTO_UDP))
refused(EOPNOTSUPP, socketpair(AF_INET, SOCK_STREAM, 0))
refused(ENOENT, open(FOLDER .. "/none"))
refused(EISDIR, open(FOLDER, O_WRONLY))
refused(EINVAL, pipe2(0x7f000000))
refused(ESRCH, kill(2 ^ 30, 0))
refused(EINVAL, kill(getpid(), 9999))
refused(ENODEV, if_nametoindex("no-such-if"))
refused(ENXIO, if_indextoname(99999))
refused(EINVAL, inet_pton(AF_INET, "256.1.1.1"))
refused(EAFNOSUPPORT, inet_pton(AF_UNIX, "x"))
refused(EINVAL, inet_aton("a.b.c.d"))
refused(EMSGSIZE, sendto(socket(AF_INET, SOCK_DGRAM, 0), ("x"):rep(70000), 0, "127.0.0.1", 9))
refused(ENOPROTOOPT, getsockopt(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, 9999))
refused(ENOTSOCK, recv(pipe(), 1, 0))

local _, message, err = getaddrinfo("300.1.1.1", nil, {flags = AI_NUMERICHOST})
assert(err == EAI_NONAME and message:match("^getaddrinfo: EAI_NONAME %(Name.*: 300%.1%.1%.1$"), message)
local _, message, err = getaddrinfo("127.0.0.1", "no-such-service")
assert(err == EAI_SERVICE and message:match(": no%-such%-service$"), message)
local _, message, err = connect(socket(AF_INET, SOCK_STREAM, 0), "\27[2J.invalid", 80)
assert(err and message:match("^connect: EAI_%u+ %(.*: \\027%[2J%.invalid$"), message)

-- A call that failed leaves no descriptor behind.
local function lowest()
  local fd = socket(AF_INET, SOCK_STREAM, 0)
  close(fd)
  return fd
end
local before = lowest()
for i = 1, 200 do
  socket(250, SOCK_STREAM, 0)
  socketpair(AF_INET, SOCK_STREAM, 0)
  open(FOLDER .. "/none")
  pipe2(0x7f000000)
  getaddrinfo("300.1.1.1", nil, {flags = AI_NUMERICHOST})
end
assert(lowest() == before, "a descriptor leaked")

-- What would wait for nothing: sets that are no arrays, C's first argument of select.
local function raises(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and message:find(text, 1, true), tostring(message))
end
do
  local r, w = pipe()
  raises("bad argument #1 to 'select' (descriptor expected at index 1 of readfds, got nil)", select, {nil, r}, nil, nil, 0)
  raises("bad argument #2 to 'select' (descriptor expected at index 2 of writefds, got nil)", select, nil, {r, nil, w}, nil, 0)
  raises("bad argument #1 to 'select' (array of descriptors expected for readfds, got the key x)", select, {x = r}, nil, nil, 0)
  raises("bad argument #2 to 'select' (array of descriptors expected for writefds, got the key 0)", select, nil, {[0] = r, w}, nil, 0)
  raises("bad argument #1 to 'poll' (array of poll entries expected for entries, got the key 0)", poll, {[0] = {fd = r, events = POLLIN}, {fd = w, events = POLLOUT}}, 0)
  raises("bad argument #1 to 'poll' (array of poll entries expected for entries, got the key fd)", poll, {fd = r, events = POLLIN}, 0)
  raises("bad argument #1 to 'poll' (entry expected at index 1 of entries, got nil)", poll, {nil, {fd = r, events = POLLIN}}, 0)
  raises("bad argument #1 to 'socket' (integer expected, got the string \"AF_INET\", whose quotes a constant does not have)", socket, "AF_INET", SOCK_STREAM, 0)
  assert(#select({r, nil}, {}, nil, 0) == 0)
  raises("bad argument #1 to 'select' (descriptor expected at index 2 of readfds, got boolean)", select, {r, true}, nil, nil, 0)
  for _, fd in ipairs {2 ^ 31, -2 ^ 31 - 1} do
    raises("bad argument #2 to 'select' (descriptor expected at index 1 of writefds, got " .. fd, select, nil, {fd}, nil, 0)
  end
  assert(select(3, select({-2 ^ 31}, nil, nil, 0)) == EBADF)
  raises("bad argument #1 to 'poll' (entry {fd=, events=} expected at index 2, got 5)", poll, {{fd = r, events = POLLIN}, 5}, 0)

  for _, wrong in ipairs {
    {"fd", {events = POLLIN}, "nil"}, {"fd", {fd = 2 ^ 31, events = POLLIN}, "2147483648"}, {"events", {fd = r}, "nil"},
    {"events", {fd = r, events = "in"}, "string"}, {"events", {fd = r, events = -1}, "-1"}, {"events", {fd = r, events = 65536}, "65536"},
  } do
    raises("(entry 1: field '" .. wrong[1] .. "': integer expected, got " .. wrong[3] .. ")", poll, {wrong[2]}, 0)
  end
  assert(poll({{fd = w, events = 65535}}, 0) == 1)
  raises("bad argument #2 to 'writev' (string expected at index 2, got 5)", writev, w, {"x", 5})
  raises("bad argument #2 to 'readv' (size expected at index 2, got -1)", readv, r, {1, -1})
  raises("bad argument #2 to 'readv' (size expected at index 1, got string)", readv, r, {"x"})

  -- A set that was refused half read is not what the one before it is then taken for.
  local writable = {w}
  assert(#select(2, select(nil, writable, nil, 0)) == 1)
  raises("descriptor expected at index 2", select, nil, {r, "x"}, nil, 0)
  assert(#select(2, select(nil, writable, nil, 0)) == 1)

  -- A hole ends many entries, too, each time.
  local entries = {}
  for i = 1, 70 do entries[i] = {fd = r, events = POLLIN} end
  write(w, "x")
  assert(poll(entries, 0) == 70)
  entries[66] = nil
  for i = 1, 2 do
    assert(poll(entries, 0) == 65)
    read(r, 1)
    assert(poll(entries, 0) == 0)
    write(w, "x")
  end

  -- An element 0 that comes later is refused in the same array, too.
  entries[66] = entries[1]
  poll(entries, 0)
  writable[0], entries[0] = r, entries[1]
  raises("got the key 0", select, nil, writable, nil, 0)
  raises("got the key 0", poll, entries, 0)
  local number = "bad argument #1 to 'select' (no number before the sets: select({fd}, nil, nil, seconds))"
  raises(number, function() return select(w + 1, {r}, nil, nil, 0) end)
  raises(number, function() local x = select(w + 1, {}, {w}, nil, 0) return x end)
  local t = {r}
  assert(select(2, t, t) == t and select("#", {}, {}) == 2 and select(1, unpack {t}) == t) -- Lua's own
  close(r) close(w)
end
