package kernel

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// sysSelect is pselect6: some architectures have no select.
const sysSelect = unix.SYS_PSELECT6

// poll is ppoll, which takes nanoseconds.
func (f *Frame) poll() (int, unix.Errno) {
	return f.call(unix.SYS_PPOLL, uintptr(unsafe.Pointer(unsafe.SliceData(f.Poll))), uintptr(len(f.Poll)), f.roundTime(), 0, 0, 0)
}
