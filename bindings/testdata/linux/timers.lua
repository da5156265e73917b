-- eventfd and timerfd: descriptors that select, poll and epoll wait for like for any other.
local function u64(n) return string.pack("=I8", n) end
local function number(s) return (string.unpack("=I8", s)) end

local e = assert(eventfd(0, bit.bor(EFD_NONBLOCK, EFD_CLOEXEC)))
assert(select(3, read(e, 8)) == EAGAIN)
assert(#select({e}, nil, nil, 0) == 0)
assert(write(e, u64(1)) == 8 and write(e, u64(41)) == 8)
assert(#select({e}, nil, nil, 0) == 1)
assert(number(read(e, 8)) == 42)
assert(select(3, read(e, 8)) == EAGAIN)
assert(select(3, write(e, "short")) == EINVAL)
assert(select(3, eventfd(0, 1048576)) == EINVAL)

local s = assert(eventfd(2, EFD_SEMAPHORE))
assert(number(read(s, 8)) == 1 and number(read(s, 8)) == 1)
assert(#select({s}, nil, nil, 0) == 0)

local t = assert(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK))
assert(select(3, read(t, 8)) == EAGAIN)
local value, interval = timerfd_settime(t, 0, 0.01, 0.01)
assert(value == 0 and interval == 0)
value, interval = timerfd_gettime(t)
assert(value > 0 and value <= 0.01 and interval == 0.01)
local entries = {{fd = t, events = POLLIN}}
assert(poll(entries, 5000) == 1 and entries[1].revents == POLLIN)
assert(number(read(t, 8)) >= 1)
value, interval = timerfd_settime(t, 0, 0)
assert(interval == 0.01)
assert(timerfd_gettime(t) == 0)
-- a time that is over already
assert(timerfd_settime(t, TFD_TIMER_ABSTIME, clock() - 1 > 0 and clock() - 1 or 0.000001))
assert(poll(entries, 5000) == 1)
assert(select(3, timerfd_settime(e, 0, 1)) == EINVAL)
assert(select(3, timerfd_create(999)) == EINVAL)

-- a blocking read waits
local b = timerfd_create(CLOCK_MONOTONIC)
local started = clock()
timerfd_settime(b, 0, 0.02)
assert(number(read(b, 8)) == 1 and clock() - started >= 0.02)
