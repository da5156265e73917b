local common = {}
local recv, send, close = recv, send, close

function common.listener()
  local l = assert(socket(AF_INET, SOCK_STREAM, 0))
  assert(bind(l, "127.0.0.1", 0))
  assert(listen(l, 1024))
  print(getsockname(l).port)
  return l
end

-- false: the connection is over
function common.echo(fd)
  local data = recv(fd, 65536)
  if data and data ~= "" and send(fd, data) then return true end
  close(fd)
  return false
end

return common
