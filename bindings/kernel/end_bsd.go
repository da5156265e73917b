//go:build darwin || freebsd

package kernel

import "golang.org/x/sys/unix"

// unixPeer: these systems do not tell who has the other end of a Unix socket.
func unixPeer(uint64) uint64 { return 0 }

// eventNumber: they do not tell which eventfd it is.
func eventNumber(int) (uint64, bool) { return 0, false }

// Occurred answers what the call has that has answered events: kevent.
func Occurred(f *Frame) (list []Occurrence) {
	for i := range f.happened() {
		e := &f.ready[i]
		switch e.Filter {
		case unix.EVFILT_READ, unix.EVFILT_WRITE:
			list = append(list, Occurrence{int(e.Ident), e.Filter == unix.EVFILT_WRITE})
		default:
			list = append(list, Occurrence{FD: -1})
		}
	}
	return list
}

// happened is how many events kevent has answered.
func (f *Frame) happened() int {
	list, _ := f.Out[0].Any.([]any)
	return min(len(list), len(f.ready))
}

// partners: there is no sendmmsg.
func (*batch) partners(int) []Sockaddr { return nil }

// AwaitEnd: there is no waitid that works for all of these systems; waitpid tells the end.
func AwaitEnd(int) (wait func() bool) { return func() bool { return false } }
