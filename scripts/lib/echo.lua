-- echo: what the seven echo servers have in common. Each of them shows one way to wait; all
-- speak the echo protocol: what a client sends, it gets back.
local echo = {}
local sock, script = require "sock", require "script"

local LIMIT = 256 * 1024          -- who does not read what we send is not read from

echo.clients = {}                 -- of the servers that wait for all at once: descriptor ->
                                  -- {out = what it has still to get, ended = it sends no more}
local option                      -- of the command line
local last = clock()              -- when something happened

-- start(): a socket that listens as the command line says, and the seconds to wait for; nil
-- for ever. Nothing where the command line says otherwise.
function echo.start()
  option = script.options({idle = 10}, "[PORT [HOST]]")
  local listener = option and script.listen(option, 7007)
  if not listener then return nil end
  option.idle = script.limit(option.idle)
  assert(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, option.idle or 0))  -- for accept
  print("listening on " .. tostring(getsockname(listener)))
  last = clock()
  return listener, option.idle
end

-- over(): whether nothing has happened for so long, and nobody is there, that the server ends.
function echo.over()
  if next(echo.clients) or not option.idle or clock() - last < option.idle then return false end
  print("no client for " .. option.idle .. " s: the end (--idle SECONDS; 0: never)")
  return true
end

-- accepted(listener, busy): an iterator over the clients that come, until none does and
-- busy() answers that none is left. It waits in accept.
function echo.accepted(listener, busy)
  return function()
    while true do
      local fd, _, err = accept(listener)
      if fd then
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 0)   -- inherited from the listener
        last = clock()
        return fd
      end
      if err == EAGAIN and not (busy and busy()) and echo.over() then return nil end
      if err == EMFILE or err == ENFILE then sleep(0.01) end  -- it waits in the queue
    end
  end
end

-- The rest is for the servers that wait for all clients at once, with non-blocking sockets.

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
  last = clock()
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
    if client.ended and client.out == "" then echo.drop(fd) end
  elseif err ~= EAGAIN then
    echo.drop(fd)
  end
end

return echo
