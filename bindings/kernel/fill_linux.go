package kernel

import (
	"slices"

	"golang.org/x/sys/unix"
)

// perMessage is how many descriptors one message may carry (SCM_MAX_FD, include/net/scm.h).
const perMessage = 253

// fillMany takes most of the free numbers below ownBase with few system calls: a message
// that carries a descriptor 253 times gives its receiver 253 new ones, the lowest that are
// free. What is not to be had so is left to others.
func fillMany(fillers []int, null int) []int {
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fillers
	}
	fillers = append(fillers, ends[0], ends[1])
	fds := slices.Repeat([]int{null}, perMessage)
	space := make([]byte, unix.CmsgSpace(4*perMessage))
	for taken := len(fillers); taken > 0; {
		left := min(perMessage, ownBase-1-slices.Max(fillers))
		if left <= 0 || unix.Sendmsg(ends[0], []byte{0}, unix.UnixRights(fds[:left]...), nil, 0) != nil {
			break
		}
		got := receive(ends[1], space)
		fillers, taken = append(fillers, got...), len(got)
	}
	slices.Sort(fillers)
	return fillers
}

// receive answers the descriptors of one message.
func receive(fd int, space []byte) []int {
	_, n, _, _, err := unix.Recvmsg(fd, make([]byte, 1), space, unix.MSG_CMSG_CLOEXEC|unix.MSG_DONTWAIT)
	if err != nil {
		return nil
	}
	messages, err := unix.ParseSocketControlMessage(space[:n])
	if err != nil || len(messages) == 0 {
		return nil
	}
	got, _ := unix.ParseUnixRights(&messages[0])
	return got
}

// closeRun closes the descriptors from first to last.
func closeRun(first, last int) {
	if unix.CloseRange(uint(first), uint(last), 0) == nil {
		return
	}
	for fd := first; fd <= last; fd++ { // before Linux 5.9
		_, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0)
	}
}
