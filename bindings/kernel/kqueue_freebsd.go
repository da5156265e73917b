package kernel

// event is struct kevent of <sys/event.h>; udata is a number, no pointer.
type event struct {
	Ident  uint64
	Filter int16
	Flags  uint16
	Fflags uint32
	Data   int64
	Udata  uintptr
	_      [4]uint64
}
