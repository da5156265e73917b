-- an HTTP/1.1 file server: keep-alive, pipelining, ranges, HEAD, nothing outside its folder
-- usage: httpd [FOLDER [PORT [HOST]]] [--requests N]   (--requests N: ends after N)
local script = require "script"
local sock = require "sock"
local loop = require "loop"
local option = script.options {requests = 0}
if not option then return end

local HEAD_LIMIT, BODY_LIMIT, IDLE, PIECE = 16384, 1048576, 30, 65536
local REASON = {[200] = "OK", [206] = "Partial Content", [301] = "Moved Permanently", [400] = "Bad Request",
  [403] = "Forbidden", [404] = "Not Found", [405] = "Method Not Allowed", [413] = "Content Too Large",
  [416] = "Range Not Satisfiable", [431] = "Request Header Fields Too Large", [500] = "Internal Server Error",
  [501] = "Not Implemented", [503] = "Service Unavailable", [505] = "HTTP Version Not Supported"}
local TYPE = {html = "text/html; charset=utf-8", htm = "text/html; charset=utf-8", css = "text/css; charset=utf-8",
  js = "text/javascript; charset=utf-8", mjs = "text/javascript; charset=utf-8", json = "application/json",
  txt = "text/plain; charset=utf-8", md = "text/markdown; charset=utf-8", lua = "text/plain; charset=utf-8",
  xml = "application/xml", svg = "image/svg+xml", png = "image/png", jpg = "image/jpeg", jpeg = "image/jpeg",
  gif = "image/gif", webp = "image/webp", ico = "image/x-icon", pdf = "application/pdf", wasm = "application/wasm",
  mp3 = "audio/mpeg", mp4 = "video/mp4", webm = "video/webm", woff2 = "font/woff2", zip = "application/zip"}

---------------------------------------------------------------- the folder

-- Unattended: a folder of our own, with one page.
local own = not option[1] and os.tmpname()
if own then
  os.remove(own)
  assert(os.execute("mkdir '" .. own .. "'") == 0)
  local page = assert(io.open(own .. "/index.html", "w"))
  page:write("<h1>It works</h1>\n")
  page:close()
end

-- The folder's real name, from the kernel: without links and dots.
local root_fd = assert(open(own or option[1], bit.bor(O_RDONLY, O_DIRECTORY)))
local root = fdinfo(root_fd).path
close(root_fd)

-- "/a%20b/../c?x" as "/a b/../c"; nil if it is none. What dots and links lead to is seen
-- when the file is open.
local function decode_path(target)
  local path = target:gsub("^[Hh][Tt][Tt][Pp]://[^/?#]*", ""):match("^(/[^?#]*)")
  if not path or path:gsub("%%%x%x", ""):find("%", 1, true) then return nil end
  path = path:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
  if path:find("%z") then return nil end
  return path
end

