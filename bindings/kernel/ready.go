package kernel

import (
	"fmt"
	"math/bits"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// SetNames are select's sets, in the order of its parameters.
var SetNames = [3]string{"readfds", "writefds", "exceptfds"}

// FDSet is one of select's sets: the descriptors in the order in which they were
// given, and the kernel's bit set, as long as the highest number needs. There is no
// ceiling at FD_SETSIZE, which is glibc's and not the kernel's.
type FDSet struct {
	fds  []int32
	bits []uint64
}

// Add puts a descriptor into the set.
func (s *FDSet) Add(fd int) { s.fds = append(s.fds, int32(fd)) }

// All are the descriptors that were put in.
func (s *FDSet) All() []int32 { return s.fds }

// Ready tells whether the kernel left the descriptor in the set.
func (s *FDSet) Ready(fd int32) bool { return s.bits[fd>>6]&(1<<(fd&63)) != 0 }

// Count is how many descriptors the kernel left in the set.
func (s *FDSet) Count() (n int) {
	for _, word := range s.bits {
		n += bits.OnesCount64(word)
	}
	return n
}

func (s *FDSet) holds(fd int) bool {
	for _, member := range s.fds {
		if int(member) == fd {
			return true
		}
	}
	return false
}

// fill writes the bits anew: the kernel has overwritten those of the round before.
func (s *FDSet) fill(words int) uintptr {
	if words > cap(s.bits) {
		s.bits = make([]uint64, words)
	}
	s.bits = s.bits[:words]
	clear(s.bits)
	for _, fd := range s.fds {
		s.bits[fd>>6] |= 1 << (fd & 63)
	}
	if len(s.fds) == 0 {
		return 0
	}
	return uintptr(unsafe.Pointer(unsafe.SliceData(s.bits)))
}

// Select waits until one of the descriptors in f.Sets is ready. A first round asks
// without waiting, which is cheaper where something is ready already, and where much
// is watched.
func Select(f *Frame, timeout time.Duration) error {
	f.timeout = timeout
	nfds, err := f.setSize()
	if err != nil {
		return err
	}
	words := (nfds + 63) / 64
	ts, wait := f.roundTime()
	n, errno := f.call(sysSelect, uintptr(nfds), f.Sets[0].fill(words), f.Sets[1].fill(words),
		f.Sets[2].fill(words), ts, 0)
	runtime.KeepAlive(f)
	switch {
	case errno == unix.EBADF:
		return f.badMember()
	case errno != 0:
		return errno
	case n == 0 && wait:
		return errMayBlock
	}
	return nil
}

// roundTime answers the address of the timespec for this round, 0 to wait for ever,
// and whether the call is to wait if the round finds nothing.
func (f *Frame) roundTime() (uintptr, bool) {
	if !f.blocking {
		f.ts = unix.NsecToTimespec(f.brief.Nanoseconds())
		return uintptr(unsafe.Pointer(&f.ts)), f.timeout < 0 || f.timeout > f.brief
	}
	if f.timeout < 0 {
		return 0, false
	}
	f.ts = unix.NsecToTimespec(f.left.Nanoseconds())
	return uintptr(unsafe.Pointer(&f.ts)), false
}

// setSize answers select's first argument. The kernel passes over bits beyond the
// process's table of descriptors instead of refusing them (fs/select.c,
// core_sys_select); but where the highest number is open, the table reaches that far.
func (f *Frame) setSize() (int, error) {
	const smallestTable = 64 // NR_OPEN_DEFAULT
	highest, set := int32(-1), 0
	for i := range f.Sets {
		for _, fd := range f.Sets[i].fds {
			if fd < 0 || (fd >= ownBase && Owned(int(fd))) {
				return 0, badDescriptor(int(fd), i)
			}
			if fd > highest {
				highest, set = fd, i
			}
		}
	}
	if highest >= smallestTable && !isOpen(int(highest)) {
		return 0, badDescriptor(int(highest), set)
	}
	return int(highest) + 1, nil
}

// badMember finds the descriptor that the kernel refused.
func (f *Frame) badMember() error {
	for i := range f.Sets {
		for _, fd := range f.Sets[i].fds {
			if !isOpen(int(fd)) {
				return badDescriptor(int(fd), i)
			}
		}
	}
	return unix.EBADF
}

func badDescriptor(fd, set int) error {
	return &DetailError{unix.EBADF, fmt.Sprintf("descriptor %d in %s", fd, SetNames[set])}
}

// Poll waits until one of f.Poll is ready and answers how many are; their Revents
// are set. A descriptor of the program's own is POLLNVAL, as one that is not open.
func Poll(f *Frame, timeout time.Duration) error {
	f.timeout = timeout
	_, wait := f.roundTime()
	n, errno := f.poll()
	switch {
	case errno != 0:
		return errno
	case n == 0 && wait:
		return errMayBlock
	}
	f.Answer(0, n)
	return nil
}

// Sleep waits for the time given.
func Sleep(f *Frame, d time.Duration) error {
	f.timeout = d
	_, wait := f.roundTime()
	if wait {
		return errMayBlock
	}
	if f.blocking {
		if _, errno := f.poll(); errno != 0 {
			return errno
		}
	}
	f.Answer(0, 0)
	return nil
}
