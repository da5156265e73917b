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

// TestMadeOnce: a call that does not wait, or is asked not to, is made once, and what it answers is what the
// caller gets: a lock that another holds (EAGAIN), a connection that is being made, a signal.
func TestMadeOnce(t *testing.T) {
	still, _ := pair(t, unix.SOCK_STREAM)
	_ = unix.SetNonblock(still, true)
	for name, call := range map[string]struct {
		wait  Wait
		flags int
		fd    int
		errs  []error
	}{
		"none that waits": {Never, 0, -1, []error{unix.EAGAIN, unix.EINPROGRESS, unix.EINTR, unix.EBADF}},
		"a look-up":       {Remote, 0, -1, []error{unix.EAGAIN, unix.EINPROGRESS, unix.EINTR, unix.EBADF}},
		"MSG_DONTWAIT":    {Write, unix.MSG_DONTWAIT, -1, []error{unix.EAGAIN, unix.EINPROGRESS, unix.EBADF}},
		"O_NONBLOCK":      {Write, 0, still, []error{unix.EINPROGRESS, unix.EBADF}},
	} {
		for _, want := range call.errs {
			times := 0
			err := run(newTask(t), call.wait, func(f *Frame) error {
				f.flags, f.fd = call.flags, call.fd
				times++
				return want
			})
			if err != want || times != 1 {
				t.Errorf("%s: %v, made %d times, answers %v", name, want, times, err)
			}
		}
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

// looker is an observer that keeps what it is shown of one call.
type looker struct {
	seen  Event
	waits int // how often it was told that the call is about to wait
}

func (l *looker) Enter(*Event)  {}
func (l *looker) Wait(*Event)   { l.waits++ }
func (l *looker) Exit(e *Event) { l.seen = *e }

// observed makes a call, and answers what an observer is shown of it.
func observed(t *testing.T, wait Wait, do func(f *Frame) error) looker {
	t.Helper()
	var l looker
	Observe(&l, nil)
	defer Observe(nil, &l)
	_ = run(newTask(t), wait, do)
	return l
}

// TestMustWait: an observer is told of a call whether it had to wait. One that does not wait, since
// there is something, or since it was asked not to, had not, also where the gate makes it twice.
func TestMustWait(t *testing.T) {
	idle, _ := pair(t, unix.SOCK_STREAM)
	readable, peer := pair(t, unix.SOCK_STREAM)
	_, _ = unix.Write(peer, []byte("abc"))
	still, _ := pair(t, unix.SOCK_STREAM)
	_ = unix.SetNonblock(still, true)
	most := strings.Repeat("x", 10_000_000)
	limit := unix.NsecToTimeval(int64(10 * time.Millisecond))
	for _, option := range []int{unix.SO_RCVTIMEO, unix.SO_SNDTIMEO} {
		_ = unix.SetsockoptTimeval(idle, unix.SOL_SOCKET, option, &limit)
	}
	for name, call := range map[string]struct {
		must bool
		wait Wait
		do   func(f *Frame) error
	}{
		"recv, nothing has come":            {true, Read, onFD(idle, func(f *Frame, fd int) error { return Recv(f, fd, 3, 0) })},
		"recv, something has come":          {false, Read, onFD(readable, func(f *Frame, fd int) error { return Recv(f, fd, 1, 0) })},
		"recv, MSG_DONTWAIT":                {false, Read, onFD(idle, func(f *Frame, fd int) error { return Recv(f, fd, 3, unix.MSG_DONTWAIT) })},
		"recv, non-blocking":                {false, Read, onFD(still, func(f *Frame, fd int) error { return Recv(f, fd, 3, 0) })},
		"send, more than there is room for": {true, Write, onFD(idle, func(f *Frame, fd int) error { return Send(f, fd, most, 0) })},
		"send, more, non-blocking":          {false, Write, onFD(still, func(f *Frame, fd int) error { return Send(f, fd, most, 0) })},
		"send, more, MSG_DONTWAIT":          {false, Write, onFD(readable, func(f *Frame, fd int) error { return Send(f, fd, most, unix.MSG_DONTWAIT) })},
		"poll, nothing has come":            {true, Timed, func(f *Frame) error { return Poll(f, 10*time.Millisecond) }},
		"poll, something has come": {false, Timed, func(f *Frame) error {
			f.Poll = append(f.Poll[:0], unix.PollFd{Fd: int32(readable), Events: unix.POLLIN})
			return Poll(f, -1)
		}},
		"poll, not to wait":                  {false, Timed, func(f *Frame) error { return Poll(f, 0) }},
		"connect, where the kernel may wait": {false, Write, mayBlockOnce},
		"waitpid":                            {true, Children, mayBlockOnce},
		"lock":                               {true, Thread, mayBlockOnce},
	} {
		l := observed(t, call.wait, call.do)
		if l.seen.MustWait != call.must {
			t.Errorf("%s: it had to wait: %v", name, l.seen.MustWait)
		}
	}
}

// mayBlockOnce is a call that has no form that does not wait, and then comes to an answer.
func mayBlockOnce(f *Frame) error {
	if !f.blocking {
		return errMayBlock
	}
	return nil
}

// TestShownWaits: an observer is told that a call is about to wait, and how long it has. A question to
// another program is nothing but a wait, from its beginning to its end.
func TestShownWaits(t *testing.T) {
	const moment = 5 * time.Millisecond
	l := observed(t, Timed, func(f *Frame) error { return Sleep(f, moment) })
	if l.waits != 1 || l.seen.Blocked <= 0 || l.seen.Blocked > l.seen.End.Sub(l.seen.Start) {
		t.Errorf("sleep: told of %d waits, of %v", l.waits, l.seen.Blocked)
	}
	l = observed(t, Remote, func(*Frame) error { time.Sleep(moment); return nil })
	if l.waits != 1 || l.seen.Blocked < moment || l.seen.Blocked != l.seen.End.Sub(l.seen.Start) {
		t.Errorf("a name server: told of %d waits, of %v", l.waits, l.seen.Blocked)
	}
	l = observed(t, Read, func(*Frame) error { return nil })
	if l.waits != 0 || l.seen.Blocked != 0 {
		t.Errorf("a call that need not wait: told of %d waits, of %v", l.waits, l.seen.Blocked)
	}
}

// TestPauseInterrupted: an interrupt ends a pause, and it is said what it has ended, and no more.
func TestPauseInterrupted(t *testing.T) {
	task, done := newTask(t), make(chan error, 1)
	go func() { done <- task.Pause("watch", time.Hour) }()
	untilBlocked(t, task)
	task.Interrupt()
	if err := <-done; !errors.Is(err, ErrInterrupted) || task.Note() != "watch" {
		t.Errorf("answered %v, and the note is %q", err, task.Note())
	}
}
