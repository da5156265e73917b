//go:build darwin || freebsd

package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// kqueue(2), and what only Linux has.
var eventCalls = []Call{
	{
		Name: "kqueue", Man: "kqueue(2)", Class: Readiness,
		Answers: newFD,
		Doc:     "Make a kernel event queue.",
		Example: "kq = kqueue()\nprint(kq > 2, close(kq)) --> true	0",
		Do:      kernel.Kqueue,
	},
	{
		Name: "kevent", Man: "kevent(2)", Class: Readiness,
		Params:  P{FD("kq"), Any("changes").Opt(), Size("maxevents"), Seconds("seconds").Opt()},
		Answers: A{{"events", KindAny}},
		Doc:     "Make changes to a queue, then wait for up to maxevents events and answer them.",
		Notes: []string{
			"changes is an array of {ident=, filter=, flags= [, fflags=, data=, udata=]}; so are the events. udata is an integer, the ident unless given.",
			"No time (nil) waits for ever, 0 asks without waiting; with a maxevents of 0 it does not wait.",
			"A change that is refused is answered as an event with EV_ERROR in its flags and the errno as its data, if there is room.",
		},
		Errs: E{{unix.ENOENT, "a change names an event that is not in the queue"}, {unix.EINVAL, "there is no such filter"}},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
kq = kqueue()
kevent(kq, {{ident = b, filter = EVFILT_READ, flags = EV_ADD}}, 0)
send(a, "hello")
events = kevent(kq, nil, 10)
print(#events, events[1].ident == b, events[1].data) --> 1	true	5`,
		Wait: kernel.Timed,
		Do: func(f *kernel.Frame) error {
			return kernel.Kevent(f, f.FD(0), f.Args[1].Any, f.Int(2), f.Seconds(3))
		},
	},
	{Name: "epoll_create1", Class: Readiness, Absent: "epoll is Linux's: use kqueue"},
	{Name: "epoll_ctl", Class: Readiness, Absent: "epoll is Linux's: use kevent"},
	{Name: "epoll_wait", Class: Readiness, Absent: "epoll is Linux's: use kevent"},
	{Name: "epoll_pwait2", Class: Readiness, Absent: "epoll is Linux's: use kevent"},
	{Name: "eventfd", Class: Readiness, Absent: "eventfd is Linux's: use pipe, or kevent with EVFILT_USER"},
	{Name: "timerfd_create", Class: Readiness, Absent: "timerfd is Linux's: use kevent with EVFILT_TIMER"},
	{Name: "timerfd_settime", Class: Readiness, Absent: "timerfd is Linux's: use kevent with EVFILT_TIMER"},
	{Name: "timerfd_gettime", Class: Readiness, Absent: "timerfd is Linux's: use kevent with EVFILT_TIMER"},
}
