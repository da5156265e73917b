-- the calls of a client and of a server, in one program
-- usage: client_server [PORT]   (for a client from elsewhere; 0: any port)
local script = require "script"
local option = script.options(nil, "[PORT]")
if not option then return end

-- The server's side. A socket is an end of a conversation that does not exist yet; to the
-- program it is a small number, the lowest that is free.
local listener = assert(socket(AF_INET, SOCK_STREAM, 0))
print("server: socket  -> " .. listener)
setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, 1)
assert(bind(listener, "127.0.0.1", option.port or 0))
print("server: bind    -> " .. tostring(getsockname(listener)))
assert(listen(listener, 16))      -- now it is passive: it will never send a byte itself
print("server: listen  -> " .. fdinfo(listener).state)

-- The client's side: an active socket. connect answers although nobody has called accept:
-- the kernel has made the connection, and it waits in the listening socket's queue.
local client
if not option.port then
  client = assert(socket(AF_INET, SOCK_STREAM, 0))
  print("client: socket  -> " .. client)
  assert(connect(client, getsockname(listener)))
  print("client: connect -> " .. tostring(getsockname(client)) .. ", in the server's queue: " .. fdinfo(listener).queue)
end

-- accept answers a third socket. The listening one stays as it was, for the next client.
local fd, from = assert(accept(listener))
print("server: accept  -> a new descriptor, from " .. tostring(from))

if client then assert(send(client, "what is a socket?")) end
local question = assert(recv(fd, 1000))
print("server: recv    -> " .. string.format("%q", question))
assert(send(fd, "the end of a conversation"))
shutdown(fd, SHUT_WR)             -- "I have said all"
if client then
  print("client: recv    -> " .. string.format("%q", recv(client, 1000)))
  print("client: recv    -> " .. string.format("%q", recv(client, 1000)) .. "  (the end of file)")
  close(client)
end
print("server: recv    -> " .. string.format("%q", assert(recv(fd, 1000))) .. "  (the client is gone, too)")
close(fd)
close(listener)
