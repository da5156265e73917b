-- threads that share memory: the lost update, and the mutex
-- usage: lost_update [HOST PORT] [--times N]   (an echo server; else its own)
-- Threads share no variables, but what shared() makes, and the descriptors.
local script = require "script"
local option = script.options({times = 20000}, "[HOST PORT]")
if not option then return end

-- One line of source, and three steps: read, add, write. Another thread's may come between.
function count(s, times, m)
  for _ = 1, times do
    if m then m:lock() end
    s.n = s.n + 1
    if m then m:unlock() end
  end
end

local function both(m)
  local s, started = shared({n = 0}), clock()
  local a, b = thread(count, s, option.times, m), thread(count, s, option.times, m)
  join(a) join(b)
  return s.n, (clock() - started) * 1000
end

local wanted = 2 * option.times
local n, ms
for _ = 1, 20 do                  -- it is a matter of chance: now and then all goes well
  n, ms = both(nil)
  if n < wanted then break end
end
print(("without a mutex: %s of %s, %s lost, %.0f ms"):format(script.commas(n), script.commas(wanted), script.commas(wanted - n), ms))
n, ms = both(mutex())
print(("with a mutex:    %s of %s, %s lost, %.0f ms"):format(script.commas(n), script.commas(wanted), script.commas(wanted - n), ms))

-- What is not shared: a variable. A thread gets a copy of what it reaches, as it was.
word = "the main thread's"
function change() word = "the thread's" return word end
print("the thread says: " .. join(thread(change)) .. "; here word is " .. word)

-- What is shared: the descriptor table. A connection made here is used and closed there.
local fd = script.connect(option, "echo")
if not fd then return end
function talk(fd)
  send(fd, "from a thread")
  local answer = recv(fd, 100)
  close(fd)
  return answer
end
print("a thread talks on our descriptor: " .. join(thread(talk, fd)))
print("and closed it, for us as well: " .. select(2, send(fd, "x")))
