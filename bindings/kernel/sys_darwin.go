package kernel

import "golang.org/x/sys/unix"

// sysAccept4 is accept: macOS has no accept4, and accept does not look at a fourth
// argument.
const sysAccept4 = unix.SYS_ACCEPT

// dup3 is dup2: macOS has no dup3.
func dup3(fd, newfd, _ int) error { return unix.Dup2(fd, newfd) }

// pipe2 is pipe: macOS has no pipe2.
func pipe2(pair []int, _ int) error { return unix.Pipe(pair) }
