local common = require "sockrepl_common"
local echo, l = common.echo, common.listener()
local entries, place = {{fd = l, events = POLLIN}}, {}
while true do
  local n, ready = poll(entries, -1)
  for i = 1, n do
    local fd = ready[i].fd
    if fd == l then
      local new = accept(l)
      entries[#entries + 1] = {fd = new, events = POLLIN}
      place[new] = #entries
    elseif not echo(fd) then
      local last = entries[#entries]
      entries[place[fd]], place[last.fd] = last, place[fd]
      entries[#entries], place[fd] = nil, nil
    end
  end
end
