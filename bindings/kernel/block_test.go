package kernel

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestInterrupt interrupts each kind of call many times: none may stay stuck, and the
// next call must work.
func TestInterrupt(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	fillSocket(t, a)
	full, err := unix.FcntlInt(uintptr(a), unix.F_GETFL, 0)
	if err != nil || full&unix.O_NONBLOCK != 0 {
		t.Fatalf("F_GETFL %#x, %v", full, err)
	}
	c, _ := pair(t, unix.SOCK_STREAM)
	l := listener(t)
	calls := map[string]struct {
		wait Wait
		do   func(f *Frame) error
	}{
		"recv":         {Read, onFD(c, func(f *Frame, fd int) error { return Recv(f, fd, 10, 0) })},
		"recv waitall": {Read, onFD(c, func(f *Frame, fd int) error { return Recv(f, fd, 10, unix.MSG_WAITALL) })},
		"read":         {Read, onFD(c, func(f *Frame, fd int) error { return ReadFD(f, fd, 10) })},
		"accept":       {Read, onFD(l, func(f *Frame, fd int) error { return Accept(f, fd, 0) })},
		"send":         {Write, onFD(a, func(f *Frame, fd int) error { return Send(f, fd, "x", 0) })},
		"write":        {Write, onFD(a, func(f *Frame, fd int) error { return WriteFD(f, fd, "x") })},
		"sleep":        {Timed, func(f *Frame) error { return Sleep(f, time.Hour) }},
		"poll": {Timed, func(f *Frame) error {
			f.Poll = append(f.Poll[:0], unix.PollFd{Fd: int32(c), Events: unix.POLLIN})
			return Poll(f, -1)
		}},
		"select": {Timed, func(f *Frame) error {
			f.Sets[0].Begin()
			f.Sets[0].Add(c)
			return Select(f, -1)
		}},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			task := newTask(t)
			for range 50 {
				done := make(chan error, 1)
				go func() { done <- run(task, call.wait, call.do) }()
				untilBlocked(t, task)
				task.Interrupt()
				select {
				case err := <-done:
					if !errors.Is(err, ErrInterrupted) {
						t.Fatalf("answered %v", err)
					}
				case <-time.After(5 * time.Second):
					t.Fatal("stuck")
				}
				task.Resume()
			}
		})
	}
}

func TestInterruptedSendSaysHowMuch(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	done := make(chan error, 1)
	data := strings.Repeat("x", 10_000_000)
	go func() {
		done <- run(task, Write, onFD(a, func(f *Frame, fd int) error { return Send(f, fd, data, 0) }))
	}()
	untilBlocked(t, task)
	task.Interrupt()
	if err := <-done; !errors.Is(err, ErrInterrupted) {
		t.Fatalf("send answered %v", err)
	}
	if note := task.Note(); !strings.HasSuffix(note, " of 10,000,000 bytes taken") || strings.HasPrefix(note, "test: 0 ") {
		t.Errorf("the note is %q", note)
	}
}

