-- An argument that only a nil can leave out.
local function raises(want, call, ...)
  local ok, message = pcall(call, ...)
  assert(not ok and message:find(want, 1, true), tostring(message))
end
local r, w = pipe()
raises("#4 to 'sendfile' (size expected, got no value: sendfile(out, in, offset, count), with nil for no offset)", sendfile, w, r, 100)
raises("#3 to 'splice' (descriptor expected, got no value: splice(in, off_in, out, off_out, count [, flags]), with nil for no off_in)", splice, r, w)
raises("#2 to 'sendfile' (descriptor expected, got no value)", sendfile, w)

-- A protocol of an address is in host order, the third argument of socket is C's.
local p, _, err = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))
if p then
  assert(getsockname(p).protocol == ETH_P_ALL)
  assert(bind(p, {protocol = ETH_P_IP, ifindex = 1}) == 0 and getsockname(p).protocol == ETH_P_IP)
  raises("#2 to 'bind' (table expected for a socket of family 17, an AF_PACKET address)", bind, p, "lo")
else
  assert(err == EPERM)
end

-- With MSG_ZEROCOPY the kernel would send what has taken the string's place; nothing was sent.
local a, b = socketpair(AF_UNIX, SOCK_STREAM)
local message = {iov = {"x"}}
raises("#3 to 'send' (MSG_ZEROCOPY can't be had: ", send, a, "x", MSG_ZEROCOPY)
raises("#3 to 'sendto' (MSG_ZEROCOPY", sendto, a, "x", bit.bor(MSG_ZEROCOPY, MSG_DONTWAIT))
raises("#3 to 'sendmsg' (MSG_ZEROCOPY", sendmsg, a, message, MSG_ZEROCOPY)
raises("#3 to 'sendmmsg' (MSG_ZEROCOPY", sendmmsg, a, {message}, MSG_ZEROCOPY)
assert(select(3, recv(b, 10, MSG_DONTWAIT)) == EAGAIN)
