package kernel

import "golang.org/x/sys/unix"

// lastSignal is SIGRTMAX.
const lastSignal = 64

// ownSignal tells whether the signal is one of glibc's (32 to 34) or the one that wakes
// a blocked call.
func ownSignal(s unix.Signal) bool { return 32 <= s && s <= 34 || s == wakeSignal }

// caughtByGo is what Go's runtime had set for the signals that releaseDeadly has taken from it.
var caughtByGo [lastSignal + 1]sigaction

// isDeadly tells whether the signal ends a process by default, and Go's runtime catches it
// nevertheless: most of them it drops, for some it writes out its goroutines. SIGXFSZ is left
// to it, as SIGPIPE is, since the call says EFBIG; SIGPROF is its profiler's; SIGSEGV and its like
// are how it sees a nil pointer.
func isDeadly(s unix.Signal) bool {
	switch s {
	case unix.SIGQUIT, unix.SIGABRT, unix.SIGTRAP, unix.SIGUSR1, unix.SIGUSR2, unix.SIGALRM, unix.SIGSTKFLT,
		unix.SIGXCPU, unix.SIGVTALRM, unix.SIGIO, unix.SIGPWR, unix.SIGSYS:
		return true
	}
	return s > 31 && !ownSignal(s)
}

// releaseDeadly has the kernel do by default what it does in any other program.
func releaseDeadly() {
	for s := unix.Signal(1); s <= lastSignal; s++ {
		if isDeadly(s) && rtSigaction(s, nil, &caughtByGo[s]) == nil {
			release(s)
		}
	}
}

// release sets SIG_DFL, which os/signal can't where Go's runtime wants the signal.
func release(s unix.Signal) { _ = rtSigaction(s, &sigaction{}, nil) }

// catch gives a signal that was released back to Go's runtime, for os/signal to tell of it.
func catch(s unix.Signal) {
	if caughtByGo[s].handler != 0 {
		_ = rtSigaction(s, &caughtByGo[s], nil)
	}
}
