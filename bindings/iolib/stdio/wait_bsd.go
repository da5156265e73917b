//go:build darwin || freebsd

package stdio

import (
	"time"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// ending is how a child ended.
type ending struct {
	status unix.WaitStatus
	err    error
}

// wait waits for a child on a thread of its own: there is no descriptor to poll for
// it, and the gate interrupts nothing but a poll here.
func (s *Streams) wait(_ string, pid int) (unix.WaitStatus, error) {
	ended := make(chan ending, 1)
	go func() {
		status, err := reap(pid)
		ended <- ending{status, err}
	}()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case e := <-ended:
			return e.status, e.err
		case <-tick.C:
			if s.Task.Interrupted() {
				return 0, kernel.ErrInterrupted
			}
		}
	}
}
