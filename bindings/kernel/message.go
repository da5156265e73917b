package kernel

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// message is what sendmsg and recvmsg hand to the kernel; a frame keeps it, so that
// only the answer is allocated anew.
type message struct {
	hdr     unix.Msghdr
	control []byte
	passed  []int // the descriptors in SCM_RIGHTS, as the program numbers them
}

const (
	// maxControl bounds the control data of one call. The kernel's own bound is far
	// lower (net.core.optmem_max, socket(7)).
	maxControl = 1 << 20
	// maxReceive bounds the buffers of one recvmsg together: they are allocated
	// before the kernel can say that it has less.
	maxReceive = 1 << 28
	// controlKept is how much room for control data is kept for the next call.
	controlKept = 1 << 16
)

// messageArg is where sendmsg and recvmsg have their message: fd, msg, flags.
const messageArg = 1

// Sendmsg sends a message, sendmsg(2): a Record with name, iov and control, of which
// none need be there. On a blocking stream socket it goes on until all is taken; the
// control data goes with the first byte, and only once.
func Sendmsg(f *Frame, fd int, msg any, flags int, lookup Lookup) error {
	if err := refuseZerocopy(flags); err != nil {
		return err
	}
	f.flags = flags
	if f.connects() {
		return errMayBlock
	}
	if f.done == 0 { // nothing is taken yet, neither bytes nor control data
		if err := f.readMessage(fd, msg, lookup); err != nil {
			return err
		}
		f.total = f.bounded(f.total)
	} else {
		f.msg.hdr.Control = nil
		f.msg.hdr.SetControllen(0)
	}
	f.setVectors(f.gather())
	n, errno := f.call(unix.SYS_SENDMSG, uintptr(fd), uintptr(unsafe.Pointer(&f.msg.hdr)),
		uintptr(f.sendFlags()), 0, 0, 0)
	runtime.KeepAlive(f)
	if errno == unix.EBADF {
		return f.badPassed(fd)
	}
	return f.sent(n, asError(errno))
}

// readMessage takes the message apart. Rounds that follow one in which nothing was
// taken find the same again.
func (f *Frame) readMessage(fd int, msg any, lookup Lookup) error {
	rec, ok := asRecord(msg)
	if !ok {
		return badArg(messageArg, "table {name=, iov=, control=} expected, got %s", TypeName(msg))
	}
	r := NewReader(rec, "message")
	f.readIov(r)
	f.readControl(r)
	name := r.Any("name")
	r.Any("flags") // what recvmsg and recvmmsg answered can be sent on; sendmsg(2) ignores msg_flags
	r.Any("len")
	if err := r.Done(); err != nil {
		return asArg(messageArg, err)
	}
	f.msg.hdr = unix.Msghdr{}
	if err := f.readName(fd, name, lookup); err != nil {
		return err
	}
	if len(f.msg.control) > 0 {
		f.msg.hdr.Control = unsafe.SliceData(f.msg.control)
		f.msg.hdr.SetControllen(len(f.msg.control))
	}
	return nil
}

// asRecord answers a table with named fields; an empty one may have come as an array.
func asRecord(v any) (Record, bool) {
	switch v := v.(type) {
	case Record:
		return v, true
	case []any:
		return nil, len(v) == 0
	}
	return nil, false
}

// readIov takes the buffers: an array of strings, or one string.
func (f *Frame) readIov(r *Reader) {
	f.Iov, f.total = f.Iov[:0], 0
	if one, ok := r.Any("iov").(string); ok {
		f.Iov, f.total = append(f.Iov, one), len(one)
		return
	}
	for _, v := range r.List("iov") {
		s, ok := v.(string)
		if !ok {
			r.fail("iov", "array of strings", v)
			return
		}
		f.Iov = append(f.Iov, s)
		f.total += len(s)
	}
}

