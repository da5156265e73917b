-- an echo server with a process for each client
-- usage: echo_process [PORT [HOST]] [--idle SECONDS]   (port 7007 if not given)
-- It ends when it has had no client for so many seconds (10); with 0 never.
local echo = require "echo"

function serve(fd)                -- one client, from its first byte to its last
  repeat
    local data = recv(fd, 65536)  -- waits
  until not data or data == "" or not send(fd, data)
  close(fd)
end

local function busy()             -- is a child left? The status of the others is taken: no zombies
  local pid
  repeat pid = waitpid(-1, WNOHANG) until not pid or pid == 0
  return pid == 0
end

local listener = echo.start()
if not listener then return end
for fd in echo.accepted(listener, busy) do
  spawn(serve, fd, {pass_fds = {fd}})  -- the child has the connection under the same number
  close(fd)                       -- and we don't need it; open here, it would never end
  busy()
end
close(listener)
