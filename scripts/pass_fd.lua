-- passes an open descriptor to another process (SCM_RIGHTS)
-- usage: pass_fd [send PATH FILE | receive PATH]   (receive is started first)
local script = require "script"
local option = script.options(nil, "[send PATH FILE | receive PATH]")
if not option then return end

-- The data is for people; the descriptor travels beside it, in the control data. What
-- arrives is a new number for the same open file, with its offset: as dup would make it.
local function give(fd, what, path)
  local message = {iov = {path}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {what}}}}
  assert(sendmsg(fd, message))
  print("sent     descriptor " .. what .. ", which is " .. path)
end

local function take(fd)
  local n, message = recvmsg(fd, {iov = {1000}, control = 100}, MSG_CMSG_CLOEXEC)
  assert(n, message)
  for _, part in ipairs(message.control) do
    if part.level == SOL_SOCKET and part.type == SCM_RIGHTS then
      print("received descriptor " .. part.fds[1] .. ", which is " .. script.harmless(message.iov[1]))
      return part.fds[1]
    end
  end
  error("no descriptor came with it", 0)
end

if option.send then
  local file = script.try(option.file, open(option.file, O_RDONLY))
  if not file then return end
  local fd = assert(socket(AF_UNIX, SOCK_STREAM, 0))
  if not script.try(option.path, connect(fd, option.path)) then return end
  give(fd, file, option.file)
elseif option.receive then
  local listener = assert(socket(AF_UNIX, SOCK_STREAM, 0))
  if not script.try(option.path, bind(listener, option.path)) then return end
  assert(listen(listener))
  print("waiting at " .. option.path)
  local file = take((assert(accept(listener))))
  io.write(assert(read(file, 65536)))   -- we never opened it, and may not be allowed to
  os.remove(option.path)
else
  -- Unattended: both ends here; the new number reads on where the old one stopped.
  local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
  local path = os.tmpname()
  local file = assert(open(path, O_RDWR))
  write(file, "first line\nsecond line\n")
  lseek(file, 0, SEEK_SET)
  print("read     " .. read(file, 11):gsub("\n", " through descriptor " .. file))
  give(a, file, path)
  local other = take(b)
  close(file)                           -- the file stays open: the other number leads to it
  print("read     " .. read(other, 100):gsub("\n", " through descriptor " .. other .. ": the offset came along"))
  os.remove(path)
  for _, fd in ipairs {a, b, other} do close(fd) end
end
