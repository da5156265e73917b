-- The families that need more than a port: scope ids, netlink, packet and raw sockets.
-- IPv6 with a scope id.
local u = socket(AF_INET6, SOCK_DGRAM, 0)
if bind(u, {family = AF_INET6, addr = "::1", port = 0, scope_id = 0}) then
  assert(getsockname(u).addr == "::1")
end
local entry = assert(getaddrinfo("fe80::1%lo", 80, {socktype = SOCK_STREAM}))[1]
assert(entry.scope_id == if_nametoindex("lo") and entry.family == AF_INET6)
assert(tostring(entry) == "[fe80::1%lo]:80", tostring(entry))

-- Netlink: ask the kernel for the links, find lo among them.
local n = assert(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE))
assert(bind(n, {family = AF_NETLINK, pid = 0, groups = 0}))
assert(getsockname(n).family == AF_NETLINK and getsockname(n).pid ~= nil)
local request = string.pack("=I4I2I2I4I4BxxxI4I4I4", 32, RTM_GETLINK, bit.bor(NLM_F_REQUEST, NLM_F_DUMP), 1, 0, 0, 0, 0, 0)
assert(sendto(n, request, 0, {family = AF_NETLINK}))
local data, from = recvfrom(n, 65536)
assert(from.family == AF_NETLINK and from.pid == 0)
assert(data:find("lo\0", 1, true))

-- Where permitted: ping to the loopback address, and a look at it on the wire.
local raw, message, err = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
if raw then
  local function checksum(s)
    local sum = 0
    for i = 1, #s, 2 do sum = sum + s:byte(i) * 256 + (s:byte(i + 1) or 0) end
    while sum > 65535 do sum = bit.band(sum, 65535) + bit.rshift(sum, 16) end
    return bit.band(bit.bnot(sum), 65535)
  end
  local wire = assert(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)))
  assert(bind(wire, {family = AF_PACKET, protocol = ETH_P_IP, ifindex = if_nametoindex("lo")}))
  local echo = string.pack(">BBI2I2I2", ICMP_ECHO, 0, 0, 4242, 1) .. "payload!"
  echo = echo:sub(1, 2) .. string.pack(">I2", checksum(echo)) .. echo:sub(5)
  assert(sendto(raw, echo, 0, {family = AF_INET, addr = "127.0.0.1"}))
  setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, 5)
  local kind, id
  repeat
    local packet = assert(recv(raw, 2000))
    local header = bit.band(packet:byte(1), 15) * 4
    kind, id = packet:byte(header + 1), string.unpack(">I2", packet, header + 5)
  until kind == ICMP_ECHOREPLY and id == 4242
  setsockopt(wire, SOL_SOCKET, SO_RCVTIMEO, 5)
  local _, where = recvfrom(wire, 2000)
  assert(where.family == AF_PACKET and where.ifindex == if_nametoindex("lo"))
else
  assert(err == EPERM or err == EACCES, message)
end

-- The interface queries.
local s = socket(AF_INET, SOCK_DGRAM, 0)
local _, flags = ioctl(s, SIOCGIFFLAGS, "lo")
flags = flags or _
assert(bit.band(flags, IFF_LOOPBACK) ~= 0)
local found = false
for _, i in ipairs(if_nameindex()) do found = found or i.if_name == "lo" end
assert(found)
assert(if_indextoname(if_nametoindex("lo")) == "lo")

-- Byte order and text forms.
assert(ntohs(htons(7007)) == 7007 and ntohl(htonl(1)) == 1)
assert(inet_ntop(AF_INET6, inet_pton(AF_INET6, "::1")) == "::1")
assert(inet_ntoa(inet_aton("127.1")) == "127.0.0.1")
assert(select(3, inet_pton(AF_INET, "nonsense")) == EINVAL)
assert(errname(111) == "ECONNREFUSED" and strerror(ECONNREFUSED) == "Connection refused")
assert(getservbyname("http", "tcp") == nil or getservbyname("http", "tcp").s_port == 80)
