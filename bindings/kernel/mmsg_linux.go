package kernel

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mmsghdr is struct mmsghdr, recvmmsg(2).
type mmsghdr struct {
	hdr unix.Msghdr
	len uint32 // what was moved
}

// batch is what sendmmsg and recvmmsg hand to the kernel.
type batch struct {
	headers  []mmsghdr
	names    []Sockaddr
	controls [][]byte
	data     []byte
	want     []int // bytes of each message
	sent     []int // and how many of them went
	records  []any // the messages that have come, as they are answered
}

// maxMessages is UIO_MAXIOV, beyond which the kernel looks at no further message.
const maxMessages = 1024

// Sendmmsg sends messages, each one that sendmsg would take, sendmmsg(2). It answers how many
// went, and of how many bytes each. It is not tried without waiting first: of a stream's
// message that would move a part, and count it.
func Sendmmsg(f *Frame, fd int, messages any, flags int, lookup Lookup) error {
	if err := refuseZerocopy(flags); err != nil {
		return err
	}
	if !f.blocking {
		f.flags, f.countsMessages = flags, true
		return errMayBlock
	}
	if f.done == 0 {
		if err := f.packBatch(fd, messages, lookup); err != nil {
			return err
		}
	}
	from := f.done
	if f.partDone > 0 {
		from-- // a signal has cut it
	}
	n, err := f.moveBatch(unix.SYS_SENDMMSG, fd, from, flags|f.dontwait()|unix.MSG_NOSIGNAL)
	if n > 0 {
		f.countBatch(from, from+n)
	}
	if err = f.sent(max(0, from+n-f.done), err); err == nil && n > 0 && f.partDone > 0 {
		return errShort
	}
	return err
}

// countBatch takes note of what went of the messages from one to before another. Of a stream's
// message it may be a part, and it is the last then: what comes behind would be in the wrong
// place.
func (f *Frame) countBatch(from, to int) {
	b, last := f.batch, to-1
	for i := from; i < to; i++ {
		b.sent[i] += int(b.headers[i].len)
	}
	f.AnswerAny(1, b.lengths(to))
	switch f.partDone, f.partSize = b.sent[last], b.want[last]; {
	case f.partDone == f.partSize:
		f.partDone = 0
	case f.nonblocking():
		f.partDone, f.total = 0, to
	default:
		b.cut(last)
	}
}

// cut leaves of a message what is still to go of it.
func (b *batch) cut(i int) {
	h := &b.headers[i]
	vecs, skip := unsafe.Slice(h.hdr.Iov, h.hdr.Iovlen), uint64(h.len)
	for len(vecs) > 0 && skip >= vecs[0].Len {
		skip -= vecs[0].Len
		vecs = vecs[1:]
	}
	vecs[0].Base = (*byte)(unsafe.Add(unsafe.Pointer(vecs[0].Base), skip))
	vecs[0].Len -= skip
	b.controls[i] = nil // it went with the first bytes
	h.hdr.Control = nil
	h.hdr.SetControllen(0)
	b.point(i, vecs)
}

// packBatch makes the messages as the kernel takes them. What readMessage makes lies in the
// frame's own buffers, which the next message overwrites.
func (f *Frame) packBatch(fd int, messages any, lookup Lookup) error {
	list, ok := messages.([]any)
	if rec, isRec := messages.(Record); !ok && (!isRec || len(rec) > 0) {
		return badArg(messageArg, "array of messages {name=, iov=, control=} expected, got %s", TypeName(messages))
	}
	b := newBatch(f.bounded(min(len(list), maxMessages)))
	for i := range b.headers {
		f.Addr.Len = 0
		if err := f.readMessage(fd, list[i], lookup); err != nil {
			if bad, ok := err.(*ArgError); ok {
				return badArg(messageArg, "message %d: %s", i+1, bad.Text)
			}
			return err
		}
		b.names[i], b.controls[i], b.want[i] = f.Addr, append([]byte(nil), f.msg.control...), f.total
		b.point(i, append([]unix.Iovec(nil), f.gather()...))
	}
	f.batch, f.total = b, len(b.headers)
	return nil
}

