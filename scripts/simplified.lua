-- where the lecture simplifies, each point by experiment
-- usage: simplified [HOST PORT] [--name NAME]   (an echo server; else its own)
-- Blocking sends, files, name look-ups, connect.
local script = require "script"
local option = script.options({name = "localhost"}, "[HOST PORT]")
if not option then return end
local commas = script.commas

-- 1. "send may take a part only." A non-blocking one, yes. A blocking send on Linux waits
-- until all is taken, however full the buffer: here for a reader that lets it wait.
function late_reader(fd, count)
  sleep(0.3)
  while count > 0 do count = count - #recv(fd, 65536) end
end
local fd = script.connect(option, "echo")
if not fd then return end
setsockopt(fd, SOL_SOCKET, SO_SNDBUF, 50000)
local data = ("x"):rep(20000000)
local n = send(fd, data, MSG_DONTWAIT)
print("1. MSG_DONTWAIT: send took " .. commas(n) .. " of " .. commas(#data))
local reader, started = thread(late_reader, fd, #data), clock()
n = n + send(fd, data:sub(n + 1))
print(("   blocking: after %.1f seconds all %s are taken"):format(clock() - started, commas(n)))
join(reader)

-- 2. "O_NONBLOCK makes calls non-blocking." Not for files: they count as ready always, and
-- read waits for the disk. select says so at once, even at the end of the file.
local path = os.tmpname()
local file = assert(open(path, bit.bor(O_RDONLY, O_NONBLOCK)))
print("2. a file that is empty: select says " .. (#select({file}, nil, nil, 0) == 1 and "ready" or "not ready")
  .. ", and read answers " .. string.format("%q", read(file, 100)) .. ", not EAGAIN")
close(file)
os.remove(path)

-- 3. ... and not for name look-ups: getaddrinfo has no descriptor whose flags it could heed.
started = clock()
local entries, message = getaddrinfo(option.name, 80, {socktype = SOCK_STREAM})
print(("3. getaddrinfo(%q) kept us for %.1f ms: %s"):format(option.name, (clock() - started) * 1000, entries and tostring(entries[1]) or message))

-- 4. connect does heed it: the answer comes later, by select, and then by SO_ERROR.
local peer = getpeername(fd)
local other = socket(AF_INET, bit.bor(SOCK_STREAM, SOCK_NONBLOCK), 0)
print("4. a non-blocking connect: " .. (select(2, connect(other, peer)) or "done at once"))
select(nil, {other})
print("   writable now, SO_ERROR is " .. getsockopt(other, SOL_SOCKET, SO_ERROR))
close(fd) close(other)
