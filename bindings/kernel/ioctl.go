package kernel

import (
	"encoding/binary"
	"math"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// request is how one of ioctl's requests takes its argument, and what it answers.
// Every pointer that the kernel gets leads to a buffer of ours that is as large as what
// the request can write.
type request func(f *Frame, fd int, req uint, arg any) error

// requestRow declares the requests of one kind.
type requestRow struct {
	do   request
	reqs []uint
}

// commonRequests are those of every system; systemRequests has the rest.
var commonRequests = []requestRow{
	{answerInt, []uint{fionread, unix.SIOCATMARK, unix.SIOCGPGRP, unix.TIOCOUTQ, unix.TIOCGPGRP}},
	{takeInt, []uint{fionbio, fioasync, unix.SIOCSPGRP, unix.TIOCSPGRP}},
	{answerSize, []uint{unix.TIOCGWINSZ}},
	{takeSize, []uint{unix.TIOCSWINSZ}},
	{answerInterfaces, []uint{unix.SIOCGIFCONF}},
	{byInterface(addressOf), []uint{unix.SIOCGIFADDR, unix.SIOCGIFNETMASK, unix.SIOCGIFBRDADDR, unix.SIOCGIFDSTADDR}},
	{byInterface(shortOf), []uint{unix.SIOCGIFFLAGS}},
	{byInterface(intOf), []uint{unix.SIOCGIFMTU, unix.SIOCGIFMETRIC}},
}

// Ioctl makes a request of a device or a socket, ioctl(2). arg is the third argument,
// nil if there is none.
func Ioctl(f *Frame, fd, req int, arg any) error {
	number := uint(uint32(req))
	for _, rows := range [...][]requestRow{commonRequests, systemRequests} {
		for _, row := range rows {
			for _, known := range row.reqs {
				if known == number {
					return row.do(f, fd, number, arg)
				}
			}
		}
	}
	if s, ok := arg.(string); ok {
		return rawRequest(f, fd, number, s)
	}
	return plainRequest(f, fd, number, arg)
}

const argRequest = 2 // the position of ioctl's third argument

// plainRequest passes a number, to a request that is not known. It may take it for an
// address, so the number is one that no address has; and a request whose own number
// says that it reads or writes memory takes none.
func plainRequest(f *Frame, fd int, req uint, arg any) error {
	n, ok := AsInt(arg)
	size := requestSize(req)
	switch {
	case size > 0:
		return badArg(argRequest, "string of %d bytes expected, got %s", size, typeOfArg(arg))
	case arg != nil && !ok:
		return badArg(argRequest, "integer or string expected, got %s", typeOfArg(arg))
	case n < -largestPlain || n > largestPlain:
		return badArg(argRequest, "integer from %d to %d expected for a request that is not known, got %d",
			-largestPlain, largestPlain, n)
	}
	return byValue(f, fd, req, uintptr(n))
}

func byValue(f *Frame, fd int, req uint, n uintptr) error {
	r, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(req), n)
	f.AnswerAny(0, int64(int32(r)))
	return asError(errno)
}

// takeValue passes a number that the request is known not to take for an address.
func takeValue(f *Frame, fd int, req uint, arg any) error {
	n, err := intArg(arg)
	if err != nil {
		return err
	}
	return byValue(f, fd, req, uintptr(n))
}

// requestBuffer is more than any request can write whose number says how much, and
// than any structure of those whose number does not.
const requestBuffer = 1 << 14

// rawRequest passes a copy of the string, and answers its bytes after the call.
func rawRequest(f *Frame, fd int, req uint, s string) error {
	if !flatRequest(req) {
		return badArg(argRequest, "no string expected: the request 0x%x is not one whose structure is known to hold no addresses", req)
	}
	buf := f.buffer(max(len(s), requestBuffer))
	clear(buf[copy(buf, s):])
	r, errno := ioctl(fd, req, unsafe.Pointer(unsafe.SliceData(buf)))
	if errno != 0 {
		return errno
	}
	f.AnswerAny(0, int64(r))
	f.AnswerStr(1, string(buf[:max(len(s), requestSize(req))]))
	return nil
}

// ioctl makes a request that reads or fills in what p leads to.
func ioctl(fd int, req uint, p unsafe.Pointer) (int, unix.Errno) {
	r, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(req), uintptr(p))
	return int(int32(r)), errno
}

func noArg(arg any) error {
	if arg != nil {
		return badArg(argRequest, "no value expected, got %s: what the kernel fills in is the answer", TypeName(arg))
	}
	return nil
}

// intArg is an integer, or a boolean in its place.
func intArg(arg any) (int32, error) {
	if on, ok := arg.(bool); ok {
		if on {
			return 1, nil
		}
		return 0, nil
	}
	n, ok := AsInt(arg)
	if !ok || n < math.MinInt32 || n > math.MaxUint32 {
		return 0, badArg(argRequest, "integer or boolean expected, got %s", typeOfArg(arg))
	}
	return int32(n), nil
}

