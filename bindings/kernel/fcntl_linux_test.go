package kernel

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Locks of open file descriptions stand in each other's way within one process.
func TestFcntlLockConflict(t *testing.T) {
	a, b := lockFile(t)
	lock, unlock := Record{{"type", int64(unix.F_WRLCK)}}, Record{{"type", int64(unix.F_UNLCK)}}
	if _, err := doFcntl(t, a, unix.F_OFD_SETLK, lock); err != nil {
		t.Skip(err)
	}
	if _, err := doFcntl(t, b, unix.F_OFD_SETLK, lock); err != unix.EAGAIN {
		t.Errorf("F_OFD_SETLK: %v, want EAGAIN", err)
	}
	r, err := doFcntl(t, b, unix.F_OFD_GETLK, lock)
	if rec, ok := r.(Record); err != nil || !ok || rec.Get("type") != int64(unix.F_WRLCK) || rec.Get("pid") != int64(-1) {
		t.Errorf("F_OFD_GETLK: %v, %v", r, err)
	}
	waitAndInterrupt(t, b, lock)
	waitAndUnlock(t, a, b, lock, unlock)
}

// lockOn waits for the lock on a task of its own.
func lockOn(task *Task, fd int, lock Record) <-chan error {
	result := make(chan error, 1)
	go func() {
		result <- run(task, Read, onFD(fd, func(f *Frame, fd int) error { return Fcntl(f, fd, unix.F_OFD_SETLKW, lock) }))
	}()
	return result
}

func waitAndInterrupt(t *testing.T, fd int, lock Record) {
	t.Helper()
	task := newTask(t)
	result := lockOn(task, fd, lock)
	untilBlocked(t, task)
	task.Interrupt()
	if err := answered(t, result); err != ErrInterrupted {
		t.Errorf("interrupted: %v, want ErrInterrupted", err)
	}
}

func waitAndUnlock(t *testing.T, holder, fd int, lock, unlock Record) {
	t.Helper()
	task := newTask(t)
	result := lockOn(task, fd, lock)
	untilBlocked(t, task)
	if _, err := doFcntl(t, holder, unix.F_OFD_SETLK, unlock); err != nil {
		t.Fatal(err)
	}
	if err := answered(t, result); err != nil || task.Frame.Out[0].Any != int64(0) {
		t.Errorf("unlocked: %v, %v", task.Frame.Out[0].Any, err)
	}
}

func answered(t *testing.T, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-time.After(5 * time.Second):
		t.Fatal("the call did not end")
		return nil
	}
}

func TestFcntlPipe(t *testing.T) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(p[0])
	defer unix.Close(p[1])
	for _, cmd := range []int{unix.F_SETPIPE_SZ, unix.F_GETPIPE_SZ} {
		if r, err := doFcntl(t, p[0], cmd, int64(8192)); r != int64(8192) || err != nil {
			t.Errorf("command %d answers %v, %v", cmd, r, err)
		}
	}
	if r, err := doFcntl(t, p[0], unix.F_GETSIG, nil); r != int64(0) || err != nil {
		t.Error("F_GETSIG: ", r, err)
	}
	if r, err := doFcntl(t, p[0], unix.F_DUPFD_QUERY, int64(p[0])); err == nil && r != int64(1) {
		t.Error("F_DUPFD_QUERY: ", r, err)
	}
}

const lifeShort = 2 // RWH_WRITE_LIFE_SHORT, include/uapi/linux/fcntl.h

func TestFcntlSeals(t *testing.T) {
	fd, err := unix.MemfdCreate("seals", unix.MFD_ALLOW_SEALING|unix.MFD_CLOEXEC)
	if err != nil {
		t.Skip(err)
	}
	defer unix.Close(fd)
	if _, err := doFcntl(t, fd, unix.F_ADD_SEALS, int64(unix.F_SEAL_WRITE)); err != nil {
		t.Error(err)
	}
	if r, err := doFcntl(t, fd, unix.F_GET_SEALS, nil); r != int64(unix.F_SEAL_WRITE) || err != nil {
		t.Error("F_GET_SEALS: ", r, err)
	}
	if _, err := doFcntl(t, fd, unix.F_SET_RW_HINT, int64(lifeShort)); err != nil {
		t.Error("F_SET_RW_HINT: ", err)
	}
	if r, err := doFcntl(t, fd, unix.F_GET_RW_HINT, nil); r != uint64(lifeShort) || err != nil {
		t.Error("F_GET_RW_HINT: ", r, err)
	}
}

func TestFcntlOwnerEx(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	if _, err := doFcntl(t, a, unix.F_SETOWN_EX, Record{{"type", int64(ownerGroup)}, {"pid", int64(unix.Getpgrp())}}); err != nil {
		t.Fatal(err)
	}
	if r, err := doFcntl(t, a, unix.F_GETOWN, nil); r != -int64(unix.Getpgrp()) || err != nil {
		t.Errorf("F_GETOWN answers %v, %v", r, err)
	}
	r, err := doFcntl(t, a, unix.F_GETOWN_EX, nil)
	if rec, ok := r.(Record); err != nil || !ok || rec.Get("pid") != int64(unix.Getpgrp()) {
		t.Errorf("F_GETOWN_EX answers %v, %v", r, err)
	}
}

// TestFcntlLinuxArguments: what the commands that Linux alone has do not take is named.
func TestFcntlLinuxArguments(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	for _, c := range []struct {
		cmd  int
		arg  any
		text string
	}{
		{unix.F_DUPFD_QUERY, nil, "descriptor expected, got no value"},
		{unix.F_DUPFD_QUERY, int64(1 << 32), "descriptor expected, got 4294967296"},
		{unix.F_DUPFD_QUERY, int64(-1 << 32), "descriptor expected, got -4294967296"},
		{unix.F_SETOWN_EX, int64(1), "owner table {type=, pid=} expected, got 1"},
		{unix.F_SETOWN_EX, Record{{"type", int64(0)}}, "field 'pid' of the owner: integer expected, got nil"},
		{unix.F_SET_RW_HINT, "x", "integer expected, got string"},
	} {
		_, err := doFcntl(t, a, c.cmd, c.arg)
		var arg *ArgError
		if !errors.As(err, &arg) || arg.Arg != argCommand || arg.Text != c.text {
			t.Errorf("fcntl(%d, %v): %v, want %q", c.cmd, c.arg, err, c.text)
		}
	}
}
