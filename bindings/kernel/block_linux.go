package kernel

import (
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A blocking call really blocks in the kernel, and an interrupt ends it with a
// signal to its thread. Neither the descriptor's flags nor its timeouts are touched,
// which other descriptors, threads and processes may share; and a connection that
// somebody else accepted first does not matter, since accept is simply still waiting.
//
// The signal may arrive just before the thread enters the kernel. It is therefore
// sent again, every millisecond, until the call has returned.

// wakeSignal interrupts system calls. Go's runtime and glibc use the low real-time
// signals.
const wakeSignal = unix.Signal(63)

// sigaction is the kernel's struct sigaction (include/linux/signal_types.h).
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

const saRestart = 0x10000000 // SA_RESTART, include/uapi/asm-generic/signal-defs.h

// installWake makes wakeSignal end system calls: Go's handler receives it, without
// SA_RESTART, which would have the kernel make the call again. So does SIGURG, by which
// Go's runtime asks for the thread: see undisturbed.
func installWake() {
	ignored := make(chan os.Signal, 1)
	signal.Notify(ignored, wakeSignal)
	endsCalls(wakeSignal)
	endsCalls(unix.SIGURG)
}

func endsCalls(sig unix.Signal) {
	var act sigaction
	if rtSigaction(sig, nil, &act) == nil {
		act.flags &^= saRestart
		_ = rtSigaction(sig, &act, nil)
	}
}

func rtSigaction(sig unix.Signal, set, old *sigaction) error {
	const sizeofMask = 8
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig),
		uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), sizeofMask, 0, 0)
	return asError(errno)
}

// blocked is the call that a task is blocked in, if it is.
type blocked struct {
	sync.Mutex
	frame  *Frame // nil: the task is not in a blocking call
	op     *Op
	tid    int    // its thread
	pinned bool   // the task never leaves it
	since  uint64 // what entered counted when the call began to block
	closed bool   // another thread closed the descriptor under it
	stale  bool   // the same, but it may have begun to block only after that
}

// Pin ties the goroutine that makes the task's calls, from now on only this one, to its
// thread. Without it each blocking call has to ask for the thread's number.
func (t *Task) Pin() {
	runtime.LockOSThread()
	b := &t.block
	b.Lock()
	defer b.Unlock()
	b.pinned, b.tid = true, unix.Gettid()
}

// enter makes the task's thread one that wake can reach.
func (b *blocked) enter(op *Op, f *Frame) {
	tid := b.tid
	if !b.pinned {
		runtime.LockOSThread()
		n, _, _ := unix.RawSyscall(unix.SYS_GETTID, 0, 0, 0)
		tid = int(n)
	}
	b.Lock()
	b.op, b.frame, b.tid, b.since = op, f, tid, entered.Add(1)
	b.Unlock()
}

// leave ends what enter began.
func (b *blocked) leave() {
	b.Lock()
	b.frame, b.closed, b.stale = nil, false, false
	b.Unlock()
	if !b.pinned {
		runtime.UnlockOSThread()
	}
}

