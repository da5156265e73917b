package kernel

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// setLeft tells a Timed call how long it may still wait.
func (f *Frame) setLeft(started time.Time) {
	f.left = f.timeout
	if f.timeout > 0 {
		f.left = max(0, f.timeout-time.Since(started))
	}
}

// holds tells whether the call waits on the descriptor.
func (f *Frame) holds(fd int) bool {
	if f.fd >= 0 {
		return f.fd == fd
	}
	for i := range f.Sets {
		if f.Sets[i].holds(fd) {
			return true
		}
	}
	for _, p := range f.Poll {
		if int(p.Fd) == fd {
			return true
		}
	}
	return false
}

// entered counts the calls that have begun to block, of all tasks.
var entered atomic.Uint64

// wakeClosed ends the calls of other tasks that are blocked on a descriptor that this one
// has closed; they answer EBADF. The kernel alone would leave them waiting. since is what
// entered was before the descriptor was closed: a call that began to block later may be
// on the number's next file already, and is made again, for the kernel to judge.
func (t *Task) wakeClosed(fd int, since uint64) {
	closings[uint(fd)%uint(len(closings))].Add(1)
	changes.Add(1)
	tasks.RLock()
	defer tasks.RUnlock()
	for _, other := range tasks.list {
		if other != t {
			other.block.closeUnder(fd, since)
		}
	}
}

// closings count how often a number has been closed; numbers far apart share a count.
var closings [1 << 16]atomic.Uint32

// changes counts what closings do, for all numbers, and the tasks that begin and end.
var changes atomic.Uint64

// Changes is a count that is another one after any descriptor has been closed, and after a task
// has begun or ended, which may close one at any time.
func Changes() int64 { return int64(changes.Load()) }

// Generation is a count that is another one after a descriptor has been closed: what has
// its number then is another descriptor.
func Generation(fd int) int { return int(closings[uint(fd)%uint(len(closings))].Load()) }

// closeUnder wakes the task if it waits on the descriptor.
func (b *blocked) closeUnder(fd int, since uint64) {
	b.Lock()
	hit := b.frame != nil && b.op != &opClose && b.frame.holds(fd) // what close closes has gone already
	if hit {
		b.closed = b.closed || b.since <= since
		b.stale = true
	}
	b.Unlock()
	if hit {
		go b.wake(func() bool { return b.stale })
	}
}

// waitThread waits for what another thread does, not for the kernel.
func (f *Frame) waitThread(op *Op) error {
	f.blocking = true
	f.Task.block.enter(op, f)
	err := op.Do(f)
	f.Task.block.leave()
	switch {
	case err == nil:
		return f.finished(op)
	case f.Task.Interrupted():
		return f.stopped(op)
	}
	return err
}

// Await waits until ready is closed or has a value, which it takes; an interrupt ends it
// with EINTR. It is for calls whose Wait is Thread.
func (f *Frame) Await(ready <-chan struct{}) error {
	select {
	case <-ready:
		return nil
	default:
	}
	if !f.blocking {
		return errMayBlock
	}
	interrupted := make(chan struct{})
	defer f.Task.Watch(func() { close(interrupted) })()
	select {
	case <-ready:
		return nil
	case <-interrupted:
		return unix.EINTR
	}
}

// ended is how a call ends that its socket's own limit ends, or a close by another thread:
// what it has moved already counts, as after a signal.
func (f *Frame) ended(err error) error {
	if f.done > 0 {
		return nil
	}
	return err
}

// progress says what an interrupted call had already done.
func (f *Frame) progress(op *Op) string {
	unit, moved := "bytes", "received"
	if f.countsMessages {
		unit = "messages"
	}
	if op.Wait == Write {
		moved = "taken"
	}
	switch {
	case f.created >= 0:
		return fmt.Sprintf("%s: descriptor %d", op.Name, f.created)
	case f.partDone > 0:
		return fmt.Sprintf("%s: %s of %s messages and %s of %s bytes of the next %s", op.Name,
			Thousands(f.done-1), Thousands(f.total), Thousands(f.partDone), Thousands(f.partSize), moved)
	case f.done > 0:
		return fmt.Sprintf("%s: %s of %s %s %s", op.Name, Thousands(f.done), Thousands(f.total), unit, moved)
	}
	return op.Name
}

// Thousands writes a count for people: 65,536.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
