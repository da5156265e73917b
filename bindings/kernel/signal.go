package kernel

import (
	"fmt"
	"os"
	"os/signal"
	"sync"

	"golang.org/x/sys/unix"
)

// heard is a signal whose arrivals are written to a descriptor.
type heard struct {
	fd     int
	arrive chan os.Signal
}

// hearing lists the signals that the Lua program has asked for.
var hearing struct {
	sync.Mutex
	of map[unix.Signal]*heard
}

// Hear has each arrival of a signal write its number, as a byte, to the descriptor; a
// negative one ends that, and the signal does again what it does by default. It answers
// the descriptor that was set before, -1 if none. Go's runtime catches the signal, so
// that there is no moment in which it could end the process.
func Hear(f *Frame, sig, fd int) error {
	s := unix.Signal(sig)
	if err := catchable(s); err != nil {
		return err
	}
	if fd >= 0 && !isOpen(fd) {
		return unix.EBADF
	}
	hearing.Lock()
	defer hearing.Unlock()
	h := hearing.of[s]
	f.Answer(0, -1)
	if h != nil {
		f.Answer(0, h.fd)
	}
	switch {
	case fd < 0 && h != nil:
		signal.Stop(h.arrive)
		close(h.arrive)
		delete(hearing.of, s)
	case fd >= 0 && h != nil:
		h.fd = fd
	case fd >= 0:
		hear(s, fd)
	}
	return nil
}

// hear begins to listen. Arrivals that come faster than they are written coalesce, as
// signals do.
func hear(s unix.Signal, fd int) {
	if hearing.of == nil {
		hearing.of = map[unix.Signal]*heard{}
	}
	h := &heard{fd: fd, arrive: make(chan os.Signal, 16)}
	hearing.of[s] = h
	signal.Notify(h.arrive, s)
	go func() {
		for range h.arrive {
			hearing.Lock()
			fd := h.fd
			hearing.Unlock()
			writeByte(fd, byte(s))
		}
	}()
}

// writeByte writes unless the descriptor is full: whoever reads it is awake already.
func writeByte(fd int, b byte) {
	polls := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
	if n, err := unix.Poll(polls, 0); n == 1 && err == nil && polls[0].Revents&unix.POLLOUT != 0 {
		_, _ = unix.Write(fd, []byte{b})
	}
}

// catchable refuses what the kernel's sigaction refuses, and what the program needs
// itself.
func catchable(s unix.Signal) error {
	switch {
	case s < 1 || s > lastSignal || s == unix.SIGKILL || s == unix.SIGSTOP:
		return unix.EINVAL
	case ownSignal(s):
		return &DetailError{unix.EINVAL, fmt.Sprintf("signal %d is one that this program needs itself", s)}
	}
	return nil
}
