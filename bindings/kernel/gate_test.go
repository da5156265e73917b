package kernel

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pair makes two connected sockets that the test closes.
func pair(t *testing.T, typ int) (a, b int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, typ, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
	return fds[0], fds[1]
}

// newTask makes a task that the test ends.
func newTask(t *testing.T) *Task {
	task := NewTask(0, "main")
	t.Cleanup(task.End)
	return task
}

// run makes a call on the task's frame.
func run(task *Task, wait Wait, do func(f *Frame) error) error {
	f := &task.Frame
	f.Reset()
	return task.Do(&Op{Name: "test", Wait: wait, Do: do}, f)
}

// onFD makes a call whose first argument is the descriptor.
func onFD(fd int, do func(f *Frame, fd int) error) func(*Frame) error {
	return func(f *Frame) error {
		f.Args[0] = Value{Set: true, Int: int64(fd)}
		return do(f, f.FD(0))
	}
}

// untilBlocked answers when the task is blocked in the kernel.
func untilBlocked(t *testing.T, task *Task) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		task.block.Lock()
		in := task.block.frame != nil
		task.block.Unlock()
		if in {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
	t.Fatal("the call did not block")
}

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

// TestInterrupt interrupts each kind of call many times: none may stay stuck, and the
// next call must work.
func TestInterrupt(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
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
	_ = b
}

// fillSocket sends until the socket's buffer is full.
func fillSocket(t *testing.T, fd int) {
	t.Helper()
	chunk := make([]byte, 1<<16)
	for {
		if err := unix.Sendto(fd, chunk, unix.MSG_DONTWAIT, nil); err != nil {
			if err == unix.EAGAIN && len(chunk) == 1 {
				return
			}
			chunk = chunk[:1]
		}
	}
}

func listener(t *testing.T) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 8); err != nil {
		t.Fatal(err)
	}
	return fd
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
		m, err := unix.Read(b, got[n:])
		if err == unix.EINTR {
			continue
		}
		if err != nil || m == 0 {
			t.Fatal(err, m)
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

// TestCloseWakes: a descriptor that one thread closes ends the calls of the others
// that are blocked on it.
func TestCloseWakes(t *testing.T) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fds[1])
	blockedTask, closer := newTask(t), newTask(t)
	done := make(chan error, 1)
	go func() {
		done <- run(blockedTask, Read, onFD(fds[0], func(f *Frame, fd int) error { return Recv(f, fd, 1, 0) }))
	}()
	untilBlocked(t, blockedTask)
	if err := run(closer, Never, onFD(fds[0], Close)); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if err != unix.EBADF {
			t.Errorf("answered %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the blocked call was not woken")
	}
}

// TestOwned: for a call the program's own descriptors do not exist.
func TestOwned(t *testing.T) {
	fds := [2]int{}
	if err := unix.Pipe(fds[:]); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fds[1])
	own := Own(fds[0])
	defer Disown(own)
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

// TestLargeReceiveIsNotCopied: what fills its buffer is given away with it.
func TestLargeReceiveIsNotCopied(t *testing.T) {
	f := &Frame{}
	buf := f.buffer(1 << 16)
	buf[0] = 'x'
	s, lent := f.take(1 << 16)
	if f.buf != nil || lent || s[0] != 'x' || len(s) != 1<<16 {
		t.Error("a full buffer was copied")
	}
	f.buffer(1 << 16)
	if _, lent := f.take(10); f.buf == nil || !lent {
		t.Error("ten bytes took the whole buffer with them")
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

// TestStale: a call that began to block after the close had begun is made again, and the
// kernel says whether the number is open.
func TestStale(t *testing.T) {
	r, w := pair(t, unix.SOCK_STREAM)
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
	_ = w
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

// TestRenew: what poll and select were given is none of the next call's, and what is large is
// let go of.
func TestRenew(t *testing.T) {
	f := &Frame{}
	f.Renew(0, false)
	f.Poll = append(f.Poll, unix.PollFd{Fd: 5})
	f.Sets[0].Begin()
	f.Sets[0].Add(6)
	if f.fd = -1; !f.holds(5) || !f.holds(6) {
		t.Fatal("poll and select wait on what they were given")
	}
	if f.Renew(1, true); f.holds(5) || f.holds(6) || f.Spread() {
		t.Error("the next call waits on it, too")
	}
	text := "large"
	f.Args[1].Str, f.Iov = text, append(f.Iov, text)
	vecs := f.gather(0)
	if f.Release([]int{1}); f.Args[1].Str != "" || f.Iov[0] != "" || vecs[0].Base != nil {
		t.Error("it is not let go of")
	}
}
