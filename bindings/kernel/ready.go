package kernel

import (
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// many is how many descriptors make a look without waiting worth its while: before it
// waits, the kernel puts itself on the queue of each.
const many = 64

// Select waits until one of the descriptors in f.Sets is ready.
func Select(f *Frame, timeout time.Duration) error {
	f.timeout = timeout
	nfds, err := f.setSize()
	if err != nil {
		return err
	}
	return f.lookFirst(nfds > many, func() (int, error) { return f.selectOnce(nfds) })
}

func (f *Frame) selectOnce(nfds int) (int, error) {
	words := (nfds + 63) / 64
	n, errno := f.call(sysSelect, uintptr(nfds), f.Sets[0].fill(words), f.Sets[1].fill(words),
		f.Sets[2].fill(words), f.roundTime(), 0)
	runtime.KeepAlive(f)
	// A call that is woken looks at all of them again, and counts one that is closed as ready.
	if errno == unix.EBADF || n > 0 && f.closedUnder() {
		return n, f.badMember()
	}
	return n, asError(errno)
}

// lookFirst makes one round of a call that waits for several descriptors. once answers
// how many are ready.
func (f *Frame) lookFirst(first bool, once func() (int, error)) error {
	if f.peek = first && !f.blocking && f.lucky(); f.peek {
		n, err := once()
		f.looked(n > 0)
		if n > 0 || err != nil {
			return err
		}
		f.peek = false
	}
	n, err := once()
	if err == nil && n == 0 && f.early() {
		return errMayBlock
	}
	return err
}

// A look pays where something is ready in a third of the cases or more: to put itself on a
// queue and take itself off it costs the kernel twice what a look costs. A server that has
// nothing to do should not look in vain each time, and finds out now and then whether that
// has changed.
const (
	mostLuck   = 4
	misfortune = -8 // calls that do without after looks in vain
)

func (f *Frame) lucky() bool {
	if f.luck < 0 {
		f.luck++
		return false
	}
	return true
}

// looked takes note of whether a look found something.
func (f *Frame) looked(found bool) {
	switch {
	case found:
		f.luck = min(f.luck+1, mostLuck)
	case f.luck > 0:
		f.luck--
	default:
		f.luck = misfortune
	}
}

// patience is how long a round that Go's scheduler does not know of may wait; negative
// until something is ready, or a signal comes.
func (f *Frame) patience() time.Duration {
	switch {
	case f.peek:
		return 0
	case f.timeout >= 0:
		return min(f.timeout, shortly)
	case f.undisturbed():
		return -1
	}
	return shortly
}

// early tells whether a round that found nothing ended before the call's time.
func (f *Frame) early() bool {
	return !f.blocking && (f.timeout < 0 || f.timeout > f.patience())
}

// roundTime answers the address of the timespec for this round, 0 to wait for ever.
func (f *Frame) roundTime() uintptr {
	limit := f.limit()
	if limit < 0 {
		return 0
	}
	f.ts = unix.NsecToTimespec(limit.Nanoseconds())
	return uintptr(unsafe.Pointer(&f.ts))
}

// limit is how long this round may wait; negative for ever.
func (f *Frame) limit() time.Duration {
	if !f.blocking {
		return f.patience()
	}
	return f.left
}

// setSize answers select's first argument. The kernel passes over bits beyond the
// process's table of descriptors instead of refusing them (fs/select.c,
// core_sys_select); but where the highest number is open, the table reaches that far.
func (f *Frame) setSize() (int, error) {
	highest, set := -1, 0
	for i := range f.Sets {
		s := &f.Sets[i]
		if fd, bad := s.forbidden(); bad {
			return 0, badDescriptor(fd, i)
		}
		if top := s.highest(); top > highest {
			highest, set = top, i
		}
	}
	if highest >= tableSize && !isOpen(highest) {
		return 0, badDescriptor(highest, set)
	}
	return highest + 1, nil
}

// badMember finds the descriptor that the kernel refused.
func (f *Frame) badMember() error {
	for i := range f.Sets {
		for _, fd := range f.Sets[i].All() {
			if !isOpen(int(fd)) {
				return badDescriptor(int(fd), i)
			}
		}
	}
	return unix.EBADF
}

func badDescriptor(fd, set int) error {
	return &DetailError{unix.EBADF, fmt.Sprintf("descriptor %d in %s", fd, setNames[set])}
}

// Poll waits until one of f.Poll is ready and answers how many are; their Revents
// are set. A descriptor of the program's own is POLLNVAL, as one that is not open.
func Poll(f *Frame, timeout time.Duration) error {
	f.timeout = timeout
	return f.lookFirst(len(f.Poll) > many, func() (int, error) {
		n, errno := f.poll()
		f.Answer(0, n)
		return n, asError(errno)
	})
}

// Sleep waits for the time given.
func Sleep(f *Frame, d time.Duration) error {
	f.timeout = d
	f.Answer(0, 0)
	_, errno := f.poll()
	if errno == 0 && f.early() {
		return errMayBlock
	}
	return asError(errno)
}
