package stdio

import (
	"sync"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// Stream is C's FILE: a descriptor with a buffer for reading and, if the user asks
// for it, one for writing.
type Stream struct {
	FD       int
	Standard bool // one of the three that close refuses
	Closed   bool

	set                *Streams
	readable, writable bool
	child              int // the process of a popen, 0 if there is none
	generation         int // of the descriptor

	in  []byte // read from the descriptor
	at  int    // of it, how much has been taken out
	eof bool   // the last read answered 0 bytes

	mode Mode
	size int // where out is full

	mu  sync.Mutex // held while out is changed or written, by whichever task
	out []byte     // to be written
}

// Mode is how writing is buffered.
type Mode int

// The modes of setvbuf(3).
const (
	Unbuffered Mode = iota
	Line
	Full
)

// bufferSize is how much a read asks for, and what a write buffer holds unless the
// user says otherwise: glibc asks st_blksize for it, 4,096 on most files.
const bufferSize = 8192

// Attach makes a stream of a descriptor.
func (s *Streams) Attach(fd int, readable, writable bool) *Stream {
	stream := &Stream{
		FD: fd, generation: kernel.Generation(fd), set: s,
		readable: readable, writable: writable, size: bufferSize,
	}
	s.files[fd] = stream
	return stream
}

// SetBuffer is setvbuf(3); a size of 0 leaves the size as it is. What is held back is
// written first.
func (s *Stream) SetBuffer(mode Mode, size int) error {
	if err := s.Flush(); err != nil {
		return err
	}
	s.mode = mode
	if size > 0 {
		s.size = size
	}
	return nil
}

// unread is what has been read from the descriptor and not taken out.
func (s *Stream) unread() []byte { return s.in[s.at:] }

// discard forgets it.
func (s *Stream) discard() { s.in, s.at = s.in[:0], 0 }

// Seek moves the offset, fseek(3): relative to what the program has seen, not to how
// far the buffer has been read ahead.
func (s *Stream) Seek(offset int64, whence int) (int64, error) {
	if err := s.Flush(); err != nil {
		return 0, err
	}
	if whence == unix.SEEK_CUR {
		offset -= int64(len(s.unread()))
	}
	at, err := s.lseek(offset, whence)
	if err == nil {
		s.discard()
		s.eof = false
	}
	return at, err
}

func (s *Stream) lseek(offset int64, whence int) (int64, error) {
	err := s.set.do(&opSeek, s.FD, int(offset), whence)
	return s.set.frame.Out[0].Int, err
}

// rewind gives back to the file what was read ahead, so that a write lands where the
// program believes to be. A pipe or a socket can't, and need not: its two directions
// have nothing to do with each other.
func (s *Stream) rewind() {
	if ahead := len(s.unread()); ahead > 0 {
		if _, err := s.lseek(-int64(ahead), unix.SEEK_CUR); err == nil {
			s.discard()
		}
	}
}

// Close writes what is held back and closes the descriptor, fclose(3): it is closed
// even if that write fails, but not if it is interrupted. Of a popen's stream the
// process is still to be waited for.
func (s *Stream) Close() error {
	flushed := s.Flush()
	if flushed == kernel.ErrInterrupted {
		return flushed
	}
	s.forget()
	if err := s.set.do(&opClose, s.FD); err != nil {
		return err
	}
	return flushed
}

// forget has the stream closed for the program, with what it holds.
func (s *Stream) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Closed = true
	s.in, s.at, s.out = nil, 0, nil
	s.set.note(s)
	if s.set.files[s.FD] == s {
		delete(s.set.files, s.FD)
	}
}
