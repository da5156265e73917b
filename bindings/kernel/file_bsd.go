//go:build darwin || freebsd

package kernel

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// pipeBuf is how much a pipe that poll calls writable takes without waiting.
const pipeBuf = 512

func (f *Frame) readv(fd int, vecs []unix.Iovec) (int, error) {
	return f.vector(unix.SYS_READV, fd, vecs)
}

func (f *Frame) writev(fd int, vecs []unix.Iovec) (int, error) {
	if !f.nonblocking() && len(vecs) > 0 {
		vecs = vecs[:1]
		vecs[0].SetLen(int(min(uint64(vecs[0].Len), pipeBuf)))
	}
	return f.vector(unix.SYS_WRITEV, fd, vecs)
}

// vector reads or writes; the gate has waited until that need not block. The vectors are not
// to hold on to what they point to: each round makes them anew.
func (f *Frame) vector(trap uintptr, fd int, vecs []unix.Iovec) (int, error) {
	if !f.blocking {
		return 0, errMayBlock
	}
	defer clear(vecs)
	base := uintptr(unsafe.Pointer(unsafe.SliceData(vecs)))
	n, errno := f.call(trap, uintptr(fd), base, uintptr(len(vecs)), 0, 0, 0)
	return n, asError(errno)
}
