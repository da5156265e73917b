local common = require "sockrepl_common"
local echo, l = common.echo, common.listener()
local epoll_wait = epoll_wait
local ep = epoll_create1()
epoll_ctl(ep, EPOLL_CTL_ADD, l, EPOLLIN)
while true do
  for _, fd in ipairs(epoll_wait(ep, 256)) do
    if fd == l then
      epoll_ctl(ep, EPOLL_CTL_ADD, (accept(l)), EPOLLIN)
    else
      echo(fd)
    end
  end
end
