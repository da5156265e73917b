package kernel

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ReadFD reads up to count bytes, read(2); "" is the end of file.
func ReadFD(f *Frame, fd, count int) error {
	if f.wholeOnly(fd) {
		return errMayBlock
	}
	f.total = count
	buf := f.buffer(count)
	f.vecs = append(f.vecs[:0], vecOf(buf))
	n, err := f.readv(fd, f.vecs)
	if err != nil {
		return err
	}
	f.answerBuffer(0, n)
	return nil
}

// WriteFD writes data, write(2). On a blocking descriptor it answers only when all is
// written or an interrupt came.
func WriteFD(f *Frame, fd int, data string) error {
	f.total = len(data)
	if data == "" {
		return f.writeNothing(fd)
	}
	f.vecs = append(f.vecs[:0], vecOf(bytesOf(data[f.done:])))
	n, err := f.writev(fd, f.vecs)
	runtime.KeepAlive(data)
	return f.sent(n, err)
}

// writeNothing writes no bytes. To a socket that is more than nothing, an empty datagram, or
// EPIPE; writev of no bytes, with which the others begin, does not get as far as the socket
// (fs/read_write.c, vfs_writev).
func (f *Frame) writeNothing(fd int) error {
	if !f.blocking {
		return errMayBlock
	}
	n, errno := f.call(unix.SYS_WRITE, uintptr(fd), 0, 0, 0, 0, 0)
	return f.sent(n, asError(errno))
}

// Pread reads at an offset and leaves the file's own alone, pread(2). A file has no form
// that does not wait for the disk.
func Pread(f *Frame, fd, count int, offset int64) error {
	if !f.blocking {
		return errMayBlock
	}
	f.total = count
	buf := f.buffer(count)
	n, errno := f.call(sysPread, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(count), uintptr(offset), 0, 0)
	runtime.KeepAlive(f)
	if errno != 0 {
		return errno
	}
	f.answerBuffer(0, n)
	return nil
}

// Pwrite writes at an offset and leaves the file's own alone, pwrite(2).
func Pwrite(f *Frame, fd int, data string, offset int64) error {
	if !f.blocking {
		return errMayBlock
	}
	f.total = len(data)
	rest := data[f.done:]
	n, errno := f.call(sysPwrite, uintptr(fd), uintptr(unsafe.Pointer(unsafe.StringData(rest))), uintptr(len(rest)),
		uintptr(offset+int64(f.done)), 0, 0)
	runtime.KeepAlive(data)
	return f.sent(n, asError(errno))
}

// Flock takes or gives back the lock on a whole file, flock(2). It waits only where the lock
// is taken: the first round asks with LOCK_NB. That loses nothing: the kernel gives back the
// lock that is to become another one before it waits, too.
func Flock(f *Frame, fd, operation int) error {
	f.Answer(0, 0)
	if operation&unix.LOCK_NB != 0 {
		f.flags = unix.MSG_DONTWAIT // EAGAIN is an answer
	} else if f.blocking {
		return blockForFlock(f, fd, operation)
	}
	err := flock(f, fd, operation|unix.LOCK_NB)
	if err == unix.EAGAIN && operation&unix.LOCK_NB == 0 {
		return errMayBlock
	}
	return err
}

func flock(f *Frame, fd, operation int) error {
	_, errno := f.call(unix.SYS_FLOCK, uintptr(fd), uintptr(operation), 0, 0, 0, 0)
	return asError(errno)
}

// Readv reads into several buffers of the lengths f.Lens, readv(2).
func Readv(f *Frame, fd int) error {
	if f.wholeOnly(fd) {
		return errMayBlock
	}
	f.total = 0
	for _, n := range f.Lens {
		f.total += n
	}
	f.total = f.bounded(f.total)
	buf := f.buffer(f.total)
	n, err := f.readv(fd, f.split(buf))
	if err != nil {
		return err
	}
	f.Answer(0, n)
	f.AnswerAny(1, f.pieces(n))
	return nil
}

// Writev writes the buffers f.Iov, writev(2).
func Writev(f *Frame, fd int) error {
	f.total = 0
	for _, s := range f.Iov {
		f.total += len(s)
	}
	f.total = f.bounded(f.total)
	n, err := f.writev(fd, f.gather())
	runtime.KeepAlive(f)
	return f.sent(n, err)
}

// split makes vectors of one buffer, a part for each length, as far as it reaches.
func (f *Frame) split(buf []byte) []unix.Iovec {
	f.vecs = f.vecs[:0]
	for _, n := range f.Lens {
		n = min(n, len(buf))
		f.vecs = append(f.vecs, vecOf(buf[:n]))
		buf = buf[n:]
	}
	return f.vecs
}

