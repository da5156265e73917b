-- an echo server with a thread for each client: they share the descriptors of the process
-- usage: echo_thread [--idle=SECONDS] [PORT [HOST]]
local echo = require "echo"

function serve(fd)                -- one client, from its first byte to its last
  repeat
    local data = recv(fd, 65536)  -- waits
  until not data or data == "" or not send(fd, data)
  close(fd)
end

local listener = echo.start()
for fd in echo.accepted(listener) do
  thread(serve, fd)               -- the descriptor is shared: the thread closes it
end
for _, entry in ipairs(threads()) do
  if entry.number > 0 then join(entry.thread) end
end
