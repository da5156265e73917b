local common = require "sockrepl_common"
local echo, l = common.echo, common.listener()
while true do
  local fd = accept(l)
  if echo(fd) then close(fd) end
end
