package kernel

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// watching makes an epoll instance that watches the descriptor.
func watching(t *testing.T, fd int) int {
	t.Helper()
	ep, err := unix.EpollCreate1(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(ep) })
	if err := unix.EpollCtl(ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN}); err != nil {
		t.Fatal(err)
	}
	return ep
}

// epollForms are both forms of the wait.
var epollForms = map[string]func(f *Frame, epfd, most int, timeout time.Duration) error{
	"epoll_wait":   EpollWait,
	"epoll_pwait2": EpollPwait2,
}

// TestEpollInterrupt: both forms of the wait end by Ctrl-C, by close in another thread,
// and with their time.
func TestEpollInterrupt(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	for name, call := range epollForms {
		wait := func(f *Frame, fd int, timeout time.Duration) error { return call(f, fd, 8, timeout) }
		t.Run(name, func(t *testing.T) {
			ep := watching(t, a)
			task, closer := newTask(t), newTask(t)
			begin := func(timeout time.Duration) chan error {
				done := make(chan error, 1)
				go func() {
					done <- run(task, Timed, onFD(ep, func(f *Frame, fd int) error { return wait(f, fd, timeout) }))
				}()
				return done
			}
			for range 20 {
				done := begin(-1)
				untilBlocked(t, task)
				task.Interrupt()
				if err := <-done; !errors.Is(err, ErrInterrupted) {
					t.Fatalf("interrupted, it answered %v", err)
				}
				task.Resume()
			}
			if err := <-begin(20 * time.Millisecond); err != nil || len(task.Frame.Ints[0]) != 0 {
				t.Errorf("after its time it answered %v, %v", task.Frame.Ints[0], err)
			}
			done := begin(-1)
			untilBlocked(t, task)
			if err := run(closer, Never, onFD(ep, Close)); err != nil {
				t.Fatal(err)
			}
			if err := <-done; !errors.Is(err, unix.EBADF) {
				t.Errorf("closed by another thread, it answered %v", err)
			}
		})
	}
}

// TestEpollMost: no more events come than were asked for, the others the next time; one may ask for more
// than there is room for.
func TestEpollMost(t *testing.T) {
	const ready = 5
	for name, wait := range epollForms {
		t.Run(name, func(t *testing.T) {
			first, peer := pair(t, unix.SOCK_STREAM)
			ep := watching(t, first)
			_, _ = unix.Write(peer, []byte("x"))
			for range ready - 1 {
				fd, _ := pair(t, unix.SOCK_STREAM)
				if err := unix.EpollCtl(ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLOUT, Fd: int32(fd)}); err != nil {
					t.Fatal(err)
				}
			}
			task := newTask(t)
			for _, most := range []int{1, 2, 4, 5, 6, 1e9, 2, 1} { // more, and fewer again
				err := run(task, Timed, onFD(ep, func(f *Frame, fd int) error { return wait(f, fd, most, time.Minute) }))
				data, events := task.Frame.Ints[0], task.Frame.Ints[1]
				if err != nil || len(data) != min(most, ready) || len(events) != len(data) {
					t.Errorf("of at most %d: %v, %v, %v", most, data, events, err)
				}
			}
			for _, most := range []int{0, -1} {
				err := run(task, Timed, onFD(ep, func(f *Frame, fd int) error { return wait(f, fd, most, 0) }))
				if err != unix.EINVAL {
					t.Errorf("of at most %d: %v", most, err)
				}
			}
		})
	}
}

// TestEpollEdge: an event that the kernel tells of once is answered by the call that finds it, however long
// that may wait; one that may not wait is over at once.
func TestEpollEdge(t *testing.T) {
	for name, wait := range epollForms {
		a, peer := pair(t, unix.SOCK_STREAM)
		ep := watching(t, a)
		task := newTask(t)
		answers := func(timeout time.Duration) int {
			if err := run(task, Timed, onFD(ep, func(f *Frame, fd int) error { return wait(f, fd, 8, timeout) })); err != nil {
				t.Fatal(err)
			}
			return len(task.Frame.Ints[0])
		}
		for _, once := range []uint32{unix.EPOLLET, unix.EPOLLONESHOT} {
			for _, timeout := range []time.Duration{0, 5 * time.Second, -1} {
				if err := unix.EpollCtl(ep, unix.EPOLL_CTL_MOD, a, &unix.EpollEvent{Events: unix.EPOLLIN | once}); err != nil {
					t.Fatal(err)
				}
				_, _ = unix.Write(peer, []byte("x"))
				begun := time.Now()
				if n := answers(timeout); n != 1 || time.Since(begun) >= 5*time.Second {
					t.Errorf("%s, %v: %d events after %v", name, timeout, n, time.Since(begun))
				}
			}
		}
		least := time.Hour
		for range 20 {
			begun := time.Now()
			if n := answers(0); n != 0 {
				t.Errorf("%s: %d events, told again", name, n)
			}
			least = min(least, time.Since(begun))
		}
		if least > 500*time.Microsecond {
			t.Errorf("%s: a look took %v", name, least)
		}
	}
}