-- Opens first and asks then: the kernel says where the descriptor really leads, whatever
-- links and dots were on the way; a name that was looked at before may lead elsewhere now.
-- Answers a descriptor, "file" or "dir"; or nil and a status.
local function open_inside(path)
  local fd, _, err = open(root .. path, bit.bor(O_RDONLY, O_NONBLOCK, O_CLOEXEC))
  if not fd then
    return nil, err == EACCES and 403 or (err == EMFILE or err == ENFILE) and 503 or 404
  end
  local info = fdinfo(fd)
  local real = info.path or ""
  local inside = real == root or root == "/" or real:sub(1, #root + 1) == root .. "/"
  if inside and (info.type == "file" or info.type == "dir") then return fd, info.type end
  close(fd)
  return nil, inside and 403 or 404
end

---------------------------------------------------------------- requests

-- recv_head(conn): the text up to the empty line; what came after it stays in conn.rest.
local function recv_head(conn)
  while true do
    local _, stop = conn.rest:find("\r\n\r\n", 1, true)
    if stop and stop <= HEAD_LIMIT then
      local head = conn.rest:sub(1, stop)
      conn.rest = conn.rest:sub(stop + 1)
      return head
    end
    if #conn.rest > HEAD_LIMIT then return nil, 431 end
    local data = loop.recv(conn.fd, PIECE, IDLE)
    if not data or data == "" then return nil end
    conn.rest = conn.rest .. data
    if #conn.rest < 3 or conn.rest:find("^\r\n") then conn.rest = conn.rest:gsub("^[\r\n]+", "") end
  end
end

-- parse(head): {method, target, version, and the fields by their names in small letters}; or
-- nil and a status.
local function parse(head)
  local method, target, version = head:match("^(%u+) (%S+) HTTP/(%d%.%d)\r\n")
  if not method then return nil, 400 end
  if version:sub(1, 1) ~= "1" then return nil, 505 end
  local request, field = {method = method, target = target, version = version}, {}
  for line in head:match("\r\n(.*)\r\n$"):gmatch("([^\r\n]+)\r\n") do
    local name, value = line:match("^([%w!#$%%&'*+.^_`|~-]+):[ \t]*(.-)[ \t]*$")
    if not name then return nil, 400 end
    name = name:lower()
    if field[name] and (name == "host" or name == "content-length") then return nil, 400 end
    field[name] = field[name] and field[name] .. ", " .. value or value
  end
  request.field = field
  if version == "1.1" and not field.host then return nil, 400 end
  if field["transfer-encoding"] then return nil, 501 end
  if field["content-length"] and not field["content-length"]:find("^%d+$") then return nil, 400 end
  return request
end

-- What a client sends with its request is of no use here, but must not be taken for the next.
local function skip_body(conn, length)
  while #conn.rest < length do
    length = length - #conn.rest
    conn.rest = loop.recv(conn.fd, PIECE, IDLE) or ""
    if conn.rest == "" then return false end
  end
  conn.rest = conn.rest:sub(length + 1)
  return true
end

local function keeps_alive(request)
  local words = (request.field.connection or ""):lower()
  if words:find("close", 1, true) then return false end
  return request.version ~= "1.0" or words:find("keep-alive", 1, true) ~= nil
end

-- range(text, size): first and last byte, "all" where the field is to be ignored, nil where
-- it can't be satisfied. Of several ranges none is sent: all is a right answer, too.
local function range(text, size)
  local first, last = (text or ""):match("^bytes=(%d*)-(%d*)$")
  if not first or first == "" and last == "" then return "all" end
  if first == "" then
    if tonumber(last) == 0 or size == 0 then return nil end
    return math.max(0, size - tonumber(last)), size - 1
  end
  first, last = tonumber(first), tonumber(last) or math.huge
  if last < first then return "all" end
  if first >= size then return nil end
  return first, math.min(last, size - 1)
end

---------------------------------------------------------------- answers

local date_at, date              -- made once a second
local function http_date()
  local now = os.time()
  if now ~= date_at then date_at, date = now, os.date("!%a, %d %b %Y %H:%M:%S GMT", now) end
  return date
end

local function head_of(status, alive, length, fields)
  return ("HTTP/1.1 %d %s\r\nDate: %s\r\nServer: sockrepl\r\nContent-Length: %d\r\n%sConnection: %s\r\n\r\n")
    :format(status, REASON[status], http_date(), length, fields, alive and "keep-alive" or "close")
end

local function send_status(conn, request, status, alive, fields)
  local text = status .. " " .. REASON[status] .. "\n"
  local head = head_of(status, alive, #text, "Content-Type: text/plain; charset=utf-8\r\n" .. (fields or ""))
  return loop.send_all(conn.fd, request.method == "HEAD" and head or head .. text, IDLE)
end

-- The first piece goes with the head, in one send; the rest piece by piece.
local function send_body(conn, head, file, count)
  local out = head
  while count > 0 do
    local data = read(file, math.min(count, PIECE))
    if not data or data == "" then return nil end   -- it has shrunk: the connection must end
    count = count - #data
    if not loop.send_all(conn.fd, out .. data, IDLE) then return nil end
    out = ""
  end
  return out == "" or loop.send_all(conn.fd, out, IDLE)
end

local function send_file(conn, request, file, path, alive)
  local size = lseek(file, 0, SEEK_END)
  local asked = request.method == "GET" and not request.field["if-range"] and request.field.range
  local first, last = range(asked, size)
  if not first then
    return send_status(conn, request, 416, alive, "Content-Range: bytes */" .. size .. "\r\n")
  end
  local status, fields = 200, "Content-Type: " .. (TYPE[(path:match("%.(%w+)$") or ""):lower()] or "application/octet-stream")
    .. "\r\nX-Content-Type-Options: nosniff\r\nAccept-Ranges: bytes\r\n"
  if first == "all" then
    first, last = 0, size - 1
  else
    status, fields = 206, fields .. ("Content-Range: bytes %d-%d/%d\r\n"):format(first, last, size)
  end
  lseek(file, first, SEEK_SET)
  local count = last - first + 1
  return send_body(conn, head_of(status, alive, count, fields), file, request.method == "HEAD" and 0 or count)
end

local function answer(conn, request, alive)
  if request.method ~= "GET" and request.method ~= "HEAD" then
    return send_status(conn, request, 405, alive, "Allow: GET, HEAD\r\n")
  end
  local path = decode_path(request.target)
  if not path then return send_status(conn, request, 400, alive) end
  local file, what = open_inside(path)
  if what == "dir" then
    close(file)
    if path:sub(-1) ~= "/" then
      local target = "/" .. request.target:match("^[^?#]*"):gsub("^%a+://[^/]*", ""):gsub("^/+", "")
      return send_status(conn, request, 301, alive, "Location: " .. target .. "/\r\n")
    end
    path = path .. "index.html"
    file, what = open_inside(path)
  elseif file and path:sub(-1) == "/" then
    close(file)
    file, what = nil, 404
  end
  if not file then return send_status(conn, request, what, alive) end
  local ok = what == "file" and send_file(conn, request, file, path, alive) or what == "dir" and send_status(conn, request, 404, alive)
  close(file)
  return ok
end

local served = 0
local function converse(fd)
  local conn, alive = {fd = fd, rest = ""}, true
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1)
  while alive do
    local head, refused = recv_head(conn)
    local request
    if head then request, refused = parse(head) end
    if not request then
      if refused then send_status(conn, {}, refused, false) end
      break
    end
    local length = tonumber(request.field["content-length"] or 0)
    alive = keeps_alive(request)
    if length > BODY_LIMIT then
      send_status(conn, request, 413, false)
      break
    elseif not skip_body(conn, length) or not answer(conn, request, alive) then
      return
    end
    served = served + 1
    if served == option.requests then loop.stop() end
  end
  -- Closing with unread data would be a reset, and the answer might be lost.
  shutdown(fd, SHUT_WR)
  local deadline = clock() + 2
  repeat local data = loop.recv(fd, PIECE, 1) until not data or data == "" or clock() > deadline
end

local listener = assert(sock.listen(option[3] or "127.0.0.1", script.port(option[2]), 512))
print("http://" .. tostring(getsockname(listener)) .. "/ shows " .. root)

if own then                       -- unattended: one request of our own
  loop.spawn(function()
    local fd = assert(loop.connect(getsockname(listener)))
    loop.send_all(fd, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    local data = loop.recv(fd, PIECE)
    while data and data ~= "" do
      io.write((data:gsub("\r", "")))
      data = loop.recv(fd, PIECE)
    end
    loop.close(fd)
    loop.sleep(0.01)               -- the server's side sees that, and closes, too
    loop.stop()
  end)
end
loop.run(loop.serve, listener, converse)
loop.close(listener)
if own then
  os.remove(own .. "/index.html")
  os.remove(own)
end