// Recvmmsg receives up to count messages, each with room as recvmsg takes it, recvmmsg(2). It
// waits for all of them; with MSG_WAITFORONE for the first. The kernel is never asked to wait
// for more than one: a signal that comes when it has some it notes as the socket's error, and
// the next call on that answers its own number for "make it again", 512 (net/socket.c,
// do_recvmmsg).
func Recvmmsg(f *Frame, fd int, room any, count, flags int) error {
	if !f.blocking {
		f.flags, f.countsMessages = flags, true
		return errMayBlock
	}
	if f.done == 0 {
		if err := f.roomForBatch(room, count); err != nil {
			return err
		}
	}
	f.total = len(f.batch.headers)
	n, err := f.moveBatch(unix.SYS_RECVMMSG, fd, f.done, f.receiveFlags(flags)|unix.MSG_WAITFORONE)
	if err != nil && (f.done == 0 || f.goesOn(err)) {
		return err
	}
	f.done += n // an error after some messages is the next call's
	f.Answer(0, f.done)
	f.AnswerAny(1, f.batchRecords())
	if err != nil || f.done == f.total || flags&unix.MSG_WAITFORONE != 0 || f.Task.Interrupted() {
		return nil
	}
	return errShort
}

// roomForBatch makes the buffers that messages are to be received into.
func (f *Frame) roomForBatch(room any, count int) error {
	control, err := f.readRoom(room)
	if err != nil {
		return err
	}
	count = min(count, maxMessages)
	if each := max(f.total, control); each > 0 && count > maxReceive/each {
		return badArg(messageArg, "at most %s bytes together expected", Thousands(maxReceive))
	}
	b := newBatch(count)
	b.data = make([]byte, count*f.total)
	for i := range b.headers {
		b.names[i].Len, b.controls[i], b.want[i] = sizeofStorage, make([]byte, control), f.total
		b.point(i, append([]unix.Iovec(nil), f.split(b.data[i*f.total:][:f.total])...))
	}
	f.batch = b
	return nil
}

func newBatch(n int) *batch {
	return &batch{headers: make([]mmsghdr, n), names: make([]Sockaddr, n), controls: make([][]byte, n), want: make([]int, n), sent: make([]int, n)}
}

// point has a message's header point to what belongs to it.
func (b *batch) point(i int, vecs []unix.Iovec) {
	h := &b.headers[i].hdr
	if b.names[i].Len > 0 {
		h.Name, h.Namelen = &b.names[i].Buf[0], b.names[i].Len
	}
	h.Iov = unsafe.SliceData(vecs)
	h.SetIovlen(len(vecs))
	if len(b.controls[i]) > 0 {
		h.Control = unsafe.SliceData(b.controls[i])
		h.SetControllen(len(b.controls[i]))
	}
}

// moveBatch makes the system call with the messages from one on.
func (f *Frame) moveBatch(trap uintptr, fd, from, flags int) (int, error) {
	rest := f.batch.headers[from:]
	n, errno := f.call(trap, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(rest))), uintptr(len(rest)), uintptr(flags), 0, 0)
	runtime.KeepAlive(f)
	return max(n, 0), asError(errno)
}

// lengths answers how many bytes of each message went.
func (b *batch) lengths(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = int64(b.sent[i])
	}
	return list
}

// batchRecords are the messages as they are answered, as recvmsg answers one. Those of
// earlier rounds are there already.
func (f *Frame) batchRecords() []any {
	b := f.batch
	for i := len(b.records); i < f.done; i++ {
		h := &b.headers[i]
		rec := make(Record, 0, 5)
		if name := b.names[i]; h.hdr.Namelen > 0 {
			name.Len = min(h.hdr.Namelen, sizeofStorage)
			rec = append(rec, Field{"name", &name})
		}
		data := b.data[i*b.want[i]:][:min(int(h.len), b.want[i])]
		control := parseControl(b.controls[i][:min(int(h.hdr.Controllen), len(b.controls[i]))])
		b.records = append(b.records, append(rec, Field{"len", int64(h.len)}, Field{"iov", cut(data, f.Lens)},
			Field{"control", control}, Field{"flags", int64(h.hdr.Flags)}))
	}
	return b.records
}

// cut answers the bytes as a string for each of the lengths.
func cut(data []byte, lens []int) []any {
	pieces := make([]any, len(lens))
	for i, size := range lens {
		n := min(size, len(data))
		pieces[i], data = string(data[:n]), data[n:]
	}
	return pieces
}