// answerInt answers the int that the kernel fills in.
func answerInt(f *Frame, fd int, req uint, arg any) error {
	if err := noArg(arg); err != nil {
		return err
	}
	var n int32
	_, errno := ioctl(fd, req, unsafe.Pointer(&n))
	f.AnswerAny(0, int64(n))
	return asError(errno)
}

// takeInt passes an int by its address.
func takeInt(f *Frame, fd int, req uint, arg any) error {
	n, err := intArg(arg)
	if err != nil {
		return err
	}
	r, errno := ioctl(fd, req, unsafe.Pointer(&n))
	f.AnswerAny(0, int64(r))
	return asError(errno)
}

// answerSize answers a terminal's struct winsize.
func answerSize(f *Frame, fd int, req uint, arg any) error {
	if err := noArg(arg); err != nil {
		return err
	}
	var w unix.Winsize
	_, errno := ioctl(fd, req, unsafe.Pointer(&w))
	f.AnswerAny(0, Record{
		{"ws_row", int64(w.Row)},
		{"ws_col", int64(w.Col)},
		{"ws_xpixel", int64(w.Xpixel)},
		{"ws_ypixel", int64(w.Ypixel)},
	})
	return asError(errno)
}

func takeSize(f *Frame, fd int, req uint, arg any) error {
	r, err := readerOf(arg, "window size")
	if err != nil {
		return badArg(argRequest, "window size table {ws_row=, ws_col=} expected, got %s", typeOfArg(arg))
	}
	w := unix.Winsize{
		Row:    uint16(r.needed("ws_row", 0, math.MaxUint16)),
		Col:    uint16(r.needed("ws_col", 0, math.MaxUint16)),
		Xpixel: uint16(r.Range("ws_xpixel", 0, 0, math.MaxUint16)),
		Ypixel: uint16(r.Range("ws_ypixel", 0, 0, math.MaxUint16)),
	}
	if err := r.Done(); err != nil {
		return asArg(argRequest, err)
	}
	n, errno := ioctl(fd, req, unsafe.Pointer(&w))
	f.AnswerAny(0, int64(n))
	return asError(errno)
}

// ifreq is struct ifreq, netdevice(7): a name, and a union that begins behind it. It is
// larger than any system's.
type ifreq [64]byte

const offsetUnion = unix.IFNAMSIZ

func (r *ifreq) union() []byte { return r[offsetUnion:] }

// byInterface makes a request that is given an interface's name and fills in the union.
func byInterface(answer func(r *ifreq) any) request {
	return func(f *Frame, fd int, req uint, arg any) error {
		name, ok := arg.(string)
		if !ok {
			return badArg(argRequest, "interface name expected, got %s", typeOfArg(arg))
		}
		if len(name) >= unix.IFNAMSIZ {
			return badArg(argRequest, "interface name of at most %d bytes expected, got %d", unix.IFNAMSIZ-1, len(name))
		}
		var r ifreq
		copy(r[:], name)
		if _, errno := ioctl(fd, req, unsafe.Pointer(&r)); errno != 0 {
			return errno
		}
		f.AnswerAny(0, answer(&r))
		return nil
	}
}

func addressOf(r *ifreq) any {
	a := &Sockaddr{Len: unix.SizeofSockaddrInet4}
	copy(a.Buf[:unix.SizeofSockaddrInet4], r.union())
	return a
}

func shortOf(r *ifreq) any { return int64(binary.NativeEndian.Uint16(r.union())) }

func intOf(r *ifreq) any { return int64(int32(binary.NativeEndian.Uint32(r.union()))) }

// answerInterfaces answers SIOCGIFCONF's list. The kernel does not say that it had to
// cut it, so it is asked again while the buffer is nearly full.
func answerInterfaces(f *Frame, fd int, req uint, arg any) error {
	if err := noArg(arg); err != nil {
		return err
	}
	for size := 1 << 13; ; size *= 4 {
		list := make([]byte, size)
		n, errno := interfaceList(fd, req, list)
		runtime.KeepAlive(list)
		if errno != 0 {
			return errno
		}
		if n+sizeofStorage+unix.IFNAMSIZ < size || size > 1<<24 {
			f.AnswerAny(0, splitInterfaces(list[:min(n, size)]))
			return nil
		}
	}
}

// splitInterfaces cuts the list at its entries: a name and an address.
func splitInterfaces(list []byte) []any {
	all := []any{}
	for len(list) >= offsetUnion+unix.SizeofSockaddrInet4 {
		size, length := entrySize(list)
		if size > len(list) {
			break
		}
		a := &Sockaddr{Len: uint32(min(length, sizeofStorage))}
		copy(a.Buf[:a.Len], list[offsetUnion:])
		all = append(all, Record{{"name", unix.ByteSliceToString(list[:offsetUnion])}, {"addr", a}})
		list = list[size:]
	}
	return all
}
