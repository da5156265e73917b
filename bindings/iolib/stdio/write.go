package stdio

import (
	"bytes"
	"fmt"
	"unsafe"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// Write writes data, or holds it back as setvbuf asked. The operation names the write
// in errors. It answers how many bytes of data were taken.
func (s *Stream) Write(op *kernel.Op, data string) (int, error) {
	if !s.writable {
		return 0, unix.EBADF
	}
	s.rewind()
	if s.mode == Unbuffered {
		return s.put(&s.set.frame, op, data)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.set.Reserve(len(s.out) + len(data)); err != nil {
		return 0, err
	}
	s.out = append(s.out, data...)
	s.set.note(s)
	switch {
	case len(s.out) >= s.size:
		return len(data), s.flushTo(&s.set.frame, &Write, len(s.out))
	case s.mode == Line:
		return len(data), s.flushTo(&s.set.frame, op, bytes.LastIndexByte(s.out, '\n')+1)
	}
	return len(data), nil
}

// Flush writes what is held back. What could not be written stays.
func (s *Stream) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flushTo(&s.set.frame, &Write, len(s.out))
}

// flushTo writes the first bytes of what is held back. The stream's lock is held.
func (s *Stream) flushTo(f *kernel.Frame, op *kernel.Op, end int) error {
	if end == 0 {
		return nil
	}
	n, err := s.put(f, op, unsafe.String(unsafe.SliceData(s.out), end))
	s.out = append(s.out[:0], s.out[n:]...)
	s.set.note(s)
	return err
}

// put writes to the descriptor and answers how much went there. On a blocking one that
// is all, unless there is an error or an interrupt; on another, EAGAIN says how much. The
// frame is that of the task that writes.
func (s *Stream) put(f *kernel.Frame, op *kernel.Op, data string) (n int, err error) {
	if s.set.Above != nil && (s.FD == 1 || s.FD == 2) && s.set.Above(s.FD, data) {
		return len(data), nil
	}
	for n < len(data) && err == nil {
		f.Reset()
		f.Args[0] = kernel.Value{Set: true, Int: int64(s.FD)}
		f.Args[1] = kernel.Value{Set: true, Str: data[n:]}
		err = f.Task.Do(op, f)
		moved := int(f.Out[0].Int) // also of a write that was interrupted
		n += moved
		if err == nil && moved == 0 {
			err = unix.EIO // write(2) answers 0 of a device at most; don't ask for ever
		}
	}
	f.Reset()
	if errno, ok := err.(unix.Errno); ok && n > 0 {
		return n, &kernel.DetailError{Errno: errno, Detail: fmt.Sprintf("%d of %d bytes written", n, len(data))}
	}
	return n, err
}
