-- a DNS client over UDP, from nothing but sockets
-- usage: dns [NAME [TYPE [SERVER [PORT]]]] [--seconds N] [--tries N]
-- TYPE is A, AAAA, MX, TXT, NS, CNAME, SOA, PTR, SRV or CAA.
local script = require "script"
local sock = require "sock"
local option = script.options({seconds = 3, tries = 2}, "[NAME [TYPE [SERVER [PORT]]]]")
if not option then return end

local TYPE = {A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, MX = 15, TXT = 16, AAAA = 28, SRV = 33, CAA = 257}
local NAME_OF = {}
for name, number in pairs(TYPE) do NAME_OF[number] = name end
local RCODE = {[1] = "FORMERR", [2] = "SERVFAIL", [3] = "NXDOMAIN", [4] = "NOTIMP", [5] = "REFUSED"}

---------------------------------------------------------------- the question

-- A name on the wire: each label with its length before it, and an empty one at the end.
local function encode_name(name)
  local parts = {}
  for label in name:gmatch("[^.]+") do
    assert(#label <= 63, "a label of more than 63 bytes")
    parts[#parts + 1] = string.pack("s1", label)
  end
  local wire = table.concat(parts) .. "\0"
  assert(#wire <= 255, "a name of more than 255 bytes")
  return wire
end

-- The header: id, flags (RD: please ask others, too), and how many of each section follow.
local function encode_question(id, name, number)
  return string.pack(">I2I2I2I2I2I2", id, 0x0100, 1, 0, 0, 0) .. encode_name(name) .. string.pack(">I2I2", number, 1)
end

---------------------------------------------------------------- the answer

-- Bytes from the network: everything that is read is checked to be there.
local function take(format, message, at)
  local size = string.packsize(format)
  if at + size - 1 > #message then error("the message is cut short", 0) end
  return string.unpack(format, message, at)
end

local function escape(text)
  return (text:gsub('[%c"\\\127-\255]', function(c) return ("\\%03d"):format(c:byte()) end))
end

-- decode_name(message, at): the name, and where the message goes on. A pointer (two high
-- bits set) must point back, before all that was read of this name: so there is no circle.
local function decode_name(message, at)
  local labels, length, before, follows = {}, 0, at, nil
  while true do
    local n = take(">I1", message, at)
    if n >= 192 then
      local target = bit.band(take(">I2", message, at), 0x3fff) + 1
      if target >= before then error("a compression pointer that does not point back", 0) end
      follows = follows or at + 2
      at, before = target, target
    elseif n >= 64 then
      error("a label of an unknown kind", 0)
    elseif n == 0 then
      return table.concat(labels, ".") .. ".", follows or at + 1
    else
      take("c" .. n, message, at + 1)
      length = length + n + 1
      if length > 254 then error("a name of more than 255 bytes", 0) end
      labels[#labels + 1] = escape(message:sub(at + 1, at + n)):gsub("%.", "\\.")
      at = at + n + 1
    end
  end
end

local show = {}                   -- by type: the data (from `at`, `n` bytes) as text
function show.A(m, at) return inet_ntop(AF_INET, (take("c4", m, at))) end
function show.AAAA(m, at) return inet_ntop(AF_INET6, (take("c16", m, at))) end
function show.NS(m, at) return (decode_name(m, at)) end
show.CNAME, show.PTR = show.NS, show.NS
function show.MX(m, at) return take(">I2", m, at) .. " " .. decode_name(m, at + 2) end
function show.SRV(m, at)
  local priority, weight, port = take(">I2I2I2", m, at)
  return priority .. " " .. weight .. " " .. port .. " " .. decode_name(m, at + 6)
end
function show.SOA(m, at)
  local server, next_at = decode_name(m, at)
  local mailbox, last = decode_name(m, next_at)
  return server .. " " .. mailbox .. " " .. table.concat({take(">I4I4I4I4I4", m, last)}, " ", 1, 5)
end
function show.TXT(m, at, n)
  local parts, stop = {}, at + n
  while at < stop do
    local length = take(">I1", m, at)
    if at + length >= stop then error("a text longer than its record", 0) end
    parts[#parts + 1] = '"' .. escape(m:sub(at + 1, at + length)) .. '"'
    at = at + 1 + length
  end
  return table.concat(parts, " ")
end
function show.CAA(m, at, n)
  local flags, length = take(">I1I1", m, at)
  if 2 + length > n then error("a tag longer than its record", 0) end
  return flags .. " " .. escape(m:sub(at + 2, at + 1 + length)) .. ' "' .. escape(m:sub(at + 2 + length, at + n - 1)) .. '"'
end

local function decode_record(message, at)
  local name, number, ttl, n
  name, at = decode_name(message, at)
  number, _, ttl, n, at = take(">I2I2I4I2", message, at)
  take("c" .. n, message, at)
  local kind, text = NAME_OF[number], nil
  if kind then text = show[kind](message, at, n) else text = escape(message:sub(at, at + n - 1)) end
  return ("%-24s %6d  %-5s %s"):format(name, ttl, kind or "TYPE" .. number, text), at + n
end

---------------------------------------------------------------- asking

-- An answer to another question is none: a stranger may have sent it, or it comes late.
local function matches(message, question)
  return #message >= #question and message:sub(1, 2) == question:sub(1, 2)
    and message:byte(3) >= 128 and message:sub(13, #question):lower() == question:sub(13):lower()
end

local function ask_udp(server, question)
  local fd = assert(socket(server.family, SOCK_DGRAM, 0))
  assert(connect(fd, server))     -- from now on the kernel drops what others send
  for _ = 1, option.tries do      -- a datagram may be lost
    assert(send(fd, question))
    local deadline = clock() + option.seconds
    while select({fd}, nil, nil, math.max(0, deadline - clock()))[1] do
      local message = assert(recv(fd, 65535))
      if matches(message, question) then close(fd) return message end
    end
  end
  close(fd)
  error("no answer from " .. tostring(server), 0)
end

-- The same over a stream: each message with its length before it.
local function ask_tcp(server, question)
  local fd = assert(sock.connect(server.addr, server.port))
  assert(sock.send_all(fd, string.pack(">s2", question)))
  local n = string.unpack(">I2", assert(sock.recv_exact(fd, 2)))
  local message = assert(sock.recv_exact(fd, n))
  close(fd)
  assert(matches(message, question), "an answer to another question")
  return message
end

local function random_id()        -- that a stranger can't guess
  local fd = assert(open("/dev/urandom", O_RDONLY))
  local id = string.unpack(">I2", read(fd, 2))
  close(fd)
  return id
end

local function query(name, kind, server)
  local question = encode_question(random_id(), name, TYPE[kind])
  local message = ask_udp(server, question)
  local how = "UDP"
  if bit.band(message:byte(3), 2) ~= 0 then     -- TC: it did not fit into a datagram
    message, how = ask_tcp(server, question), "TCP"
  end
  local code = message:byte(4) % 16
  local answers, at = string.unpack(">I2", message, 7), #question + 1
  print(("; %s %s from %s over %s: %s, %d answers"):format(escape(name), kind, tostring(server), how, code == 0 and "NOERROR" or RCODE[code] or "RCODE " .. code, answers))
  for _ = 1, answers do
    local line
    line, at = decode_record(message, at)
    print(line)
  end
  return code == 0
end

-- The first name server of this machine.
local function configured()
  for line in io.lines("/etc/resolv.conf") do
    local addr = line:match("^%s*nameserver%s+(%S+)")
    if addr then return addr end
  end
  error("/etc/resolv.conf names no server: dns NAME TYPE SERVER", 0)
end

if option.name then
  local name, kind = option.name, (option.type or "A"):upper()
  if not TYPE[kind] then return script.fail("there is no type " .. kind .. " here (try --help)") end
  if kind == "PTR" then name = name:gsub("^(%d+)%.(%d+)%.(%d+)%.(%d+)$", "%4.%3.%2.%1.in-addr.arpa") end
  local ok, answer = pcall(function()
    local server = assert(getaddrinfo(option.server or configured(), option.port or 53, {socktype = SOCK_DGRAM}))[1]
    return query(name, kind, server)
  end)
  if not ok then return script.fail(answer) end
  if not answer then return script.fail("no such name, or refused") end
  return
end

-- Unattended: a name server on a thread, which answers one question; its answer's name is
-- a pointer to the question's.
function small_server(fd)
  local question, from = recvfrom(fd, 512)
  local answer = string.pack(">I2I2I2I4I2", 0xc00c, 1, 1, 60, 4) .. string.char(192, 0, 2, 1)
  sendto(fd, question:sub(1, 2) .. string.pack(">I2I2I2I2I2", 0x8180, 1, 1, 0, 0) .. question:sub(13) .. answer, 0, from)
end
local fd = socket(AF_INET, SOCK_DGRAM, 0)
bind(fd, "127.0.0.1", 0)
thread(small_server, fd)
query("www.example.com", "A", getsockname(fd))
close(fd)
