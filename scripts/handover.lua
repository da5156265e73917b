-- a server is replaced unnoticed: its socket outlives it
-- usage: handover
-- The socket is this program's, the servers are its children.
local script = require "script"
local sock = require "sock"
local option = script.options()
if not option then return end

-- A server: tells each client its name, whenever asked. After SIGTERM it takes no further ones,
-- says so with a byte, and ends when those that it has are gone.
function serve(name, listener, stopped)
  local loop = require "loop"
  local r, w = pipe()
  signal(SIGTERM, w)
  local taking = loop.spawn(loop.serve, listener, function(fd)
    while (loop.recv(fd, 100) or "") ~= "" do loop.send_all(fd, name) end
  end)
  loop.run(function()
    loop.readable(r)
    loop.cancel(taking)
    loop.close(listener)          -- its own number for it; ours stays
    write(stopped, ".")
  end)
end

local listener = assert(sock.listen("127.0.0.1", 0))
local address = getsockname(listener)
local has_stopped, stopped = pipe()

local function start(name) return assert(spawn(serve, name, listener, stopped, {pass_fds = {listener, stopped}})) end
local function stop(pid)
  kill(pid, SIGTERM)
  read(has_stopped, 1)
end
local function client()
  local fd = assert(sock.connect(address.addr, address.port))
  send(fd, "who is there?")
  return fd
end
local function say(what, answer) print(("%-44s %s"):format(what, answer)) end

local first = start "the first server"
local a = client()
say("A asks who is there:", recv(a, 100))
stop(first)
local second = start "the second server"
local b = client()
say("the first is replaced, and B asks:", recv(b, 100))
send(a, "and now?")
say("A asks again, on its old connection:", recv(a, 100))
close(a)
say("A ends, and then the first:", select(3, waitpid(first)))

-- Nobody runs: the kernel makes the connection all the same, and keeps it.
stop(second)
close(b)
waitpid(second)
local c = client()
say("the second is stopped, C connects and asks:", (fdinfo(listener).queue or "one") .. " waits in the queue")
local third = start "the third server"
say("the third is started, and C hears:", recv(c, 100))
stop(third)
close(c)
waitpid(third)

-- Where the socket goes with its server, so does who waits.
local d = client()
close(listener)
say("the socket is closed, D, who waits, hears:", errname((select(3, recv(d, 100)))))
say("E, who comes after that, hears:", errname((select(3, sock.connect(address.addr, address.port)))))
close(d)
for _, fd in ipairs {has_stopped, stopped} do close(fd) end
