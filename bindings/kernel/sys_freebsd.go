package kernel

import "golang.org/x/sys/unix"

const (
	sysAccept4 = unix.SYS_ACCEPT4
	sysPread   = unix.SYS_PREAD
	sysPwrite  = unix.SYS_PWRITE

	msgFastopen = 0 // Linux's
	msgZerocopy = 0
)

func dup3(fd, newfd, flags int) error { return unix.Dup3(fd, newfd, flags) }

func pipe2(pair []int, flags int) error { return unix.Pipe2(pair, flags) }