// readControl makes the control data.
func (f *Frame) readControl(r *Reader) {
	f.msg.control, f.msg.passed = f.msg.control[:0], f.msg.passed[:0]
	for i, v := range r.List("control") {
		rec, ok := asRecord(v)
		if !ok {
			r.fail("control", "array of control messages", v)
			return
		}
		var err error
		f.msg.control, f.msg.passed, err = appendControl(f.msg.control, f.msg.passed, rec)
		if err == nil && len(f.msg.control) > maxControl {
			err = fmt.Errorf("at most %s bytes of control data expected", Thousands(maxControl))
		}
		if err != nil {
			if r.err == nil {
				r.err = fmt.Errorf("item %d of field 'control': %w", i+1, err)
			}
			return
		}
	}
}

// readName makes the address, if there is one.
func (f *Frame) readName(fd int, name any, lookup Lookup) error {
	switch v := name.(type) {
	case nil:
		return nil
	case *Sockaddr:
		f.Addr = *v
	case Record:
		f.Peer = Peer{Set: true, Table: v}
		if _, err := f.Address(messageArg, fd, lookup); err != nil {
			return err
		}
	default:
		return badArg(messageArg, "field 'name' of the message: address expected, got %s", TypeName(name))
	}
	f.msg.hdr.Name, f.msg.hdr.Namelen = &f.Addr.Buf[0], f.Addr.Len
	return nil
}

func (f *Frame) setVectors(vecs []unix.Iovec) {
	f.msg.hdr.Iov = unsafe.SliceData(vecs)
	f.msg.hdr.SetIovlen(len(vecs))
}

// badPassed names the descriptor that the kernel refused to pass.
func (f *Frame) badPassed(fd int) error {
	if isOpen(fd) && f.done == 0 {
		for _, passed := range f.msg.passed {
			if !isOpen(Visible(passed)) {
				return &DetailError{unix.EBADF, fmt.Sprintf("descriptor %d in fds", passed)}
			}
		}
	}
	return unix.EBADF
}

// Recvmsg receives a message, recvmsg(2). room says how much there is room for: a
// Record with iov (sizes, or one size) and control (bytes), or a number of bytes. It
// answers the kernel's count and a Record with name, iov, control and flags.
func Recvmsg(f *Frame, fd int, room any, flags int) error {
	f.flags = flags
	control, err := f.readRoom(room)
	if err != nil {
		return err
	}
	if f.wholeOnly(fd) {
		return errMayBlock
	}
	f.total = f.bounded(f.total)
	f.receiveInto(control)
	n, errno := f.call(unix.SYS_RECVMSG, uintptr(fd), uintptr(unsafe.Pointer(&f.msg.hdr)),
		uintptr(f.receiveFlags(flags)), 0, 0, 0)
	runtime.KeepAlive(f)
	return f.receivedMessage(n, errno)
}

// wholeOnly tells whether a first try is out of place: with MSG_WAITALL it could take
// a part, and MSG_PEEK would then begin anew; so it could below the socket's low-water mark.
func (f *Frame) wholeOnly(fd int) bool {
	if f.blocking || f.flags&unix.MSG_DONTWAIT != 0 || f.flags&unix.MSG_WAITALL == 0 && !waitsForMark(fd) {
		return false
	}
	f.fd = fd
	return !f.nonblocking()
}

// readRoom takes apart what there is room for, and answers the bytes of control data.
func (f *Frame) readRoom(room any) (control int, err error) {
	r := NewReader(nil, "room for the message")
	if _, ok := AsInt(room); ok {
		r.rec = Record{{"iov", room}}
	} else if r.rec, ok = asRecord(room); !ok {
		return 0, badArg(messageArg, "size, or table {iov=, control=}, expected, got %s", TypeName(room))
	}
	f.readSizes(r)
	control = int(r.Range("control", 0, 0, maxControl))
	return control, asArg(messageArg, r.Done())
}

