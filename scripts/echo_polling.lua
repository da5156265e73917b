-- an echo server that never waits: a processor burns
-- usage: echo_polling [PORT [HOST]] [--idle SECONDS]   (port 7007 if not given)
-- It ends when it has had no client for so many seconds (10); with 0 never.
local echo = require "echo"
local sock = require "sock"

local listener = echo.start()
if not listener then return end
sock.set_nonblocking(listener)
while not echo.over() do
  echo.welcome(listener)          -- mostly EAGAIN
  for fd in pairs(echo.clients) do
    local reading, writing = echo.wishes(fd)
    if reading then echo.receive(fd) end  -- mostly EAGAIN, too
    if writing and echo.clients[fd] then echo.transmit(fd) end
  end
end
close(listener)
