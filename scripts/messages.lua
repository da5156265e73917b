-- messages on one machine: pipe, socketpair, channel
-- usage: messages [PATH]   (a Unix socket whose server echoes; else a thread)
-- Who copies, and who waits for whom.
local script = require "script"
local option = script.options(nil, "[PATH]")
if not option then return end

function answer(from, to)         -- the other party, on a thread: it waits, and says it back
  local text = read(from, 100)
  write(to, "you said " .. text)
end

local function exchange(how, from, to)
  assert(write(to, "hello"))      -- copied from here into the kernel; write is done
  print(how .. (assert(read(from, 100))))   -- waits until something is there; copied out again
end

-- A pipe has one direction: two of them make a conversation. Nobody locks anything: that
-- read waits for write is all the synchronisation, and it is in the kernel.
local there, to = pipe()
local from, back = pipe()
thread(answer, there, back)
exchange("two pipes:    ", from, to)

-- A socketpair has both directions: two sockets that are connected to each other.
local here, other, named = socketpair(AF_UNIX, SOCK_STREAM, 0)
if option.path then
  named = assert(socket(AF_UNIX, SOCK_STREAM, 0))
  if not script.try(option.path, connect(named, option.path)) then return end   -- the same with a name: for parties that are not related
else
  thread(answer, other, other)
end
exchange("Unix socket:  ", named or here, named or here)

-- A stream knows no messages: two writes may be one read. Datagrams keep their edges.
local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "one") send(a, "two")
print("a stream:     ", recv(b, 100))
local c, d = socketpair(AF_UNIX, SOCK_DGRAM, 0)
send(c, "one") send(c, "two")
print("datagrams:    ", recv(d, 100), recv(d, 100))

-- Who sends faster than the other reads has to wait: the pipe holds so many bytes.
local r, w = pipe2(O_NONBLOCK)
local held = write(w, ("x"):rep(1000000))
print("a pipe holds:  " .. script.commas(held) .. " of 1,000,000 bytes; then write waits, or says EAGAIN")

-- A channel is the same within one process: values, and no copy through the kernel.
local question, result = channel.make(), channel.make()
function double(question, result)
  local _, n = question:receive()
  result:send(2 * n)
end
thread(double, question, result)
question:send(21)
print("a channel:    ", select(2, result:receive()))
for _, fd in ipairs {there, to, from, back, here, other, a, b, c, d, r, w, named} do close(fd) end
