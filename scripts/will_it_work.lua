-- "will this work?": accept and recv in one loop
-- usage: will_it_work [PORT] [--seconds N]   (for clients from elsewhere)
-- One loop that accepts, and receives from all: where it blocks, what it costs.
local script = require "script"
local sock = require "sock"
local option = script.options({seconds = 0.5}, "[PORT]")
if not option then return end
local listener = script.listen(option)
if not listener then return end
print("listening on " .. tostring(getsockname(listener)))

-- Two clients: the first says nothing for now, the second does.
local silent, talker
if not option.port then
  silent, talker = assert(sock.connect("127.0.0.1", getsockname(listener).port)), assert(sock.connect("127.0.0.1", getsockname(listener).port))
  send(talker, "hello")
end

print("\n1. all blocking: accept, then recv from each in turn")
local first = accept(listener)
setsockopt(first, SOL_SOCKET, SO_RCVTIMEO, option.seconds)  -- so that the lesson ends
local started = clock()
local _, message = recv(first, 100)
print("   recv on the first client: " .. (message or "it spoke"))
print(string.format("   that took %.1f seconds, and only SO_RCVTIMEO ended it", clock() - started))
print("   meanwhile nobody accepted the second, which has data for us")

print("\n2. the listening socket non-blocking")
sock.set_nonblocking(listener)
select({listener})                -- a second client may still be on its way
local second = assert(accept(listener))
print("   is the accepted one non-blocking, too? " .. tostring(bit.band(fcntl(second, F_GETFL), O_NONBLOCK) ~= 0) .. " (Linux does not inherit it)")
print("   so recv would block as before")

print("\n3. all of them non-blocking: the loop never waits")
local clients, rounds, answer = {first, second}, 0, nil
local cpu = os.clock()
started = clock()
for _, fd in ipairs(clients) do sock.set_nonblocking(fd) end
while clock() - started < option.seconds do
  rounds = rounds + 1
  local new = accept(listener)
  if new then sock.set_nonblocking(new) clients[#clients + 1] = new end
  for i, fd in ipairs(clients) do
    local data = recv(fd, 100)
    if data and data ~= "" then
      print("   client " .. i .. " says " .. string.format("%q", data))
      send(fd, data)
    end
  end
end
local busy = (os.clock() - cpu) / (clock() - started) * 100
print(string.format("   it works; %s rounds, and %.0f %% of a processor, to hear almost nothing", script.commas(rounds), busy))

print("\n4. the same wait in select")
cpu, started = os.clock(), clock()
clients[#clients + 1] = listener
select(clients, nil, nil, option.seconds)
print(string.format("   %.1f %% of a processor: the kernel wakes us when there is something", (os.clock() - cpu) / (clock() - started) * 100))
for _, fd in ipairs(clients) do close(fd) end   -- the listening one is the last of them
if silent then close(silent) close(talker) end
