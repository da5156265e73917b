-- a TCP proxy that prints what passes, both ways, as a hexdump
-- usage: proxy [PORT HOST TO_PORT] [--clients N]   (ends after N conversations)
local script = require "script"
local sock = require "sock"
local loop = require "loop"
local option = script.options({clients = 0}, "[PORT HOST TO_PORT]")
if not option then return end

-- Where to: the HOST PORT given, or an echo server in the background.
local target
if option.host then
  target = assert(getaddrinfo(option.host, option.to_port, {socktype = SOCK_STREAM}))[1]
else
  target = require("peers").echo()
end
local listener = script.listen {port = option.port}
if not listener then return end
print("listening on " .. tostring(getsockname(listener)) .. ", for " .. tostring(target))

-- One direction, ways[n] of two. What is not taken by the one is not read from the other
-- (back-pressure); the end of one direction is handed on as such: the other goes on (half-close).
-- Neither closes a descriptor that the other may be waiting for: the number would soon be another's.
local function pump(ways, n, from, to, label)
  while true do
    local data, message = loop.recv(from, 65536)
    if data == "" then
      print(label .. " ends")
      shutdown(to, SHUT_WR)
      return
    end
    if not data then
      print(label .. " breaks: " .. message)
      setsockopt(to, SOL_SOCKET, SO_LINGER, {onoff = 1, linger = 0})   -- a reset is handed on, too
      loop.cancel(ways[3 - n])
      return
    end
    print(label .. " " .. #data .. " bytes\n" .. hexdump(data))
    if not loop.send_all(to, data) then
      shutdown(from, SHUT_RD)
      return
    end
  end
end

local number, ended = 0, 0
local function converse(client, from)
  number = number + 1
  local n = number
  print(n .. ": " .. tostring(from) .. " has come")
  local server, message = loop.connect(target, 10)
  if server then
    local ways = {}
    ways[1] = loop.spawn(pump, ways, 1, client, server, n .. " ->")
    ways[2] = loop.spawn(pump, ways, 2, server, client, n .. " <-")
    for _, way in ipairs(ways) do loop.join(way) end
    loop.close(server)
  else
    print(n .. ": " .. message)
  end
  print(n .. ": over")
  ended = ended + 1
  if ended == option.clients then
    loop.close(client)
    loop.stop()
  end
end

-- Unattended: one conversation of our own.
if not option.port then
  option.clients = 1
  loop.spawn(function()
    local fd = assert(loop.connect(getsockname(listener)))
    loop.send_all(fd, "GET / HTTP/1.0\r\n\r\n")
    shutdown(fd, SHUT_WR)
    while loop.recv(fd, 1000) ~= "" do end
    loop.close(fd)
  end)
end
local _, problem = loop.run(loop.serve, listener, converse)
loop.close(listener)
if problem then error(problem, 0) end   -- the listener failed: no more could come
