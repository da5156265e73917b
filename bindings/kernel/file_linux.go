package kernel

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

func (f *Frame) readv(fd int, vecs []unix.Iovec) (int, error) {
	return f.vector(unix.SYS_READV, unix.SYS_PREADV2, fd, vecs)
}

func (f *Frame) writev(fd int, vecs []unix.Iovec) (int, error) {
	return f.vector(unix.SYS_WRITEV, unix.SYS_PWRITEV2, fd, vecs)
}

// vector reads or writes. RWF_NOWAIT makes the first round one that does not wait,
// where the file has that (a terminal has not). The vectors are not to hold on to what
// they point to: each round makes them anew.
func (f *Frame) vector(blocking, trying uintptr, fd int, vecs []unix.Iovec) (int, error) {
	defer clear(vecs)
	base := uintptr(unsafe.Pointer(unsafe.SliceData(vecs)))
	if f.blocking {
		n, errno := f.call(blocking, uintptr(fd), base, uintptr(len(vecs)), 0, 0, 0)
		return n, asError(errno)
	}
	const currentOffset = ^uintptr(0)
	n, errno := f.call(trying, uintptr(fd), base, uintptr(len(vecs)), currentOffset, currentOffset, unix.RWF_NOWAIT)
	switch errno {
	case unix.EOPNOTSUPP, unix.ENOSYS, unix.EINVAL, unix.ESPIPE:
		return 0, errMayBlock
	}
	return n, asError(errno)
}

func dup3(fd, newfd, flags int) error { return unix.Dup3(fd, newfd, flags) }

func pipe2(pair []int, flags int) error { return unix.Pipe2(pair, flags) }

// Sendfile copies from a file to a descriptor within the kernel, sendfile(2). The
// offset is nil to use and move the file's own.
func Sendfile(f *Frame, out, in int, offset *int64, count int) error {
	if !f.blocking {
		return errMayBlock
	}
	n, err := unix.Sendfile(out, in, offset, count)
	f.done, f.total = max(n, 0), count
	f.Answer(0, n)
	if offset != nil {
		f.Out[1] = Value{Set: true, Int: *offset}
	}
	return err
}

// Tee copies from one pipe to another and leaves the bytes in the first, tee(2).
func Tee(f *Frame, in, out, count, flags int) error {
	if !f.blocking {
		return errMayBlock
	}
	n, errno := f.call(unix.SYS_TEE, uintptr(in), uintptr(out), uintptr(count), uintptr(flags), 0, 0)
	f.done, f.total = max(n, 0), count
	f.Answer(0, n)
	return asError(errno)
}

// MemfdCreate makes a file in memory, memfd_create(2).
func MemfdCreate(f *Frame, name string, flags int) error {
	var fd int
	err := onText(0, "name", name, func(name string) (err error) {
		fd, err = unix.MemfdCreate(name, flags)
		return err
	})
	f.Answer(0, fd)
	return err
}

// Splice moves bytes between a pipe and another descriptor, splice(2).
func Splice(f *Frame, in int, inOffset *int64, out int, outOffset *int64, count, flags int) error {
	if !f.blocking {
		return errMayBlock
	}
	n, err := unix.Splice(in, inOffset, out, outOffset, count, flags)
	f.done, f.total = int(max(n, 0)), count
	f.Answer(0, int(n))
	return err
}
