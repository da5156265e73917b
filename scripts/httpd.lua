-- an HTTP/1.1 file server: keep-alive, ranges, 304, folders
-- usage: httpd [FOLDER [PORT [HOST]]] [--log] [--requests N]   (ends after N)
-- Folders are pages; nothing outside the FOLDER is shown. Any PORT if not given.
local script = require "script"
local sock = require "sock"
local loop = require "loop"
local http = require "http"
local listing = require "listing"
local option = script.options({requests = 0, log = false}, "[FOLDER [PORT [HOST]]]")
if not option then return end

-- Who sends a byte now and then, or only connects, holds a descriptor and memory: all has a limit.
local HEAD_LIMIT, BODY_LIMIT = 16384, 1048576   -- bytes of a request
local REQUEST_TIME = 60           -- seconds from its first byte to its last: else 408
local IDLE = 30                   -- seconds without a byte
local MOST = 500                  -- connections that are served; others are told 503,
local REFUSED = 100               -- so many at once: what comes then waits in the kernel's queue
local RETRY = 10                  -- seconds after which who was refused may try again
local PIECE = 65536               -- bytes that are moved at once

---------------------------------------------------------------- the folder

-- Unattended: a folder of our own, with one page.
local own = not option.folder and os.tmpname()
if own then
  assert(unlink(own))
  assert(mkdir(own))
  local page = assert(io.open(own .. "/index.html", "w"))
  page:write("<h1>It works</h1>\n")
  page:close()
end

-- fdinfo knows a path on each system, and much else, which takes its time.
local function path_of(fd) return readlink("/proc/self/fd/" .. fd) or fdinfo(fd).path end

-- The folder's real name, from the kernel: without links and dots.
local asked = own or option.folder
local root_fd = script.try(asked, open(asked, bit.bor(O_RDONLY, O_DIRECTORY)))
if not root_fd then return end
local folder = assert(path_of(root_fd), "the system tells no path of a descriptor")
local root = folder == "/" and "" or folder
close(root_fd)

local function kind_of(status) return bit.band(status.st_mode, S_IFMT) end