// wake ends the call that the task is in, and answers when it has ended or when
// there is no more reason to.
func (b *blocked) wake(reason func() bool) {
	pid := os.Getpid()
	for {
		b.Lock()
		inside := b.frame != nil && reason()
		if inside {
			// Under the lock: the thread can't leave, end, and its number be reused.
			_ = unix.Tgkill(pid, b.tid, wakeSignal)
		}
		b.Unlock()
		if !inside {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// underClosed tells, between two rounds of a call, whether another thread has closed the
// descriptor since enter; if it had done so before, the next round finds out.
func (b *blocked) underClosed() bool {
	b.Lock()
	defer b.Unlock()
	b.stale = false
	return b.closed
}

// closedUnder tells the round of a call that may block the same.
func (f *Frame) closedUnder() bool {
	b := &f.Task.block
	if !f.blocking {
		return false
	}
	b.Lock()
	defer b.Unlock()
	return b.closed
}

// wait makes the call again, now so that it may block.
func (f *Frame) wait(op *Op) error {
	t := f.Task
	started := time.Now()
	if op.Wait == Timed && f.noTry {
		started = started.Add(-shortly) // which the first round has waited
	}
	f.blocking = true
	t.block.enter(op, f)
	err := f.rounds(op, started)
	t.block.leave()
	switch {
	case err == nil:
		return f.finished(op)
	case t.Interrupted():
		return f.stopped(op)
	}
	return err
}

// rounds makes the call as often as it takes. All the while the task is one that closeUnder
// finds: the number may be another file's before the next round begins.
func (f *Frame) rounds(op *Op, started time.Time) error {
	t := f.Task
	for f.quiet = f.undisturbed(); !t.Interrupted(); f.quiet = false {
		f.setLeft(started)
		err := op.Do(f)
		switch {
		case err == nil, t.Interrupted():
			return err
		case f.created < 0 && (err == unix.EINTR || err == errShort) && t.block.underClosed():
			return f.ended(unix.EBADF)
		case err == errShort && f.failed(op.Wait):
			return nil
		case err == unix.EINTR, err == errShort, err == unix.EAGAIN && f.gatePolls:
			// A signal of Go's own, or a debugger; or the socket's own limit has passed.
			if err = f.waitLeft(op, started, err); err != errShort {
				return err
			}
		default:
			return err
		}
	}
	return unix.EINTR
}

// shortly is how long select, poll and their kin wait before Go's scheduler is told that
// they do. A wait that it knows of costs several microseconds more: its monitor is woken,
// takes the processor from the thread, and the thread must get one back. A server under
// load seldom waits so long; and a millisecond harms nobody: the collector's signals
// (SIGURG) end these calls, and an interrupt is noticed after it.
const shortly = time.Millisecond

// undisturbed tells whether even that limit can go, which saves the kernel two settings of
// a timer: 3 of 30 µs; and whether the first round of a call that blocks need not be told
// either. The scheduler's monitor then ends the wait with a SIGURG, once its thread has
// kept a processor for 10 milliseconds (runtime/proc.go, forcePreemptNS); until then there
// must be no other task that wants it, and nobody who counts the time waited. Nor may the
// signal matter: MSG_WAITALL with MSG_PEEK would answer a part, and there is no going on
// with the rest; MSG_FASTOPEN would send again what is on its way with the SYN; and a
// receive would answer what lies below the low-water mark.
func (f *Frame) undisturbed() bool {
	const wholePeek = unix.MSG_PEEK | unix.MSG_WAITALL
	return !f.watched && preempted && singleTask.Load() && f.flags&wholePeek != wholePeek && f.flags&msgFastopen == 0 && !marked.Load()
}

// preempted: the monitor sends its signals, and leaves other goroutines a processor.
var preempted = runtime.GOMAXPROCS(0) > 1 && !strings.Contains(os.Getenv("GODEBUG"), "asyncpreemptoff=1")

// mayWait tells whether a call that can't go on is to wait. What the descriptor's flags
// say the kernel finds out itself, when the call is made again.
func (f *Frame) mayWait() bool { return f.flags&unix.MSG_DONTWAIT == 0 }

// waitLeft goes on after a signal of somebody else's, or a short count, where the socket
// has a timeout of its own (SO_RCVTIMEO, SO_SNDTIMEO): to make the call again would begin
// it anew, so that the rest is transferred in rounds that do not wait. errShort: make the
// call again.
func (f *Frame) waitLeft(op *Op, started time.Time, err error) error {
	limit := f.socketTimeout(op.Wait)
	if limit == 0 {
		return errShort
	}
	if err == unix.EAGAIN && time.Since(started) < limit {
		// poll(2) does not tell when to go on: it says of a Unix datagram socket that is not
		// connected that it is writable, always.
		f.gatePolls = false
		return errShort
	}
	for n := -1; n < 0 && !f.Task.Interrupted(); { // a signal in the midst of this, too, must not begin the time anew
		left := limit - time.Since(started)
		if left > 0 {
			n = f.pollFor(op, left)
		}
		switch {
		case left <= 0, n == 0:
			return f.ended(unix.EAGAIN)
		case f.Task.block.underClosed():
			return f.ended(unix.EBADF)
		}
	}
	f.gatePolls = true
	return errShort
}

// socketTimeout answers the socket's own limit for waiting, 0 if it has none.
func (f *Frame) socketTimeout(w Wait) time.Duration {
	name := unix.SO_RCVTIMEO
	switch w {
	case Write:
		name = unix.SO_SNDTIMEO
	case Read:
	default:
		return 0
	}
	tv, err := unix.GetsockoptTimeval(f.fd, unix.SOL_SOCKET, name)
	if err != nil {
		return 0
	}
	return time.Duration(tv.Nano())
}

// pollFor waits until the descriptor is ready; 0 if the time ran out, -1 if a signal
// came first.
func (f *Frame) pollFor(op *Op, left time.Duration) int {
	p := unix.PollFd{Fd: int32(f.fd), Events: unix.POLLIN}
	if op.Wait == Write {
		p.Events = unix.POLLOUT
	}
	ts := unix.NsecToTimespec(left.Nanoseconds())
	n, _, errno := unix.Syscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1,
		uintptr(unsafe.Pointer(&ts)), 0, 0, 0)
	if errno != 0 {
		return -1
	}
	return int(n)
}

// failed tells whether a transfer that came to a short count ended there because of an
// error, not because of a signal. A further round would take the error from the socket, and
// the user would never see it. That the peer sends no more is none for who reads: what it has
// sent may still be in the queue.
func (f *Frame) failed(w Wait) bool {
	p := unix.PollFd{Fd: int32(f.fd)}
	n, _, errno := unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1,
		uintptr(unsafe.Pointer(&unix.Timespec{})), 0, 0, 0)
	return errno == 0 && n > 0 && (w != Read || p.Revents&unix.POLLERR != 0)
}

// dontwait is the flag that keeps a round of a transfer from blocking.
func (f *Frame) dontwait() int {
	if f.blocking && !f.gatePolls {
		return 0
	}
	return unix.MSG_DONTWAIT
}

// receiveFlags are the flags of this round.
func (f *Frame) receiveFlags(flags int) int { return flags | f.dontwait() }
