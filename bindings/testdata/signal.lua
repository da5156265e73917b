-- signal(sig, fd): the self-pipe trick.
local r, w = pipe()
local function arrived(seconds)
  local ready = select({r}, nil, nil, seconds)
  return ready[1] and read(r, 100) or ""
end

assert(signal(SIGUSR1, w) == -1 and signal(SIGUSR2, w) == -1)
kill(getpid(), SIGUSR1)
assert(arrived(5) == string.char(SIGUSR1))
kill(getpid(), SIGUSR2)
assert(arrived(5) == string.char(SIGUSR2))

-- another descriptor, then none
local r2, w2 = pipe()
assert(signal(SIGUSR1, w2) == w)
kill(getpid(), SIGUSR1)
assert(read(r2, 1) == string.char(SIGUSR1))
assert(arrived(0) == "")
assert(signal(SIGUSR1, nil) == w2 and signal(SIGUSR1) == -1)

-- a wait that has begun ends when the byte comes
kill(getpid(), SIGUSR2)
assert(#select({r}) == 1)
arrived(0)

-- a full descriptor drops the byte, and nothing gets stuck
assert(fcntl(w, F_SETFL, bit.bor(O_WRONLY, O_NONBLOCK)) == 0)
while write(w, ("x"):rep(4096)) do end
for _ = 1, 10 do kill(getpid(), SIGUSR2) end
assert(fcntl(w, F_SETFL, O_WRONLY) == 0)
sleep(0.01)
assert(signal(SIGUSR2, nil) == w)

local function refused(errno, r, message, err)
  assert(r == nil and err == errno, tostring(message))
end
refused(EINVAL, signal(SIGKILL, w))
refused(EINVAL, signal(SIGSTOP, w))
refused(EINVAL, signal(0, w))
refused(EINVAL, signal(1000, w))
refused(EBADF, signal(SIGUSR1, 900))
refused(EBADF, signal(SIGUSR1, -1))
refused(EBADF, signal(SIGUSR1, 1000))  -- the program's own

local ok, message = pcall(sigprocmask)
assert(not ok and message:find("sigprocmask: a mask is one thread's", 1, true) and message:find("signal(sig, fd)", 1, true))
ok, message = pcall(signalfd, -1, {})
assert(not ok and message:find("Use signal(sig, fd)", 1, true))