// readSizes takes the sizes of the buffers: an array, or one size.
func (f *Frame) readSizes(r *Reader) {
	f.Lens, f.total = f.Lens[:0], 0
	one := r.Any("iov")
	if _, ok := AsInt(one); ok {
		f.addSize(r, one)
		return
	}
	for _, v := range r.List("iov") {
		f.addSize(r, v)
	}
}

func (f *Frame) addSize(r *Reader, v any) {
	n, ok := AsInt(v)
	switch {
	case r.err != nil:
	case !ok || n < 0:
		r.fail("iov", "array of sizes", v)
	case n > int64(maxReceive-f.total):
		r.err = fmt.Errorf("field 'iov' of the %s: at most %s bytes together expected", r.what, Thousands(maxReceive))
	default:
		f.Lens = append(f.Lens, int(n))
		f.total += int(n)
	}
}

// receiveInto points the header at the buffers. What follows the bytes that came in
// an earlier round is one piece: the buffers lie one behind the other.
func (f *Frame) receiveInto(control int) {
	buf := f.buffer(f.total)
	vecs := f.split(buf)
	if f.done > 0 {
		vecs = append(vecs[:0], vecOf(buf[f.done:]))
	} else if f.flags&unix.MSG_TRUNC != 0 {
		clear(buf) // TCP skips the bytes and leaves the buffer as it is (tcp(7), MSG_TRUNC)
	}
	f.vecs = vecs
	if control > cap(f.msg.control) {
		f.msg.control = make([]byte, control)
	}
	f.msg.control = f.msg.control[:control]
	f.msg.hdr = unix.Msghdr{Name: &f.From.Buf[0], Namelen: sizeofStorage}
	f.setVectors(vecs)
	if control > 0 {
		f.msg.hdr.Control = unsafe.SliceData(f.msg.control)
		f.msg.hdr.SetControllen(control)
	}
}

// receivedMessage makes the answer of what has come. MSG_WAITALL goes on until all is
// there, the end of file, an error or control data: the kernel, too, ends a read where
// a control message belongs to the bytes (unix(7), "Ancillary messages").
func (f *Frame) receivedMessage(n int, errno unix.Errno) error {
	switch {
	case errno != 0 && f.done > 0 && !f.goesOn(errno):
		n, f.msg.hdr = 0, unix.Msghdr{} // the bytes are answered; the error is the next call's
	case errno != 0:
		return errno
	}
	f.From.Len = min(f.msg.hdr.Namelen, sizeofStorage)
	count := f.done + n // MSG_TRUNC: more than there was room for
	f.done = min(count, f.total)
	more := f.flags&unix.MSG_WAITALL != 0 && f.flags&unix.MSG_PEEK == 0 && f.blocking &&
		n > 0 && f.done < f.total && f.msg.hdr.Controllen == 0 && f.stream()
	f.Answer(0, count)
	f.AnswerAny(1, f.messageRecord(more))
	if more {
		return errShort
	}
	return nil
}

// messageRecord is the message as it is answered. More of it may be to come; the
// buffer is then not to be given away.
func (f *Frame) messageRecord(more bool) Record {
	rec := make(Record, 0, 4)
	if f.From.Len > 0 {
		name := f.From
		rec = append(rec, Field{"name", &name})
	}
	control := parseControl(f.msg.control[:min(int(f.msg.hdr.Controllen), len(f.msg.control))])
	if cap(f.msg.control) > controlKept {
		f.msg.control = nil
	}
	return append(rec, Field{"iov", f.buffers(more)}, Field{"control", control},
		Field{"flags", int64(f.msg.hdr.Flags)})
}

// buffers answers the bytes received, a string for each of f.Lens.
func (f *Frame) buffers(more bool) []any {
	if len(f.Lens) == 1 && !more {
		s, lent := f.take(f.done)
		if lent {
			s = strings.Clone(s)
		}
		return []any{s}
	}
	pieces := f.pieces(f.done)
	if !more && cap(f.buf) > largestKept {
		f.buf = nil
	}
	return pieces
}
