-- an echo server for one client at a time: others wait
-- usage: echo_one [PORT [HOST]] [--idle SECONDS]   (port 7007 if not given)
-- It ends when it has had no client for so many seconds (10); with 0 never.
local echo = require "echo"

function serve(fd)                -- one client, from its first byte to its last
  repeat
    local data = recv(fd, 65536)  -- waits
  until not data or data == "" or not send(fd, data)
  close(fd)
end

local listener = echo.start()
if not listener then return end
for fd in echo.accepted(listener) do
  serve(fd)                       -- meanwhile nobody accepts
end
close(listener)
