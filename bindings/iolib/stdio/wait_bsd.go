//go:build darwin || freebsd

package stdio

import (
	"time"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// wait waits for a child on a thread of its own: there is no descriptor to poll for
// it, and the gate interrupts nothing but a poll here.
func (s *Streams) wait(_ string, pid int) (status unix.WaitStatus, err error) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		status, err = reap(pid)
	}()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return status, err
		case <-tick.C:
			if s.Task.Interrupted() {
				return 0, kernel.ErrInterrupted
			}
		}
	}
}
