-- A signal that nobody hears does to a process what the kernel has it do.
local function ends(sig, how, before)
  local child = spawn(function(sig, before)
    if before then assert(loadstring(before))() end
    kill(getpid(), sig)
    sleep(10)  -- it comes to another thread
  end, sig, before)
  local _, _, why = waitpid(child)
  assert(why == "killed by " .. how, why)
end

for _, name in ipairs{"SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGIO", "SIGPWR", "SIGXCPU", "SIGSTKFLT"} do
  ends(_G[name], name)
end
setrlimit(RLIMIT_CORE, 0)  -- these would leave a core
for _, name in ipairs{"SIGQUIT", "SIGABRT", "SIGTRAP", "SIGSYS"} do ends(_G[name], name) end
ends(35, "signal 35")
ends(64, "signal 64")

-- also once it is heard no more, and while another is
ends(SIGUSR1, "SIGUSR1", "r, w = pipe() signal(SIGUSR1, w) kill(getpid(), SIGUSR1) read(r, 1) signal(SIGUSR1, nil)")
ends(SIGTERM, "SIGTERM", "r, w = pipe() signal(SIGTERM, w) kill(getpid(), SIGTERM) read(r, 1) signal(SIGTERM, nil)")
ends(SIGUSR2, "SIGUSR2", "r, w = pipe() signal(SIGUSR1, w) kill(getpid(), SIGUSR1) read(r, 1)")

-- one that is heard ends nothing, a real-time one neither
local r, w = pipe()
for _, sig in ipairs{SIGUSR1, SIGQUIT, SIGTRAP, SIGXCPU, 35, 64} do
  assert(signal(sig, w) == -1)
  kill(getpid(), sig)
  assert(read(r, 1):byte() == sig)
  assert(signal(sig, nil) == w)
end

-- signal-driven I/O: the owner that does not hear SIGIO is ended by it
ends(0, "SIGIO", [[
  a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
  fcntl(b, F_SETOWN, getpid())
  ioctl(b, FIOASYNC, 1)
  function kill() send(a, "x") end]])
close(r)
close(w)
