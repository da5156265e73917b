-- sock: what everybody writes anew over the socket calls. Read it as a lesson.
--
-- Every function answers nil, message, errno if a call was refused, as the calls do. A
-- transfer that ended too early answers a fourth value: what, or how much, had passed.
local blame = require "blame"
local sock = {}

-- The addresses of a host. A table is an address already: what getsockname or getaddrinfo has answered.
local function addresses(name, host, port, flags)
  local hints = {socktype = SOCK_STREAM, flags = flags}
  if type(host) == "table" then
    if host.family or host.path then return {host} end
    if host.addr == nil or host.port == nil then
      blame.argument(1, name, "host or address", host)
    end
    return getaddrinfo(host.addr, host.port, hints)
  end
  if type(host) ~= "string" then blame.argument(1, name, "host or address", host) end
  if type(port) ~= "number" and type(port) ~= "string" then blame.argument(2, name, "port", port) end
  return getaddrinfo(host, port, hints)
end

-- Tries one address after the other until `try` succeeds; answers a descriptor.
local function first_that(try, entries, message, err)
  if not entries then return nil, message, err end
  for _, entry in ipairs(entries) do
    local fd
    fd, message, err = socket(entry.family or AF_UNIX, entry.socktype or SOCK_STREAM, entry.protocol or 0)
    if fd then
      local ok
      ok, message, err = try(fd, entry)
      if ok then return fd end
      close(fd)
    end
  end
  return nil, message, err
end

-- The option without which a server can't be started again for a minute (its old
-- connections are in TIME_WAIT), the address, the queue.
local function make_passive(fd, address, backlog)
  local ok, message, err = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1)
  if ok then ok, message, err = bind(fd, address) end
  if ok then ok, message, err = listen(fd, backlog) end
  return ok, message, err
end

-- sock.listen(host, port [, backlog]), sock.listen(address [, backlog]): a socket that takes
-- connections. A nil host listens on all addresses, on IPv6 and IPv4 with one socket where the
-- system can: IPv4 clients then have addresses like ::ffff:127.0.0.1. An address is a table, as
-- getsockname answers one: {addr = "127.0.0.1", port = 0}, or {path = "/tmp/s"} of a Unix socket.
function sock.listen(host, port, backlog)
  if type(host) == "table" then backlog = port end
  if host == nil then
    local fd = port and socket(AF_INET6, SOCK_STREAM, 0)
    if fd and setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0)
       and make_passive(fd, {family = AF_INET6, addr = "::", port = port}, backlog) then
      return fd
    end
    if fd then close(fd) end
    host = "0.0.0.0"
  end
  return first_that(function(fd, address)
    return make_passive(fd, address, backlog)
  end, addresses("sock.listen", host, port, AI_PASSIVE))
end

-- sock.connect(host, port), sock.connect(address): a connected socket; each of the host's addresses
-- is tried. An address is a table, as for listen.
function sock.connect(host, port)
  return first_that(connect, addresses("sock.connect", host, port))
end

-- set_nonblocking(fd [, on]): adds O_NONBLOCK to the flags, or takes it away (false). A
-- bare F_SETFL with O_NONBLOCK would drop the flags that were set.
function sock.set_nonblocking(fd, on)
  local flags, message, err = fcntl(fd, F_GETFL)
  if not flags then return nil, message, err end
  if on == false then
    return fcntl(fd, F_SETFL, bit.band(flags, bit.bnot(O_NONBLOCK)))
  end
  return fcntl(fd, F_SETFL, bit.bor(flags, O_NONBLOCK))
end

-- Whether EAGAIN is a reason to wait: on a descriptor that blocks it says that we have waited
-- already, as long as SO_RCVTIMEO or SO_SNDTIMEO allows.
local function is_nonblocking(fd)
  local flags = fcntl(fd, F_GETFL)
  return flags and bit.band(flags, O_NONBLOCK) ~= 0
end

-- send_all(fd, data): "always send in a loop": one send may take a part only. Answers
-- the number of bytes; after an error, how many had been taken.
function sock.send_all(fd, data)
  local sent = 0
  while sent < #data do
    local n, message, err = send(fd, data:sub(sent + 1))
    if n then
      sent = sent + n
    elseif err == EAGAIN and is_nonblocking(fd) then
      select(nil, {fd})             -- full: wait for room
    else
      return nil, message, err, sent
    end
  end
  return sent
end

-- records(module, receive): the two functions recv_exact and recv_until of a module, made of one
-- that receives once: receive(name, fd, count, flags, ...). It is called again until all is there.
-- require "loop" has its own of them, which let other tasks run meanwhile.
function sock.records(module, receive)
  local exact, till = module .. ".recv_exact", module .. ".recv_until"

  local function recv_exact(fd, count, ...)
    blame.descriptor(1, exact, fd)
    blame.size(2, exact, count)
    local pieces, got = {}, 0
    while got < count do
      local data, message, err = receive("recv_exact", fd, count - got, 0, ...)
      if not data then return nil, message, err, table.concat(pieces) end
      if data == "" then
        return nil, string.format("recv_exact: end of file after %d of %d bytes", got, count), 0, table.concat(pieces)
      end
      pieces[#pieces + 1] = data
      got = got + #data
    end
    return table.concat(pieces)
  end

  local function recv_until(fd, mark, limit, ...)
    blame.descriptor(1, till, fd)
    blame.kind(2, till, "string", mark)
    if limit ~= nil then blame.size(3, till, limit) end
    limit = limit or 1024 * 1024
    local text, looked = "", 1      -- what has arrived; where the search goes on
    -- A line is short, and much may wait behind it, which each look copies: only what is
    -- longer is looked at in large pieces.
    local room = 2048
    while true do
      local seen, message, err = receive("recv_until", fd, room, MSG_PEEK, ...)
      if not seen then return nil, message, err, text end
      if seen == "" then
        return nil, string.format("recv_until: end of file after %d bytes", #text), 0, text
      end
      local both = text .. seen
      local _, last = both:find(mark, looked, true)
      assert(recv_exact(fd, (last or #both) - #text))  -- it is there: we saw it
      text = both:sub(1, last or -1)
      if last then return text end
      if #text >= limit then
        return nil, string.format("recv_until: no mark in %d bytes", #text), EMSGSIZE, text
      end
      looked = math.max(1, #text - #mark + 2)
      room = 65536
    end
  end

  return recv_exact, recv_until
end

-- Receives once; waits if the descriptor is non-blocking and has nothing.
local recv_exact, recv_until = sock.records("sock", function(_, fd, count, flags)
  while true do
    local data, message, err = recv(fd, count, flags)
    if data or err ~= EAGAIN or not is_nonblocking(fd) then return data, message, err end
    select({fd})
  end
end)

-- recv_exact(fd, count): that many bytes; one recv may answer fewer. If the peer ends
-- before, nil, a message, 0 and what had arrived.
function sock.recv_exact(fd, count) return recv_exact(fd, count) end

-- recv_until(fd, mark [, limit]): all up to and with the mark, and not a byte more: what
-- follows stays in the kernel for the next recv. MSG_PEEK shows what is there; the part
-- that belongs to us is then taken.
function sock.recv_until(fd, mark, limit) return recv_until(fd, mark, limit) end

return sock
