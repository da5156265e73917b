package kernel

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Private is a descriptor of the program's own that text goes to, from any goroutine.
type Private struct {
	lock sync.Mutex
	fd   int // -1: it is closed
}

// PrivateCopy is a copy of a descriptor for the program itself, whatever becomes of the
// original; the original, where no copy can be made.
func PrivateCopy(fd int) *Private {
	copied, err := unix.Dup(fd)
	if err != nil {
		return &Private{fd: fd}
	}
	return &Private{fd: Own(copied)}
}

// PrivateFile is a new, empty file for the program itself.
func PrivateFile(path string) (*Private, error) { return privateFile(path, unix.O_TRUNC, 0o666) }

// PrivateLog is a file for the program itself to append to, which only its owner may read.
func PrivateLog(path string) (*Private, error) { return privateFile(path, unix.O_APPEND, 0o600) }

func privateFile(path string, how int, mode uint32) (*Private, error) {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_CLOEXEC|how, mode)
	if err != nil {
		return nil, err
	}
	return &Private{fd: Own(fd)}, nil
}

// FD is the descriptor's number.
func (p *Private) FD() int { return p.fd }

// Write writes all of the text, and waits where the descriptor is non-blocking and full.
// After Close it goes nowhere.
func (p *Private) Write(text []byte) (n int, err error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	for n < len(text) && p.fd >= 0 {
		moved, err := unix.Write(p.fd, text[n:])
		switch {
		case err == unix.EAGAIN:
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLOUT}}, -1)
		case err != nil && err != unix.EINTR:
			return n, err
		}
		n += max(moved, 0)
	}
	return len(text), nil
}

// Close closes the descriptor.
func (p *Private) Close() {
	p.lock.Lock()
	defer p.lock.Unlock()
	disown(p.fd)
	p.fd = -1
}
