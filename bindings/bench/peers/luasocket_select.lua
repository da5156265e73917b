local socket = require "socket"
local l = assert(socket.bind("127.0.0.1", 0, 1024))
print((select(2, l:getsockname())))
io.stdout:flush()
local sockets = {l}
while true do
  local ready = socket.select(sockets)
  for _, c in ipairs(ready) do
    if c == l then
      local new = l:accept()
      new:settimeout(0)           -- receive answers what is there
      sockets[#sockets + 1] = new
    else
      local data, problem, part = c:receive(65536)
      data = data or part
      if data ~= "" then c:send(data) end
      if problem == "closed" then
        c:close()
        for i = 1, #sockets do
          if sockets[i] == c then table.remove(sockets, i) break end
        end
      end
    end
  end
end