-- Opens first and asks then: the kernel says where the descriptor really leads, whatever
-- links and dots were on the way; a name that was looked at before may lead elsewhere now.
-- Answers a descriptor, its fstat and the real path below the folder; or nil and a status.
local function open_inside(path)
  local fd, _, err = open(root .. path, bit.bor(O_RDONLY, O_NONBLOCK, O_CLOEXEC))
  if not fd then
    return nil, err == EACCES and 403 or (err == EMFILE or err == ENFILE) and 503 or 404
  end
  local status, real = fstat(fd), path_of(fd) or ""
  local inside = real == folder or real:sub(1, #root + 1) == root .. "/"
  local kind = kind_of(status)
  if inside and (kind == S_IFREG or kind == S_IFDIR) then return fd, status, real:sub(#root + 1) end
  close(fd)
  return nil, inside and 403 or 404
end

-- What is in a folder, as `listing` wants it; what would not be served is left out.
local function entries_of(path)
  local names = scandir(root .. path)
  if not names then return nil end
  local entries = {}
  for i, name in ipairs(names) do
    local status = lstat(root .. path .. name)
    if status and kind_of(status) == S_IFLNK then
      local fd, there = open_inside(path .. name)
      status = fd and there
      if fd then close(fd) end
    end
    local kind = status and kind_of(status)
    if kind == S_IFREG or kind == S_IFDIR then
      table.insert(entries, {name = name, is_folder = kind == S_IFDIR, size = status.st_size, modified = status.st_mtime})
    end
    if i % 500 == 0 then loop.sleep(0) end   -- a long folder must not stop the others
  end
  return entries
end

---------------------------------------------------------------- requests

-- More of a request; nil if the client has gone, or has sent none yet; and 408 if it takes too
-- long with one. The time is that of the whole: to each byte its own, it would never end.
local function recv_more(conn)
  local left = conn.deadline and conn.deadline - clock() or IDLE
  local data, _, err
  if left > 0 then data, _, err = loop.recv(conn.fd, PIECE, math.min(left, IDLE)) end
  if data == "" then return nil end
  if not data then return nil, conn.deadline and (left <= 0 or err == ETIMEDOUT) and 408 or nil end
  conn.deadline = conn.deadline or clock() + REQUEST_TIME
  return data
end

-- recv_head(conn): the text up to the empty line; what came after it stays in conn.rest.
local function recv_head(conn)
  conn.deadline = conn.rest ~= "" and clock() + REQUEST_TIME or nil
  while true do
    local _, stop = conn.rest:find("\r\n\r\n", 1, true)
    if stop and stop <= HEAD_LIMIT then
      local head = conn.rest:sub(1, stop)
      conn.rest = conn.rest:sub(stop + 1)
      return head
    end
    if #conn.rest > HEAD_LIMIT then return nil, 431 end
    local data, refused = recv_more(conn)
    if not data then return nil, refused end
    conn.rest = conn.rest .. data
    if #conn.rest < 3 or conn.rest:find("^\r\n") then conn.rest = conn.rest:gsub("^[\r\n]+", "") end
  end
end

-- What a client sends with its request is of no use here, but must not be taken for the next.
-- Answers true, or nil and the status as recv_more does.
local function skip_body(conn, length)
  while #conn.rest < length do
    length = length - #conn.rest
    local refused
    conn.rest, refused = recv_more(conn)
    if not conn.rest then return nil, refused end
  end
  conn.rest = conn.rest:sub(length + 1)
  return true
end

---------------------------------------------------------------- answers

-- For the terminal: what a client sends may be anything.
local function log(request, status, length)
  if not option.log then return end
  local line = ("%s %s"):format(request.method or "-", request.target or "-")
  print(os.date("%H:%M:%S"), status, length, script.harmless(line))
end

-- Every answer goes out here: the head, and of `file` (a descriptor) `length` bytes, or else
-- `text`. The first piece goes with the head, in one send.
local function send_answer(conn, request, status, fields, text, file, length)
  length = length or #text
  log(request, status, length)
  local out = http.head(status, conn.alive, length, fields)
  if request.method == "HEAD" or status == 304 then return loop.send_all(conn.fd, out, IDLE) end
  if text then return loop.send_all(conn.fd, out .. text, IDLE) end
  repeat
    local data = length > 0 and read(file, math.min(length, PIECE)) or ""
    if data == "" and length > 0 then return nil end   -- it has shrunk: the connection must end
    length = length - #data
    if not loop.send_all(conn.fd, out .. data, IDLE) then return nil end
    out = ""
  until length == 0
  return true
end

local function send_status(conn, request, status, fields)
  local text = status .. " " .. http.REASON[status] .. "\n"
  return send_answer(conn, request, status, "Content-Type: text/plain; charset=utf-8\r\n" .. (fields or ""), text)
end

local function send_file(conn, request, file, status, path)
  local size, modified = status.st_size, math.floor(status.st_mtime)
  local tag = ('"%x-%x"'):format(size, status.st_mtime * 1e6)
  -- no-cache: a client may keep it, but asks each time whether it is still so.
  local fields = ("Content-Type: %s\r\nX-Content-Type-Options: nosniff\r\nAccept-Ranges: bytes\r\nETag: %s\r\nLast-Modified: %s\r\nCache-Control: no-cache\r\n")
    :format(http.type_of(path), tag, http.date(modified))
  local refused = http.condition(request.field, tag, modified)
  if refused == 304 then return send_answer(conn, request, 304, fields, "") end
  if refused then return send_status(conn, request, refused) end
  local first, last
  if request.method == "GET" then first, last = http.range(request.field, size, tag, modified) end
  if first == false then return send_status(conn, request, 416, "Content-Range: bytes */" .. size .. "\r\n") end
  if not first then return send_answer(conn, request, 200, fields, nil, file, size) end
  lseek(file, first, SEEK_SET)
  fields = fields .. ("Content-Range: bytes %d-%d/%d\r\n"):format(first, last, size)
  return send_answer(conn, request, 206, fields, nil, file, last - first + 1)
end

-- A folder is its index.html, or else a list of what is in it.
local function send_folder(conn, request, path, real)
  local target, query = request.target:gsub("^%a+://[^/]*", ""):match("^/*([^?#]*)(%??[^#]*)")
  if path:sub(-1) ~= "/" then return send_status(conn, request, 301, "Location: /" .. target .. "/" .. query .. "\r\n") end
  if real:sub(-1) ~= "/" then real = real .. "/" end
  local file, status = open_inside(real .. "index.html")
  if file and kind_of(status) == S_IFREG then
    local ok = send_file(conn, request, file, status, "index.html")
    close(file)
    return ok
  end
  if file then close(file) end
  local entries = entries_of(real)
  if not entries then return send_status(conn, request, 403) end
  return send_answer(conn, request, 200, listing.FIELDS, listing.page(real, entries))
end

local function answer(conn, request)
  if request.method ~= "GET" and request.method ~= "HEAD" then
    return send_status(conn, request, 405, "Allow: GET, HEAD\r\n")
  end
  local path = http.decode_path(request.target)
  if not path then return send_status(conn, request, 400) end
  local file, status, real = open_inside(path)
  if not file then return send_status(conn, request, status) end
  local ok
  if kind_of(status) == S_IFDIR then
    ok = send_folder(conn, request, path, real)
  elseif path:sub(-1) == "/" then
    ok = send_status(conn, request, 404)
  else
    ok = send_file(conn, request, file, status, path)
  end
  close(file)
  return ok
end

-- A request, and the status to refuse it with if it is not as it should be; neither if the client
-- has gone.
local function recv_request(conn)
  local head, refused = recv_head(conn)
  if not head then return nil, refused end
  local request
  request, refused = http.parse(head)
  if not request then return nil, refused end
  local length = tonumber(request.field["content-length"] or 0)
  if length > BODY_LIMIT then return request, 413 end
  local whole
  whole, refused = skip_body(conn, length)
  return (whole or refused) and request, refused
end

local served = 0
local function answer_all(conn)
  while conn.alive do
    local request, refused = recv_request(conn)
    if not request and not refused then return end
    conn.alive = not refused and http.keeps_alive(request)
    if refused then
      send_status(conn, request or {}, refused)
    elseif not answer(conn, request) then
      return
    end
    served = served + (request and 1 or 0)
    if served > 0 and served == option.requests then loop.stop() end
  end
end

-- Closing with unread data would be a reset, and the answer might be lost.
local function close_gently(fd)
  shutdown(fd, SHUT_WR)
  local deadline = clock() + 2
  repeat local data = loop.recv(fd, PIECE, 1) until not data or data == "" or clock() > deadline
end

local open = 0
local function converse(fd)
  local conn = {fd = fd, rest = "", alive = open < MOST}
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1)
  if conn.alive then
    open = open + 1
    local ok, problem = pcall(answer_all, conn)
    open = open - 1
    if not ok then error(problem, 0) end
  else
    send_status(conn, {}, 503, "Retry-After: " .. RETRY .. "\r\n")
  end
  close_gently(fd)
end

local listener = script.listen(option, 0, 512)
if not listener then return end
print("http://" .. tostring(getsockname(listener)) .. "/ shows " .. folder)

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
local _, problem = loop.run(loop.serve, listener, converse, MOST + REFUSED)
loop.close(listener)
if own then
  unlink(own .. "/index.html")
  rmdir(own)
end
if problem then error(problem, 0) end   -- the listener failed: no more could come
