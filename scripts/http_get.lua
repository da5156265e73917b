-- an HTTP client: fetches a page and prints it
-- usage: http_get HOST [PORT [PATH]]   (port 80, path / if not given)
-- The header goes to standard error, the page to standard output.
local sock, script = require "sock", require "script"
local option = script.options(nil, "HOST [PORT [PATH]]")
if not option then return end
local host, port, path = option.host, option.port or 80, option.path or "/"

local fd = script.connect {host = host, port = port}
if not fd then return end
local request = {
  "GET " .. path .. " HTTP/1.0",
  "Host: " .. host .. ":" .. port,
  "Connection: close",
  "", "",                          -- the empty line that ends a request
}
assert(sock.send_all(fd, table.concat(request, "\r\n")))

local head = assert(sock.recv_until(fd, "\r\n\r\n"))
io.stderr:write((head:gsub("[^\r\n]+", script.harmless)))   -- the page alone goes to standard output

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
  return script.fail("the page ended after " .. got .. " of " .. length .. " bytes")
end
if not status then return script.fail("that is no answer of HTTP") end
if status >= 400 then script.fail("the server answered " .. status) end
