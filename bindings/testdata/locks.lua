-- pread, pwrite, flock
local name = os.tmpname()
local a, b = assert(open(name, O_RDWR)), assert(open(name, O_RDWR))

-- at an offset: the file's own stays where it is, and a gap is full of NULs
assert(write(a, "hello") == 5)
assert(pread(a, 3, 1) == "ell" and pread(a, 9, 5) == "" and pread(b, 0, 0) == "")
assert(pwrite(a, "j", 0) == 1 and pwrite(a, "end", 7) == 3 and pwrite(a, "", 99) == 0)
assert(lseek(a, 0, SEEK_CUR) == 5 and lseek(b, 0, SEEK_CUR) == 0)
assert(pread(b, 100, 0) == "jello\0\0end")
local large = ("0123456789"):rep(100000)
assert(pwrite(b, large, 2 ^ 32) == #large and pread(a, #large, 2 ^ 32) == large)
assert(pwrite(b, "\0\255", 3) == 2 and pread(a, 4, 2) == "l\0\255\0")
local function refused(err, first, message, got)
  assert(first == nil and got == err, message)
end
refused(EINVAL, pread(a, 1, -1))
refused(EINVAL, pwrite(a, "x", -1))
local r, w = pipe()
refused(ESPIPE, pread(r, 1, 0))
refused(ESPIPE, pwrite(w, "x", 0))
close(r) close(w)
local reader = assert(open(name))
refused(EBADF, pwrite(reader, "x", 0))

-- flock: the open file description has the lock
local NOW = LOCK_NB
assert(flock(a, LOCK_SH) == 0 and flock(b, bit.bor(LOCK_SH, NOW)) == 0)
refused(EAGAIN, flock(a, bit.bor(LOCK_EX, NOW)))
assert(flock(b, LOCK_UN) == 0)
local twin = dup(b)
assert(flock(b, bit.bor(LOCK_EX, NOW)) == 0 and flock(twin, bit.bor(LOCK_EX, NOW)) == 0)
fcntl(a, F_SETFL, bit.bor(fcntl(a, F_GETFL), O_NONBLOCK))  -- which is not what flock looks at
refused(EAGAIN, flock(a, bit.bor(LOCK_SH, NOW)))
local waits = thread(function(fd) return flock(fd, LOCK_SH) end, a)
close(b)                                -- twin has it still
refused(EAGAIN, flock(reader, bit.bor(LOCK_SH, NOW)))
close(twin)
local answer, message = join(waits)
assert(answer == 0, message)
assert(flock(reader, bit.bor(LOCK_SH, NOW)) == 0)
refused(EINVAL, flock(a, 64))
close(a) close(reader)
refused(EBADF, flock(a, LOCK_UN))
os.remove(name)
