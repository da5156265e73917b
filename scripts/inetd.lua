-- inetd in a few lines: a program for each client, with the connection as its standard streams
-- usage: inetd [--idle=SECONDS] PORT PROGRAM [ARGS...]
local sock = require "sock"

local words = {...}
local idle = tonumber((words[1] or ""):match("^%-%-idle=(.*)"))
if idle then table.remove(words, 1) end
local port = tonumber(table.remove(words, 1))
if not port or not words[1] then
  print("usage: inetd [--idle=SECONDS] PORT PROGRAM [ARGS...]   (port 0: the kernel chooses one)\n" ..
        "It ends when nobody has connected for so long (10).")
  os.exit(arg[1] == "--help" and 0 or 1)
end

local listener = assert(sock.listen("127.0.0.1", port))
assert(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, idle or 10))
print("listening on " .. tostring(getsockname(listener)))
while true do
  local fd, _, err = accept(listener)
  if err == EAGAIN then break end -- nobody came for so long
  if fd then
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 0)  -- inherited from the listener
    words[#words + 1] = {[0] = fd, [1] = fd, [2] = fd, pass_fds = {}}
    local pid, message = exec(unpack(words))
    table.remove(words)
    if not pid then print(message) end
    close(fd)                     -- the program has it
  end
  while (waitpid(-1, WNOHANG) or 0) > 0 do end  -- those that have ended: no zombies
end
while waitpid(-1) do end
