-- ICMP echo requests, where the system permits such sockets
-- usage: ping [HOST] [--count N] [--seconds N]   (N seconds for each answer)
local script = require "script"
local option = script.options({count = 3, seconds = 1}, "[HOST]")
if not option then return end

local entries, problem = getaddrinfo(option.host or "127.0.0.1", 0, {socktype = SOCK_DGRAM})
if not entries then return script.fail(problem) end
local entry = entries[1]
local v6 = entry.family == AF_INET6
local protocol, request, reply = IPPROTO_ICMP, 8, 0
if v6 then protocol, request, reply = IPPROTO_ICMPV6, 128, 129 end

-- Linux lets groups of net.ipv4.ping_group_range ask with a datagram socket; else it takes
-- a raw one, and root.
local raw = false
local fd = socket(entry.family, SOCK_DGRAM, protocol)
local message, err
if not fd then
  raw = true
  fd, message, err = socket(entry.family, SOCK_RAW, protocol)
end
if not fd and (err == EPERM or err == EACCES) then
  print("ping is not permitted here (" .. errname(err) .. "): it takes root or CAP_NET_RAW,")
  print("or on Linux a group that net.ipv4.ping_group_range names (icmp(7))")
  return
end
assert(fd, message)

-- RFC 1071: the ones' complement of the ones' complement sum of the 16-bit words.
local function checksum(data)
  local sum = 0
  if #data % 2 == 1 then data = data .. "\0" end
  for i = 1, #data, 2 do sum = sum + data:byte(i) * 256 + data:byte(i + 1) end
  while sum > 65535 do sum = sum % 65536 + math.floor(sum / 65536) end
  return 65535 - sum
end

-- Type, code, checksum, identifier, sequence number. A datagram socket's identifier is
-- the kernel's; over IPv6 the checksum is.
local id = getpid() % 65536
local function echo_request(sequence)
  local data = "sockrepl says hello to itself"
  local sum = v6 and 0 or checksum(string.pack(">BBI2I2I2", request, 0, 0, id, sequence) .. data)
  return string.pack(">BBI2I2I2", request, 0, sum, id, sequence) .. data
end

-- A raw socket of IPv4 answers the IP header, too, and everybody's ICMP.
local function sequence_of(packet)
  if raw and not v6 then packet = packet:sub(packet:byte(1) % 16 * 4 + 1) end
  if #packet < 8 then return nil end
  local kind, _, _, their_id, sequence = string.unpack(">BBI2I2I2", packet)
  return kind == reply and (not raw or their_id == id) and sequence
end

local got = 0
for i = 1, option.count do
  local started = clock()
  local sent, problem = sendto(fd, echo_request(i), 0, entry)
  if not sent then print(problem) end
  local deadline, answered = started + option.seconds, false
  while sent and not answered and select({fd}, nil, nil, math.max(0, deadline - clock()))[1] do
    local packet, from = recvfrom(fd, 2000)
    if packet and sequence_of(packet) == i then
      answered, got = true, got + 1
      print(("%d bytes from %s: sequence %d, %.3f ms"):format(#packet, from.addr, i, (clock() - started) * 1000))
    end
  end
  if sent and not answered then print("no answer to " .. i) end
  if answered and i < option.count then sleep(math.min(option.seconds, 0.2)) end
end
print(option.count .. " sent, " .. got .. " answered, by a " .. (raw and "raw" or "datagram") .. " socket")
close(fd)
