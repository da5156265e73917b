-- The error queue, ip(7), IP_RECVERR: an ICMP error comes as a control message that says so.
local function find(msg, level, type)
  for _, c in ipairs(msg.control) do
    if c.level == level and c.type == type then return c end
  end
  error("no control message of that type")
end

local function refused(family, host, level, name, origin, icmp, code)
  local nobody = socket(family, SOCK_DGRAM, 0)
  assert(bind(nobody, host, 0))
  local gone = getsockname(nobody)
  close(nobody)
  local u = socket(family, SOCK_DGRAM, 0)
  assert(setsockopt(u, level, name, 1))
  assert(connect(u, gone))
  assert(send(u, "anyone?") == 7)
  assert(poll({{fd = u, events = 0}}, 5000) == 1) -- POLLERR
  local n, msg = recvmsg(u, {iov = {100}, control = 512}, MSG_ERRQUEUE)
  assert(n == 7 and msg.iov[1] == "anyone?" and bit.band(msg.flags, MSG_ERRQUEUE) ~= 0)
  assert(msg.name.port == gone.port)
  local e = find(msg, level, name)
  assert(e.ee_errno == ECONNREFUSED and e.ee_origin == origin and e.ee_type == icmp and e.ee_code == code)
  assert(e.ee_info == 0 and e.ee_data == 0 and e.offender.addr == host and e.data == nil)
  close(u)
end

refused(AF_INET, "127.0.0.1", IPPROTO_IP, IP_RECVERR, SO_EE_ORIGIN_ICMP, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH)
refused(AF_INET6, "::1", IPPROTO_IPV6, IPV6_RECVERR, SO_EE_ORIGIN_ICMP6, ICMPV6_DEST_UNREACH, 4)

-- An empty queue does not block, whatever the descriptor says.
local u = socket(AF_INET, SOCK_DGRAM, 0)
assert(select(3, recvmsg(u, 1, MSG_ERRQUEUE)) == EAGAIN)
close(u)
