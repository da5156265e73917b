package kernel

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// unixPeer asks for the inode of a Unix socket's other end; 0: it has none.
func unixPeer(inode uint64) uint64 {
	diag, err := unixDiag(inode)
	if err != nil {
		return 0
	}
	return uint64(diag.peer)
}

// eventNumber is the kernel's number of an eventfd, whose inode all have in common
// (proc_pid_fdinfo(5)).
func eventNumber(fd int) (uint64, bool) {
	for _, line := range fdinfoLines(fd) {
		if text, ok := strings.CutPrefix(line.(string), "eventfd-id: "); ok {
			n, err := strconv.ParseUint(text, 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// Occurred answers what the call has that has answered events: epoll_wait.
func Occurred(f *Frame) (list []Occurrence) {
	for i, data := range f.Ints[0] {
		writable := f.Ints[1][i]&unix.EPOLLIN == 0
		fds := watched(f.Int(0), data)
		for _, fd := range fds {
			list = append(list, Occurrence{fd, writable})
		}
		if len(fds) == 0 {
			list = append(list, Occurrence{-1, writable})
		}
	}
	return list
}

// watched answers which descriptors an epoll instance watches whose events come back with the
// data: the lines of proc_pid_fdinfo(5) are "tfd: 5 events: 19 data: 5 pos:0 ino:..".
func watched(epfd int, data int64) (fds []int) {
	want := strconv.FormatUint(uint64(data), 16)
	for _, line := range fdinfoLines(Visible(epfd)) {
		words := strings.Fields(line.(string))
		if len(words) < 6 || words[0] != "tfd:" || words[5] != want {
			continue
		}
		if fd, err := strconv.Atoi(words[1]); err == nil {
			fds = append(fds, fd)
		}
	}
	return fds
}

// partners are those of the first n messages.
func (b *batch) partners(n int) []Sockaddr {
	if b == nil {
		return nil
	}
	return b.names[:min(n, len(b.names))]
}

// AwaitEnd answers what waits for a child's end, and leaves its status for whom it is for. It waits
// in Go's poller, on a descriptor that is made at once, before the program asks for its next; where
// there can be none, in waitid(2), which takes a thread.
func AwaitEnd(pid int) (wait func() bool) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return func() bool { return waitForEnd(pid) }
	}
	fd = Own(fd)
	_ = unix.SetNonblock(fd, true) // or os.NewFile would not use the poller
	return func() bool {
		file := os.NewFile(uintptr(fd), "child")
		defer func() {
			forget(fd)
			_ = file.Close()
		}()
		raw, err := file.SyscallConn()
		if err == nil {
			err = raw.Read(hasCome)
		}
		return err == nil || waitForEnd(pid)
	}
}

// hasCome tells whether a descriptor is readable.
func hasCome(fd uintptr) bool {
	n, _ := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
	return n > 0
}

// waitForEnd answers false where the end can't be told.
func waitForEnd(pid int) bool {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return err == nil || err == unix.ECHILD // another has taken it just now
		}
	}
}
