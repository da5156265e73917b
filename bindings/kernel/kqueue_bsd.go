//go:build darwin || freebsd

package kernel

import (
	"fmt"
	"math"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mostEvents is how many events one call takes at most: what it may be asked for is
// bounded only by memory.
const mostEvents = 1 << 16

// Kqueue makes a kernel event queue, kqueue(2).
func Kqueue(f *Frame) error {
	fd, _, errno := unix.RawSyscall(unix.SYS_KQUEUE, 0, 0, 0)
	f.Answer(0, int(fd))
	return asError(errno)
}

// Kevent registers changes with the queue, then waits for up to so many events, and
// answers them, kevent(2).
func Kevent(f *Frame, kq int, changes any, most int, timeout time.Duration) error {
	f.timeout = timeout
	var list []event
	if !f.noTry { // the first round has made the changes
		var err error
		if list, err = eventList(changes); err != nil {
			return err
		}
	}
	if n := min(most, mostEvents); n > len(f.ready) {
		f.ready = make([]event, n)
	}
	n, errno := f.call(unix.SYS_KEVENT, uintptr(kq), uintptr(unsafe.Pointer(unsafe.SliceData(list))), uintptr(len(list)),
		uintptr(unsafe.Pointer(unsafe.SliceData(f.ready))), uintptr(min(most, mostEvents)), f.roundTime())
	runtime.KeepAlive(list)
	runtime.KeepAlive(f)
	switch {
	case errno != 0:
		return errno
	case n == 0 && f.early() && most > 0:
		return errMayBlock
	}
	answer := make([]any, n)
	for i := range answer {
		answer[i] = f.ready[i].record()
	}
	f.AnswerAny(0, answer)
	return nil
}

// eventList makes the kernel's events of an array of tables.
func eventList(changes any) ([]event, error) {
	var list []event
	tables, ok := changes.([]any)
	if rec, empty := changes.(Record); !ok && changes != nil && !(empty && len(rec) == 0) {
		return nil, badArg(1, "array of {ident=, filter=, flags=} expected")
	}
	for i, table := range tables {
		rec, ok := table.(Record)
		if !ok {
			return nil, badArg(1, "a table {ident=, filter=, flags=} expected at index %d", i+1)
		}
		e, err := eventOf(NewReader(rec, fmt.Sprintf("change %d", i+1)))
		if err != nil {
			return nil, badArg(1, "%s", err)
		}
		list = append(list, e)
	}
	return list, nil
}

func eventOf(r *Reader) (e event, err error) {
	ident := r.Int("ident", 0)
	e.Filter = int16(r.Range("filter", 0, math.MinInt16, math.MaxInt16))
	e.Flags = uint16(r.Range("flags", 0, 0, math.MaxUint16))
	e.Fflags = uint32(r.Range("fflags", 0, 0, math.MaxUint32))
	e.Data = r.Int("data", 0)
	e.Udata = uintptr(r.Int("udata", ident))
	if e.Filter == unix.EVFILT_READ || e.Filter == unix.EVFILT_WRITE || e.Filter == unix.EVFILT_VNODE {
		ident = int64(Visible(int(ident)))
	}
	e.Ident = uint64(ident)
	return e, r.Done()
}

func (e *event) record() Record {
	return Record{
		{"ident", int64(e.Ident)}, {"filter", int64(e.Filter)}, {"flags", int64(e.Flags)},
		{"fflags", int64(e.Fflags)}, {"data", e.Data}, {"udata", int64(e.Udata)},
	}
}
