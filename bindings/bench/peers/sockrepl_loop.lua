local loop = require "loop"
local l = require "sockrepl_common".listener()
loop.run(loop.serve, l, function(fd)
  while true do
    local data = loop.recv(fd, 65536)
    if not data or data == "" or not loop.send_all(fd, data) then return end
  end
end)
