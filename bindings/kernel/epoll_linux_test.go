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

// TestEpollInterrupt: both forms of the wait end by Ctrl-C, by close in another thread,
// and with their time.
func TestEpollInterrupt(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	forms := map[string]func(f *Frame, fd int, timeout time.Duration) error{
		"epoll_wait":   func(f *Frame, fd int, timeout time.Duration) error { return EpollWait(f, fd, 8, timeout) },
		"epoll_pwait2": func(f *Frame, fd int, timeout time.Duration) error { return EpollPwait2(f, fd, 8, timeout) },
	}
	for name, wait := range forms {
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
