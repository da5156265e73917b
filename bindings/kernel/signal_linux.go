package kernel

import "golang.org/x/sys/unix"

// lastSignal is SIGRTMAX.
const lastSignal = 64

// ownSignal tells whether the signal is one of glibc's (32 to 34) or the one that wakes
// a blocked call.
func ownSignal(s unix.Signal) bool { return 32 <= s && s <= 34 || s == wakeSignal }
