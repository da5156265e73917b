package kernel

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestQuietWait: a wait that Go's scheduler does not know of and that has no limit keeps
// neither an interrupt nor the collector waiting.
func TestQuietWait(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	l := listener(t)
	waits := []struct {
		name string
		wait Wait
		do   func(f *Frame) error
	}{
		{"select", Timed, func(f *Frame) error {
			f.Sets[0].Begin()
			f.Sets[0].Add(a)
			return Select(f, -1)
		}},
		{"recv", Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 10, 0) })},
		{"accept", Read, onFD(l, func(f *Frame, fd int) error { return Accept(f, fd, 0) })},
	}
	for _, w := range waits {
		t.Run(w.name, func(t *testing.T) {
			task := newTask(t)
			if !task.Frame.undisturbed() {
				t.Skip("there is one processor, or no preemption")
			}
			quiet, ended := make(chan bool, 100), make(chan error)
			go func() {
				task.Pin()
				ended <- run(task, w.wait, func(f *Frame) error {
					quiet <- f.quiet || w.wait == Timed
					return w.do(f)
				})
			}()
			for !<-quiet {
			}
			begun := time.Now()
			runtime.GC()
			task.Interrupt()
			if err := <-ended; !errors.Is(err, ErrInterrupted) {
				t.Errorf("answered %v", err)
			}
			t.Logf("%v", time.Since(begun))
		})
	}
}

// TestLuck: who looks in vain looks more seldom, and again when something comes.
func TestLuck(t *testing.T) {
	f := &Frame{Task: newTask(t)}
	looks := func(found int, times int) (n int) {
		for range times {
			f.Reset()
			f.timeout = -1
			_ = f.lookFirst(true, func() (int, error) {
				if f.peek {
					n++
					return found, nil
				}
				return 1, nil
			})
		}
		return n
	}
	if n := looks(1, 100); n != 100 {
		t.Errorf("%d looks of 100 that find something", n)
	}
	if n := looks(0, 100); n > 20 {
		t.Errorf("%d looks of 100 in vain", n)
	}
	if n := looks(1, 100); n < 90 {
		t.Errorf("%d looks of 100 that find something again", n)
	}
}

// untilIn answers when the task's thread is in a system call, as Linux tells, or in one of several;
// in which.
func untilIn(t *testing.T, task *Task, traps ...int) int {
	t.Helper()
	untilBlocked(t, task)
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
		text, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/syscall", threadOf(task)))
		if err != nil {
			t.Skip(err)
		}
		for _, trap := range traps {
			if strings.HasPrefix(string(text), fmt.Sprintf("%d ", trap)) {
				return trap
			}
		}
	}
	t.Fatalf("the thread is not in system call %v", traps)
	return 0
}

// signalInto has a signal bring the task's thread from one system call into another; one of the
// scheduler's may have done so already.
func signalInto(t *testing.T, task *Task, from, to int) {
	t.Helper()
	if untilIn(t, task, from, to) == from {
		_ = unix.Tgkill(os.Getpid(), threadOf(task), wakeSignal)
		untilIn(t, task, to)
	}
}

func threadOf(task *Task) int {
	task.block.Lock()
	defer task.block.Unlock()
	return task.block.tid
}

// socketPair is pair, but the test closes the first itself.
func socketPair(t *testing.T) (a, b int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fds[1]) })
	return fds[0], fds[1]
}

// closeUnder has another task close the descriptor.
func closeUnder(t *testing.T, fd int) {
	t.Helper()
	if err := run(newTask(t), Never, onFD(fd, Close)); err != nil {
		t.Fatal(err)
	}
}

// replaceUnder has another task make the number one for another file.
func replaceUnder(t *testing.T, fd, by int) {
	t.Helper()
	if err := run(newTask(t), Never, onFD(by, func(f *Frame, by int) error { return Dup2(f, by, fd) })); err != nil {
		t.Fatal(err)
	}
}

// TestClosedUnderTransfer: where another thread closes the descriptor, what was moved
// already is the answer, as it is where a signal ends the call.
func TestClosedUnderTransfer(t *testing.T) {
	t.Run("send", func(t *testing.T) {
		a, b := socketPair(t)
		task, done := newTask(t), make(chan error, 1)
		data := strings.Repeat("x", 10_000_000)
		go func() {
			done <- run(task, Write, onFD(a, func(f *Frame, fd int) error { return Send(f, fd, data, 0) }))
		}()
		untilIn(t, task, unix.SYS_SENDTO)
		closeUnder(t, a)
		if err := <-done; err != nil {
			t.Fatalf("answered %v", err)
		}
		got, chunk := 0, make([]byte, 1<<16)
		for n := 1; n > 0; got += n {
			n = len(readFrom(t, b, chunk))
		}
		if sent := int(task.Frame.Out[0].Int); got == 0 || sent != got {
			t.Errorf("answered %d, and %d came", sent, got)
		}
	})
	t.Run("recv", func(t *testing.T) {
		a, b := socketPair(t)
		task, done := newTask(t), make(chan error, 1)
		go func() {
			done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 6, unix.MSG_WAITALL) }))
		}()
		untilIn(t, task, unix.SYS_RECVFROM)
		_, _ = unix.Write(b, []byte("abc"))
		untilTaken(t, a)
		other, _ := pair(t, unix.SOCK_STREAM)
		replaceUnder(t, a, other)
		defer unix.Close(a)
		if err := <-done; err != nil || task.Frame.Out[0].Str != "abc" {
			t.Errorf("answered %v, %q", err, task.Frame.Out[0].Str)
		}
	})
}

