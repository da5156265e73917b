package stdio

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// wait waits for a child in wait4(2), which an interrupt ends like any blocked call.
func (s *Streams) wait(name string, pid int) (unix.WaitStatus, error) {
	var status unix.WaitStatus
	ended, flags := false, unix.WNOHANG
	op := kernel.Op{Name: name, Wait: kernel.Timed, Do: func(*kernel.Frame) error {
		got, err := unix.Wait4(pid, &status, flags, nil)
		if flags = 0; got == pid { // the gate's first round must not wait; a further one may
			ended = true
			return nil
		}
		if err == nil {
			return unix.EAGAIN
		}
		return err
	}}
	err := s.do(&op)
	if err == kernel.ErrInterrupted && !ended {
		go func() { _, _ = reap(pid) }()
	}
	return status, err
}
