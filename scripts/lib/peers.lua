-- peers: somebody to talk to, in the background, so that one prompt suffices.
--
--   local peers = require "peers"
--   c = socket(AF_INET, SOCK_STREAM, 0)
--   connect(c, peers.echo())
--   send(c, "hello")
--   recv(c, 100)
--
-- Each function starts a server on a thread of its own, on a port of 127.0.0.1 that the
-- kernel chooses, and answers its address. Each of its clients gets another thread (lossy, whose
-- clients send datagrams, has one in all). Its
-- descriptors are in the table like yours: fds() shows them, and threads() shows who waits
-- where: peers.echo in accept, and in recv for each client. It ends with the program, or when
-- its listening socket is closed.
local sock = require "sock"
local peers = {}

-- For the threads, which have variables of their own: there they find the module anew.
local inside = {talk = {}}
local talk = inside.talk          -- what a peer does with a client, by its kind
peers.inside = inside

-- Starts a thread. threads() calls it what the global is called that its function is in: so
-- the function is in one, for a moment.
inside.start = function(kind, f, ...)
  local name = "peers." .. kind
  _G[name] = f
  thread(f, kind, ...)
  _G[name] = nil
end

inside.converse = function(kind, fd, ...)
  require("peers").inside.talk[kind](fd, ...)
  close(fd)
end

inside.serve = function(kind, listener, ...)
  local inside = require("peers").inside
  while true do
    local fd, _, err = accept(listener)
    if fd then
      inside.start(kind, inside.converse, fd, ...)
    elseif err == EMFILE or err == ENFILE then
      sleep(0.05)                 -- no descriptor left: it waits in the queue
    elseif err ~= ECONNABORTED then
      return                      -- somebody closed the listening socket
    end
  end
end

local function peer(kind, ...)
  local listener, message, err = sock.listen("127.0.0.1", 0)
  if not listener then return nil, message, err end
  inside.start(kind, inside.serve, listener, ...)
  return getsockname(listener)
end

-- echo(): sends back whatever comes.
function peers.echo() return peer("echo") end

talk.echo = function(fd)
  local data = recv(fd, 65536)
  while data and data ~= "" and sock.send_all(fd, data) do data = recv(fd, 65536) end
end

-- sink(): reads all that comes, and never sends.
function peers.sink() return peer("sink") end

talk.sink = function(fd)
  local data
  repeat data = recv(fd, 65536) until not data or data == ""
end

-- source([bytes]): sends so many bytes, and closes; without a number it never stops.
function peers.source(bytes) return peer("source", bytes) end

talk.source = function(fd, bytes)
  local block = ("0123456789abcdef"):rep(256)
  local left = bytes or math.huge
  while left > 0 do
    local n = send(fd, left < #block and block:sub(1, left) or block)
    if not n then return end
    left = left - n
  end
  shutdown(fd, SHUT_WR)
  talk.sink(fd)                   -- closing with unread data would be a reset
end

-- slow([bytes [, seconds]]): an echo that takes so many bytes (10) each so many seconds (0.1),
-- with a small receive buffer.
function peers.slow(bytes, seconds) return peer("slow", bytes, seconds) end

talk.slow = function(fd, bytes, seconds)
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 4096)
  local data
  repeat
    sleep(seconds or 0.1)
    data = recv(fd, bytes or 10)
  until not data or data == "" or not sock.send_all(fd, data)
end

-- silent(): takes the connection, and then neither reads, sends nor closes.
function peers.silent() return peer("silent") end

talk.silent = function()
  while true do sleep(3600) end
end

-- reset(): waits for the first bytes, and then ends the connection by force.
function peers.reset() return peer("reset") end

talk.reset = function(fd)
  recv(fd, 1, MSG_PEEK)
  setsockopt(fd, SOL_SOCKET, SO_LINGER, {onoff = 1, linger = 0})
end

