-- the descriptor table, through socket, open, dup, dup2, close
-- usage: descriptors [HOST PORT]   (a server to connect to; else its own)
local script = require "script"
local option = script.options(nil, "[HOST PORT]")
if not option then return end

local function describe(entry)
  if entry.state == "LISTEN" then return "listens at " .. tostring(entry["local"]) end
  if entry.remote then return "to " .. tostring(entry.remote) end
  return entry.path or entry["local"] and "not connected" or ""
end

local stage = {}                  -- what was open before, and is not part of the lesson
local function show(what)
  print(what)
  for _, entry in ipairs(fds()) do
    if not stage[entry.fd] then
      print(string.format("  %d  %-5s %s", entry.fd, entry.type, describe(entry)))
    end
  end
  print()
end

-- Nobody accepts here; a connection is made all the same: it waits in the queue.
local listener = assert(require("sock").listen("127.0.0.1", 0))
local address = getsockname(listener)
if option.host then address = {addr = option.host, port = option.port} end
for _, entry in ipairs(fds()) do stage[entry.fd] = entry.fd > listener end
show("before: standard input, output and errors, and a socket that others connect to")
for fd = 0, listener do stage[fd] = true end

local s = socket(AF_INET, SOCK_STREAM, 0)
show("socket -> " .. s .. ": the lowest number that was free")
assert(connect(s, address))
show("connect: the number stays, what stands behind it changed")

local f = open("/dev/null", O_RDONLY)
show("open -> " .. f .. ": files and sockets share one table")
local d = dup(s)
show("dup(" .. s .. ") -> " .. d .. ": a second number for the same connection")
close(s)
show("close(" .. s .. "): the connection lives on, " .. d .. " still leads to it")
local again = socket(AF_INET, SOCK_DGRAM, 0)
show("socket -> " .. again .. ": the number is given again; who kept it now speaks to another")
dup2(f, again)
show("dup2(" .. f .. ", " .. again .. "): the socket there was closed on the way")
close(d)
print("close(" .. d .. "): the last number; only now the peer is told that we are gone")
close(f) close(again) close(listener)
