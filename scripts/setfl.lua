-- F_SETFL sets all flags: a bare O_NONBLOCK drops the others
-- usage: setfl [HOST PORT]   (a server to connect to; else its own)
local script = require "script"
local option = script.options(nil, "[HOST PORT]")
if not option then return end

local function flags(fd)
  local value, names = fcntl(fd, F_GETFL), {}
  for _, name in ipairs {"O_APPEND", "O_NONBLOCK", "O_ASYNC"} do
    if bit.band(value, _G[name]) ~= 0 then names[#names + 1] = name end
  end
  return #names > 0 and table.concat(names, " ") or "none"
end

-- A log file: O_APPEND makes every write go to the end, wherever others have written.
local path = os.tmpname()
local log = assert(open(path, bit.bor(O_WRONLY, O_APPEND)))
print("the log file's flags:     " .. flags(log))
assert(write(log, "first line\n"))
assert(fcntl(log, F_SETFL, O_NONBLOCK))                          -- as one reads it everywhere
print("F_SETFL, O_NONBLOCK:      " .. flags(log) .. "   (O_APPEND is gone)")
lseek(log, 0, SEEK_SET)           -- with O_APPEND this would not matter
write(log, "second")
print('the log should be now:    "first line", "second"')
for line in io.lines(path) do print(('but it is:                "%s"'):format(line)) end

-- Right: get them, add one, set them.
assert(fcntl(log, F_SETFL, O_APPEND))
assert(fcntl(log, F_SETFL, bit.bor(fcntl(log, F_GETFL), O_NONBLOCK)))
print("bit.bor(F_GETFL, ...):    " .. flags(log))
close(log)
os.remove(path)

-- The flags belong to what the number stands for, not to the number: a dup shares them.
local fd = script.connect(option, "echo")
if not fd then return end
local copy = dup(fd)
fcntl(copy, F_SETFL, bit.bor(fcntl(copy, F_GETFL), O_NONBLOCK))
print("set through the dup:      " .. flags(fd))
print("recv on the original:     " .. select(2, recv(fd, 1)))
-- And for one call only there is no need to change anything.
fcntl(fd, F_SETFL, bit.band(fcntl(fd, F_GETFL), bit.bnot(O_NONBLOCK)))
print("MSG_DONTWAIT, flags " .. flags(fd) .. ": " .. select(2, recv(fd, 1, MSG_DONTWAIT)))
close(copy) close(fd)
