local common = require "sockrepl_common"
local echo, l = common.echo, common.listener()
local entries = {{fd = l, events = POLLIN}}
while true do
  local n = poll(entries, -1)
  for i = #entries, 1, -1 do
    local entry = entries[i]
    if entry.revents ~= 0 then
      if i == 1 then
        entries[#entries + 1] = {fd = accept(l), events = POLLIN}
      elseif not echo(entry.fd) then
        entries[i] = entries[#entries]
        entries[#entries] = nil
      end
      n = n - 1
      if n == 0 then break end
    end
  end
end
