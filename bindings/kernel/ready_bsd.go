//go:build darwin || freebsd

package kernel

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sysSelect is pselect, whose timespec and arguments are as Linux's pselect6.
const sysSelect = unix.SYS_PSELECT

// poll waits where the gate has not waited already.
func (f *Frame) poll() (int, unix.Errno) {
	ms := 0
	if f.blocking {
		ms = milliseconds(f.left)
	}
	return f.call(unix.SYS_POLL, uintptr(unsafe.Pointer(unsafe.SliceData(f.Poll))), uintptr(len(f.Poll)), uintptr(ms), 0, 0, 0)
}

// milliseconds rounds up: a wait must not end early.
func milliseconds(d time.Duration) int {
	return int((d + time.Millisecond - 1) / time.Millisecond)
}
