-- a peer-to-peer file swap: each peer is server and client
-- usage: swap [PORT [FILE...]] [--from HOST:PORT] [--into FOLDER] [--seconds N]
local script = require "script"
local sock = require "sock"
local loop = require "loop"
local option = script.options({from = "", into = ".", seconds = 0}, "[PORT [FILE...]]")
if not option then return end

-- The protocol, in lines:  LIST -> "SIZE NAME" for each file, then an empty line;
-- GET NAME -> "SIZE" and so many bytes, or "NONE".
local NAME = "^[%w_][%w_. -]*$"           -- what may be a file's name here: no folders, no dots first

-- What is left of lines is kept, since a line may come in pieces, or several at once.
local function recv_line(conn)
  while not conn.rest:find("\n", 1, true) do
    local data, message = loop.recv(conn.fd, 65536, 10)
    if not data or data == "" or #conn.rest > 65536 then return nil, message or "the peer ended" end
    conn.rest = conn.rest .. data
  end
  local line, rest = conn.rest:match("^([^\n]*)\n(.*)$")
  conn.rest = rest
  return line
end

---------------------------------------------------------------- the server's half

local function offer(paths)               -- name -> path; nil if one can't be read
  local files = {}
  for _, path in ipairs(paths) do
    local file = script.try(path, open(path, O_RDONLY))
    local readable = file and script.try(path, read(file, 1))   -- a folder is not
    if file then close(file) end
    if not readable then return nil end
    files[path:match("[^/]*$")] = path
  end
  return files
end

local function send_file(fd, path)
  local file = open(path, O_RDONLY)
  if not file then return loop.send_all(fd, "NONE\n") end
  local size = lseek(file, 0, SEEK_END)
  lseek(file, 0, SEEK_SET)
  local ok = loop.send_all(fd, size .. "\n")
  while ok and size > 0 do
    local data = read(file, math.min(size, 65536))
    if not data or data == "" then ok = nil break end
    size = size - #data
    ok = loop.send_all(fd, data)
  end
  close(file)
  return ok
end

local function serve(files, listener)
  loop.serve(listener, function(fd)
    local conn = {fd = fd, rest = ""}
    local line = recv_line(conn)
    while line do
      local name, ok = line:match("^GET (.*)$"), nil
      if line == "LIST" then
        local lines = {}
        for other, path in pairs(files) do
          local file = open(path, O_RDONLY)
          if file then
            lines[#lines + 1] = lseek(file, 0, SEEK_END) .. " " .. other .. "\n"
            close(file)
          end
        end
        ok = loop.send_all(fd, table.concat(lines) .. "\n")
      elseif name and files[name] then    -- only what we offer: the name is no path
        ok = send_file(fd, files[name])
      else
        ok = loop.send_all(fd, "NONE\n")
      end
      line = ok and recv_line(conn)
    end
  end)
end

---------------------------------------------------------------- the client's half

local function fetch(conn, name, path)
  assert(loop.send_all(conn.fd, "GET " .. name .. "\n"))
  local size = tonumber(assert(recv_line(conn)):match("^%d+$"))   -- of half a byte we would wait for ever
  if not size then return print("  " .. name .. ": the peer has it no more") end
  local file = assert(open(path, bit.bor(O_WRONLY, O_CREAT, O_EXCL), 420))   -- rw-r--r--; never over another
  local left = size
  while left > 0 do
    if conn.rest == "" then conn.rest = loop.recv(conn.fd, 65536, 10) or "" end
    if conn.rest == "" then
      close(file)
      os.remove(path)                     -- half a file is none
      error(name .. ": the peer ended, " .. left .. " bytes too early", 0)
    end
    local part = conn.rest:sub(1, left)
    conn.rest, left = conn.rest:sub(#part + 1), left - #part
    assert(write(file, part) == #part)
  end
  close(file)
  print("  " .. name .. ": " .. size .. " bytes, from " .. tostring(getpeername(conn.fd)))
end

local function fetch_all(address, files, folder)
  local conn = {fd = assert(loop.connect(address, 10)), rest = ""}
  assert(loop.send_all(conn.fd, "LIST\n"))
  local names = {}
  local line = assert(recv_line(conn))
  while line ~= "" do
    local name = line:match("^%d+ (.*)$")
    if name and name:find(NAME) and not files[name] then names[#names + 1] = name end
    line = assert(recv_line(conn))
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local path = folder .. "/" .. name
    local there = open(path, O_RDONLY)
    if there then close(there) else fetch(conn, name, path) end
    files[name] = path                    -- from now on we offer it, too
  end
  loop.close(conn.fd)
end

---------------------------------------------------------------- the peers

local function peer(port, files)
  local listener = assert(sock.listen("127.0.0.1", port))
  loop.spawn(serve, files, listener)
  print("a peer at " .. tostring(getsockname(listener)))
  return getsockname(listener), listener
end

local function attended(files)
  peer(option.port, files)
  if option.from ~= "" then
    local host, port = option.from:match("^(.*):(%d+)$")
    if not host then error("--from: HOST:PORT expected, got '" .. option.from .. "'", 0) end
    fetch_all(assert(getaddrinfo(host, tonumber(port), {socktype = SOCK_STREAM}))[1], files, option.into)
  end
  if option.seconds > 0 then loop.sleep(option.seconds) loop.stop() end
end

-- Unattended: two peers, each with a file that the other lacks.
local function two_peers()
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir -p '" .. folder .. "/ann' '" .. folder .. "/ben'") == 0)
  local function have(who, name, text)
    local path = folder .. "/" .. who .. "/" .. name
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
    return offer {path}
  end
  local ann, ben = have("ann", "song.txt", "la la la\n"), have("ben", "poem.txt", ("a rose is "):rep(10000))
  local to_ann, anns = peer(0, ann)
  local to_ben, bens = peer(0, ben)
  print("ann fetches what ben has")
  fetch_all(to_ben, ann, folder .. "/ann")
  print("ben fetches what ann has")
  fetch_all(to_ann, ben, folder .. "/ben")
  for _, path in ipairs {"/ann/song.txt", "/ann/poem.txt", "/ben/poem.txt", "/ben/song.txt", "/ann", "/ben", ""} do
    os.remove(folder .. path)
  end
  loop.sleep(0.01)                        -- the servers' halves see the end, and close
  loop.close(anns)
  loop.close(bens)
end

local files = option.port and offer {unpack(option, 2)}
local into = files and script.try(option.into, open(option.into, bit.bor(O_RDONLY, O_DIRECTORY)))
if into then close(into) elseif option.port then return end
local ok, problem
loop.run(function()
  ok, problem = pcall(option.port and attended or two_peers, files)
  if not ok then loop.stop() end
end)
if not ok then return script.fail(problem) end
