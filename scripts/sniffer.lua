-- prints the packets that pass an interface
-- usage: sniffer [INTERFACE] [--count N] [--port P] [--seconds N] [--dump]
local script = require "script"
local option = script.options({count = 10, port = 0, seconds = 10, dump = false}, "[INTERFACE]")
if not option then return end

local known, AF_PACKET = pcall(function() return AF_PACKET end)
if not known then print("there are no packet sockets (AF_PACKET) on this system: they are Linux's") return end
local ETH_P_ALL = 3
local fd, message, err = socket(AF_PACKET, SOCK_RAW, 0)   -- protocol 0: nothing yet
if not fd and (err == EPERM or err == EACCES) then
  print("sniffing is not permitted here (" .. errname(err) .. "): it takes root or CAP_NET_RAW")
  return
end
assert(fd, message)

-- The port is looked for in the kernel, by a small program of its packet filter (bpf(4)),
-- as tcpdump does it: what does not match is not even copied. An instruction is a code,
-- how many to skip if true and if false, and a number; offsets count from Ethernet's header.
local bor = bit.bor
local LDH, LDB, LDH_X = bor(BPF_LD, BPF_H, BPF_ABS), bor(BPF_LD, BPF_B, BPF_ABS), bor(BPF_LD, BPF_H, BPF_IND)
local LDX_IHL = bor(BPF_LDX, BPF_B, BPF_MSH)
local JEQ, JSET, RET = bor(BPF_JMP, BPF_JEQ, BPF_K), bor(BPF_JMP, BPF_JSET, BPF_K), bor(BPF_RET, BPF_K)
local function only_port(port)
  local program = {
    {LDH, 0, 0, 12}, {JEQ, 0, 10, 0x0800},                -- IPv4? else see below
    {LDB, 0, 0, 23}, {JEQ, 1, 0, 6}, {JEQ, 0, 16, 17},    -- TCP or UDP
    {LDH, 0, 0, 20}, {JSET, 14, 0, 0x1fff},               -- no later fragment: it has no ports
    {LDX_IHL, 0, 0, 14},                                  -- X is the IP header's length
    {LDH_X, 0, 0, 14}, {JEQ, 10, 0, port}, {LDH_X, 0, 0, 16}, {JEQ, 8, 9, port},
    {JEQ, 0, 8, 0x86dd},                                  -- IPv6?
    {LDB, 0, 0, 20}, {JEQ, 1, 0, 6}, {JEQ, 0, 5, 17},
    {LDH, 0, 0, 54}, {JEQ, 2, 0, port}, {LDH, 0, 0, 56}, {JEQ, 0, 1, port},
    {RET, 0, 0, 262144}, {RET, 0, 0, 0},                  -- take it; leave it
  }
  for i, instruction in ipairs(program) do program[i] = string.pack("=I2BBI4", unpack(instruction)) end
  return table.concat(program)
end

-- Unattended: something to see, from ourselves to ourselves.
local interface, a, b = option.interface or "lo", nil, nil
local index = script.try(interface, if_nametoindex(interface))
if not index then return end
if not option.interface and option.port == 0 then
  a, b = socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)
  bind(b, "127.0.0.1", 0)
  option.port, option.count = getsockname(b).port, 1
end
if option.port ~= 0 then
  assert(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, only_port(option.port)))
end
assert(bind(fd, {family = AF_PACKET, protocol = ETH_P_ALL, ifindex = index}))
print("listening on " .. interface)
if a then sendto(a, "to be seen", 0, getsockname(b)) end

local FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"}
local function tcp_flags(byte)
  local names = {}
  for i, name in ipairs(FLAGS) do
    if bit.band(byte, 2 ^ (i - 1)) ~= 0 then names[#names + 1] = name end
  end
  return table.concat(names, " ")
end

-- What is above IP, as text.
local transport = {}
transport[6] = function(p)
  if #p < 20 then return "TCP, cut short" end
  local from, to, seq, _, offset, flags = string.unpack(">I2I2I4I4BB", p)
  local size = #p - math.floor(offset / 16) * 4
  return ("TCP %d > %d %s, seq %.0f, %d bytes"):format(from, to, tcp_flags(flags), seq, size)
end
transport[17] = function(p)
  if #p < 8 then return "UDP, cut short" end
  local from, to, size = string.unpack(">I2I2I2", p)
  return ("UDP %d > %d, %d bytes"):format(from, to, size - 8)
end
transport[1] = function(p) return "ICMP type " .. (p:byte(1) or "?") end
transport[58] = function(p) return "ICMPv6 type " .. (p:byte(1) or "?") end

-- IP headers: 20 bytes or more with their length in 4-byte words; 40 bytes for IPv6.
local function describe(ip)
  local version = #ip > 0 and math.floor(ip:byte(1) / 16)
  local source, target, number, payload
  if version == 4 and #ip >= 20 then
    local header, total = ip:byte(1) % 16 * 4, string.unpack(">I2", ip, 3)
    number, payload = ip:byte(10), ip:sub(header + 1, total > 0 and total or #ip)
    source, target = inet_ntop(AF_INET, ip:sub(13, 16)), inet_ntop(AF_INET, ip:sub(17, 20))
    if string.unpack(">I2", ip, 7) % 8192 > 0 then return source .. " > " .. target .. ", a later fragment" end
  elseif version == 6 and #ip >= 40 then
    number, payload = ip:byte(7), ip:sub(41)
    source, target = inet_ntop(AF_INET6, ip:sub(9, 24)), inet_ntop(AF_INET6, ip:sub(25, 40))
  else
    return nil
  end
  local text = transport[number] and transport[number](payload) or "protocol " .. number
  return source .. " > " .. target .. "  " .. text
end

local seen, deadline, OUTGOING = 0, clock() + option.seconds, 4
while seen < option.count and select({fd}, nil, nil, math.max(0, deadline - clock()))[1] do
  local frame, from = recvfrom(fd, 65536)
  -- On loopback each packet goes out and comes in: it is shown once.
  if frame and not (interface == "lo" and from.pkttype == OUTGOING) then
    seen = seen + 1
    print(describe(frame:sub(15)) or ("%d bytes of another protocol"):format(#frame))   -- after Ethernet's 14
    if option.dump then io.write(hexdump(frame), "\n") end
  end
end
print(seen .. " packets")
close(fd)
if a then close(a) close(b) end
