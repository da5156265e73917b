-- echo: what the seven echo servers have in common. Each of them shows one way to wait; all
-- speak the echo protocol: what a client sends, it gets back.
local echo = {}
local sock = require "sock"

local LIMIT = 256 * 1024          -- who does not read what we send is not read from

echo.clients = {}                 -- of the servers that wait for all at once: descriptor ->
                                  -- {out = what it has still to get, ended = it sends no more}
local idle = 10                   -- so many seconds without a sign of life end the server
local last = clock()              -- when there was one

local USAGE = "usage: %s [--idle=SECONDS] [PORT [HOST]]   (port 0: the kernel chooses one)\n" ..
              "The server ends when nobody has connected, or said anything, for so long (10)."

-- start(): a socket that listens as the command line says, and the seconds to wait for.
function echo.start()
  local words = {}
  for _, word in ipairs(arg) do
    local seconds = word:match("^%-%-idle=(.*)$")
    if seconds then
      idle = tonumber(seconds) or error("--idle: seconds expected, got '" .. seconds .. "'", 0)
    elseif word:sub(1, 2) == "--" then
      print(USAGE:format(arg[0]))
      os.exit(word == "--help" and 0 or 1)
    else
      words[#words + 1] = word
    end
  end
  local listener = assert(sock.listen(words[2] or "127.0.0.1", tonumber(words[1]) or 7007))
  assert(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, idle))  -- accepted sockets inherit it
  print("listening on " .. tostring(getsockname(listener)))
  last = clock()
  return listener, idle
end

-- accepted(listener): an iterator over the clients that come, until none does. It waits in
-- accept.
function echo.accepted(listener)
  return function()
    while true do
      local fd, _, err = accept(listener)
      if fd then return fd end
      if err == EAGAIN then return nil end
      if err == EMFILE or err == ENFILE then sleep(0.01) end  -- it waits in the queue
    end
  end
end

-- The rest is for the servers that wait for all clients at once, with non-blocking sockets.

-- over(): nothing has happened for so long that the server ends.
function echo.over() return clock() - last > idle end

-- welcome(listener): takes a new client, and answers its descriptor; nil if there is none.
function echo.welcome(listener)
  local fd, _, err = accept(listener)
  if fd then
    sock.set_nonblocking(fd)      -- on Linux it is not inherited
    echo.clients[fd] = {out = ""}
    last = clock()
    return fd
  elseif err == EMFILE or err == ENFILE then
    sleep(0.01)                   -- no descriptor left: it waits in the queue
  end
end

function echo.drop(fd)
  echo.clients[fd] = nil
  close(fd)
end

-- wishes(fd): do we want to read from the client, and to write to it?
function echo.wishes(fd)
  local client = echo.clients[fd]
  return not client.ended and #client.out < LIMIT, client.out ~= ""
end

-- receive(fd): takes what the client has sent, if anything.
function echo.receive(fd)
  local client = echo.clients[fd]
  local data, _, err = recv(fd, 65536)
  if data == "" then              -- it has said all it has to say; have we?
    client.ended = true
    if client.out == "" then echo.drop(fd) end
  elseif data then
    client.out = client.out .. data
    last = clock()
  elseif err ~= EAGAIN then       -- reset, say: the others must not notice
    echo.drop(fd)
  end
end

-- transmit(fd): sends what the client has still to get, as far as there is room.
function echo.transmit(fd)
  local client = echo.clients[fd]
  local sent, _, err = send(fd, client.out)
  if sent then                    -- often a part: the rest when there is room again
    client.out = client.out:sub(sent + 1)
    last = clock()
    if client.ended and client.out == "" then echo.drop(fd) end
  elseif err ~= EAGAIN then
    echo.drop(fd)
  end
end

return echo