// TestWaitallUpToError: an error in a later round is not told where a part has come before.
func TestWaitallUpToError(t *testing.T) {
	for name, receive := range map[string]func(f *Frame, fd int) error{
		"recv":    func(f *Frame, fd int) error { return Recv(f, fd, 6, unix.MSG_WAITALL) },
		"recvmsg": func(f *Frame, fd int) error { return Recvmsg(f, fd, int64(6), unix.MSG_WAITALL) },
	} {
		t.Run(name, func(t *testing.T) {
			a, peer := tcpPair(t)
			task, done := newTask(t), make(chan error, 1)
			var rounds atomic.Int32
			go func() {
				done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { rounds.Add(1); return receive(f, fd) }))
			}()
			_, _ = peer.Write([]byte("abc"))
			untilIn(t, task, unix.SYS_RECVFROM, unix.SYS_RECVMSG)
			untilTaken(t, a)
			for before := rounds.Load(); rounds.Load() == before; time.Sleep(time.Millisecond) {
				_ = unix.Tgkill(os.Getpid(), threadOf(task), wakeSignal)
			}
			_ = peer.(*net.TCPConn).SetLinger(0)
			_ = peer.Close() // a reset
			err, text := <-done, task.Frame.Out[0].Str
			if rec, ok := task.Frame.Out[1].Any.(Record); ok {
				text = fmt.Sprint(rec.Get("iov").([]any)...)
			}
			if err != nil || text != "abc" {
				t.Errorf("answered %v, %q", err, text)
			}
		})
	}
}

// untilTaken answers when nothing is in the socket's queue any more.
func untilTaken(t *testing.T, fd int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
		if n, _ := unix.IoctlGetInt(fd, unix.SIOCINQ); n == 0 {
			return
		}
	}
	t.Fatal("nobody receives")
}

// TestReplacedBetweenRounds: a call of several rounds takes nothing from another file that
// got the number meanwhile. A signal that is not the program's ends the first round here;
// since the socket has a limit for waiting, it is waited for in poll.
func TestReplacedBetweenRounds(t *testing.T) {
	a, _ := socketPair(t)
	defer unix.Close(a)
	other, more := pair(t, unix.SOCK_STREAM)
	_, _ = unix.Write(more, []byte("not yours"))
	limit := unix.Timeval{Sec: 60}
	if err := unix.SetsockoptTimeval(a, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		t.Fatal(err)
	}
	task, done := newTask(t), make(chan error, 1)
	go func() {
		done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 6, 0) }))
	}()
	signalInto(t, task, unix.SYS_RECVFROM, unix.SYS_PPOLL)
	replaceUnder(t, a, other)
	if err := <-done; err != unix.EBADF {
		t.Errorf("answered %v, %q", err, task.Frame.Out[0].Str)
	}
	if n, _ := unix.IoctlGetInt(other, unix.SIOCINQ); n != 9 {
		t.Errorf("%d bytes are left of another socket's 9", n)
	}
}

// TestLimitUnderSignals: a socket's limit for waiting counts from the beginning of the call, however
// many signals of somebody else's come, also where one comes while it waits in poll for the rest.
func TestLimitUnderSignals(t *testing.T) {
	a, _ := socketPair(t)
	defer unix.Close(a)
	const seconds = 2
	limit := unix.Timeval{Sec: seconds}
	if err := unix.SetsockoptTimeval(a, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		t.Fatal(err)
	}
	task, done := newTask(t), make(chan error, 1)
	began := time.Now()
	go func() {
		done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 6, 0) }))
	}()
	signalInto(t, task, unix.SYS_RECVFROM, unix.SYS_PPOLL)
	time.Sleep(time.Until(began.Add(seconds * time.Second * 3 / 4))) // a late one, after which little is left
	_ = unix.Tgkill(os.Getpid(), threadOf(task), wakeSignal)
	if err := <-done; err != unix.EAGAIN {
		t.Errorf("answered %v", err)
	}
	if took := time.Since(began); took > seconds*time.Second*3/2 {
		t.Errorf("it took %v", took)
	}
}

// TestWholePeek: no signal of the collector's ends a MSG_PEEK that waits for all.
func TestWholePeek(t *testing.T) {
	l := listener(t)
	address, _ := unix.Getsockname(l)
	a := stream(t, 0)
	connectTo(t, a, address)
	b := acceptFrom(t, l)
	task, done := newTask(t), make(chan error, 1)
	go func() {
		task.Pin()
		done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { return Recv(f, fd, 6, unix.MSG_WAITALL|unix.MSG_PEEK) }))
	}()
	_, _ = unix.Write(b, []byte("abc"))
	untilIn(t, task, unix.SYS_RECVFROM)
	runtime.GC()
	_, _ = unix.Write(b, []byte("def"))
	if err := <-done; err != nil || task.Frame.Out[0].Str != "abcdef" {
		t.Errorf("answered %v, %q", err, task.Frame.Out[0].Str)
	}
}
