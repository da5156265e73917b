-- the seven echo servers under the same load; two processors
-- usage: models [--clients N] [--requests N] [--work N]   (20, 200, 2000000)
--
-- Each server runs as a process of its own. All clients connect and send at once: "held" is
-- how many of them have their answer within a second. Then each makes its requests, one
-- after the other, and leaves. Processor time, memory (of the server and its children, while
-- all clients are there) and context switches for each request are the kernel's own figures.
local sock = require "sock"
local option = require("script").options({clients = 20, requests = 200, work = 2000000}, "")
if not option then return end

local MESSAGE = ("x"):rep(64)
local models = {"one", "process", "thread", "polling", "select", "poll", "epoll"}

-- Starts a server; answers its process, its port, which it prints, and where it prints more.
local function start(model)
  local r, w = assert(pipe())
  local pid = assert(spawn("echo_" .. model, "--idle=1.5", 0, {[1] = w, pass_fds = {}}))
  close(w)
  return pid, tonumber(read(r, 1000):match(":(%d+)")), r
end

-- Connects all clients; the kernel takes them whether the server accepts or not.
local function connect_all(port)
  local fds = {}
  for i = 1, option.clients do
    fds[i] = assert(sock.connect("127.0.0.1", port))
    assert(sock.set_nonblocking(fds[i]))
  end
  return fds
end

local function without(list, item)
  for i, other in ipairs(list) do
    if other == item then return table.remove(list, i) end
  end
end

-- Sends from each once, and answers which have their answer within a second, and how many.
local function held(fds)
  local waiting, answered, deadline = {unpack(fds)}, {}, clock() + 1
  for _, fd in ipairs(fds) do assert(send(fd, MESSAGE)) end
  while #waiting > 0 and clock() < deadline do
    for _, fd in ipairs((assert(select(waiting, nil, nil, 0.1)))) do
      assert(#recv(fd, 4096) == #MESSAGE)      -- so few bytes come in one piece
      answered[fd] = without(waiting, fd)
    end
  end
  return answered, #fds - #waiting
end

-- Each client makes its requests and leaves; who has no answer to its first yet is waiting
-- for it. Answers the number of requests and the seconds.
local function load(fds, answered)
  local active, left = {unpack(fds)}, {}
  local began, done = clock(), 0
  for _, fd in ipairs(fds) do
    left[fd] = option.requests
    if answered[fd] then assert(send(fd, MESSAGE)) end
  end
  while #active > 0 do
    for _, fd in ipairs((assert(select(active)))) do
      assert(#assert(recv(fd, 4096)) == #MESSAGE)
      done, left[fd] = done + 1, left[fd] - 1
      if left[fd] > 0 then
        assert(send(fd, MESSAGE))
      else
        close(without(active, fd))
      end
    end
  end
  return done, clock() - began
end

-- The memory of a process and its children, in bytes, each page shared out among those that
-- have it; nil where the kernel does not tell.
local function memory(pid)
  local command = "cat /proc/%d/task/*/children 2>/dev/null | tr ' ' '\\n' |" ..
    " (echo %d; cat) | while read p; do cat /proc/$p/smaps_rollup; done 2>/dev/null"
  local output = io.popen(command:format(pid, pid))
  local total
  for kilobytes in output:read("*a"):gmatch("\nPss:%s*(%d+)") do
    total = (total or 0) + kilobytes * 1024
  end
  output:close()
  return total
end

local function measure(model)
  local pid, port, output = start(model)
  local fds = connect_all(port)
  local answered, count = held(fds)
  local bytes = memory(pid)
  local done, seconds = load(fds, answered)
  local _, _, how, used = assert(wait4(pid))   -- it ends by itself, when nobody comes
  assert(how == "exited with 0", how)
  close(output)
  return string.format("%-8s %5d %10.0f %9.2f %9s %12.1f", model, count, done / seconds,
    (used.ru_utime + used.ru_stime) / done * 1000, bytes and string.format("%.1f", bytes / 2^20) or "-",
    (used.ru_nvcsw + used.ru_nivcsw) / done)
end

print(string.format("%d clients, %d requests each of %d bytes", option.clients, option.requests, #MESSAGE))
print("held: how many have an answer within a second. For each request (rq): CPU, and")
print("switches, how often the server waited, or the kernel gave its processor away\n")
print("model     held requests/s CPU ms/rq memory MB switches/rq")
for _, model in ipairs(models) do print(measure(model)) end

-- Two processors: the same work twice, one after the other, and in two threads.
function work(n)
  local sum = 0
  for i = 1, n do sum = sum + i % 7 end
  return sum
end

local function timed(f)
  local began = clock()
  f()
  return clock() - began
end
local one = timed(function() work(option.work) work(option.work) end)
local two = timed(function()
  local a, b = thread(work, option.work), thread(work, option.work)
  assert(join(a) == join(b))
end)
print(("\ntwice the same work: %.2f s; in two threads: %.2f s, %.1f times as fast"):format(one, two, one / two))
