-- an echo server on poll: waits for all, with a list of entries
-- usage: echo_poll [PORT [HOST]] [--idle SECONDS]   (port 7007 if not given)
-- It ends when it has had no client for so many seconds (10); with 0 never.
local echo = require "echo"
local sock = require "sock"

local listener, idle = echo.start()
if not listener then return end
sock.set_nonblocking(listener)    -- the client may be gone when we come to accept it
while true do
  local entries = {{fd = listener, events = POLLIN}}
  for fd in pairs(echo.clients) do
    local read, write = echo.wishes(fd)
    entries[#entries + 1] = {fd = fd, events = (read and POLLIN or 0) + (write and POLLOUT or 0)}
  end
  if assert(poll(entries, idle and idle * 1000)) == 0 and echo.over() then break end
  for i = 2, #entries do
    local fd, revents = entries[i].fd, entries[i].revents
    if bit.band(revents, POLLOUT) ~= 0 then
      echo.transmit(fd)
    elseif revents ~= 0 then      -- data, its end, or an error, which recv tells
      echo.receive(fd)
    end
  end
  if entries[1].revents ~= 0 then echo.welcome(listener) end  -- last: see echo_select
end
close(listener)
