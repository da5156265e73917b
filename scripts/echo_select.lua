-- a select server: echoes what each of its clients sends
-- usage: echo_select [PORT [HOST]]   (port 0: the kernel chooses one)
local sock = require "sock"

if arg[1] == "--help" then
  return print("usage: echo_select [PORT [HOST]]")
end

local LIMIT = 256 * 1024          -- who does not read what we send is not read from
local listener = assert(sock.listen(arg[2] or "127.0.0.1", tonumber(arg[1]) or 7007))
sock.set_nonblocking(listener)    -- the client may be gone when we come to accept it
print("listening on " .. tostring(getsockname(listener)))

local clients = {}                -- descriptor -> {out = what it has still to get}

local function drop(fd)
  clients[fd] = nil
  close(fd)
end

local function receive(fd, client)
  local data, _, err = recv(fd, 65536)
  if data == "" then              -- it has said all it has to say; have we?
    client.ended = true
    if client.out == "" then drop(fd) end
  elseif data then
    client.out = client.out .. data
  elseif err ~= EAGAIN then       -- reset, say: the others must not notice
    drop(fd)
  end
end

local function transmit(fd, client)
  local sent, _, err = send(fd, client.out)
  if sent then                    -- often a part: the rest when there is room again
    client.out = client.out:sub(sent + 1)
    if client.ended and client.out == "" then drop(fd) end
  elseif err ~= EAGAIN then
    drop(fd)
  end
end

local function welcome()
  local fd, _, err = accept(listener)
  if fd then
    sock.set_nonblocking(fd)      -- on Linux it is not inherited
    clients[fd] = {out = ""}
  elseif err == EMFILE or err == ENFILE then
    sleep(0.01)                   -- no descriptor left: it waits in the queue
  end
end

while true do
  local reading, writing = {listener}, {}
  for fd, client in pairs(clients) do
    if not client.ended and #client.out < LIMIT then reading[#reading + 1] = fd end
    if client.out ~= "" then writing[#writing + 1] = fd end
  end
  local readable, writable = assert(select(reading, writing))
  local greet = false
  for _, fd in ipairs(readable) do
    if fd == listener then greet = true else receive(fd, clients[fd]) end
  end
  for _, fd in ipairs(writable) do
    if clients[fd] then transmit(fd, clients[fd]) end
  end
  if greet then welcome() end     -- last: a number closed above may come again
end
