-- select by hand: what each round asked, and was answered
-- usage: select_steps [PORT] [--clients N]   (for N clients from elsewhere)
local script = require "script"
local sock = require "sock"
local option = script.options({clients = 2}, "[PORT]")
if not option then return end
local listener = script.listen(option)
if not listener then return end
print("descriptor " .. listener .. " listens on " .. tostring(getsockname(listener)))

-- Clients of our own, where none come from elsewhere: connected, one has spoken.
local port, own = getsockname(listener).port, {}
for i = 1, option.port and 0 or option.clients do
  own[i] = assert(sock.connect("127.0.0.1", port))
  assert(send(own[i], "I am " .. i))
  shutdown(own[i], SHUT_WR)
end

local function set(fds) return "{" .. table.concat(fds, ", ") .. "}" end

local reading, answers = {listener}, {}   -- the read set; what is still to be sent, by descriptor
local served = 0
while served < option.clients do
  local writing = {}
  for fd in pairs(answers) do writing[#writing + 1] = fd end
  local readable, writable = assert(select(reading, writing))
  print("select(" .. set(reading) .. ", " .. set(writing) .. ") -> " .. set(readable) .. ", " .. set(writable))
  for _, fd in ipairs(writable) do        -- there is room: send what we owe
    local sent = send(fd, answers[fd]) or #answers[fd]
    answers[fd] = sent < #answers[fd] and answers[fd]:sub(sent + 1) or nil
  end
  for _, fd in ipairs(readable) do
    if fd == listener then                -- readable: accept will not block
      local new = accept(listener)
      reading[#reading + 1] = new
      print("  accept -> " .. new)
    else                                  -- readable: data, or the end of file
      local data = recv(fd, 1000) or ""
      print("  recv(" .. fd .. ") -> " .. string.format("%q", data))
      if data ~= "" then
        answers[fd] = (answers[fd] or "") .. data:upper()
      else
        for i, other in ipairs(reading) do if other == fd then table.remove(reading, i) end end
        answers[fd] = nil
        close(fd)
        served = served + 1
      end
    end
  end
end
for i, fd in ipairs(own) do
  print("client " .. i .. " got " .. string.format("%q", recv(fd, 1000)))
  close(fd)
end
close(listener)
