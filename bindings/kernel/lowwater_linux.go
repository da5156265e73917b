package kernel

import (
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A blocking receive from a stream waits for as many bytes as the socket's low-water mark
// says, SO_RCVLOWAT; one with MSG_DONTWAIT, as the first try is, answers fewer
// (sock_rcvlowat in include/net/sock.h). So where there is a mark the first try is left
// out. To ask for it before every receive would cost a system call: it is asked for only
// once the process has met a socket that has one. What another process sets later, on a
// socket that both have, goes unnoticed.

// marked: this process has met a socket with a low-water mark above 1.
var marked atomic.Bool

// noteLowWater looks at a socket that may have a mark.
func noteLowWater(fd int) {
	if lowWater(fd) > 1 {
		marked.Store(true)
	}
}

// lowWater answers a socket's mark, and 0 of what is none.
func lowWater(fd int) int {
	n, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVLOWAT)
	if err != nil {
		return 0
	}
	return n
}

// waitsForMark tells whether a receive that blocks waits for more than one byte.
func waitsForMark(fd int) bool { return marked.Load() && lowWater(fd) > 1 }
