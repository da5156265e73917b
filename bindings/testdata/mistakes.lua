-- A mistake in the arguments is told so that who made it sees what to write.
local function raises(want, call, ...)
  local ok, message = pcall(call, ...)
  assert(not ok and message:find(want, 1, true), tostring(message))
end

local fd = socket(AF_INET, SOCK_STREAM, 0)
local u, u6 = socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET6, SOCK_DGRAM, 0)

raises("#2 to 'recvmsg' (size, or table {iov=, control=}, expected, got no value)", recvmsg, fd)
raises("#2 to 'recvmsg' (size, or table {iov=, control=}, expected, got string)", recvmsg, fd, "x")
raises("#2 to 'sendmsg' (table {name=, iov=, control=} expected, got no value)", sendmsg, fd)
raises("#4 to 'setsockopt' (linger table {onoff=, linger=} expected, got an array)", setsockopt, fd, SOL_SOCKET, SO_LINGER, {1, 0})
raises("(the linger has no field 'l_", setsockopt, fd, SOL_SOCKET, SO_LINGER, {l_onoff = 1, l_linger = 0})
raises("(field 'linger' of the linger: integer expected, got nil)", setsockopt, fd, SOL_SOCKET, SO_LINGER, {onoff = 1})

-- An interface by its number is another field than one by its name.
for _, option in ipairs {IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP} do
  raises("field 'interface' of the membership: an interface's name (a number is ifindex=) expected, got 1",
    setsockopt, u6, IPPROTO_IPV6, option, {multiaddr = "ff02::1:5", interface = 1})
end
raises("a number is ifindex=", setsockopt, u, IPPROTO_IP, IP_ADD_MEMBERSHIP, {multiaddr = "224.0.0.6", interface = 1})

-- Digits are no int's bytes: "4096" is four of them.
raises('integer expected, got the string "4096", of which tonumber makes a number', setsockopt, u, SOL_SOCKET, SO_RCVBUF, "4096")
raises('boolean expected, got the string "1", of which tonumber makes a number', setsockopt, u, SOL_SOCKET, SO_REUSEADDR, "1")
assert(setsockopt(u, SOL_SOCKET, SO_REUSEADDR, string.pack("=i4", 1)) == 0)

-- An address is no structure's bytes, of which the kernel would take the text's first four; those are taken.
raises('membership table {multiaddr=, interface= or ifindex=} expected, got "239.255.1.10"',
  setsockopt, u, IPPROTO_IP, IP_ADD_MEMBERSHIP, "239.255.1.10")
assert(setsockopt(u, IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton("239.255.1.10") .. inet_aton("127.0.0.1")))
local lo = if_nameindex()[1]
for _, interface in ipairs {lo.name or lo.if_name, lo.index or lo.if_index} do
  assert(setsockopt(u6, IPPROTO_IPV6, IPV6_MULTICAST_IF, interface) == 0)
  assert(getsockopt(u6, IPPROTO_IPV6, IPV6_MULTICAST_IF) == (lo.index or lo.if_index))
  assert(setsockopt(u6, IPPROTO_IPV6, IPV6_MULTICAST_IF, 0) == 0)
end
assert(select(3, setsockopt(u6, IPPROTO_IPV6, IPV6_MULTICAST_IF, "no-such-if")) == ENODEV)
raises("interface's index or name expected, got table", setsockopt, u6, IPPROTO_IPV6, IPV6_MULTICAST_IF, {})

-- A datagram needs a port; a raw socket has none.
raises("#5 to 'sendto' (port expected, got no value)", sendto, u, "x", 0, "127.0.0.1")
raises('#5 to \'sendto\' (port expected, got no value: host and port are two arguments, "127.0.0.1", 80)', sendto, u, "x", 0, "127.0.0.1:80")
raises('#5 to \'sendto\' (port expected, got no value: host and port are two arguments, "::1", 80)', sendto, u, "x", 0, "[::1]:80")
raises('#3 to \'fcntl\' (integer expected, got the string "O_NONBLOCK", whose quotes a constant does not have)', fcntl, u, F_SETFL, "O_NONBLOCK")
raises("#3 to 'fcntl' (integer expected, got string)", fcntl, u, F_SETFL, "x")

