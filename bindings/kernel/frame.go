package kernel

import (
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// MaxArgs and MaxAnswers bound the arguments and answers of one call.
const (
	MaxArgs    = 8
	MaxAnswers = 4
)

// Value is an argument or an answer in a form that boxes nothing. Which field
// holds it follows from the kind that the call's declaration gives it.
type Value struct {
	Set    bool    // given (an argument), present (an answer)
	Opaque bool    // Str describes a value for the trace, and is no text that Lua reads as it
	Lent   bool    // Str is in the task's buffer, which the next call overwrites: copy it
	Int    int64   // descriptors, integers, flags, sizes, counts
	Num    float64 // seconds
	Str    string  // bytes: the Lua string's own memory, never written to
	Any    any     // Record, []any and what else is no scalar
}

// Frame is one call: its arguments, its answer, and how far it has come. A task
// has one and reuses it, so that a call allocates nothing but its answer. What every call
// touches stands first, on a few cache lines: a system call leaves little in the caches.
type Frame struct {
	Task *Task

	fd         int    // what the call waits on; -1 if nothing, or several
	flags      int    // MSG_ flags of the call
	done       int    // bytes that earlier rounds of this call moved, or messages: see countsMessages
	total      int    // bytes, or messages, that the call is to move
	most       int    // a fault has it move so many at most; 0: as many as it likes
	created    int    // descriptor that the call made, -1 if none
	blocking   bool   // false on the first try: the call must not wait
	quiet      bool   // this round may block, and Go's scheduler is not told (Op.Quiet is another thing)
	watched    bool   // an observer sees the call
	noTry      bool   // there is no form of the call that does not wait
	gatePolls  bool   // rounds do not wait: the gate polls between them for what is left of the socket's own timeout
	peek       bool   // this round of a Timed call must not wait at all (MSG_PEEK is in flags)
	afterEINTR bool   // a round before ended with EINTR
	dirty      bool   // what stands below Out may have something of the last call: see empty
	buf        []byte // the task's, to receive into
	given      []byte // the buffer that became the answer as it is: see take

	Begun uint64 // how many calls were made with this frame
	Faked uint64 // which of them a fault refused last; 0: none

	Args [MaxArgs]Value
	Out  [MaxAnswers]Value

	Peer Peer          // the address argument as it was given
	Addr Sockaddr      // the address argument as the kernel takes it
	From Sockaddr      // the address that the kernel filled in
	Sets [3]FDSet      // select
	Poll []unix.PollFd // poll
	Iov  []string      // writev, sendmsg: the buffers
	Lens []int         // readv, recvmsg: how much each buffer takes
	Ints [2][]int64    // arrays of integers that the call answers, by the answer's position

	// Deed is the number of what a thread does with another, ByDeed that of the deed that ended
	// its wait; 0: none. See NextDeed.
	Deed, ByDeed uint64

	luck    int           // whether looks without waiting find something: see lucky
	timeout time.Duration // of a Timed call; negative waits for ever
	left    time.Duration // of it, in this round
	ts      unix.Timespec // the same, for the kernel
	vecs    []unix.Iovec
	ready   []event // epoll_wait, kevent: where the kernel writes them
	msg     message // sendmsg, recvmsg
	batch   *batch  // sendmmsg, recvmmsg

	countsMessages bool // sendmmsg, recvmmsg: done and total are messages, not bytes
	partDone       int  // sendmmsg: bytes that are sent of the last message, if it is not whole; else 0
	partSize       int  // bytes that this one has
}

var lastDeed atomic.Uint64

// NextDeed answers a number for a deed, by which observers know it: what one thread does that
// may end another's wait.
func NextDeed() uint64 { return lastDeed.Add(1) }

// Reset makes the frame ready for the next call, and lets go of what the last one was
// given. Buffers stay allocated.
func (f *Frame) Reset() {
	f.Args, f.Out = [MaxArgs]Value{}, [MaxAnswers]Value{}
	f.Release(nil)
	f.Renew(MaxAnswers, false)
}

// Renew is Reset for a call of so many answers that will write all of its arguments itself: until
// then those of the last call are still there. scalar: the call is given and answers numbers and
// bytes only, which all stand in Args and Out; it touches no field below them.
func (f *Frame) Renew(answers int, scalar bool) {
	if f.dirty || !scalar {
		f.empty()
		f.dirty = !scalar
	}
	for i := range f.Out[:answers] {
		f.Out[i].Set = false
	}
	f.fd, f.created = -1, -1
	f.flags, f.done, f.total, f.afterEINTR = 0, 0, 0, false
}

// empty empties the fields below Out, which a scalar call leaves alone.
func (f *Frame) empty() {
	for i := range f.Sets {
		f.Sets[i].given = false
	}
	if f.Peer.Set {
		f.Peer = Peer{}
	}
	f.Addr.Len, f.From.Len = 0, 0
	f.Poll, f.Iov, f.Lens = f.Poll[:0], f.Iov[:0], f.Lens[:0]
	f.Ints[0], f.Ints[1] = f.Ints[0][:0], f.Ints[1][:0]
	f.batch, f.countsMessages, f.partDone = nil, false, 0
	f.Deed, f.ByDeed = 0, 0
}

// Release lets go of what the call was given: these of its arguments, which may be large, and
// the buffers of a message.
func (f *Frame) Release(args []int) {
	for _, i := range args {
		f.Args[i].Str, f.Args[i].Any = "", nil
	}
	if len(f.Iov)+len(f.vecs) > 0 {
		clear(f.Iov)
		clear(f.vecs)
		f.vecs, f.batch = f.vecs[:0], nil
	}
}

// Has tells whether argument i was given.
func (f *Frame) Has(i int) bool { return f.Args[i].Set }

// Int answers argument i as a C int or long.
func (f *Frame) Int(i int) int { return int(f.Args[i].Int) }

// Str answers argument i as bytes.
func (f *Frame) Str(i int) string { return f.Args[i].Str }

// FD answers argument i as a descriptor, and remembers it as what the call waits
// on. One that the program keeps for itself is passed to the kernel as a number
// that no process has, so that the kernel's own answer is EBADF.
func (f *Frame) FD(i int) int {
	fd := Visible(int(f.Args[i].Int))
	if f.fd < 0 {
		f.fd = fd
	}
	return fd
}

// Seconds answers argument i as a duration; an absent one waits for ever (-1).
func (f *Frame) Seconds(i int) time.Duration {
	if !f.Args[i].Set {
		return -1
	}
	return Duration(f.Args[i].Num)
}

// Duration turns seconds into a duration; what is too long for one (292 years) is
// cut to the longest.
func Duration(seconds float64) time.Duration {
	const longest = float64(1<<63 - 1)
	if ns := seconds * 1e9; ns < longest {
		return time.Duration(ns)
	}
	return time.Duration(1<<63 - 1)
}

// Answer sets answer i to an integer.
func (f *Frame) Answer(i int, n int) {
	f.Out[i].Set, f.Out[i].Int = true, int64(n)
}

// AnswerAny sets answer i to a Record, a list or another plain Go value.
func (f *Frame) AnswerAny(i int, v any) {
	f.Out[i].Set, f.Out[i].Any = true, v
}

// AnswerStr sets answer i to bytes.
func (f *Frame) AnswerStr(i int, s string) {
	f.Out[i].Set, f.Out[i].Str, f.Out[i].Lent = true, s, false
}

// AnswerFrom sets answer i to the address that the kernel filled in, if it did.
func (f *Frame) AnswerFrom(i int) { f.Out[i].Set = f.From.Len > 0 }

// buffer answers n bytes to receive into; they are the task's until take.
func (f *Frame) buffer(n int) []byte {
	if n > cap(f.buf) {
		f.buf = unwritten(n)
	}
	return f.buf[:n]
}

// unwritten makes a buffer without setting it to zeros, which the kernel overwrites
// anyway; a Builder is the one thing in Go's library that makes one.
func unwritten(n int) []byte {
	var b strings.Builder
	b.Grow(n)
	return unsafe.Slice(unsafe.StringData(b.String()), b.Cap())
}

// largestKept is how much of a receive buffer is kept for the next call.
const largestKept = 1 << 20

// answerBuffer sets answer i to the first n bytes of the buffer.
func (f *Frame) answerBuffer(i, n int) {
	v := &f.Out[i]
	v.Str, v.Lent = f.take(n)
	v.Set = true
}

// lendBuffer is answerBuffer for a round after which another one may receive more into the same
// buffer (MSG_WAITALL): that keeps it.
func (f *Frame) lendBuffer(i, n int) {
	v := &f.Out[i]
	v.Str, v.Lent, v.Set = unsafe.String(unsafe.SliceData(f.buf), n), true, true
}

// take answers the first n bytes of the buffer, lent or given. A buffer that is nearly full
// is given away as it is, which saves the copy of a large receive; a string must not keep
// a large buffer alive for a few bytes, so that those are to be copied.
func (f *Frame) take(n int) (s string, lent bool) {
	s = unsafe.String(unsafe.SliceData(f.buf), n)
	lent = n < 4096 || n < cap(f.buf)-cap(f.buf)/4
	if !lent && cap(f.buf) <= largestKept {
		f.given = f.buf[:cap(f.buf)]
	}
	if !lent || cap(f.buf) > largestKept {
		f.buf = nil
	}
	return s, lent
}

// Given answers the buffer that the call's answer lies in, which is now the answer's alone; nil
// if the answer is a copy, or too large a buffer.
func (f *Frame) Given() []byte { return f.given }

// Regain gives the task a buffer for the next call that receives; nil: none.
func (f *Frame) Regain(buf []byte) {
	f.given = nil
	if f.buf == nil {
		f.buf = buf
	}
}

// bytesOf answers the string's own bytes, for the kernel to read.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
