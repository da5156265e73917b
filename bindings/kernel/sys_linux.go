package kernel

import "golang.org/x/sys/unix"

const sysAccept4 = unix.SYS_ACCEPT4