// gather makes vectors of what the kernel has not taken yet of f.Iov, as far as the call is to move it.
func (f *Frame) gather() []unix.Iovec {
	f.vecs = f.vecs[:0]
	skip, left := f.done, f.total-f.done
	for _, s := range f.Iov {
		if skip > 0 && skip >= len(s) {
			skip -= len(s)
			continue
		}
		s = s[skip:]
		s = s[:min(len(s), left)]
		f.vecs = append(f.vecs, vecOf(bytesOf(s)))
		skip, left = 0, left-len(s)
	}
	return f.vecs
}

// pieces answers the n bytes that were received, a string for each of f.Lens.
func (f *Frame) pieces(n int) []any {
	pieces := make([]any, len(f.Lens))
	at := 0
	for i, size := range f.Lens {
		end := min(n, at+size)
		pieces[i] = string(f.buf[min(at, end):end])
		at += size
	}
	return pieces
}

// Open opens a file, open(2). A FIFO or a device may make it wait.
func Open(f *Frame, path string, flags, mode int) error {
	if !f.blocking {
		return errMayBlock
	}
	p, err := unix.BytePtrFromString(path)
	if err != nil {
		return badArg(0, "a path without NUL bytes expected")
	}
	at := unix.AT_FDCWD
	fd, errno := f.call(unix.SYS_OPENAT, uintptr(at), uintptr(unsafe.Pointer(p)), uintptr(flags), uintptr(mode), 0, 0)
	if errno != 0 {
		return errno
	}
	f.created = fd
	f.Answer(0, fd)
	return nil
}

// ReadFile answers what stands in a file. It is opened and read through the gate, so that an interrupt
// ends the wait for somebody who writes into a FIFO. what names the call that this is done for.
func (t *Task) ReadFile(what, path string) (text []byte, err error) {
	f := Frame{Task: t}
	do := func(call func(f *Frame) error) error {
		f.Reset()
		return t.Do(&Op{Name: what, Wait: Read, Quiet: true, FD: -1, Amount: -1, Do: call}, &f)
	}
	err = do(func(f *Frame) error { return Open(f, path, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, err
	}
	fd := int(f.Out[0].Int)
	defer func() { _ = do(func(f *Frame) error { return Close(f, fd) }) }()
	for err == nil {
		err = do(func(f *Frame) error { return ReadFD(f, fd, 1<<16) })
		if f.Out[0].Str == "" {
			break
		}
		text = append(text, f.Out[0].Str...)
		if t.Done() != nil { // the memory limit, for a file without an end
			err = t.Err()
		}
	}
	return text, err
}

// Lseek moves the file's offset, lseek(2).
func Lseek(f *Frame, fd int, offset int64, whence int) error {
	at, err := unix.Seek(fd, offset, whence)
	f.Out[0] = Value{Set: true, Int: at}
	return err
}

// Ftruncate gives a file another length, ftruncate(2).
func Ftruncate(f *Frame, fd int, length int64) error {
	f.Answer(0, 0)
	return unix.Ftruncate(fd, length)
}

// Fsync waits until what was written to a file is on the disk, fsync(2).
func Fsync(f *Frame, fd int) error {
	if !f.blocking {
		return errMayBlock
	}
	f.Answer(0, 0)
	_, errno := f.call(unix.SYS_FSYNC, uintptr(fd), 0, 0, 0, 0, 0)
	return asError(errno)
}

// Dup makes another number for the open file description, dup(2).
func Dup(f *Frame, fd int) error {
	n, err := unix.Dup(fd)
	f.Answer(0, n)
	return err
}

// Dup2 makes newfd a number for fd's open file description, and closes what it was
// before, dup2(2). With flags (O_CLOEXEC) it is dup3, where the numbers must differ.
func Dup2(f *Frame, fd, newfd int) error {
	f.Answer(0, newfd)
	if fd == newfd {
		_, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		return err
	}
	since := entered.Load()
	return f.replaced(newfd, since, dup3(fd, newfd, 0))
}

// Dup3 is dup2 with flags, dup3(2).
func Dup3(f *Frame, fd, newfd, flags int) error {
	f.Answer(0, newfd)
	since := entered.Load()
	return f.replaced(newfd, since, dup3(fd, newfd, flags))
}

// replaced wakes who was blocked on what newfd was before.
func (f *Frame) replaced(newfd int, since uint64, err error) error {
	if err == nil {
		f.Task.wakeClosed(newfd, since)
	}
	return err
}

// Pipe makes a pipe, pipe2(2): the end to read from, and the one to write to.
func Pipe(f *Frame, flags int) error {
	var pair [2]int
	if err := pipe2(pair[:], flags); err != nil {
		return err
	}
	f.Answer(0, pair[0])
	f.Answer(1, pair[1])
	return nil
}

// vecOf makes a vector of the buffer.
func vecOf(buf []byte) unix.Iovec {
	v := unix.Iovec{Base: unsafe.SliceData(buf)}
	v.SetLen(len(buf))
	return v
}
