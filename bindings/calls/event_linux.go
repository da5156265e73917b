package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// epoll(7), eventfd(2), timerfd_create(2), and what is not Linux's.
var eventCalls = []Call{
	{
		Name: "epoll_create1", Man: "epoll_create1(2)", Class: Readiness,
		Params: P{Flags("flags", "EPOLL_").Or(0)}, Answers: newFD,
		Doc:     "Make an epoll instance: a set of descriptors that the kernel keeps and watches.",
		Errs:    E{{unix.EINVAL, "there is no such flag; EPOLL_CLOEXEC is the only one"}},
		Example: "ep = epoll_create1()\nprint(ep > 2, close(ep)) --> true	0",
		Do:      func(f *kernel.Frame) error { return kernel.EpollCreate1(f, f.Int(0)) },
	},
	{
		Name: "epoll_ctl", Man: "epoll_ctl(2)", Class: Readiness,
		Params:  P{FD("epfd"), Enum("op", "EPOLL_CTL_"), FD("fd"), Flags("events", "EPOLL").Or(0), Long("data").Opt()},
		Answers: zero,
		Doc:     "Add a descriptor to an epoll instance, change what it waits for, or remove it; data comes back with its events.",
		Notes: []string{
			"data is the descriptor unless given.",
			"Level-triggered: what is ready is answered by every epoll_wait. With EPOLLET: once for each change. With EPOLLONESHOT: once, until EPOLL_CTL_MOD. With EPOLLEXCLUSIVE: to one of several instances.",
		},
		Errs: E{
			{unix.EEXIST, "EPOLL_CTL_ADD: the descriptor is there already"},
			{unix.ENOENT, "EPOLL_CTL_MOD or EPOLL_CTL_DEL: the descriptor is not there"},
			{unix.EPERM, "the descriptor cannot be waited for: a file or a directory"},
			{unix.EINVAL, "epfd is no epoll instance, or fd is itself, or EPOLLEXCLUSIVE came with EPOLL_CTL_MOD"},
			{unix.ELOOP, "instances that watch each other, in a circle or nested too deep"},
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
ep = epoll_create1()
print(epoll_ctl(ep, EPOLL_CTL_ADD, b, EPOLLIN)) --> 0
print(epoll_ctl(ep, EPOLL_CTL_MOD, b, bit.bor(EPOLLIN, EPOLLET), 1234)) --> 0
send(a, "x")
data, events = epoll_wait(ep, 10, 0)
print(data[1], events[1] == EPOLLIN) --> 1234	true
print(#epoll_wait(ep, 10, 0)) --> 0`,
		Do: func(f *kernel.Frame) error {
			if !f.Has(3) && f.Int(1) != unix.EPOLL_CTL_DEL {
				return &kernel.ArgError{Arg: 3, Text: "events expected, such as EPOLLIN, got no value"}
			}
			fd := f.Int(2)
			data := int64(fd)
			if f.Has(4) {
				data = f.Args[4].Int
			}
			return kernel.EpollCtl(f, f.FD(0), f.Int(1), kernel.Visible(fd), uint32(f.Int(3)), data)
		},
	},
	{
		Name: "epoll_wait", Man: "epoll_wait(2)", Class: Readiness,
		Params:  P{FD("epfd"), Size("maxevents"), Millis("milliseconds").Or(-1)},
		Answers: A{{"data", KindInts}, {"events", KindEvents}},
		Doc:     "Wait for events; answer two arrays in step: the data (the descriptors, usually) and the events of what is ready.",
		Notes: []string{
			"-1 (or nil) waits for ever, 0 asks without waiting; on a timeout both arrays are empty.",
			"The cost is in proportion to what is ready, not to what is watched.",
		},
		Errs: E{{unix.EINVAL, "epfd is no epoll instance, or maxevents is 0"}},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
ep = epoll_create1()
epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLOUT)
epoll_ctl(ep, EPOLL_CTL_ADD, b, EPOLLIN)
fds, events = epoll_wait(ep, 10)
print(#fds, fds[1] == a, events[1] == EPOLLOUT) --> 1	true	true`,
		Wait: kernel.Timed,
		Do: func(f *kernel.Frame) error {
			return kernel.EpollWait(f, f.FD(0), f.Int(1), milliseconds(f.Int(2)))
		},
	},
	{
		Name: "epoll_pwait2", Man: "epoll_wait(2)", Class: Readiness,
		Params:  P{FD("epfd"), Size("maxevents"), Seconds("seconds").Opt()},
		Answers: A{{"data", KindInts}, {"events", KindEvents}},
		Doc:     "epoll_wait with a time in seconds, as fine as a nanosecond.",
		Notes:   []string{"There is no signal mask: see sigprocmask."},
		Errs:    E{{unix.EINVAL, "epfd is no epoll instance, or maxevents is 0"}, {unix.ENOSYS, "the kernel is older than 5.11"}},
		Example: `ep = epoll_create1()
t = clock()
print(#epoll_pwait2(ep, 10, 0.0005), clock() - t >= 0.0005) --> 0	true`,
		Wait: kernel.Timed,
		Do: func(f *kernel.Frame) error {
			return kernel.EpollPwait2(f, f.FD(0), f.Int(1), f.Seconds(2))
		},
	},
	{
		Name: "eventfd", Man: "eventfd(2)", Class: Readiness,
		Params: P{Int("initval"), Flags("flags", "EFD_").Or(0)}, Answers: newFD,
		Doc: "Make a descriptor that is a counter: a write of 8 bytes adds to it, a read takes it and sets it to 0.",
		Notes: []string{
			"Both sides are 64-bit integers in the machine's order: string.pack and string.unpack with \"=I8\".",
			"With EFD_SEMAPHORE a read takes 1.",
		},
		Errs: E{{unix.EINVAL, "there is no such flag"}},
		Example: `e = eventfd(2)
write(e, string.pack("=I8", 3))
print((string.unpack("=I8", read(e, 8)))) --> 5`,
		Do: func(f *kernel.Frame) error { return kernel.Eventfd(f, uint32(f.Int(0)), f.Int(1)) },
	},
	{
		Name: "timerfd_create", Man: "timerfd_create(2)", Class: Readiness,
		Params: P{Enum("clockid", "CLOCK_"), Flags("flags", "TFD_").Or(0)}, Answers: newFD,
		Doc:   "Make a timer that is a descriptor: it can be read once the time has come.",
		Notes: []string{"A read of 8 bytes answers how often it has expired, a 64-bit integer in the machine's order."},
		Errs:  E{{unix.EINVAL, "the clock is none that timers have, or there is no such flag"}},
		Example: `t = timerfd_create(CLOCK_MONOTONIC)
timerfd_settime(t, 0, 0.001)
print((string.unpack("=I8", read(t, 8)))) --> 1`,
		Do: func(f *kernel.Frame) error { return kernel.TimerfdCreate(f, f.Int(0), f.Int(1)) },
	},
	{
		Name: "timerfd_settime", Man: "timerfd_create(2)", Class: Readiness,
		Params:  P{FD("fd"), Flags("flags", "TFD_TIMER_"), Seconds("value"), Seconds("interval").Opt()},
		Answers: A{{"value", KindNumber}, {"interval", KindNumber}},
		Doc:     "Start a timer (value in seconds; 0 stops it), with an interval to repeat it; answer what was set before.",
		Notes:   []string{"With TFD_TIMER_ABSTIME the value is a time of the clock, not a time from now."},
		Errs:    E{{unix.EINVAL, "the descriptor is no timer, or there is no such flag"}},
		Example: `t = timerfd_create(CLOCK_MONOTONIC)
print(timerfd_settime(t, 0, 60, 0.5)) --> 0	0
print(select(2, timerfd_settime(t, 0, 0))) --> 0.5`,
		Do: func(f *kernel.Frame) error {
			return kernel.TimerfdSettime(f, f.FD(0), f.Int(1), kernel.Duration(f.Args[2].Num), kernel.Duration(f.Args[3].Num))
		},
	},
	{
		Name: "timerfd_gettime", Man: "timerfd_create(2)", Class: Readiness,
		Params:  P{FD("fd")},
		Answers: A{{"value", KindNumber}, {"interval", KindNumber}},
		Doc:     "Answer the seconds until a timer expires (0: it is stopped), and its interval.",
		Errs:    E{{unix.EINVAL, "the descriptor is no timer"}},
		Example: `t = timerfd_create(CLOCK_MONOTONIC)
timerfd_settime(t, 0, 60, 0.5)
value, interval = timerfd_gettime(t)
print(value > 59 and value <= 60, interval) --> true	0.5`,
		Do: func(f *kernel.Frame) error { return kernel.TimerfdGettime(f, f.FD(0)) },
	},
	{Name: "kqueue", Class: Readiness, Absent: "kqueue is macOS's and FreeBSD's: use epoll_create1"},
	{Name: "kevent", Class: Readiness, Absent: "kevent is macOS's and FreeBSD's: use epoll_ctl and epoll_wait"},
}
