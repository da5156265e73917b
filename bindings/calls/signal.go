package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// Signals, as far as a Go process can be honest about them.
var signalCalls = []Call{
	{
		Name: "signal", Man: "signal(2)", Class: Process,
		Params:  P{Enum("sig", "SIG"), FD("fd").As("descriptor to write the signal's number to").Opt()},
		Answers: A{{"fd", KindInt}},
		Doc:     "From now on write the number of each signal sig that arrives, as a byte, to a descriptor; nil ends that.",
		Notes: []string{
			"It is the self-pipe trick: select, poll and epoll wait for a signal like for anything else. There is no handler, which could run only between two calls.",
			"It answers the descriptor that was set before, -1 if none. After nil, as before, the signal does what it does by default: SIGUSR1, SIGALRM, SIGIO and most others end the process (not on macOS and FreeBSD, where Go's runtime drops these). SIGPIPE and SIGXFSZ end nothing: the call answers EPIPE, EFBIG.",
			"Signals that come faster than they are written coalesce. A byte that finds the descriptor full is dropped: there is one to read. Nothing is blocked, and no mask is changed.",
			"SIGURG arrives now and then by itself: Go's runtime uses it. At the prompt Ctrl-C still ends what runs where SIGINT is heard.",
			"Real-time signals are numbers, on Linux 35 to 62 and 64: the others (C's SIGRTMIN is 34) are Go's and the program's.",
		},
		Errs: E{
			{unix.EINVAL, "there is no such signal, or it can't be caught: SIGKILL, SIGSTOP"},
			{unix.EBADF, "the descriptor is not open"},
		},
		Example: `r, w = pipe()
print(signal(SIGUSR1, w)) --> -1
kill(getpid(), SIGUSR1)
print(read(r, 1):byte() == SIGUSR1) --> true
print(signal(SIGUSR1, nil) == w) --> true`,
		Do: func(f *kernel.Frame) error {
			fd := -1
			if f.Has(1) {
				if fd = f.Int(1); fd < 0 {
					return unix.EBADF
				}
			}
			return kernel.Hear(f, f.Int(0), kernel.Visible(fd))
		},
	},
	{
		Name: "signalfd", Class: Process,
		Absent: "a signal would have to be blocked in every thread, and Go's runtime starts threads that don't: most signals would never arrive. Use signal(sig, fd), which writes each one's number to a descriptor",
	},
	{
		Name: "sigprocmask", Class: Process,
		Absent: "a mask is one thread's, and Go's runtime moves code between threads. Use signal(sig, fd), which catches the signal and writes its number to a descriptor",
	},
}
