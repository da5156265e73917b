package stdio

import (
	"bytes"
	"io"
	"unsafe"

	"golang.org/x/sys/unix"
)

// All that is read stays in the buffer until the whole of what was asked for is there,
// so that an interrupt, or EAGAIN, loses nothing: the next read finds it.

// largestRead bounds one read(2), and what is kept of a buffer that grew.
const largestRead = 1 << 20

// Begin starts a reading: an end of file that the one before has met is asked for
// anew, since a terminal may have more after it (clearerr(3)).
func (s *Stream) Begin() error {
	if !s.readable {
		return unix.EBADF
	}
	s.eof = false
	return nil
}

// fill reads once more, about want bytes. At the end of file it sets s.eof.
func (s *Stream) fill(want int) error {
	if s.eof {
		return nil
	}
	if err := s.set.stopped(); err != nil {
		return err
	}
	if err := s.Flush(); err != nil {
		return err
	}
	want = min(max(want, bufferSize), largestRead)
	if err := s.grow(want); err != nil {
		return err
	}
	err := s.set.do(&opRead, s.FD, want)
	data := s.set.frame.Out[0].Str
	s.in = append(s.in, data...)
	s.eof = err == nil && data == ""
	s.set.frame.Reset() // or it would hold on to the data
	return err
}

// grow makes room for so many bytes more. What is too large is let go of: a program
// that met the memory limit is to have its memory back.
func (s *Stream) grow(more int) error {
	if s.at == len(s.in) {
		s.discard()
	}
	if cap(s.in)-len(s.in) >= more {
		return nil
	}
	unread := s.unread()
	room := max(len(unread)+more, 2*len(unread))
	if err := s.set.Reserve(room); err != nil {
		s.in, s.at = nil, 0
		return err
	}
	s.in = append(make([]byte, 0, room), unread...)
	s.at = 0
	return nil
}

// take takes n bytes out of the buffer. A large buffer that is nearly full is given
// away as it is, which saves the copy.
func (s *Stream) take(n int) (string, error) {
	if s.at == 0 && n == len(s.in) && n > 1<<16 && n >= cap(s.in)-cap(s.in)/4 {
		text := unsafe.String(unsafe.SliceData(s.in), n)
		s.in = nil
		return text, nil
	}
	if err := s.set.Reserve(n); err != nil {
		s.in, s.at = nil, 0
		return "", err
	}
	text := string(s.unread()[:n])
	s.at += n
	if s.at == len(s.in) && cap(s.in) > largestRead {
		s.in, s.at = nil, 0
	}
	return text, nil
}

// ReadLine reads a line of any length, without its newline unless keep says so.
// io.EOF: there is none.
func (s *Stream) ReadLine(keep bool) (string, error) {
	for seen := 0; ; {
		if i := bytes.IndexByte(s.unread()[seen:], '\n'); i >= 0 {
			return s.takeLine(seen+i, keep)
		}
		seen = len(s.unread())
		if s.eof {
			return s.takeRest(seen)
		}
		if err := s.fill(seen); err != nil {
			return "", err
		}
	}
}

func (s *Stream) takeLine(n int, keep bool) (string, error) {
	if keep {
		return s.take(n + 1)
	}
	line, err := s.take(n)
	if err == nil {
		s.at++ // the newline: the buffer was not given away, since it holds that still
	}
	return line, err
}

// takeRest takes what is left at the end of the file.
func (s *Stream) takeRest(n int) (string, error) {
	if n == 0 {
		return "", io.EOF
	}
	return s.take(n)
}

// ReadCount reads n bytes, fewer at the end of the file. io.EOF: there are none. A
// count of 0 tells whether there are any.
func (s *Stream) ReadCount(n int) (string, error) {
	for !s.eof && len(s.unread()) < max(n, 1) {
		if err := s.fill(n - len(s.unread())); err != nil {
			return "", err
		}
	}
	if len(s.unread()) == 0 {
		return "", io.EOF
	}
	return s.take(min(n, len(s.unread())))
}

// ReadAll reads what is left; "" at the end of the file.
func (s *Stream) ReadAll() (string, error) {
	for !s.eof {
		if err := s.fill(len(s.unread())); err != nil {
			return "", err
		}
	}
	return s.take(len(s.unread()))
}

// peek answers the byte that is i bytes ahead; false at the end of the file.
func (s *Stream) peek(i int) (byte, bool, error) {
	for i >= len(s.unread()) {
		if s.eof {
			return 0, false, nil
		}
		if err := s.fill(i); err != nil {
			return 0, false, err
		}
	}
	return s.unread()[i], true, nil
}
