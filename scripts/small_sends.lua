-- two small sends, and an answer 40 ms late: Nagle's algorithm
-- usage: small_sends [--rounds N]
local script = require "script"
local sock = require "sock"
local option = script.options({rounds = 25}, "")
if not option then return end
if option.rounds < 1 then return script.fail "--rounds: 1 or more" end

-- A server that answers when it has the whole request: a head and a body of 10 bytes each.
function serve(listener)
  local sock = require "sock"
  while true do
    local fd = accept(listener)
    if not fd then return end
    while sock.recv_exact(fd, 20) do send(fd, "an answer") end
    close(fd)
  end
end

local function two_sends(fd, head, body) send(fd, head) send(fd, body) end
local function one_send(fd, head, body) send(fd, head .. body) end
local function one_writev(fd, head, body) writev(fd, {head, body}) end

-- How many segments with data a connection has sent, and how many bytes its kernel holds back. It is
-- Linux that tells: macOS has no TCP_INFO, FreeBSD's is shorter.
local function progress(fd)
  local known, info = pcall(function() return getsockopt(fd, IPPROTO_TCP, TCP_INFO) end)
  if known and info and info.tcpi_data_segs_out then return info.tcpi_data_segs_out, info.tcpi_notsent_bytes end
end

local listener = assert(sock.listen("127.0.0.1", 0))
local server = thread(serve, listener)
print(("%-28s %12s %10s %10s"):format("a request in", "answered in", "segments", "held back"))
for _, way in ipairs {
  {"two sends", two_sends},
  {"two sends, TCP_NODELAY", two_sends, nodelay = true},
  {"one send of both", one_send},
  {"one writev", one_writev},
} do
  local fd = assert(sock.connect("127.0.0.1", getsockname(listener).port))
  if way.nodelay then setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1) end
  local times, most = {}, nil     -- most: how many bytes were held back at once
  for i = 1, option.rounds do
    local started = clock()
    way[2](fd, "the head: ", "the body. ")
    local _, held = progress(fd)
    if held then most = math.max(held, most or 0) end
    assert(sock.recv_exact(fd, #"an answer"))
    times[i] = (clock() - started) * 1000
  end
  table.sort(times)               -- the middle one: the first rounds of a connection are quick
  local sent = progress(fd)
  print(("%-28s %9.2f ms %10s %10s"):format(way[1], times[math.ceil(#times / 2)],
    sent and ("%.1f"):format(sent / #times) or "?", most and most .. " bytes" or "?"))
  close(fd)
end
close(listener)
join(server)

print()
print(script.wrap("The head goes at once. The body is held back, since Nagle's algorithm sends no small "
  .. "segment while one is not acknowledged. The server's kernel delays the acknowledgement, up to 40 ms "
  .. "here, for it could go with the answer; but the server does not answer before it has the body. Send "
  .. "what belongs together in one call. TCP_NODELAY ends the wait as well, and sends two segments."))
