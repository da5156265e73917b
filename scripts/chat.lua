-- a chat server on select: what one says, all the others read
-- usage: chat [PORT [HOST]] [--clients N]   (ends when N have come and gone)
local script = require "script"
local sock = require "sock"
local option = script.options({clients = 0}, "[PORT [HOST]]")
if not option then return end

local LINE, BACKLOG = 1000, 64 * 1024     -- the longest line; how far behind a reader may be
local listener = script.listen(option)
if not listener then return end
sock.set_nonblocking(listener)
print("listening on " .. tostring(getsockname(listener)) .. "; try: nc " .. tostring(getsockname(listener)):gsub(":(%d+)$", " %1"))

local clients, gone = {}, 0               -- descriptor -> {name, typed so far, to be sent}

local function tell(text, but)
  for fd, client in pairs(clients) do
    if fd ~= but then client.out = client.out .. text end
  end
end

local function drop(fd)
  local name = clients[fd].name
  clients[fd] = nil
  close(fd)
  gone = gone + 1
  print(name .. " has gone")
  tell("* " .. name .. " has gone\n")
end

local function welcome()
  local fd, from = accept(listener)
  if not fd then return end               -- gone again before we came to it
  sock.set_nonblocking(fd)
  local name = tostring(from)
  print(name .. " has come")
  tell("* " .. name .. " has come\n")
  clients[fd] = {name = name, typed = "", out = "* you are " .. name .. "; /name NAME, /who, /quit\n"}
end

local command = {}
function command.name(fd, word)
  local name = word:match("^[%w_-]+$")
  if not name then clients[fd].out = clients[fd].out .. "* letters and digits, please\n" return end
  tell("* " .. clients[fd].name .. " is now " .. name .. "\n")
  clients[fd].name = name
end
function command.who(fd)
  for _, other in pairs(clients) do clients[fd].out = clients[fd].out .. "* " .. other.name .. "\n" end
end
command.quit = drop

-- Control characters of one client must do nothing to another's terminal.
local function hear(fd, line)
  line = script.harmless(line)
  local word, rest = line:match("^/(%l+)%s*(.*)$")
  if word and command[word] then
    command[word](fd, rest)
  else
    tell(clients[fd].name .. ": " .. line .. "\n", fd)
  end
end

-- A line may come in pieces, and several at once.
local function receive(fd)
  local client = clients[fd]
  local data, _, err = recv(fd, 4096)
  if not data and err == EAGAIN then return end
  if not data or data == "" then return drop(fd) end
  client.typed = client.typed .. data
  while clients[fd] do
    local line, rest = client.typed:match("^([^\n]*)\n(.*)$")
    if not line then break end
    client.typed = rest
    hear(fd, (line:gsub("\r$", "")))
  end
  if #client.typed > LINE and clients[fd] then drop(fd) end
end

local function transmit(fd)
  local client = clients[fd]
  local sent, _, err = send(fd, client.out)
  if sent then
    client.out = client.out:sub(sent + 1)
  elseif err ~= EAGAIN then
    drop(fd)
  end
end

-- Unattended: two clients of our own, who must hear each other.
local own = {}
if not option.port then                    -- (own[3]: ann has spoken)
  option.clients = 2
  for i = 1, 2 do own[i] = assert(sock.connect("127.0.0.1", getsockname(listener).port)) end
  end
local function attend()
  if own[3] == nil and next(clients) and next(clients, (next(clients))) then
    own[3] = sock.send_all(own[1], "/name ann\nhello, all\n")   -- now that both are there
  end
  local heard = own[2] and recv(own[2], 4096, MSG_DONTWAIT)
  if heard then io.write("(ben reads) ", (heard:gsub("\n(.)", "\n(ben reads) %1"))) end
  if heard and heard:find("hello, all", 1, true) then
    close(own[1]) close(own[2])
    own = {}
  end
end

while option.clients == 0 or gone < option.clients do
  local reading, writing = {listener}, {}
  for fd, client in pairs(clients) do
    reading[#reading + 1] = fd
    if client.out ~= "" then writing[#writing + 1] = fd end
  end
  local readable, writable = assert(select(reading, writing, nil, own[2] and 0.05))
  for _, fd in ipairs(writable) do
    if clients[fd] then transmit(fd) end
  end
  local greet = false
  for _, fd in ipairs(readable) do
    if fd == listener then greet = true elseif clients[fd] then receive(fd) end
  end
  for fd, client in pairs(clients) do     -- who does not read must not fill our memory
    if #client.out > BACKLOG then drop(fd) break end
  end
  if greet then welcome() end             -- last: a number closed above may come again
  if own[1] then attend() end
end
close(listener)
