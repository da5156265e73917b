//go:build darwin || freebsd

package kernel

import (
	"time"

	"golang.org/x/sys/unix"
)

// retryLock is how long is slept between two tries.
const retryLock = time.Millisecond

// blockForLock tries once more after a short sleep: nothing but a signal ends a wait
// for a lock here. EINTR has the gate look for an interrupt and come back.
func blockForLock(f *Frame, fd, _, try int, arg any) error {
	err := setLock(f, fd, try, arg)
	if err == unix.EAGAIN || err == unix.EACCES {
		time.Sleep(retryLock)
		return unix.EINTR
	}
	return err
}
