-- Limits, who the process is, where, and what time it is.
local soft, hard = getrlimit(RLIMIT_NOFILE)
assert(soft == hard and soft > 100)
assert(setrlimit(RLIMIT_NOFILE, 40) == 0)
assert(getrlimit(RLIMIT_NOFILE) == 40 and select(2, getrlimit(RLIMIT_NOFILE)) == hard)
trace {"getaddrinfo", file = FOLDER .. "/trace"}
local fds = {}
repeat
  local fd, problem, err = dup(1)
  fds[#fds + 1] = fd
  assert(fd and fd < 40 or err == EMFILE, problem)
until not fd
assert(#_G.fds() > #fds)  -- also where no descriptor is left to read the list with
-- A look-up needs a descriptor, too, and says so.
local why = "EAI_SYSTEM (System error): EMFILE (Too many open files)"
for _, want in ipairs {why .. ": none.invalid", why} do
  local look = want == why and {getnameinfo, {addr = "192.0.2.1", port = 1}} or {getaddrinfo, "none.invalid", 80}
  local answer, problem, err = look[1](look[2], look[3])
  assert(answer == nil and err == EAI_SYSTEM and problem:find(want, 1, true) and problem:sub(-#want) == want, problem)
end
trace(false)
assert(select(3, getifaddrs()) == EMFILE and select(3, if_nameindex()) == EMFILE)
local hints = {family = AF_INET, flags = AI_ADDRCONFIG}
assert(select(3, getaddrinfo("none.invalid", 80, hints)) == EAI_SYSTEM)
for _, fd in ipairs(fds) do close(fd) end
assert(io.open(FOLDER .. "/trace"):read("*a"):find(why, 1, true))
assert(select(3, setrlimit(RLIMIT_NOFILE, hard + 1)) == (hard == RLIM_INFINITY and 0 or EINVAL))
assert(setrlimit(RLIMIT_NOFILE, soft, hard) == 0 and getrlimit(RLIMIT_NOFILE) == soft)

-- What is no limit is RLIM_INFINITY, both ways.
local soft, hard = getrlimit(RLIMIT_CPU)
if hard == RLIM_INFINITY then
  assert(setrlimit(RLIMIT_CPU, 1e9) == 0 and getrlimit(RLIMIT_CPU) == 1e9)
  assert(setrlimit(RLIMIT_CPU, RLIM_INFINITY, RLIM_INFINITY) == 0)
  assert(getrlimit(RLIMIT_CPU) == RLIM_INFINITY)
end
assert(select(3, getrlimit(999)) == EINVAL and select(3, setrlimit(999, 1)) == EINVAL)

-- A child begins with the limits of its parent.
local before = getrlimit(RLIMIT_CORE)
setrlimit(RLIMIT_CORE, 0)
local r, w = pipe()
local pid = exec("sh", "-c", "ulimit -S -c; pwd; id -u", {[1] = w})
close(w)
assert(read(r, 1000):match("^0\n"))
waitpid(pid)
setrlimit(RLIMIT_CORE, before)

assert(getuid() == fstat(open(os.tmpname())).st_uid and geteuid() >= 0 and getgid() >= 0 and getegid() >= 0)

-- A relative path is short enough for a socket.
local before = getcwd()
assert(chdir(FOLDER) == 0 and getcwd():sub(-#FOLDER) == FOLDER)
local l = socket(AF_UNIX, SOCK_STREAM, 0)
assert(bind(l, "here") == 0 and stat(FOLDER .. "/here"))
assert(select(3, chdir("here")) == ENOTDIR and select(3, chdir("none")) == ENOENT)
assert(chdir(before) == 0 and getcwd() == before)
assert(select(2, pcall(chdir, "a\0b")):find("without NUL bytes", 1, true))

assert(clock_gettime(CLOCK_MONOTONIC) <= clock() and math.abs(clock_gettime(CLOCK_REALTIME) - gettimeofday()) < 1)
assert(select(3, clock_gettime(999)) == EINVAL)

-- Files.
local fd = open(os.tmpname(), O_RDWR)
assert(write(fd, "hello") == 5 and ftruncate(fd, 2) == 0 and fsync(fd) == 0 and fstat(fd).st_size == 2)
local r = pipe()
assert(select(3, ftruncate(r, 0)) == EINVAL and select(3, fsync(r)) == EINVAL and select(3, ftruncate(fd, -1)) == EINVAL)

-- No set-user-ID program runs this: who permissions are judged by is who runs it.
assert(geteuid() == getuid() and getegid() == getgid())
