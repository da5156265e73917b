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
	b := &Beacon{fd: -1}
	for _, fd := range ends {
		_ = unix.SetNonblock(fd, true)
	}
	b.read, b.write = Own(ends[0]), Own(ends[1])
	runtime.AddCleanup(b, func(own [2]int) { disown(own[0]); disown(own[1]) }, [2]int{b.read, b.write})
	return b, nil
}

// Set has the descriptor readable, or not.
func (b *Beacon) Set(set bool) {
	if set == b.set {
		return
	}
	b.set = set
	buf := [16]byte{}
	if set {
		_, _ = unix.Write(b.write, buf[:1])
		return
	}
	for n := 1; n > 0; {
		n, _ = unix.Read(b.read, buf[:])
	}
}

// End answers the end of the pipe that the program writes to: whoever watches the descriptor waits
// for what happens there.
func (b *Beacon) End() End {
	var st unix.Stat_t
	_ = unix.Fstat(b.write, &st)
	return End{Kind: "pipe", Inode: st.Ino, Writes: true}
}

// Descriptor answers the user's number. One that was closed, and is something else by now,
// is left alone, and there is a new one.
func (b *Beacon) Descriptor() (int, error) {
	var own, his unix.Stat_t
	if b.fd >= 0 && unix.Fstat(b.read, &own) == nil && unix.Fstat(b.fd, &his) == nil &&
		own.Dev == his.Dev && own.Ino == his.Ino && !owns(b.fd) {
		return b.fd, nil
	}
	fd, err := unix.FcntlInt(uintptr(b.read), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	b.fd = fd
	return fd, nil
}
