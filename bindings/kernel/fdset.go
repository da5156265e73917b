package kernel

import (
	"math/bits"
	"unsafe"
)

// setNames are select's sets, in the order of its parameters.
var setNames = [3]string{"readfds", "writefds", "exceptfds"}

// FDSet is one of select's sets: the descriptors in the order in which they were
// given, and the kernel's bit set, as long as the highest number needs. There is no
// ceiling at FD_SETSIZE, which is glibc's and not the kernel's.
type FDSet struct {
	given  bool // in this call; if not, what the set has is the one before's
	fds    []int32
	asked  []uint64 // the descriptors as bits
	rising bool     // each is higher than the one before
	minus  bool     // one is negative
	bits   []uint64 // the same, which the kernel overwrites
}

// Begin empties the set, and says that it is given.
func (s *FDSet) Begin() {
	s.given, s.rising, s.minus, s.fds = true, true, false, s.fds[:0]
	s.asked = s.asked[:0]
}

// Again says that the set is given as it was in the call before.
func (s *FDSet) Again() { s.given = true }

// Add puts a descriptor into the set.
func (s *FDSet) Add(fd int) {
	if n := len(s.fds); n > 0 && fd <= int(s.fds[n-1]) {
		s.rising = false
	}
	s.fds = append(s.fds, int32(fd))
	if fd < 0 {
		s.minus = true
		return
	}
	for fd>>6 >= len(s.asked) {
		s.asked = append(s.asked, 0)
	}
	s.asked[fd>>6] |= 1 << (fd & 63)
}

// All are the descriptors that were put in.
func (s *FDSet) All() []int32 {
	if !s.given {
		return nil
	}
	return s.fds
}

// Ready tells whether the kernel left the descriptor in the set.
func (s *FDSet) Ready(fd int32) bool { return s.bits[fd>>6]&(1<<(fd&63)) != 0 }

// Count is how many descriptors the kernel left in the set.
func (s *FDSet) Count() (n int) {
	for _, word := range s.bits {
		n += bits.OnesCount64(word)
	}
	return n
}

// AppendReady appends the descriptors that the kernel left in the set, in the order in
// which they were put in.
func (s *FDSet) AppendReady(to []int32) []int32 {
	if !s.given {
		return to
	}
	if s.rising {
		for i, word := range s.bits {
			for ; word != 0; word &= word - 1 {
				to = append(to, int32(i<<6+bits.TrailingZeros64(word)))
			}
		}
		return to
	}
	for _, fd := range s.fds {
		if s.Ready(fd) {
			to = append(to, fd)
		}
	}
	return to
}

// highest is the highest number in the set, -1 if there is none.
func (s *FDSet) highest() int {
	last := len(s.asked) - 1
	if !s.given || last < 0 {
		return -1
	}
	return last<<6 + bits.Len64(s.asked[last]) - 1
}

// forbidden answers the first descriptor that no process has, or that is one of the
// program's own.
func (s *FDSet) forbidden() (fd int, found bool) {
	if !s.minus && s.highest() < ownBase {
		return 0, false
	}
	for _, fd := range s.All() {
		if fd < 0 || fd >= ownBase && owns(int(fd)) {
			return int(fd), true
		}
	}
	return 0, false
}

func (s *FDSet) holds(fd int) bool {
	for _, member := range s.All() {
		if int(member) == fd {
			return true
		}
	}
	return false
}

// fill writes the bits anew, for the kernel has overwritten those of the round before, and
// answers their address: 0 of an empty set.
func (s *FDSet) fill(words int) uintptr {
	if words > cap(s.bits) {
		s.bits = make([]uint64, words)
	}
	s.bits = s.bits[:words]
	if len(s.All()) == 0 {
		clear(s.bits)
		return 0
	}
	clear(s.bits[copy(s.bits, s.asked):])
	return uintptr(unsafe.Pointer(unsafe.SliceData(s.bits)))
}
