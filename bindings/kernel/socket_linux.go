package kernel

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

func sysAccept(fd int, from *Sockaddr, flags int) (int, unix.Errno) {
	n, _, errno := unix.Syscall6(unix.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&from.Buf)),
		uintptr(unsafe.Pointer(&from.Len)), uintptr(flags), 0, 0)
	return int(n), errno
}
