-- Descriptors for a process, for memory; copies from pipe to pipe.

-- A pidfd is readable once its process has ended, and not before.
local r, w = pipe()
local child = spawn(function(fd) read(fd, 1) end, r)
local p = assert(pidfd_open(child, PIDFD_NONBLOCK))
assert(fcntl(p, F_GETFD) == FD_CLOEXEC and bit.band(fcntl(p, F_GETFL), O_NONBLOCK) ~= 0)
assert(poll({{fd = p, events = POLLIN}}, 0) == 0)
local ep = epoll_create1()
assert(epoll_ctl(ep, EPOLL_CTL_ADD, p, EPOLLIN) == 0)
write(w, "x")
assert(epoll_wait(ep, 1, 5000)[1] == p)
assert(waitpid(child) == child)
assert(select(3, pidfd_open(child)) == ESRCH)
assert(select(3, pidfd_open(-1)) == EINVAL)

-- A file in memory: what one writes the other reads, until it is sealed.
local m = assert(memfd_create("shared", bit.bor(MFD_CLOEXEC, MFD_ALLOW_SEALING)))
assert(fcntl(m, F_GETFD) == FD_CLOEXEC and readlink("/proc/self/fd/" .. m) == "/memfd:shared (deleted)")
assert(ftruncate(m, 10) == 0 and fstat(m).st_size == 10 and pread(m, 100, 0) == ("\0"):rep(10))
assert(fcntl(m, F_ADD_SEALS, bit.bor(F_SEAL_GROW, F_SEAL_SHRINK)) == 0)
assert(select(3, ftruncate(m, 11)) == EPERM and select(3, ftruncate(m, 9)) == EPERM)
assert(select(3, memfd_create(("x"):rep(250))) == EINVAL)
assert(select(2, pcall(memfd_create, "a\0b")):find("a name without NUL bytes", 1, true))

-- tee leaves the bytes where they are; it waits for some, and a close of the other end ends it.
local r2, w2 = pipe()
local t = thread(function(from, to) return tee(from, to, 100) end, r, w2)
write(w, "hello")
assert(join(t) == 5 and tee(r, w2, 1e15, SPLICE_F_NONBLOCK) == 5)  -- a count needs no memory
assert(tee(r, w2, 3, SPLICE_F_NONBLOCK) == 3)
assert(read(r2, 5) == "hello" and read(r, 100) == "hello" and read(r2, 100) == "hellohel")
assert(select(3, tee(r, w2, 100, SPLICE_F_NONBLOCK)) == EAGAIN)
close(w)
assert(tee(r, w2, 100) == 0)
assert(select(3, tee(r, r2, 100)) == EBADF)

-- Nor does sendfile's or splice's: "all of it" is any large number.
local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
local f = memfd_create("f")
write(f, "hello")
assert(sendfile(a, f, 0, 1e12) == 5 and read(b, 100) == "hello")
r, w = pipe()
write(w, "hello")
assert(splice(r, nil, a, nil, 1e12) == 5 and read(b, 100) == "hello")
