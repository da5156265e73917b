-- a GET request without its last \r\n: both wait in recv
-- usage: missing_crlf [HOST PORT]   (a web server; else one of its own)
local script = require "script"
local option = script.options(nil, "[HOST PORT]")
if not option then return end

-- A server that does what HTTP says: the request ends with an empty line. On a thread.
function small_server(listener)
  local fd, request = accept(listener), ""
  while not request:find("\r\n\r\n", 1, true) do
    local data = recv(fd, 4096)   -- here it waits
    if not data or data == "" then break end
    request = request .. data
  end
  send(fd, "HTTP/1.0 200 OK\r\n\r\nhello\n")
  close(fd)
end

local sock = require "sock"
local fd, listener
if option.host then
  fd = script.connect(option)
  if not fd then return end
else
  listener = assert(sock.listen("127.0.0.1", 0))
  thread(small_server, listener)
  fd = assert(sock.connect("127.0.0.1", getsockname(listener).port))
end

assert(sock.send_all(fd, "GET / HTTP/1.0\r\nHost: localhost\r\n"))   -- one "\r\n" too few
setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 0.5)
print("the client waits for an answer: " .. select(2, recv(fd, 1000)))
print("the server waits for the rest of the request:")
for _, t in ipairs(threads()) do
  if t.blocked then print("  a thread is blocked in " .. t.blocked .. " on descriptor " .. t.fd) end
end
local here = fdinfo(fd)
print("in the buffers: " .. here.recvq .. " to be received, " .. here.sendq .. " to be sent: nothing is on its way")
print("so both wait, for ever: nothing is wrong with either, or with the network")

assert(sock.send_all(fd, "\r\n"))
setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 5)
print("now the missing \\r\\n:          ", (assert(recv(fd, 1000)):match("^[^\r\n]*")))
close(fd)
if listener then close(listener) end
