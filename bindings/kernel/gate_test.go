package kernel

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestBlockingFlagsStay(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	before, _ := unix.FcntlInt(uintptr(a), unix.F_GETFL, 0)
	done := make(chan error, 1)
	go func() {
		done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 10, 0) }))
	}()
	untilBlocked(t, task)
	during, _ := unix.FcntlInt(uintptr(a), unix.F_GETFL, 0)
	tv, _ := unix.GetsockoptTimeval(a, unix.SOL_SOCKET, unix.SO_RCVTIMEO)
	task.Interrupt()
	if err := <-done; !errors.Is(err, ErrInterrupted) {
		t.Errorf("recv answered %v", err)
	}
	if before != during || before&unix.O_NONBLOCK != 0 {
		t.Errorf("F_GETFL %#x before, %#x while it blocked", before, during)
	}
	if tv.Sec != 0 || tv.Usec != 0 {
		t.Errorf("SO_RCVTIMEO %v while it blocked", tv)
	}
}

func TestSendGoesOnUntilAllIsTaken(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	data := strings.Repeat("0123456789", 200_000)
	done := make(chan error, 1)
	go func() {
		done <- run(task, Write, onFD(a, func(f *Frame, fd int) error { return Send(f, fd, data, 0) }))
	}()
	got := make([]byte, len(data))
	for n := 0; n < len(got); {
		m := len(readFrom(t, b, got[n:]))
		if m == 0 {
			t.Fatal("the end of file after", n)
		}
		n += m
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := task.Frame.Out[0].Int; n != int64(len(data)) {
		t.Errorf("send answered %d of %d", n, len(data))
	}
	if string(got) != data {
		t.Error("the bytes differ")
	}
}

func TestNonblockingAnswersShortCount(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	_ = unix.SetNonblock(a, true)
	task := newTask(t)
	data := strings.Repeat("x", 10_000_000)
	send := onFD(a, func(f *Frame, fd int) error { return Send(f, fd, data, 0) })
	if err := run(task, Write, send); err != nil {
		t.Fatal(err)
	}
	if n := task.Frame.Out[0].Int; n <= 0 || n >= int64(len(data)) {
		t.Errorf("answered %d of %d", n, len(data))
	}
	if err := run(task, Write, send); err != unix.EAGAIN {
		t.Errorf("on a full socket: %v", err)
	}
}

func TestDontwaitOnOneCall(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	err := run(newTask(t), Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 1, unix.MSG_DONTWAIT) }))
	if err != unix.EAGAIN {
		t.Errorf("answered %v", err)
	}
}

func TestSocketTimeout(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	tv := unix.NsecToTimeval(int64(30 * time.Millisecond))
	if err := unix.SetsockoptTimeval(a, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	err := run(newTask(t), Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 1, 0) }))
	if err != unix.EAGAIN || time.Since(start) < 25*time.Millisecond {
		t.Errorf("answered %v after %v", err, time.Since(start))
	}
}

func TestWaitall(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	done := make(chan error, 1)
	go func() {
		done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 6, unix.MSG_WAITALL) }))
	}()
	untilBlocked(t, task)
	_, _ = unix.Write(b, []byte("abc"))
	_, _ = unix.Write(b, []byte("def"))
	if err := <-done; err != nil || task.Frame.Out[0].Str != "abcdef" {
		t.Errorf("answered %v, %q", err, task.Frame.Out[0].Str)
	}
}

// TestSelectBeyond1024 watches descriptors that no fd_set of the C library holds.
func TestSelectBeyond1024(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	high, err := unix.FcntlInt(uintptr(a), unix.F_DUPFD_CLOEXEC, 3000)
	if err != nil {
		t.Skip("the limit on descriptors is below 3000:", err)
	}
	defer unix.Close(high)
	_, _ = unix.Write(b, []byte("x"))
	task := newTask(t)
	err = run(task, Timed, func(f *Frame) error {
		f.Sets[0].Begin()
		f.Sets[0].Add(b)
		f.Sets[0].Add(high)
		return Select(f, -1)
	})
	set := &task.Frame.Sets[0]
	if err != nil || set.Ready(int32(b)) || !set.Ready(int32(high)) {
		t.Errorf("answered %v; %d ready %v, %d ready %v", err, b, set.Ready(int32(b)), high, set.Ready(int32(high)))
	}
}

// TestPendingSignal: a signal of somebody else's at the first round is never the
// caller's EINTR.
func TestPendingSignal(t *testing.T) {
	task := newTask(t)
	rounds := 0
	err := run(task, Timed, func(f *Frame) error {
		if rounds++; rounds == 1 {
			return unix.EINTR
		}
		return Sleep(f, 0)
	})
	if err != nil || rounds != 2 {
		t.Errorf("answered %v after %d rounds", err, rounds)
	}
}

// TestFinishedWithInterrupt: a call that comes to an answer with the interrupt answers it, and what it has
// done is noted: the descriptor that it made, what it has not moved; nothing where all is done.
func TestFinishedWithInterrupt(t *testing.T) {
	for want, done := range map[string]func(f *Frame){
		"test: descriptor 7":        func(f *Frame) { f.created = 7 },
		"test: 3 of 10 bytes taken": func(f *Frame) { f.done, f.total = 3, 10 },
		"":                          func(f *Frame) { f.done, f.total = 10, 10 },
	} {
		task := newTask(t)
		err := run(task, Write, func(f *Frame) error {
			if !f.blocking {
				return errMayBlock
			}
			done(f)
			task.setStop(interrupted)
			return nil
		})
		if err != nil || task.Note() != want {
			t.Errorf("%v, and the note is %q, not %q", err, task.Note(), want)
		}
		task.Resume()
	}
}
