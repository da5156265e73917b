-- a chat without a server: UDP multicast, on loopback
-- usage: multicast_chat [NAME] [--group G] [--port P] [--interface A]
-- With --seconds N it ends after so many, else when the input does.
local script = require "script"
local option = script.options({group = "239.192.7.7", port = 47007, interface = "127.0.0.1", seconds = 0}, "[NAME]")
if not option then return end
local name = option.name or "ann"
local group = {family = AF_INET, addr = option.group, port = option.port}

-- A member of the group: several on one machine share the port; what is sent leaves by
-- this interface, goes no further than one network, and comes back to this machine, too.
-- nil where the command line's words make no group.
local function join_group()
  local fd = assert(socket(AF_INET, SOCK_DGRAM, 0))
  assert(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1))
  local ok, message = bind(fd, group)
  if not ok then return script.fail(message) end
  local membership = {multiaddr = option.group, interface = option.interface}
  local words = option.group .. ", " .. option.interface
  if not script.try(words, setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership)) then return nil end
  assert(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, option.interface))
  assert(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, 1))
  assert(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 1))
  return fd
end

local function show(fd, who)
  local text, from = recvfrom(fd, 2000)
  print((who or "") .. tostring(from):match("^(.*):") .. " " .. script.harmless(text))
end

local fd = join_group()
if not fd then return end
if not option.name then             -- unattended: two members in one program
  local other = join_group()
  assert(sendto(fd, "ann: is anybody there?", 0, group))
  show(other, "(ben reads) ")
  assert(sendto(other, "ben: I am", 0, group))
  show(fd, "(ann reads) ")        -- a member hears itself
  show(fd, "(ann reads) ")
  close(fd) close(other)
  return
end

assert(sendto(fd, name .. " has come", 0, group))
local deadline = option.seconds > 0 and clock() + option.seconds or nil
local input = {0}                 -- what is typed; the end of it ends us only without --seconds
while not deadline or clock() < deadline do
  local readable = assert(select({fd, input[1]}, nil, nil, deadline and math.max(0, deadline - clock()) or nil))
  for _, ready in ipairs(readable) do
    if ready == fd then
      show(fd)
    else
      local line = read(0, 1000) or ""
      if line == "" then
        if not deadline then close(fd) return end
        input = {}
      else
        assert(sendto(fd, name .. ": " .. line:gsub("\n$", ""), 0, group))
      end
    end
  end
end
close(fd)
