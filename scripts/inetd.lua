-- a program for each client, on its standard streams
-- usage: inetd PORT PROGRAM [ARGS...]   (such as inetd 7007 sed -u s/a/b/)
-- It ends when it has had no client for 10 seconds; --idle SECONDS before PORT
-- says for how many; 0: never.
local script = require "script"
local option = script.options({idle = 10}, "PORT PROGRAM [ARGS...]")
if not option then return end
local listener = script.listen(option)
if not listener then return end
assert(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, script.limit(option.idle) or 0))   -- 0 is for ever
print("listening on " .. tostring(getsockname(listener)))

local function busy()             -- is a program left? The status of the others is taken: no zombies
  local pid
  repeat pid = waitpid(-1, WNOHANG) until not pid or pid == 0
  return pid == 0
end

local words = {unpack(option, 2)}
while true do
  local fd, _, err = accept(listener)
  if fd then
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 0)  -- inherited from the listener
    words[#words + 1] = {[0] = fd, [1] = fd, [2] = fd, pass_fds = {}}
    local pid, message = exec(unpack(words))
    table.remove(words)
    if not pid then print(message .. ": " .. option.program) end
    close(fd)                     -- the program has it
  end
  if not busy() and err == EAGAIN then break end   -- nobody came for so long, and nobody is there
end
print("no client for " .. option.idle .. " s: the end (--idle SECONDS; 0: never)")
close(listener)
