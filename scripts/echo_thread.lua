-- an echo server with a thread for each client
-- usage: echo_thread [PORT [HOST]] [--idle SECONDS]   (port 7007 if not given)
-- It ends when it has had no client for so many seconds (10); with 0 never.
local echo = require "echo"

function serve(fd)                -- one client, from its first byte to its last
  repeat
    local data = recv(fd, 65536)  -- waits
  until not data or data == "" or not send(fd, data)
  close(fd)
end

local clients = {}                -- the clients' threads
local function busy()             -- is one of them left?
  for _, entry in ipairs(threads()) do
    if clients[entry.thread] then return true end
  end
end

local listener = echo.start()
if not listener then return end
for fd in echo.accepted(listener, busy) do
  clients[thread(serve, fd)] = true    -- the descriptor is shared: the thread closes it
end
close(listener)
