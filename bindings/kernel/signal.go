package kernel

import (
	"fmt"
	"os"
	"os/signal"
	"sync"

	"golang.org/x/sys/unix"
)

// heard is a signal whose arrivals are written to a descriptor, or end the program as the
// prompt has it end.
type heard struct {
	fd     int // negative: the Lua program has not asked for it
	arrive chan os.Signal
}

// hearing lists the signals that the Lua program has asked for, and those that end the program.
var hearing struct {
	sync.Mutex
	of  map[unix.Signal]*heard
	end func(unix.Signal) // what CatchEnd was given, if it was
}

// Hear has each arrival of a signal write its number, as a byte, to the descriptor; a
// negative one ends that, and the signal does again what it does by default. It answers
// the descriptor that was set before, -1 if none.
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
	case h == nil && fd >= 0:
		hear(s, fd)
	case h != nil && fd < 0 && !(hearing.end != nil && isEnd(s)):
		unhear(s, h)
	case h != nil:
		h.fd = fd
	}
	return nil
}

// CatchEnd has a signal that would end the process call end instead, unless the Lua program
// hears it. SIGINT is not among them: that is the prompt's Ctrl-C.
func CatchEnd(end func(unix.Signal)) {
	hearing.Lock()
	defer hearing.Unlock()
	hearing.end = end
	for s := unix.Signal(1); s <= lastSignal; s++ {
		if isEnd(s) && hearing.of[s] == nil {
			hear(s, -1)
		}
	}
}

// isEnd tells whether the signal ends a process by default, other than SIGINT.
func isEnd(s unix.Signal) bool {
	return s == unix.SIGHUP || s == unix.SIGTERM || isDeadly(s)
}

// ByDefault has the signal do what it does by default, whoever catches it.
func ByDefault(s unix.Signal) {
	signal.Reset(s)
	release(s)
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
	catch(s)
	go func() {
		for range h.arrive {
			hearing.Lock()
			fd, end := h.fd, hearing.end
			hearing.Unlock()
			switch {
			case fd >= 0:
				writeByte(fd, byte(s))
			case end != nil && isEnd(s):
				end(s)
			}
		}
	}()
}

func unhear(s unix.Signal, h *heard) {
	if isDeadly(s) {
		release(s)
	}
	signal.Stop(h.arrive)
	close(h.arrive)
	delete(hearing.of, s)
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
