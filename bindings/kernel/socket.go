package kernel

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Socket makes a socket, socket(2).
func Socket(f *Frame, domain, typ, protocol int) error {
	fd, _, errno := unix.RawSyscall(unix.SYS_SOCKET, uintptr(domain), uintptr(typ), uintptr(protocol))
	if errno != 0 {
		return errno
	}
	f.Answer(0, int(fd))
	return nil
}

// Socketpair makes two sockets that are connected, socketpair(2).
func Socketpair(f *Frame, domain, typ, protocol int) error {
	var pair [2]int32
	_, _, errno := unix.RawSyscall6(unix.SYS_SOCKETPAIR, uintptr(domain), uintptr(typ), uintptr(protocol),
		uintptr(unsafe.Pointer(&pair)), 0, 0)
	if errno != 0 {
		return errno
	}
	f.Answer(0, int(pair[0]))
	f.Answer(1, int(pair[1]))
	return nil
}

// Bind gives the socket an address, bind(2).
func Bind(f *Frame, fd int, a *Sockaddr) error {
	_, _, errno := unix.Syscall(unix.SYS_BIND, uintptr(fd), uintptr(unsafe.Pointer(&a.Buf)), uintptr(a.Len))
	f.Answer(0, 0)
	return asError(errno)
}

// Connect connects the socket, connect(2). There is no way to ask for it without
// waiting that leaves the descriptor's flags alone, so the first round is the only
// one. After an interrupt the connection goes on being made in the kernel.
func Connect(f *Frame, fd int, a *Sockaddr) error {
	if !f.blocking {
		return errMayBlock
	}
	_, _, errno := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&a.Buf)), uintptr(a.Len))
	if errno == unix.EISCONN && f.afterEINTR {
		errno = 0 // it was made while the call was being made again
	}
	f.afterEINTR = errno == unix.EINTR
	f.Answer(0, 0)
	return asError(errno)
}

// Accept takes a connection from the queue, accept4(2). flags is 0 for accept.
func Accept(f *Frame, fd, flags int) error {
	if !f.blocking {
		return errMayBlock
	}
	f.From.Len = sizeofStorage
	n, errno := f.call(sysAccept4, uintptr(fd), uintptr(unsafe.Pointer(&f.From.Buf)),
		uintptr(unsafe.Pointer(&f.From.Len)), uintptr(flags), 0, 0)
	if errno != 0 {
		return errno
	}
	f.created = n
	f.Answer(0, n)
	f.AnswerFrom(1)
	return nil
}

// Listen makes the socket passive, listen(2).
func Listen(fd, backlog int) error { return unix.Listen(fd, backlog) }

// Shutdown ends one direction of a connection, or both, shutdown(2).
func Shutdown(fd, how int) error { return unix.Shutdown(fd, how) }

// Close closes the descriptor, close(2). It may wait where SO_LINGER is set. It is
// never made again after EINTR: the descriptor is gone (close(2), "Dealing with error
// returns from close()").
func Close(f *Frame, fd int) error {
	f.Answer(0, 0)
	t, since := f.Task, entered.Load()
	t.block.enter(&opClose, f)
	_, _, errno := unix.Syscall(unix.SYS_CLOSE, uintptr(fd), 0, 0)
	t.block.leave()
	if errno != unix.EBADF {
		t.wakeClosed(fd, since)
	}
	if errno == unix.EINTR && t.Interrupted() {
		t.note = "close: what was to be sent is still on its way"
	}
	return asError(errno)
}

// opClose is the operation that a task is blocked in whose close waits (SO_LINGER).
var opClose = Op{Name: "close"}

// Getsockname answers the socket's own address.
func Getsockname(f *Frame, fd int) error { return f.name(unix.SYS_GETSOCKNAME, fd) }

// Getpeername answers the address of the socket's peer.
func Getpeername(f *Frame, fd int) error { return f.name(unix.SYS_GETPEERNAME, fd) }

func (f *Frame) name(trap uintptr, fd int) error {
	err := sockname(trap, fd, &f.From)
	f.AnswerFrom(0)
	return err
}

func sockname(trap uintptr, fd int, a *Sockaddr) error {
	a.Len = sizeofStorage
	_, _, errno := unix.RawSyscall(trap, uintptr(fd), uintptr(unsafe.Pointer(&a.Buf)), uintptr(unsafe.Pointer(&a.Len)))
	runtime.KeepAlive(a)
	return asError(errno)
}
