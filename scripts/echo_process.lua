-- an echo server with a process for each client: they share nothing but descriptors
-- usage: echo_process [--idle=SECONDS] [PORT [HOST]]
local echo = require "echo"

function serve(fd)                -- one client, from its first byte to its last
  repeat
    local data = recv(fd, 65536)  -- waits
  until not data or data == "" or not send(fd, data)
  close(fd)
end

local listener = echo.start()
for fd in echo.accepted(listener) do
  spawn(serve, fd, {pass_fds = {fd}})  -- the child has the connection under the same number
  close(fd)                       -- and we don't need it; open here, it would never end
  while (waitpid(-1, WNOHANG) or 0) > 0 do end  -- those that have ended: no zombies
end
while waitpid(-1) do end
