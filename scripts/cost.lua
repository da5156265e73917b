-- what select, poll, epoll cost with one of many ready
-- usage: cost [HOST PORT] [--rounds N]   (an echo server; else its own)
local script = require "script"
local option = script.options({rounds = 300}, "[HOST PORT]")
if not option then return end

local busy = script.connect(option, "echo")      -- the one that speaks
if not busy then return end

-- A round: a byte there, a wait, a byte back. What the wait is told differs.
local function measure(wait)
  local cpu = os.clock()
  for _ = 1, option.rounds do
    send(busy, "x")
    assert(wait() == busy)
    recv(busy, 1)
  end
  return (os.clock() - cpu) / option.rounds * 1e6
end

measure(function() return select({busy})[1] end)   -- once for nothing: the first is slow
print("microseconds of processor time for each round, of which a part is the peer's")
print(("%12s %8s %8s %8s"):format("connections", "select", "poll", "epoll"))
local idle, others = {}, {}                      -- connected, and silent
local first, last                                -- rows of the table
for _, many in ipairs {1, 10, 100, 400} do
  while #idle < many - 1 do
    idle[#idle + 1], others[#others + 1] = assert(socketpair(AF_UNIX, SOCK_STREAM, 0))
  end
  local fds, entries, epfd = {busy}, {{fd = busy, events = POLLIN}}, epoll_create1(0)
  epoll_ctl(epfd, EPOLL_CTL_ADD, busy, EPOLLIN)
  for _, fd in ipairs(idle) do
    fds[#fds + 1] = fd
    entries[#entries + 1] = {fd = fd, events = POLLIN}
    epoll_ctl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN)  -- told once; the kernel remembers
  end
  last = {
    measure(function() return select(fds)[1] end),                -- all, each time, in bits
    measure(function()                                            -- all, each time, in a list
      poll(entries, -1)
      for _, entry in ipairs(entries) do
        if entry.revents ~= 0 then return entry.fd end
      end
    end),
    measure(function() return epoll_wait(epfd, 16, -1)[1] end),   -- only what is ready
  }
  first = first or last
  print(("%12d %8.0f %8.0f %8.0f"):format(many, unpack(last)))
  close(epfd)
end
for i = 1, 3 do last[i] = last[i] / first[i] end
print(("%12s %8.1f %8.1f %8.1f  times as long"):format("400 : 1", unpack(last)))
for i, fd in ipairs(idle) do close(fd) close(others[i]) end
close(busy)
