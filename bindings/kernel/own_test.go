package kernel

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// TestOwned: for a call the program's own descriptors do not exist.
func TestOwned(t *testing.T) {
	fds := [2]int{}
	if err := unix.Pipe(fds[:]); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fds[1])
	own := Own(fds[0])
	defer disown(own)
	if own < ownBase {
		t.Errorf("moved to %d", own)
	}
	task := newTask(t)
	if err := run(task, Never, onFD(own, Close)); err != unix.EBADF {
		t.Errorf("close answered %v", err)
	}
	err := run(task, Timed, func(f *Frame) error {
		f.Sets[0].Begin()
		f.Sets[0].Add(own)
		return Select(f, 0)
	})
	var detail *DetailError
	if !errors.As(err, &detail) || detail.Errno != unix.EBADF {
		t.Errorf("select answered %v", err)
	}
	if _, err := unix.Write(fds[1], []byte("x")); err != nil {
		t.Errorf("it was closed: %v", err)
	}
}
