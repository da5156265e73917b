-- What Linux refuses, as the rows tell it.
local function refused(want, result, message, err)
  assert(result == nil and err == want, tostring(message))
end
refused(ESOCKTNOSUPPORT, socket(AF_INET, SOCK_SEQPACKET, 0))
refused(EOPNOTSUPP, accept(socket(AF_INET, SOCK_DGRAM, 0)))

-- A blocking connect whose SO_SNDTIMEO passes says EINPROGRESS: nobody takes from the queue, which
-- has room for one.
local l = socket(AF_INET, SOCK_STREAM, 0)
bind(l, "127.0.0.1", 0)
listen(l, 0)
local answers = {}
for i = 1, 3 do
  local c = socket(AF_INET, SOCK_STREAM, 0)
  setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, 0.05)
  answers[i] = {connect(c, getsockname(l))}
end
assert(answers[1][1] == 0)
refused(EINPROGRESS, unpack(answers[3], 1, 3))