-- A word of the command line is a string, and C's INADDR_ANY a number.
raises('#3 to \'bind\' (port expected, 0 to 65535, got the string "7007", of which tonumber makes a number)', bind, u, "127.0.0.1", "7007")
raises('#2 to \'recv\' (size expected, got the string "100", of which tonumber makes a number)', recv, u, "100")
raises('field \'port\' of the IPv4 address: integer expected, got the string "80", of which tonumber makes a number', bind, u, {addr = "", port = "80"})
for _, text in ipairs {"7", " 0x10 ", "1.5", "-3", ".5", "5.", "1e5", "1_0", "0x", "1e", ".", "", "7 8", "0b1", "x", "0x1g"} do
  local _, message = pcall(recv, u, text)
  assert((message:find("of which tonumber makes", 1, true) ~= nil) == (tonumber(text) ~= nil), text .. ": " .. message)
end
for _, text in ipairs {"nan", "inf", ("1"):rep(100)} do raises("#2 to 'recv' (size expected, got string)", recv, u, text) end
raises("field 'port' of the IPv4 address: integer expected, got string", bind, u, {addr = "", port = "http"})
raises('got 0: INADDR_ANY is the host "0.0.0.0")', bind, u, INADDR_ANY, 7007)
raises('got 2130706433: INADDR_LOOPBACK is the host "127.0.0.1")', bind, u, INADDR_LOOPBACK, 7007)
raises("#2 to 'signal' (descriptor to write the signal's number to expected, got function)", signal, SIGCHLD, print)
raises("or a path), got 5: the host stands before the port, \"127.0.0.1\", 5)", connect, u, 5)
raises("or a path), got 0.5)", connect, u, 0.5)
raises(", 65535)", connect, u, 65535)
raises("or a path), got 65536)", connect, u, 65536)
raises("or a path), got -5)", connect, u, -5)
raises("#3 to 'connect' (port expected, 0 to 65535, got 65536)", connect, u, "127.0.0.1", 65536)
assert(connect(u, "127.0.0.1", 65535) == 0)
raises("#2 to 'recv' (size expected, got " .. 2 ^ 53 + 2, recv, u, 2 ^ 53 + 2)
for _, offset in ipairs {2 ^ 53, -2 ^ 53} do assert(select(3, lseek(u, offset, SEEK_SET)) == ESPIPE) end
raises("or a path), got boolean)", connect, u, true)
raises("or a path), got boolean)", connect, u, false)

for _, width in ipairs {0, 257} do raises("#2 to 'hexdump' (width from 1 to 256 expected)", hexdump, "x", width) end
assert(hexdump("", 1) == hexdump("", 256) and hexdump("x", 1):find("78", 1, true))

local raw, _, err = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
if raw then
  assert(sendto(raw, string.pack(">BBI2I2I2", ICMP_ECHO, 0, 0, 1, 1), 0, "127.0.0.1") == 8)
  assert(bind(raw, "127.0.0.1") == 0 and connect(raw, "127.0.0.1") == 0)
else
  assert(err == EPERM or err == EACCES)
end

assert(select(3, bind(socket(AF_UNIX, SOCK_STREAM, 0), FOLDER .. "/none/socket")) == ENOENT)

for _, size in ipairs {0, 2 ^ 26 + 1} do raises("#2 to 'peek' (a size from 1 to 67108864 expected)", peek, fd, size) end

-- A table that is in itself ends; a field has a name.
local ring = {}
ring[1], ring.port = ring, ring
raises("#2 to 'sendmsg' (the table is nested too deep)", sendmsg, fd, {iov = ring})
ring[1] = nil
raises("#2 to 'bind' (the table is nested too deep)", bind, u, ring)
raises("#2 to 'bind' (a table with named fields expected, got the key boolean)", bind, u, {[true] = "127.0.0.1"})

-- Of a surplus argument it is no matter what it holds: quotes off would not mend it.
raises("#3 to 'shutdown' (no argument expected, got string)", function() shutdown(fd, SHUT_RD, "0") end)
