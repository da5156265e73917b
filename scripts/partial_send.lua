-- send may take a part, recv may answer one: both in loops
-- usage: partial_send [HOST PORT] [--bytes N]   (an echo server; else its own)
local script = require "script"
local option = script.options({bytes = 5000000}, "[HOST PORT]")
if not option then return end
local fd = script.connect(option, "echo")
if not fd then return end
local commas = script.commas
setsockopt(fd, SOL_SOCKET, SO_SNDBUF, 100000)

local flags = fcntl(fd, F_GETFL)
fcntl(fd, F_SETFL, bit.bor(flags, O_NONBLOCK))

-- Something that one can see a gap in: 00000001 00000002 00000003 ...
local numbers = {}
for i = 1, math.ceil(option.bytes / 9) do numbers[i] = ("%08d "):format(i) end
local data = table.concat(numbers):sub(1, option.bytes)

local rest, sends, short, full = data, 0, 0, 0
local pieces, got, recvs = {}, 0, 0
while got < #data do
  local readable, writable = select({fd}, rest ~= "" and {fd} or nil)
  if writable[1] then
    local sent, _, err = send(fd, rest)
    if sent then
      sends = sends + 1
      if sent < #rest then short = short + 1 end
      rest = rest:sub(sent + 1)   -- the lecture's line: what was not taken comes next
    elseif err ~= EAGAIN then
      error("the connection broke: " .. errname(err), 0)
    end
  end
  if readable[1] then
    local part = assert(recv(fd, 65536))
    assert(part ~= "", "the peer ended too early")
    recvs = recvs + 1
    pieces[recvs], got = part, got + #part
  end
end

print(commas(#data) .. " bytes in " .. commas(sends) .. " sends, of which " .. commas(short) .. " took a part only")
print("and back again in " .. commas(recvs) .. " recvs, none of them asked how we had cut it")
print("every byte is there, in order: " .. tostring(table.concat(pieces) == data))
close(fd)
