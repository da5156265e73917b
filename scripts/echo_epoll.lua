-- an echo server on epoll: the kernel keeps the list
-- usage: echo_epoll [PORT [HOST]] [--idle SECONDS]   (port 7007 if not given)
-- It ends when it has had no client for so many seconds (10); with 0 never.
local echo = require "echo"
local sock = require "sock"

local listener, idle = echo.start()
if not listener then return end
sock.set_nonblocking(listener)    -- the client may be gone when we come to accept it
local epfd = assert(epoll_create1(EPOLL_CLOEXEC))
assert(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, EPOLLIN))

local function update(fd)         -- the list changes only where what we want does
  local client = echo.clients[fd]
  if not client then return end   -- closed: the kernel has taken it off
  local read, write = echo.wishes(fd)
  local events = (read and EPOLLIN or 0) + (write and EPOLLOUT or 0)
  if events ~= client.events then
    assert(epoll_ctl(epfd, client.events and EPOLL_CTL_MOD or EPOLL_CTL_ADD, fd, events))
    client.events = events
  end
end

while true do
  local ready, events = assert(epoll_wait(epfd, 256, idle and idle * 1000))
  if #ready == 0 and echo.over() then break end
  local greet = false
  for i, fd in ipairs(ready) do
    if fd == listener then
      greet = true
    elseif bit.band(events[i], EPOLLOUT) ~= 0 then
      echo.transmit(fd)
    else                          -- data, its end, or an error, which recv tells
      echo.receive(fd)
    end
    if fd ~= listener then update(fd) end
  end
  if greet then                   -- last: see echo_select
    local fd = echo.welcome(listener)
    if fd then update(fd) end
  end
end
close(listener) close(epfd)
