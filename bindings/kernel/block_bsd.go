//go:build darwin || freebsd

package kernel

import (
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// macOS and FreeBSD: a blocking call waits in poll, for its descriptor and for a
// pipe that an interrupt writes to, and is made when it need not block any more.
// Two things are weaker than on Linux: another process that takes a connection
// between poll and accept leaves accept waiting deaf, and a write of more than
// PIPE_BUF bytes to a pipe is made in parts.

// installWake has nothing to install here.
func installWake() {}

// blocked is the call that a task is blocked in, if it is.
type blocked struct {
	sync.Mutex
	frame  *Frame // nil: the task is not in a blocking call
	op     *Op
	pipe   [2]int // what wakes it; made at its first wait
	ready  bool
	since  uint64 // what entered counted when the call began to block
	closed bool   // another thread closed the descriptor under it
	stale  bool   // the same, but it may have begun to block only after that
}

func (b *blocked) enter(op *Op, f *Frame) {
	b.Lock()
	defer b.Unlock()
	if !b.ready {
		b.ready = unix.Pipe(b.pipe[:]) == nil
		for i := range b.pipe {
			b.pipe[i] = Own(b.pipe[i])
			_ = unix.SetNonblock(b.pipe[i], true)
		}
	}
	b.op, b.frame, b.since = op, f, entered.Add(1)
}

func (b *blocked) leave() bool {
	b.Lock()
	defer b.Unlock()
	closed := b.closed
	b.frame, b.closed, b.stale = nil, false, false
	var rest [16]byte
	for n := 1; n > 0; {
		n, _ = unix.Read(b.pipe[0], rest[:])
	}
	return closed
}

func (b *blocked) wake(reason func() bool) {
	b.Lock()
	defer b.Unlock()
	if b.frame != nil && reason() {
		_, _ = unix.Write(b.pipe[1], []byte{0})
	}
}

// shortly: a round that is not to block does not wait at all.
const shortly = 0

func (f *Frame) undisturbed() bool { return false }

// Pin ties the goroutine that makes the task's calls to its thread.
func (t *Task) Pin() { runtime.LockOSThread() }

// mayWait tells whether a call that can't go on is to wait.
func (f *Frame) mayWait() bool { return !f.nonblocking() }

// wait waits until the call can be made, and makes it.
func (f *Frame) wait(op *Op) error {
	switch {
	case op.Name == "connect" || op.Wait == Read && f.fd < 0: // open: there is nothing to poll
		return f.waitAside(op)
	case op.Wait == Children:
		return f.waitChild(op)
	}
	started := time.Now()
	limit := f.socketTimeout(op.Wait)
	for {
		err := f.waitReady(op, started, limit)
		switch err {
		case nil:
		case unix.EBADF, unix.EAGAIN:
			return f.ended(err)
		default:
			return err
		}
		f.blocking = f.noTry && op.Wait != Timed
		f.setLeft(started)
		err = op.Do(f)
		if err != unix.EAGAIN && err != unix.EINTR && err != errShort && err != errMayBlock {
			return err
		}
		if err == errMayBlock && op.Wait == Timed && f.timeout >= 0 && f.left == 0 {
			f.blocking = true // its time is over: ask once more, and answer that
			return op.Do(f)
		}
	}
}

// waitChild makes a call that asks again and again, and looks itself for an interrupt.
func (f *Frame) waitChild(op *Op) error {
	f.blocking = true
	f.Task.block.enter(op, f)
	err := op.Do(f)
	f.Task.block.leave()
	if f.Task.Interrupted() {
		return f.stopped(op)
	}
	return err
}

// closedUnder: waitReady has told so already.
func (f *Frame) closedUnder() bool { return false }

// waitReady polls for the descriptor and for an interrupt.
func (f *Frame) waitReady(op *Op, started time.Time, limit time.Duration) error {
	t := f.Task
	t.block.enter(op, f)
	if t.Interrupted() {
		t.block.leave()
		return f.stopped(op)
	}
	ms := -1
	f.setLeft(started)
	switch {
	case op.Wait == Timed && f.timeout >= 0:
		ms = milliseconds(f.left)
	case limit > 0:
		ms = milliseconds(max(0, limit-time.Since(started)))
	}
	polls := append(f.interests(op), unix.PollFd{Fd: int32(t.block.pipe[0]), Events: unix.POLLIN})
	n, err := unix.Poll(polls, ms)
	closed := t.block.leave()
	switch {
	case t.Interrupted():
		return f.stopped(op)
	case closed:
		return unix.EBADF
	case n == 0 && err == nil && op.Wait != Timed:
		return unix.EAGAIN
	}
	return nil
}

// interests is what the call waits for, as poll takes it.
func (f *Frame) interests(op *Op) []unix.PollFd {
	switch {
	case op.Wait == Write:
		return []unix.PollFd{{Fd: int32(f.fd), Events: unix.POLLOUT}}
	case f.fd >= 0: // a kqueue can be polled, too
		return []unix.PollFd{{Fd: int32(f.fd), Events: unix.POLLIN}}
	case len(f.Poll) > 0:
		return append([]unix.PollFd(nil), f.Poll...)
	}
	var polls []unix.PollFd
	for i, events := range [...]int16{unix.POLLIN, unix.POLLOUT, unix.POLLPRI} {
		for _, fd := range f.Sets[i].All() {
			polls = append(polls, unix.PollFd{Fd: fd, Events: events})
		}
	}
	return polls
}

// waitAside makes a connect or an open on a thread of its own, since it has no form that
// does not wait and O_NONBLOCK is the user's. After an interrupt it goes on in the kernel,
// as the manual says of connect; a file that is opened then is closed again.
func (f *Frame) waitAside(op *Op) error {
	t := f.Task
	aside := &Frame{Task: t, Args: f.Args, Peer: f.Peer, Addr: f.Addr, fd: f.fd, created: -1, blocking: true}
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		result <- op.Do(aside)
	}()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-result:
			f.Out, f.created = aside.Out, aside.created
			return err
		case <-tick.C:
			if t.Interrupted() {
				go func() {
					if <-result; aside.created >= 0 {
						_ = unix.Close(aside.created)
					}
				}()
				return f.stopped(op)
			}
		}
	}
}

// socketTimeout answers the socket's own limit for waiting, 0 if it has none.
func (f *Frame) socketTimeout(w Wait) time.Duration {
	name := unix.SO_RCVTIMEO
	if w == Write {
		name = unix.SO_SNDTIMEO
	}
	var tv unix.Timeval
	size := uint32(unsafe.Sizeof(tv))
	_, _, errno := unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(f.fd), unix.SOL_SOCKET, uintptr(name),
		uintptr(unsafe.Pointer(&tv)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 {
		return 0
	}
	return time.Duration(tv.Nano())
}

// noteLowWater does nothing: a round waits in poll, which knows of the socket's low-water
// mark, and takes what there is if the first round finds it.
func noteLowWater(int) {}

func waitsForMark(int) bool { return false }

// dontwait is the flag for a transfer: it is always made when it need not wait.
func (f *Frame) dontwait() int { return unix.MSG_DONTWAIT }

// receiveFlags takes MSG_WAITALL out, which the gate does itself.
func (f *Frame) receiveFlags(flags int) int {
	return flags&^unix.MSG_WAITALL | unix.MSG_DONTWAIT
}
