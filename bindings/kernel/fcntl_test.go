package kernel

import (
	"errors"
	"os"
	"reflect"
	"testing"

	"golang.org/x/sys/unix"
)

// doFcntl makes the call as the row does.
func doFcntl(t testing.TB, fd, cmd int, arg any) (any, error) {
	t.Helper()
	task := NewTask(0, "main")
	defer task.End()
	err := run(task, Read, onFD(fd, func(f *Frame, fd int) error { return Fcntl(f, fd, cmd, arg) }))
	return task.Frame.Out[0].Any, err
}

// lockFile makes a file and opens it twice.
func lockFile(t *testing.T) (a, b int) {
	t.Helper()
	path := t.TempDir() + "/locked"
	for _, fd := range []*int{&a, &b} {
		var err error
		if *fd, err = unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(*fd) })
	}
	return a, b
}

func TestFcntlFlags(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	if r, err := doFcntl(t, a, unix.F_SETFL, int64(unix.O_RDWR|unix.O_NONBLOCK)); r != int64(0) || err != nil {
		t.Error("F_SETFL: ", r, err)
	}
	if r, err := doFcntl(t, a, unix.F_GETFL, nil); r != int64(unix.O_RDWR|unix.O_NONBLOCK) || err != nil {
		t.Error("F_GETFL: ", r, err)
	}
	if _, err := doFcntl(t, a, unix.F_SETFD, int64(unix.FD_CLOEXEC)); err != nil {
		t.Error("F_SETFD: ", err)
	}
	if r, err := doFcntl(t, a, unix.F_GETFD, nil); r != int64(unix.FD_CLOEXEC) || err != nil {
		t.Error("F_GETFD: ", r, err)
	}
	if _, err := doFcntl(t, -1, unix.F_GETFL, nil); err != unix.EBADF {
		t.Errorf("on -1: %v, want EBADF", err)
	}
}

func TestFcntlDuplicates(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	for cmd, flags := range map[int]int{unix.F_DUPFD: 0, unix.F_DUPFD_CLOEXEC: unix.FD_CLOEXEC} {
		r, err := doFcntl(t, a, cmd, int64(200))
		fd, ok := r.(int64)
		if err != nil || !ok || fd < 200 {
			t.Fatal(r, err)
		}
		if got, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); got != flags || err != nil {
			t.Errorf("command %d: the new descriptor's flags are %d, %v", cmd, got, err)
		}
		unix.Close(int(fd))
	}
	if _, err := doFcntl(t, a, unix.F_DUPFD, int64(-1)); err != unix.EINVAL {
		t.Errorf("F_DUPFD from -1: %v, want EINVAL", err)
	}
}

func TestFcntlOwner(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	for _, owner := range []int64{int64(os.Getpid()), -int64(unix.Getpgrp()), 0} {
		if _, err := doFcntl(t, a, unix.F_SETOWN, owner); err != nil {
			t.Fatal(owner, err)
		}
		if r, err := doFcntl(t, a, unix.F_GETOWN, nil); r != owner || err != nil {
			t.Errorf("owner %d: F_GETOWN answers %v, %v", owner, r, err)
		}
	}
}

func TestFcntlArguments(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	for _, c := range []struct {
		cmd  int
		arg  any
		text string
	}{
		{unix.F_SETFL, nil, "integer expected, got no value"},
		{unix.F_SETFL, "x", "integer expected, got string"},
		{unix.F_SETFL, 1.5, "integer expected, got 1.5"},
		{unix.F_SETLK, int64(1), "lock table {type=, whence=, start=, len=} expected, got 1"},
		{unix.F_SETLK, Record{{"whence", int64(0)}}, "field 'type' of the lock: integer expected, got nil"},
		{unix.F_SETLK, Record{{"type", int64(0)}, {"typ", int64(0)}},
			"the lock has no field 'typ' (it has len, pid, start, type, whence)"},
		{54321, int64(1 << 20), "integer from -65535 to 65535 expected for a command that is not known, got 1048576"},
		{54321, Record{}, "integer expected, got table"},
	} {
		_, err := doFcntl(t, a, c.cmd, c.arg)
		var arg *ArgError
		if !errors.As(err, &arg) || arg.Arg != 2 || arg.Text != c.text {
			t.Errorf("fcntl(%d, %v): %v, want %q", c.cmd, c.arg, err, c.text)
		}
	}
	if _, err := doFcntl(t, a, 54321, nil); err != unix.EINVAL && err != unix.ENOTTY {
		t.Errorf("a command that is not known: %v", err)
	}
}

func TestFcntlLocks(t *testing.T) {
	a, _ := lockFile(t)
	whole := Record{{"type", int64(unix.F_WRLCK)}}
	if r, err := doFcntl(t, a, unix.F_SETLK, whole); r != int64(0) || err != nil {
		t.Fatal(r, err)
	}
	// A process's own locks are never in its way.
	part := Record{{"type", int64(unix.F_WRLCK)}, {"start", int64(10)}, {"len", int64(5)}}
	want := Record{
		{"type", int64(unix.F_UNLCK)}, {"whence", int64(0)}, {"start", int64(10)}, {"len", int64(5)}, {"pid", int64(0)},
	}
	if r, err := doFcntl(t, a, unix.F_GETLK, part); err != nil || !reflect.DeepEqual(r, want) {
		t.Errorf("F_GETLK answers %v, %v, want %v", r, err, want)
	}
	if r, err := doFcntl(t, a, unix.F_SETLKW, part); r != int64(0) || err != nil {
		t.Error("F_SETLKW: ", r, err)
	}
}

// TestFlockWaits: flock waits for the lock where another open of the file has it, whatever
// O_NONBLOCK says, until it gets it or an interrupt comes; with LOCK_NB it does not.
func TestFlockWaits(t *testing.T) {
	a, b := lockFile(t)
	if err := unix.SetNonblock(b, true); err != nil {
		t.Fatal(err)
	}
	lock := func(fd, operation int) func(*Frame) error {
		return onFD(fd, func(f *Frame, fd int) error { return Flock(f, fd, operation) })
	}
	if err := run(newTask(t), Read, lock(a, unix.LOCK_EX)); err != nil {
		t.Fatal(err)
	}
	if err := run(newTask(t), Read, lock(b, unix.LOCK_EX|unix.LOCK_NB)); err != unix.EAGAIN {
		t.Errorf("with LOCK_NB: %v", err)
	}
	task, done := newTask(t), make(chan error, 1)
	wait := func() {
		go func() { done <- run(task, Read, lock(b, unix.LOCK_EX)) }()
		untilBlocked(t, task)
	}
	wait()
	task.Interrupt()
	if err := <-done; err != ErrInterrupted {
		t.Errorf("interrupted: %v", err)
	}
	task.Resume()
	wait()
	if err := run(newTask(t), Read, lock(a, unix.LOCK_UN)); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("unlocked: %v", err)
	}
	if err := run(newTask(t), Read, lock(a, unix.LOCK_SH|unix.LOCK_NB)); err != unix.EAGAIN {
		t.Errorf("the other has not got it: %v", err)
	}
}
