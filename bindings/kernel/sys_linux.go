package kernel

import "golang.org/x/sys/unix"

const (
	sysAccept4 = unix.SYS_ACCEPT4
	sysPread   = unix.SYS_PREAD64
	sysPwrite  = unix.SYS_PWRITE64

	// msgFastopen is the flag of a send that connects, tcp(7).
	msgFastopen = unix.MSG_FASTOPEN

	// msgZerocopy has the kernel send from the caller's memory, and go on with that after the call.
	msgZerocopy = unix.MSG_ZEROCOPY
)
