-- an HTTP client: fetches a page and prints it
-- usage: http_get HOST [PORT [PATH]]
local sock = require "sock"

local host, port, path = arg[1], tonumber(arg[2] or 80), arg[3] or "/"
if not host or host == "--help" or not port then
  print("usage: http_get HOST [PORT [PATH]]")
  os.exit(host == "--help" and 0 or 2)
end

local fd = assert(sock.connect(host, port))
local request = {
  "GET " .. path .. " HTTP/1.0",
  "Host: " .. host .. ":" .. port,
  "Connection: close",
  "", "",                          -- the empty line that ends a request
}
assert(sock.send_all(fd, table.concat(request, "\r\n")))

local head = assert(sock.recv_until(fd, "\r\n\r\n"))
io.stderr:write(head)              -- the page alone goes to standard output

local status = tonumber(head:match("^HTTP/%d%.%d (%d%d%d)"))
local length = tonumber(head:lower():match("\r\ncontent%-length: *(%d+)"))
local got = 0
while true do                      -- HTTP/1.0: the server closes at the end
  local data = assert(recv(fd, 65536))
  if data == "" then break end
  got = got + #data
  io.write(data)
end
close(fd)

if length and got < length then
  error("the page ended after " .. got .. " of " .. length .. " bytes", 0)
end
os.exit(status and status < 400 and 0 or 1)