-- half_close(): greets, says that it will send no more, and reads on until you end, too.
function peers.half_close() return peer("half_close") end

talk.half_close = function(fd)
  sock.send_all(fd, "that is all\n")
  shutdown(fd, SHUT_WR)
  talk.sink(fd)
end

-- lossy([options [, address]]): a UDP echo that drops datagrams, repeats some and has others
-- overtaken, as a bad network does. The options are {loss = 0.2, duplicate = 0, reorder = 0,
-- seed = 2}, each but the last a share of the datagrams; the same seed has the same happen to the
-- first, the second, and so on. With an address it is no echo but a relay before the server
-- there, lossy both ways, for one client at a time.
function peers.lossy(options, address)
  inside.checked(options or {})
  local front, message, err = socket(AF_INET, SOCK_DGRAM, 0)
  if not front then return nil, message, err end
  bind(front, "127.0.0.1", 0)
  inside.start("lossy", inside.relay, front, options or {}, address)
  return getsockname(front)
end

-- What lossy is given: each option is known, and a share from 0 to 1.
inside.checked = function(options)
  local function wrong(...) error("peers.lossy: " .. string.format(...), 4) end
  if type(options) ~= "table" then wrong("a table of options expected, got %s", type(options)) end
  for name, value in pairs(options) do
    local isShare = name == "loss" or name == "duplicate" or name == "reorder"
    if not isShare and name ~= "seed" then
      wrong("there is no option '%s' (there are duplicate, loss, reorder, seed)", tostring(name))
    elseif type(value) ~= "number" or isShare and not (value >= 0 and value <= 1) then
      wrong("option '%s': %s expected, got %s", name, isShare and "a share from 0 to 1" or "a number", tostring(value))
    end
  end
end

-- One way through the network. take answers what leaves when a datagram comes, rest what has
-- waited in vain to be overtaken. The chances are drawn for each datagram in the same order, so
-- that what happens to it depends on the seed and its number alone.
local way = {}
way.__index = way

inside.way = function(options)
  local self = setmetatable({options = options, state = (options.seed or 2) * 2 + 1}, way)
  for _ = 1, 10 do self:chance() end           -- small seeds begin alike
  return self
end

way.chance = function(self, share)
  self.state = self.state * 48271 % 2147483647 -- Lehmer's generator
  return self.state / 2147483647 < (share or 0)
end

way.take = function(self, datagram)
  local options = self.options
  local lost, twice = self:chance(options.loss or 0.2), self:chance(options.duplicate)
  local late = self:chance(options.reorder)
  if lost then return {} end
  if late and not self.held then
    self.held = datagram
    return {}
  end
  local leaving = self:rest()
  table.insert(leaving, 1, datagram)
  if twice then table.insert(leaving, 1, datagram) end
  return leaving
end

way.rest = function(self)
  local held = self.held
  self.held = nil
  return {held}
end

inside.relay = function(_, front, options, address)
  local up = require("peers").inside.way(options)
  local down = require("peers").inside.way(options)
  local back, client
  if address then
    back = assert(socket(AF_INET, SOCK_DGRAM, 0))
    assert(connect(back, address))
  end
  local function pass(datagrams, fd)
    for _, datagram in ipairs(datagrams) do
      if fd == back then send(back, datagram) else sendto(front, datagram, 0, client) end
    end
  end
  while true do
    local ready = select({front, back}, nil, nil, (up.held or down.held) and 0.05)
    if not ready then break end                -- somebody closed the socket
    if #ready == 0 then
      pass(up:rest(), back or front)
      pass(down:rest(), front)
    end
    for _, fd in ipairs(ready) do
      local data, from = recvfrom(fd, 65536, MSG_DONTWAIT)
      if data and fd == front then
        client = from
        pass(up:take(data), back or front)
      elseif data then
        pass(down:take(data), front)
      end
    end
  end
  if back then close(back) end
end

return peers
