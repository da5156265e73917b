package kernel

import (
	"time"

	"golang.org/x/sys/unix"
)

// Eventfd makes a descriptor that is a counter, eventfd(2).
func Eventfd(f *Frame, initial uint32, flags int) error {
	fd, _, errno := unix.RawSyscall(unix.SYS_EVENTFD2, uintptr(initial), uintptr(flags), 0)
	f.Answer(0, int(fd))
	return asError(errno)
}

// TimerfdCreate makes a descriptor that can be read when a timer has expired,
// timerfd_create(2).
func TimerfdCreate(f *Frame, clock, flags int) error {
	fd, _, errno := unix.RawSyscall(unix.SYS_TIMERFD_CREATE, uintptr(clock), uintptr(flags), 0)
	f.Answer(0, int(fd))
	return asError(errno)
}

// TimerfdSettime sets the timer, or stops it (value 0), and answers what was set before:
// the seconds that were left, and the interval.
func TimerfdSettime(f *Frame, fd, flags int, value, interval time.Duration) error {
	set := unix.ItimerSpec{
		Value:    unix.NsecToTimespec(value.Nanoseconds()),
		Interval: unix.NsecToTimespec(interval.Nanoseconds()),
	}
	var old unix.ItimerSpec
	err := unix.TimerfdSettime(fd, flags, &set, &old)
	f.answerTimer(&old)
	return err
}

// TimerfdGettime answers the seconds until the timer expires, 0 if it is stopped, and
// its interval.
func TimerfdGettime(f *Frame, fd int) error {
	var now unix.ItimerSpec
	err := unix.TimerfdGettime(fd, &now)
	f.answerTimer(&now)
	return err
}

func (f *Frame) answerTimer(t *unix.ItimerSpec) {
	f.Out[0] = Value{Set: true, Num: float64(t.Value.Nano()) / 1e9}
	f.Out[1] = Value{Set: true, Num: float64(t.Interval.Nano()) / 1e9}
}
