local common = require "sockrepl_common"
local echo, l = common.echo, common.listener()
local select = select
local fds = {l}
while true do
  for _, fd in ipairs(select(fds)) do
    if fd == l then
      fds[#fds + 1] = accept(l)
    elseif not echo(fd) then
      for i = 1, #fds do
        if fds[i] == fd then table.remove(fds, i) break end
      end
    end
  end
end
