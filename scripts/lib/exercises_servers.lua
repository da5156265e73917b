-- exercises_servers: the exercises in which the script is a server. See the module exercises.
local quote, commas = require("checker").quote, require("script").commas
local servers = {}

-- Sends a line, and wants it back.
local function must_echo(t, fd, line, what, why)
  t:send(fd, line)
  local got, ended = t:recv_until(fd, "\n", what, why)
  local seen = "sent " .. quote(line) .. ", " .. (got == "" and "nothing came back" or quote(got) .. " came back")
  if ended then t:lost(what, seen .. ", then the end of the connection", why) end
  t:must(what, got == line, seen, why)
end

local function expect_echo(t, fd, line, what, why)
  must_echo(t, fd, line, what, why)
  t:expect(what, true)
end

-- Expects that the server ends a connection.
local function expect_end(t, fd, what, why)
  local data = t:recv(fd, what, "the connection stays open", why)
  t:need(what, data == "", quote(data) .. " came, expected the end", why)
end

local START = [[
  sockrepl mine.lua HOST PORT

PORT is 0: bind lets the kernel choose one, and print(getsockname(listener)), after listen,
says which. By hand, try it with 7007 and  nc 127.0.0.1 7007.]]

---------------------------------------------------------------- two_clients

local OTHERS = "recv waits for one client, and meanwhile for no other: a thread or a process for each " ..
  "(thread(serve, fd), spawn(serve, fd)), or select, which waits for all"

servers.two_clients = {
  name = "two_clients", chapter = 8,
  about = "an echo server that serves a second client while the first is silent",
  text = [[
A server at HOST PORT that sends back what each client sends. A client that says nothing must
not keep it from others. When a client ends, close its connection; the server goes on.

]] .. START .. [[


Checked: a second and a third client are answered while the first is silent; the first is
answered when it speaks at last; a client that has ended sees the end of the connection.]],
  check = function(t)
    t:serve()
    local first = t:connect("the first client connects")
    local second = t:connect("the second client connects")
    expect_echo(t, second, "hello\n", "the second client is answered while the first is silent", OTHERS)
    local third = t:connect("a third client connects")
    expect_echo(t, third, "hello, too\n", "so is a third", OTHERS)
    expect_echo(t, first, "at last\n", "the first is answered when it speaks", OTHERS)
    shutdown(second, SHUT_WR)
    expect_end(t, second, "a client that has ended sees the end",
      'recv answers "" when the client has ended: close(fd). Where a child process has the connection, the parent has it, too: both must close it')
    expect_echo(t, third, "still there?\n", "the others are served on")
  end,
}

---------------------------------------------------------------- select_server

-- Resets a connection. Then `first` must be served, and again: the server may have come to it
-- before the other.
local function expect_survival(t, fd, first, what)
  setsockopt(fd, SOL_SOCKET, SO_LINGER, {onoff = 1, linger = 0})
  t:close(fd)
  local why = "a reset makes recv or send answer nil, message, errno: close that client, and go on"
  must_echo(t, first, "are you there?\n", what, why)
  expect_echo(t, first, "and still?\n", what, why)
end

local function resets(t, first)
  local fd = t:connect("a client connects")
  expect_echo(t, fd, "I am about to go\n", "so is a second")
  expect_survival(t, fd, first, "the others are served after a client's reset")
  fd = t:connect("another client connects")
  t:send(fd, ("answer this\n"):rep(10000))
  expect_survival(t, fd, first, "and after a reset while it is answered")
end

-- What a client sends that ends its sending before it reads: more than the buffers take on the
-- way back, which small segments keep small, so that the server still has some to send.
local MUCH = ("a line\n"):rep(120000) .. "last words\n"

local function half_closes(t)
  local what = "a client that sends no more, and listens, is answered"
  local why = 'recv answered "": the client sends no more, but it waits for what you have still to send. Send that, then close'
  local fd = t:connect("a client connects", 20000, 536)
  local sender = t.loop.spawn(function()
    t.loop.send_all(fd, MUCH)
    shutdown(fd, SHUT_WR)
  end)
  t.loop.join(sender, 1)          -- a server that takes no more before it has sent some gets the rest later
  local got, last = 0, ""
  repeat
    local data = t:recv(fd, what, commas(got) .. " bytes came, and then nothing", why)
    got, last = got + #data, (last .. data):sub(-11)
  until data == "" or last == "last words\n"
  t:need(what, last == "last words\n", ("%s bytes of %s came, then the end of the connection"):format(commas(got), commas(#MUCH)), why)
  expect_end(t, fd, "and then sees the end", 'when recv has answered "", and all is sent, close(fd)')
end

local function never_reads(t, first)
  local fd = t:connect("a client connects", 20000)
  -- As much as goes off, both send buffers full: 4 MB each, as Linux has them.
  t.loop.send_all(fd, ("never read\n"):rep(900000), 1)
  expect_echo(t, first, "and we?\n", "a client that never reads does not stop the others",
    "send waits where the client does not read: make each client's socket non-blocking, keep what " ..
    "send did not take, and send it when select says that there is room")
end

local function fifty(t)
  local fds, what = {}, "50 clients at once are answered"
  for i = 1, 50 do fds[i] = t:connect(what) end
  for i, fd in ipairs(fds) do t:send(fd, "client " .. i .. "\n") end
  for i, fd in ipairs(fds) do
    local got = t:recv_until(fd, "\n", what)
    t:must(what, got == "client " .. i .. "\n", "client " .. i .. " got " .. quote(got))
  end
  t:expect(what, true)
end

-- It may still have to do with the client that never reads: so half a second of rest is
-- looked for a few times.
local function rests(t)
  local calls, waits
  for _ = 1, 4 do
    local _, from = t:traced()
    t.loop.sleep(0.5)
    calls, waits = select(2, t:traced(from):gsub("\n", "\n")), t:waits()
    if calls < 50 and waits then break end
  end
  t:expect("it rests when nothing happens", calls < 50 and waits,
    ("%d calls or more in half a second, expected next to none, and a wait"):format(calls),
    "ask for writing only while there is something to send, for reading only until recv answers \"\"")
end

servers.select_server = {
  name = "select_server", chapter = 10,
  about = "an echo server on select that no client can stop",
  text = [[
A server at HOST PORT that sends back what each client sends, in one thread: it waits for all
clients at once, with select, poll or epoll_wait.

]] .. START .. [[


Checked: it survives a client that resets its connection; one that shuts down its sending side
gets the rest of its answer; one that never reads does not stop the others; 50 come at once;
and it uses no processor time when nothing happens.]],
  check = function(t)
    t:serve()
    local first = t:connect("a client connects")
    expect_echo(t, first, "hello\n", "a client is answered")
    resets(t, first)
    half_closes(t)
    never_reads(t, first)
    fifty(t)
    rests(t)
    local calls = t:traced(0)
    t:expect("it waits with select, poll or epoll_wait",
      calls:find("select(", 1, true) or calls:find("poll(", 1, true) or calls:find("epoll_wait(", 1, true)
      or calls:find("kevent(", 1, true), "no such call was made")
  end,
}

return servers
