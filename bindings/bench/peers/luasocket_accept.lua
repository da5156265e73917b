local socket = require "socket"
local l = assert(socket.bind("127.0.0.1", 0, 1024))
print((select(2, l:getsockname())))
io.stdout:flush()
while true do
  local c = l:accept()
  local data = c:receive(16)      -- waits for as many: the requests are as long
  if data then c:send(data) end
  c:close()
end
