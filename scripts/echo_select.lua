-- an echo server on select: waits for all its clients at once
-- usage: echo_select [PORT [HOST]] [--idle SECONDS]   (port 7007 if not given)
-- It ends when it has had no client for so many seconds (10); with 0 never.
local echo = require "echo"
local sock = require "sock"

local listener, idle = echo.start()
if not listener then return end
sock.set_nonblocking(listener)    -- the client may be gone when we come to accept it
while true do
  local reading, writing = {listener}, {}
  for fd in pairs(echo.clients) do
    local read, write = echo.wishes(fd)
    if read then reading[#reading + 1] = fd end
    if write then writing[#writing + 1] = fd end
  end
  local readable, writable = assert(select(reading, writing, nil, idle))
  if #readable + #writable == 0 and echo.over() then break end
  local greet = false
  for _, fd in ipairs(readable) do
    if fd == listener then greet = true else echo.receive(fd) end
  end
  for _, fd in ipairs(writable) do
    if echo.clients[fd] then echo.transmit(fd) end
  end
  if greet then echo.welcome(listener) end  -- last: a number closed above may come again
end
close(listener)
