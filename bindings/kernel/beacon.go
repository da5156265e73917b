package kernel

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// Beacon is a descriptor that is readable while something in the program is so: a pipe with
// a byte in it, or none. The program has both ends for itself; the user gets another number
// for the end to read from, which is his own to close.
type Beacon struct {
	read, write int
	fd          int // the user's; -1 if there is none yet
	set         bool
}

// NewBeacon makes a beacon that is not lit. Its own descriptors are closed when nobody has
// it any more.
func NewBeacon() (*Beacon, error) {
	var ends [2]int
	if err := pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, err
	}
	s := &Beacon{fd: -1}
	for _, fd := range ends {
		_ = unix.SetNonblock(fd, true)
	}
	s.read, s.write = Own(ends[0]), Own(ends[1])
	runtime.AddCleanup(s, func(own [2]int) { Disown(own[0]); Disown(own[1]) }, [2]int{s.read, s.write})
	return s, nil
}

// Set has the descriptor readable, or not.
func (s *Beacon) Set(set bool) {
	if set == s.set {
		return
	}
	s.set = set
	b := [16]byte{}
	if set {
		_, _ = unix.Write(s.write, b[:1])
		return
	}
	for n := 1; n > 0; {
		n, _ = unix.Read(s.read, b[:])
	}
}

// End is the one that whoever watches the descriptor waits on the other of.
func (s *Beacon) End() End {
	var st unix.Stat_t
	_ = unix.Fstat(s.write, &st)
	return End{Kind: "pipe", Inode: st.Ino, Writes: true}
}

// Descriptor answers the user's number. One that was closed, and is something else by now,
// is left alone, and there is a new one.
func (s *Beacon) Descriptor() (int, error) {
	var own, his unix.Stat_t
	if s.fd >= 0 && unix.Fstat(s.read, &own) == nil && unix.Fstat(s.fd, &his) == nil &&
		own.Dev == his.Dev && own.Ino == his.Ino && !owns(s.fd) {
		return s.fd, nil
	}
	fd, err := unix.FcntlInt(uintptr(s.read), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	s.fd = fd
	return fd, nil
}