// TestStolenConnection: what another process accepted first leaves accept waiting, and
// open to an interrupt.
func TestStolenConnection(t *testing.T) {
	l := listener(t)
	sa, _ := unix.Getsockname(l)
	port := sa.(*unix.SockaddrInet4).Port
	thief, waiting := newTask(t), newTask(t)
	answers := make(chan error, 2)
	for _, task := range []*Task{thief, waiting} {
		go func() {
			answers <- run(task, Read, onFD(l, func(f *Frame, fd int) error { return Accept(f, fd, 0) }))
		}()
		untilBlocked(t, task)
	}
	c, err := net.Dial("tcp", (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := <-answers; err != nil {
		t.Fatalf("the first accept: %v", err)
	}
	loser := waiting
	if thief.Frame.created < 0 {
		loser = thief
	}
	loser.Interrupt()
	if err := <-answers; !errors.Is(err, ErrInterrupted) {
		t.Errorf("the other accept: %v", err)
	}
	for _, task := range []*Task{thief, waiting} {
		if task.Frame.created >= 0 {
			unix.Close(task.Frame.created)
		}
	}
}

// TestCloseWakes: a descriptor that one thread closes ends the calls of the others that are blocked on
// it, among several, too, which answer EBADF; calls on others go on.
func TestCloseWakes(t *testing.T) {
	idle, _ := pair(t, unix.SOCK_STREAM)
	fillSocket(t, idle)
	inSet := func(set int) func(f *Frame, fd int) {
		return func(f *Frame, fd int) {
			f.Sets[set].Begin()
			f.Sets[set].Add(idle)
			f.Sets[set].Add(fd)
		}
	}
	selects := func(f *Frame) error { return Select(f, -1) }
	for name, call := range map[string]struct {
		wait  Wait
		given func(f *Frame, fd int)
		do    func(f *Frame) error
	}{
		"recv": {Read, func(f *Frame, fd int) { f.Args[0] = Value{Set: true, Int: int64(fd)} },
			func(f *Frame) error { return Recv(f, f.FD(0), 1, 0) }},
		"readfds":   {Timed, inSet(0), selects},
		"writefds":  {Timed, inSet(1), selects},
		"exceptfds": {Timed, inSet(2), selects},
		"poll": {Timed, func(f *Frame, fd int) {
			f.Poll = append(f.Poll, unix.PollFd{Fd: int32(idle), Events: unix.POLLIN}, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
		}, func(f *Frame) error {
			err := Poll(f, -1)
			if err == nil && f.Poll[0].Revents == 0 && f.Poll[1].Revents == unix.POLLNVAL {
				return unix.EBADF // as poll tells it
			}
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			closed, err := unix.Dup(idle)
			if err != nil {
				t.Fatal(err)
			}
			unrelated, err := unix.Dup(idle)
			if err != nil {
				t.Fatal(err)
			}
			blockedTask, closer := newTask(t), newTask(t)
			done := make(chan error, 1)
			blockedTask.Frame.Reset()
			call.given(&blockedTask.Frame, closed)
			go func() {
				done <- blockedTask.Do(&Op{Name: name, Wait: call.wait, Do: call.do}, &blockedTask.Frame)
			}()
			untilBlocked(t, blockedTask)
			if err := run(closer, Never, onFD(unrelated, Close)); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-done:
				t.Fatalf("it ended with another descriptor: %v", err)
			case <-time.After(10 * time.Millisecond):
			}
			if err := run(closer, Never, onFD(closed, Close)); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-done:
				if !errors.Is(err, unix.EBADF) {
					t.Errorf("answered %v", err)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("the blocked call was not woken")
			}
		})
	}
}

// TestStale: a call that began to block after the close had begun is made again, and the
// kernel says whether the number is open.
func TestStale(t *testing.T) {
	r, _ := pair(t, unix.SOCK_STREAM)
	task := NewTask(1, "reader")
	defer task.End()
	other := NewTask(2, "closer")
	defer other.End()
	ended := make(chan error)
	op := Op{Name: "read", Wait: Read, Do: func(f *Frame) error { return ReadFD(f, f.FD(0), 1) }}
	since := entered.Load()
	go func() {
		task.Frame.Reset()
		task.Frame.Args[0] = Value{Set: true, Int: int64(r)}
		ended <- task.Do(&op, &task.Frame)
	}()
	untilBlocked(t, task)
	other.wakeClosed(r, since) // the number was closed, and is the pipe's since
	select {
	case err := <-ended:
		t.Fatalf("the call on the new file ended: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	other.wakeClosed(r, entered.Load())
	if err := <-ended; err != unix.EBADF {
		t.Errorf("the call on the old file ended with %v", err)
	}
}

// TestLingering: a close that waits for its bytes to go is not woken where the number is
// closed again: that was another descriptor. After each close the number has another
// generation.
func TestLingering(t *testing.T) {
	task := NewTask(1, "closer")
	defer task.End()
	task.Frame.Reset()
	task.Frame.fd = 77
	task.block.enter(&opClose, &task.Frame)
	defer task.block.leave()
	other := NewTask(2, "another")
	defer other.End()
	before := Generation(77)
	other.wakeClosed(77, entered.Load())
	if task.block.Lock(); task.block.stale || task.block.closed {
		t.Error("the lingering close is woken")
	}
	task.block.Unlock()
	if Generation(77) == before {
		t.Error("the number closed is of the same generation")
	}
}

// TestBlockedNames: a task tells what it is blocked in, and on which descriptor.
func TestBlockedNames(t *testing.T) {
	r, w := pair(t, unix.SOCK_STREAM)
	task := NewTask(7, "reader")
	defer task.End()
	ended := make(chan error)
	op := Op{Name: "read", Wait: Read, Do: func(f *Frame) error { return ReadFD(f, f.FD(0), 1) }}
	go func() {
		task.Frame.Reset()
		task.Frame.Args[0] = Value{Set: true, Int: int64(r)}
		ended <- task.Do(&op, &task.Frame)
	}()
	untilBlocked(t, task)
	if name, fd := task.Blocked(); name != "read" || fd != r {
		t.Errorf("blocked in %s, %d", name, fd)
	}
	_, _ = unix.Write(w, []byte("x"))
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if name, fd := task.Blocked(); name != "" || fd != -1 {
		t.Errorf("blocked in %q, %d after the end", name, fd)
	}
}

// TestAwait: waiting for another thread ends by it, or by an interrupt.
func TestAwait(t *testing.T) {
	task := NewTask(1, "waiter")
	defer task.End()
	ready := make(chan struct{}, 1)
	op := Op{Name: "lock", Wait: Thread, Do: func(f *Frame) error { return f.Await(ready) }}
	ended := make(chan error)
	wait := func() { task.Frame.Reset(); ended <- task.Do(&op, &task.Frame) }
	for range 100 {
		go wait()
		untilBlocked(t, task)
		ready <- struct{}{}
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		go wait()
		untilBlocked(t, task)
		task.Interrupt()
		if err := <-ended; err != ErrInterrupted {
			t.Fatal(err)
		}
		task.Resume()
	}
}
