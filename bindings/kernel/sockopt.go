package kernel

import (
	"errors"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// largestOption bounds the size that a program may ask getsockopt for; no option of
// any kernel is nearly as long.
const largestOption = 1 << 20

// Getsockopt answers an option's value in the form that the table of options gives
// it, getsockopt(2).
func Getsockopt(f *Frame, fd, level, name int) error {
	o := lookupOption(fd, level, name)
	b, err := f.option(fd, level, name, o.Shape)
	if err != nil {
		return err
	}
	f.AnswerAny(0, o.Shape.Decode(b))
	return nil
}

// GetsockoptRaw answers an option's bytes, at most size of them, whatever the option.
// arg is the position of the size, for the error.
func GetsockoptRaw(f *Frame, fd, level, name, size, arg int) error {
	if size < 0 || size > largestOption {
		return badArg(arg, "size of at most %d bytes expected, got %d", largestOption, size)
	}
	shape := lookupOption(fd, level, name).Shape
	ask := size
	if shape.unit > 1 {
		ask = shape.sizes[0]
	}
	b, _, errno := f.getOption(fd, level, name, ask, shape.unit)
	if errno != 0 {
		return errno
	}
	f.AnswerAny(0, string(b[:min(size, len(b))]))
	return nil
}

// Setsockopt sets an option, setsockopt(2). arg is the position of the value, for the
// error.
func Setsockopt(f *Frame, fd, level, name int, value any, arg int) error {
	shape := lookupOption(fd, level, name).Shape
	b, err := shape.Encode(value)
	if err != nil {
		return optionError(arg, err)
	}
	f.Answer(0, 0)
	if level == unix.SOL_SOCKET && name == unix.SO_RCVLOWAT {
		defer noteLowWater(fd)
	}
	if shape.pass != nil {
		return shape.pass(fd, level, name, b)
	}
	return setOption(fd, level, name, unsafe.Pointer(unsafe.SliceData(b)), len(b))
}

// optionError makes a mistake in a value the argument's error; a refusal of the
// kernel's that came up while the value was made (no such interface) stays one.
func optionError(arg int, err error) error {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return asArg(arg, err)
}

// readOption answers an option's value as Getsockopt does, for those that walk
// Options. One whose Access is not Get has no value to be read, or is changed by it.
func (f *Frame) readOption(fd int, o *Option) (any, error) {
	b, err := f.option(fd, o.Level, o.Name, o.Shape)
	if err != nil {
		return nil, err
	}
	return o.Shape.Decode(b), nil
}

// option asks for an option with each size that its shape may have, and again with a
// larger one where the kernel says that there is more. The bytes are the frame's own.
func (f *Frame) option(fd, level, name int, s *Shape) ([]byte, error) {
	var errno unix.Errno
	for _, size := range s.sizes {
		var b []byte
		var need int
		b, need, errno = f.getOption(fd, level, name, size, s.unit)
		if s.open && (errno == unix.ERANGE || errno == 0 && need >= size) {
			size = min(max(need, largerOption), largestOption)
			b, _, errno = f.getOption(fd, level, name, size, s.unit)
		}
		if errno == 0 {
			return b, nil
		}
		if errno != unix.EINVAL {
			break
		}
	}
	return nil, errno
}

// largerOption is how much is asked for when the usual size was not enough.
const largerOption = 1 << 14

// getOption makes the system call. The length is counted in units: of a socket filter
// the kernel counts the instructions, not the bytes. The buffer is cleared: some
// options read it first, and must find no pointer there. need is what the kernel
// answered as the length.
func (f *Frame) getOption(fd, level, name, size, unit int) (b []byte, need int, errno unix.Errno) {
	unit = max(unit, 1)
	buf := f.buffer(max(size*unit, 8))
	clear(buf)
	n := uint32(size)
	_, _, errno = unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name),
		uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(unsafe.Pointer(&n)), 0)
	runtime.KeepAlive(buf)
	return buf[:min(int(n), size)*unit], int(n), errno
}

func setOption(fd, level, name int, value unsafe.Pointer, size int) error {
	_, _, errno := unix.Syscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name),
		uintptr(value), uintptr(size), 0)
	return asError(errno)
}
