-- where data sits: recv on an empty buffer, send on a full one
-- usage: buffers [HOST PORT]   (an echo server; else its own)
local script = require "script"
local option = script.options(nil, "[HOST PORT]")
if not option then return end
local commas = script.commas

-- application -> send buffer (kernel) -> network -> receive buffer (kernel) -> application
local fd = script.connect(option, "echo")
if not fd then return end

print("recv, and the receive buffer is empty")
print("  with MSG_DONTWAIT:", select(2, recv(fd, 200, MSG_DONTWAIT)))
setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 0.2)
local started = clock()
print("  without it waits: ", select(2, recv(fd, 200)))
print(string.format("  here for %.1f seconds only, since SO_RCVTIMEO says so", clock() - started))
setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 0)

print("recv asks for 200 bytes, and 100 are there")
assert(send(fd, ("x"):rep(100)) == 100)
select({fd})                      -- until the echo has come back
print("  in the receive buffer: " .. fdinfo(fd).recvq)
print("  recv(fd, 200) answers  " .. #recv(fd, 200) .. " bytes, and does not wait for the rest")

close(fd)

print("send, and nobody reads: the other side has not even called accept")
local listener = assert(require("sock").listen("127.0.0.1", 0))
fd = assert(socket(AF_INET, SOCK_STREAM, 0))
setsockopt(fd, SOL_SOCKET, SO_SNDBUF, 100000)
assert(connect(fd, getsockname(listener)))
local block, taken, part, refused = ("x"):rep(65536), 0, 0, 0
repeat
  local n = send(fd, block, MSG_DONTWAIT)
  if n then
    taken, refused = taken + n, 0
    if n < #block then part = n end
  else
    refused = refused + 1         -- full; is it still in a while?
    sleep(0.1)
  end
until refused == 5
local there = accept(listener)
local waiting, arrived = fdinfo(fd).sendq, fdinfo(there).recvq
print("  the kernel took " .. commas(taken) .. " bytes; of the last block only a part, " .. commas(part))
print("  in this side's send buffer: " .. commas(waiting) .. ", in that side's receive buffer: " .. commas(arrived))
print("  together all that was taken: " .. tostring(waiting + arrived == taken))
print("  with MSG_DONTWAIT:", select(2, send(fd, block, MSG_DONTWAIT)))
setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, 0.2)
print("  without it waits: ", select(2, send(fd, block)))

print("the other side reads, and there is room again")
local got = 0
while got < taken do got = got + #assert(recv(there, 1048576)) end
print("  send(fd, \"x\") answers " .. send(fd, "x"))
close(fd) close(there) close(listener)
