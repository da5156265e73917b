//go:build darwin || freebsd

package kernel

import (
	"time"

	"golang.org/x/sys/unix"
)

// retryLock is how long is slept between two tries.
const retryLock = time.Millisecond

// blockForLock tries once more.
func blockForLock(f *Frame, fd, _, try int, arg any) error {
	return retried(setLock(f, fd, try, arg))
}

// blockForFlock is the same for flock.
func blockForFlock(f *Frame, fd, operation int) error {
	return retried(flock(f, fd, operation|unix.LOCK_NB))
}

// retried sleeps for a short while where a lock is taken: nothing but a signal ends a wait
// for a lock here. EINTR has the gate look for an interrupt and come back.
func retried(err error) error {
	if err == unix.EAGAIN || err == unix.EACCES {
		time.Sleep(retryLock)
		return unix.EINTR
	}
	return err
}
