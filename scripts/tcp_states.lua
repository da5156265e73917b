-- the states of TCP walked through, both ends side by side
-- usage: tcp_states [HOST PORT]   (a server that echoes; else both ends are here)
local script = require "script"
local option = script.options(nil, "[HOST PORT]")
if not option then return end

local client, server, listener
local function state(fd) return fd and fdinfo(fd).state or "-" end
local function show(what)
  print(("%-34s %-12s %s"):format(what, state(client), state(server or listener)))
end
-- A state lasts as long as the kernel needs: wait until one that is passed is behind us.
local function settle(fd, passed)
  for _ = 1, 200 do
    if state(fd) ~= passed then return end
    sleep(0.005)
  end
end

print(("%-34s %-12s %s"):format("", "client", "server"))
local address
if option.host then
  address = {family = AF_INET, addr = option.host, port = option.port}
else
  listener = socket(AF_INET, SOCK_STREAM, 0)
  show "the server: socket"
  assert(bind(listener, "127.0.0.1", 0))
  assert(listen(listener, 0))             -- a queue for one
  show "bind, listen: it is passive"
  address = getsockname(listener)
end
client = socket(AF_INET, SOCK_STREAM, 0)
show "the client: socket"
assert(connect(client, address))
server = listener and accept(listener)
show "connect: three segments later"

-- Where nobody answers the first of the three the client waits in SYN_SENT: the queue is full.
if listener then
  local first, second = socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, bit.bor(SOCK_STREAM, SOCK_NONBLOCK), 0)
  assert(connect(first, address))         -- takes the one place in the queue
  connect(second, address)                -- its SYN is dropped, and will be sent again
  print(("%-34s %-12s %s"):format("another, and the queue is full", state(second), state(listener)))
  close(first) close(second) close(listener)
  listener = nil
end

-- Who closes first sends FIN, and waits: for its acknowledgement, then for the other's FIN.
shutdown(client, SHUT_WR)
settle(client, "FIN_WAIT1")
show "the client: shutdown(SHUT_WR)"
if server then
  assert(recv(server, 1) == "")           -- this is how the program learns of it
  assert(send(server, "still here"))      -- and the other direction still works
  print("                                   received: " .. recv(client, 100))
  close(server)
  server = nil
end
while recv(client, 4096) ~= "" do end
settle(client, "FIN_WAIT2")
show "the server: close"

-- Both are closed; the kernel keeps the client's address for a minute, so that what is
-- late does not end up in another connection. No descriptor leads there any more.
local port = getsockname(client).port
close(client)
client = nil
local wanted = (":%04X"):format(port)
local found
for line in io.lines("/proc/net/tcp") do
  if line:match("^%s*%d+: %x+(:%x+)") == wanted and line:match("^%s*%d+: %S+ %S+ (%x+)") == "06" then found = true end
end
print("in /proc/net/tcp, port " .. port .. ":  " .. (found and "TIME_WAIT" or "gone"))
