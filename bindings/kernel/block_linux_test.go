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
	task := newTask(t)
	if !task.Frame.undisturbed() {
		t.Skip("there is one processor, or no preemption")
	}
	inside, ended := make(chan bool), make(chan error)
	go func() {
		task.Pin()
		ended <- run(task, Timed, func(f *Frame) error {
			f.Sets[0].Begin()
			f.Sets[0].Add(a)
			if !f.blocking {
				inside <- true
			}
			return Select(f, -1)
		})
	}()
	<-inside
	begun := time.Now()
	runtime.GC()
	task.Interrupt()
	err := <-ended
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("select answered %v", err)
	}
	t.Logf("%v", time.Since(begun))
}
