package kernel

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestQuietWait: a wait that Go's scheduler does not know of and that has no limit keeps
// neither an interrupt nor the collector waiting.
func TestQuietWait(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	l := listener(t)
	waits := []struct {
		name string
		wait Wait
		do   func(f *Frame) error
	}{
		{"select", Timed, func(f *Frame) error {
			f.Sets[0].Begin()
			f.Sets[0].Add(a)
			return Select(f, -1)
		}},
		{"recv", Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 10, 0) })},
		{"accept", Read, onFD(l, func(f *Frame, fd int) error { return Accept(f, fd, 0) })},
	}
	for _, w := range waits {
		t.Run(w.name, func(t *testing.T) {
			task := newTask(t)
			if !task.Frame.undisturbed() {
				t.Skip("there is one processor, or no preemption")
			}
			quiet, ended := make(chan bool, 100), make(chan error)
			go func() {
				task.Pin()
				ended <- run(task, w.wait, func(f *Frame) error {
					quiet <- f.quiet || w.wait == Timed
					return w.do(f)
				})
			}()
			for !<-quiet {
			}
			begun := time.Now()
			runtime.GC()
			task.Interrupt()
			if err := <-ended; !errors.Is(err, ErrInterrupted) {
				t.Errorf("answered %v", err)
			}
			t.Logf("%v", time.Since(begun))
		})
	}
}

// TestLuck: who looks in vain looks more seldom, and again when something comes.
func TestLuck(t *testing.T) {
	f := &Frame{Task: newTask(t)}
	looks := func(found int, times int) (n int) {
		for range times {
			f.Reset()
			f.timeout = -1
			_ = f.lookFirst(true, func() (int, error) {
				if f.peek {
					n++
					return found, nil
				}
				return 1, nil
			})
		}
		return n
	}
	if n := looks(1, 100); n != 100 {
		t.Errorf("%d looks of 100 that find something", n)
	}
	if n := looks(0, 100); n > 20 {
		t.Errorf("%d looks of 100 in vain", n)
	}
	if n := looks(1, 100); n < 90 {
		t.Errorf("%d looks of 100 that find something again", n)
	}
}
