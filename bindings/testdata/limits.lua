-- How long a call waits, by its own limit or the socket's.
local function took(f, ...)
  local begun = clock()
  local a, b, c = f(...)
  return clock() - begun, a, b, c
end

-- A wait of some milliseconds is not longer by what the first round of it waits. The
-- quickest of many counts: the others may have been kept from running.
local function quickest(f, ...)
  local least = math.huge
  for i = 1, 40 do least = math.min(least, (took(f, ...))) end
  return least
end
local function expect(name, time) assert(time >= 0.005 and time < 0.0058, name .. " " .. time) end
expect("sleep", quickest(sleep, 0.005))
expect("select", quickest(select, nil, nil, nil, 0.005))
expect("poll", quickest(poll, {}, 5))

-- SO_RCVTIMEO is the limit of the whole call, however it comes in parts: of bytes that come
-- one at a time a call takes those that came in time.
function trickle(fd, pause) for i = 1, 8 do sleep(pause) send(fd, "x") end end
for _, domain in ipairs {AF_UNIX, AF_INET} do
  local a, b
  if domain == AF_UNIX then
    a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
  else
    local l = socket(AF_INET, SOCK_STREAM, 0)
    assert(bind(l, "127.0.0.1", 0) and listen(l))
    a = socket(AF_INET, SOCK_STREAM, 0)
    assert(connect(a, getsockname(l)))
    b = accept(l)
    assert(close(l))
  end
  assert(setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, 0.5))
  local t = thread(trickle, a, 0.2)
  local data = assert(recv(b, 8, MSG_WAITALL))
  assert(#data < 8, #data .. " bytes in half a second, at one in a fifth")
  join(t)
  recv(b, 100, MSG_DONTWAIT)
  local time, nothing, _, err = took(recv, b, 8, MSG_WAITALL)
  assert(nothing == nil and err == EAGAIN and time < 0.9, time)
  assert(close(a) and close(b))
end

-- MSG_WAITALL ends where the peer does, with what has come until then.
function farewell(fd, pause) sleep(pause) send(fd, "abc") sleep(pause) close(fd) end
for pause = 0, 0.1, 0.05 do
  local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
  local t = thread(farewell, a, pause)
  assert(recv(b, 8, MSG_WAITALL) == "abc" and recv(b, 8, MSG_WAITALL) == "" and join(t) == nil)
  local c, d = socketpair(AF_UNIX, SOCK_STREAM, 0)
  t = thread(farewell, c, pause)
  local n, message = recvmsg(d, {iov = {2, 6}}, MSG_WAITALL)
  assert(n == 3 and message.iov[1] == "ab" and message.iov[2] == "c" and join(t) == nil)
  assert(close(b) and close(d))
end

-- Peeking takes nothing, however often; a datagram is whole, whatever there would be room for.
do
  local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
  assert(send(a, "abc") == 3 and shutdown(a, SHUT_WR) == 0)
  assert(recv(b, 8, bit.bor(MSG_PEEK, MSG_WAITALL)) == "abc" and recv(b, 8, MSG_WAITALL) == "abc")
  local c, d = socketpair(AF_UNIX, SOCK_DGRAM, 0)
  assert(send(c, "abc") == 3 and send(c, "def") == 3)
  assert(recv(d, 8, MSG_WAITALL) == "abc" and recv(d, 8, MSG_WAITALL) == "def")
  for _, fd in ipairs {a, b, c, d} do close(fd) end
end

-- What a call has got when an interrupt comes is answered, not lost: a connection here.
local l = socket(AF_INET, SOCK_STREAM, 0)
assert(bind(l, "127.0.0.1", 0) and listen(l, 100))
local to, before = getsockname(l), #fds()
for i = 1, 200 do
  local t = thread(accept, l)
  while not t.state:find "accept" do sleep(0.0005) end
  local c = socket(AF_INET, SOCK_STREAM, 0)
  assert(connect(c, to))
  interrupt(t)
  local ok, fd = pcall(join, t)
  if not ok then                  -- the interrupt was the first: the connection still waits
    assert(poll({{fd = l, events = POLLIN}}, 5000) == 1, "a connection that nobody was told of")
    fd = accept(l)
  end
  assert(close(fd) and close(c))
end
assert(#fds() == before, "connections that nobody was told of")
close(l)

-- MSG_WAITALL takes all that the peer has sent before its end, with a limit and without.
function sender(fd) local s = ("y"):rep(20000) for i = 1, 20 do assert(send(fd, s)) end close(fd) end
for _, limit in ipairs {0, 5} do
  for i = 1, 30 do
    local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
    if limit > 0 then setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, limit) end
    local pid = assert(spawn(sender, a))
    close(a)
    assert(#recv(b, 400000, MSG_WAITALL) == 400000)
    assert(recv(b, 1) == "" and waitpid(pid) == pid)
    close(b)
  end
end

-- A datagram that finds no room waits as long as SO_SNDTIMEO says, and does not spin.
do
  local r, s = socket(AF_UNIX, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0)
  local path = FOLDER .. "/full"
  assert(bind(r, path))
  repeat until not sendto(s, ("x"):rep(1000), MSG_DONTWAIT, path)
  assert(setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, 0.3))
  local cpu = os.clock()
  local time, n, _, err = took(sendto, s, "x", 0, path)
  assert(n == nil and err == EAGAIN and time >= 0.3 and os.clock() - cpu < 0.2, os.clock() - cpu)
  close(r) close(s)
end
