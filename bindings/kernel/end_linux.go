package kernel

import (
	"strconv"
	"strings"
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

// Watched answers which descriptors an epoll instance watches whose events come back with the
// data: the lines of proc_pid_fdinfo(5) are "tfd: 5 events: 19 data: 5 pos:0 ino:..".
func Watched(epfd int, data int64) (fds []int) {
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
