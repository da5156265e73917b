-- an echo server that asks all its clients all the time: nothing blocks, and a processor burns
-- usage: echo_polling [--idle=SECONDS] [PORT [HOST]]
local echo = require "echo"
local sock = require "sock"

local listener = echo.start()
sock.set_nonblocking(listener)
while not echo.over() do
  echo.welcome(listener)          -- mostly EAGAIN
  for fd in pairs(echo.clients) do
    local reading, writing = echo.wishes(fd)
    if reading then echo.receive(fd) end  -- mostly EAGAIN, too
    if writing and echo.clients[fd] then echo.transmit(fd) end
  end
end
