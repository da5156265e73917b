package calls

import (
	"time"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// Time and processes.
var processCalls = []Call{
	{
		Name: "sleep", Man: "sleep(3)", Class: Process,
		Params: P{Seconds("seconds")}, Answers: zero,
		Doc:     "Wait for a time in seconds; fractions are allowed.",
		Notes:   []string{"A signal does not shorten it; Ctrl-C ends it."},
		Example: "print(sleep(0.01)) --> 0",
		Wait:    kernel.Timed,
		Do:      func(f *kernel.Frame) error { return kernel.Sleep(f, f.Seconds(0)) },
	},
	{
		Name: "clock", Man: "clock_gettime(2)", Class: Process,
		Answers: A{{"seconds", KindNumber}},
		Doc:     "Answer the seconds of a clock that never goes back (CLOCK_MONOTONIC): for measuring.",
		Notes:   []string{"C's clock() counts processor time; Lua has that as os.clock()."},
		Example: "t = clock()\nprint(clock() >= t) --> true",
		Do:      func(f *kernel.Frame) error { return readClock(f, unix.CLOCK_MONOTONIC) },
	},
	{
		Name: "gettimeofday", Man: "gettimeofday(2)", Class: Process,
		Answers: A{{"seconds", KindNumber}},
		Doc:     "Answer the time of day: seconds since 1970-01-01 00:00 UTC, with their fraction.",
		Example: "print(math.abs(gettimeofday() - os.time()) < 2) --> true",
		Do:      func(f *kernel.Frame) error { return readClock(f, unix.CLOCK_REALTIME) },
	},
	{
		Name: "clock_gettime", Man: "clock_gettime(2)", Class: Process,
		Params:  P{Enum("clock", "CLOCK_")},
		Answers: A{{"seconds", KindNumber}},
		Doc:     "Answer the seconds of a clock, with their fraction.",
		Notes:   []string{"A Lua number holds a time of day to a quarter of a microsecond."},
		Errs:    E{{unix.EINVAL, "there is no such clock"}},
		Example: "t = clock_gettime(CLOCK_MONOTONIC)\nprint(clock_gettime(CLOCK_MONOTONIC) >= t) --> true",
		Do:      func(f *kernel.Frame) error { return readClock(f, int32(f.Int(0))) },
	},
	{
		Name: "getpid", Man: "getpid(2)", Class: Process,
		Answers: A{{"pid", KindInt}},
		Doc:     "Answer the number of this process.",
		Example: "print(getpid() > 0) --> true",
		Do:      func(f *kernel.Frame) error { f.Answer(0, unix.Getpid()); return nil },
	},
	{
		Name: "getppid", Man: "getpid(2)", Class: Process,
		Answers: A{{"pid", KindInt}},
		Doc:     "Answer the number of the parent process.",
		Example: "print(getppid() >= 0) --> true",
		Do:      func(f *kernel.Frame) error { f.Answer(0, unix.Getppid()); return nil },
	},
	{
		Name: "kill", Man: "kill(2)", Class: Process,
		Params: P{Int("pid"), Enum("sig", "SIG")}, Answers: zero,
		Doc: "Send a signal to a process, or to a process group (a negative number).",
		Notes: []string{
			"Signal 0 sends nothing: it asks whether the process is there.",
		},
		Errs: E{
			{unix.ESRCH, "there is no such process"},
			{unix.EPERM, "the process is another user's"},
			{unix.EINVAL, "there is no such signal"},
		},
		Example: "print(kill(getpid(), 0)) --> 0",
		Do: func(f *kernel.Frame) error {
			f.Answer(0, 0)
			return unix.Kill(f.Int(0), unix.Signal(f.Int(1)))
		},
	},
}

func readClock(f *kernel.Frame, clock int32) error {
	var ts unix.Timespec
	err := unix.ClockGettime(clock, &ts)
	f.Out[0] = kernel.Value{Set: true, Num: float64(ts.Nano()) / float64(time.Second)}
	return err
}
