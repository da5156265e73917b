package kernel

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Send sends data on a connected socket, send(2). On a blocking socket it answers
// only when the kernel took everything or an interrupt came, as Linux's does; on
// another it answers what was taken.
func Send(f *Frame, fd int, data string, flags int) error {
	return f.sendto(fd, data, flags, nil)
}

// Sendto sends data to an address, sendto(2); a nil one is the connected peer.
func Sendto(f *Frame, fd int, data string, flags int, to *Sockaddr) error {
	return f.sendto(fd, data, flags, to)
}

// sendto makes one round of send or sendto: it sends what earlier rounds have left.
func (f *Frame) sendto(fd int, data string, flags int, to *Sockaddr) error {
	if err := refuseZerocopy(flags); err != nil {
		return err
	}
	f.flags, f.total = flags, len(data)
	if f.connects() {
		return errMayBlock
	}
	var addr, size uintptr
	if to != nil {
		addr, size = uintptr(unsafe.Pointer(&to.Buf)), uintptr(to.Len)
	}
	rest := data[f.done:]
	n, errno := f.call(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.StringData(rest))), uintptr(len(rest)),
		uintptr(f.sendFlags()), addr, size)
	runtime.KeepAlive(data)
	runtime.KeepAlive(to)
	return f.sent(n, asError(errno))
}

// refuseZerocopy refuses MSG_ZEROCOPY. The memory is that of Lua's string, which is collected, and
// used for another one, while the kernel has not sent it yet, or may have to send it again: the peer
// would be sent whatever lies there by then.
func refuseZerocopy(flags int) error {
	const argFlags = 2 // of all calls that send
	if flags&msgZerocopy != 0 {
		return badArg(argFlags, "MSG_ZEROCOPY can't be had: Lua may reuse the string's memory before the kernel has sent it")
	}
	return nil
}

// connects tells whether a first try is out of place: with MSG_FASTOPEN the call makes a
// connection, as connect does, and there is no asking for it without waiting that leaves
// no trace.
func (f *Frame) connects() bool {
	const asked = msgFastopen | unix.MSG_DONTWAIT
	return !f.blocking && msgFastopen != 0 && f.flags&asked == msgFastopen
}

// sendFlags are the flags of this round. The first has begun the connection.
func (f *Frame) sendFlags() int {
	flags := f.flags | f.dontwait() | unix.MSG_NOSIGNAL
	if f.done > 0 || f.afterEINTR {
		flags &^= msgFastopen
	}
	return flags
}

// sent adds what a round took to the answer. An error after some bytes were taken is
// the next call's, as the kernel does it.
func (f *Frame) sent(n int, err error) error {
	if err != nil {
		f.afterEINTR = f.afterEINTR || err == unix.EINTR
		if f.done > 0 && !f.goesOn(err) {
			return nil
		}
		return err
	}
	f.done += n
	f.Answer(0, f.done)
	if f.done < f.total {
		return errShort
	}
	return nil
}

// Recv receives up to count bytes, recv(2); "" is the end of file.
func Recv(f *Frame, fd, count, flags int) error {
	return f.recvfrom(fd, count, flags, nil)
}

// Recvfrom receives, and answers who sent, recvfrom(2). A stream socket does not say.
func Recvfrom(f *Frame, fd, count, flags int) error {
	err := f.recvfrom(fd, count, flags, &f.From)
	f.AnswerFrom(1)
	return err
}

// recvfrom makes one round of recv or recvfrom, into the buffer behind what earlier rounds have
// received. from takes who sent; nil: nobody asks.
func (f *Frame) recvfrom(fd, count, flags int, from *Sockaddr) error {
	f.flags = flags
	if f.wholeOnly(fd) {
		return errMayBlock
	}
	var addr, size uintptr
	if from != nil {
		from.Len = sizeofStorage
		addr, size = uintptr(unsafe.Pointer(&from.Buf)), uintptr(unsafe.Pointer(&from.Len))
	}
	f.total = count
	rest := f.buffer(count)[f.done:]
	if flags&unix.MSG_TRUNC != 0 {
		clear(rest) // TCP skips the bytes and leaves the buffer as it is (tcp(7), MSG_TRUNC)
	}
	n, errno := f.call(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(rest))), uintptr(len(rest)),
		uintptr(f.receiveFlags(flags)), addr, size)
	runtime.KeepAlive(f)
	return f.received(n, errno)
}

// goesOn tells whether the gate makes the call again after such an error.
func (f *Frame) goesOn(err error) bool {
	return err == unix.EINTR || err == unix.EAGAIN && f.gatePolls
}

// received makes the answer of what has come. MSG_WAITALL goes on until all is there,
// the end of file or an error.
func (f *Frame) received(n int, errno unix.Errno) error {
	switch {
	case errno != 0 && f.done > 0 && !f.goesOn(errno):
		n = 0
	case errno != 0:
		return errno
	}
	whole := n > f.total // MSG_TRUNC answers the datagram's own length
	if whole {
		n = f.total
	}
	f.done += n
	if f.flags&unix.MSG_WAITALL != 0 && f.flags&unix.MSG_PEEK == 0 && f.blocking &&
		n > 0 && f.done < f.total && f.stream() {
		f.lendBuffer(0, f.done)
		return errShort
	}
	f.answerBuffer(0, f.done)
	return nil
}

// stream tells whether the socket is a byte stream: only there does MSG_WAITALL wait
// for more than one message.
func (f *Frame) stream() bool {
	typ, err := unix.GetsockoptInt(f.fd, unix.SOL_SOCKET, unix.SO_TYPE)
	return err == nil && typ == unix.SOCK_STREAM
}
