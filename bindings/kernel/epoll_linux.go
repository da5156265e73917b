package kernel

import (
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// event is what a call that answers events fills in.
type event = unix.EpollEvent

// mostEvents is how many events one call takes at most: what it may be asked for is
// bounded only by memory.
const mostEvents = 1 << 16

// sizeofSigset is what the kernel expects of a signal set, which is always nil here:
// Go's runtime moves code between threads, so that no mask of a thread's means anything.
const sizeofSigset = 8

// EpollCreate1 makes an epoll instance, epoll_create1(2).
func EpollCreate1(f *Frame, flags int) error {
	fd, _, errno := unix.RawSyscall(unix.SYS_EPOLL_CREATE1, uintptr(flags), 0, 0)
	f.Answer(0, int(fd))
	return asError(errno)
}

// EpollCtl adds, changes or removes a descriptor that an epoll instance watches,
// epoll_ctl(2). data comes back with its events.
func EpollCtl(f *Frame, epfd, op, fd int, events uint32, data int64) error {
	e := event{Events: events}
	*(*int64)(unsafe.Pointer(&e.Fd)) = data // epoll_data_t is 64 bits: Fd and Pad
	_, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_CTL, uintptr(epfd), uintptr(op), uintptr(fd),
		uintptr(unsafe.Pointer(&e)), 0, 0)
	f.Answer(0, 0)
	return asError(errno)
}

// EpollWait waits for events, epoll_wait(2), and answers their data and themselves.
func EpollWait(f *Frame, epfd, most int, timeout time.Duration) error {
	f.timeout = timeout
	ms := -1
	if limit := f.limit(); limit >= 0 {
		ms = wholeMillis(limit)
	}
	n, errno := f.call(unix.SYS_EPOLL_PWAIT, uintptr(epfd), f.eventRoom(most), uintptr(min(most, mostEvents)),
		uintptr(ms), 0, sizeofSigset)
	return f.events(n, errno)
}

// wholeMillis rounds up: a wait must not end too early.
func wholeMillis(d time.Duration) int { return int((d + time.Millisecond - 1) / time.Millisecond) }

// EpollPwait2 is EpollWait with a time that is finer than a millisecond, epoll_wait(2).
func EpollPwait2(f *Frame, epfd, most int, timeout time.Duration) error {
	f.timeout = timeout
	n, errno := f.call(unix.SYS_EPOLL_PWAIT2, uintptr(epfd), f.eventRoom(most), uintptr(min(most, mostEvents)),
		f.roundTime(), 0, sizeofSigset)
	return f.events(n, errno)
}

// eventRoom answers where the kernel may write so many events; they are the task's and
// reused.
func (f *Frame) eventRoom(most int) uintptr {
	n := min(most, mostEvents)
	if n > len(f.ready) {
		f.ready = make([]event, n)
	}
	return uintptr(unsafe.Pointer(unsafe.SliceData(f.ready)))
}

// events makes two arrays in step of what has come.
func (f *Frame) events(n int, errno unix.Errno) error {
	runtime.KeepAlive(f)
	switch {
	case errno != 0:
		return errno
	case n == 0 && f.early():
		return errMayBlock
	}
	data, what := f.Ints[0][:0], f.Ints[1][:0]
	for i := range f.ready[:n] {
		e := &f.ready[i]
		data = append(data, *(*int64)(unsafe.Pointer(&e.Fd)))
		what = append(what, int64(e.Events))
	}
	f.Ints[0], f.Ints[1] = data, what
	return nil
}
