package kernel

import "golang.org/x/sys/unix"

const (
	// sysAccept4 is accept: macOS has no accept4, and accept does not look at a fourth
	// argument.
	sysAccept4 = unix.SYS_ACCEPT
	sysPread   = unix.SYS_PREAD
	sysPwrite  = unix.SYS_PWRITE

	msgFastopen = 0 // Linux's
	msgZerocopy = 0
)

// dup3 is dup2: macOS has no dup3.
func dup3(fd, newfd, _ int) error { return unix.Dup2(fd, newfd) }

// pipe2 is pipe: macOS has no pipe2.
func pipe2(pair []int, _ int) error { return unix.Pipe(pair) }
