package kernel

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestRecvmmsgInterrupted: an interrupt ends the wait; what has come by then is answered, and
// the socket has no error of it.
func TestRecvmmsgInterrupted(t *testing.T) {
	for _, come := range []int{0, 1, 2} {
		a, b := pair(t, unix.SOCK_DGRAM)
		task := newTask(t)
		done := make(chan error, 1)
		go func() {
			done <- run(task, Read, onFD(b, func(f *Frame, fd int) error { return Recvmmsg(f, fd, int64(10), 3, 0) }))
		}()
		untilBlocked(t, task)
		for range come {
			unix.Write(a, []byte("x"))
			for deadline := time.Now().Add(5 * time.Second); waiting(b) > 0 && time.Now().Before(deadline); {
				runtime.Gosched()
			}
		}
		runtime.GC()
		task.Interrupt()
		err := <-done
		if left, _ := unix.GetsockoptInt(b, unix.SOL_SOCKET, unix.SO_ERROR); left != 0 {
			t.Errorf("of %d messages: the socket's error is %d", come, left)
		}
		if come == 0 {
			if !errors.Is(err, ErrInterrupted) {
				t.Errorf("answered %v", err)
			}
			continue
		}
		if list, _ := task.Frame.Out[1].Any.([]any); err != nil || len(list) != come || !task.Interrupted() {
			t.Errorf("of %d messages: %v, %v", come, list, err)
		}
	}
}

// TestRecvmmsgSignal: after a signal that is none of the user's the wait goes on, whatever has come.
func TestRecvmmsgSignal(t *testing.T) {
	a, b := pair(t, unix.SOCK_DGRAM)
	task := newTask(t)
	done := make(chan error, 1)
	go func() {
		done <- run(task, Read, onFD(b, func(f *Frame, fd int) error { return Recvmmsg(f, fd, int64(10), 3, 0) }))
	}()
	for i := range 3 {
		untilIn(t, task, unix.SYS_RECVMMSG)
		unix.Tgkill(unix.Getpid(), threadOf(task), wakeSignal)
		untilIn(t, task, unix.SYS_RECVMMSG)
		unix.Write(a, []byte{byte('a' + i)})
		for deadline := time.Now().Add(5 * time.Second); waiting(b) > 0 && time.Now().Before(deadline); {
			runtime.Gosched()
		}
	}
	err := <-done
	if list, _ := task.Frame.Out[1].Any.([]any); err != nil || len(list) != 3 {
		t.Errorf("answered %v, %v", list, err)
	}
}

// texts are messages that hold these.
func texts(list ...string) []any {
	var messages []any
	for _, text := range list {
		messages = append(messages, Record{{"iov", []any{text}}})
	}
	return messages
}

// sendBlocked has another goroutine send the messages, and answers when the kernel has taken as
// much of them as it holds.
func sendBlocked(t *testing.T, task *Task, fd int, messages []any) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		done <- run(task, Write, onFD(fd, func(f *Frame, fd int) error { return Sendmmsg(f, fd, messages, 0, nil) }))
	}()
	untilIn(t, task, unix.SYS_SENDMMSG)
	full := unix.PollFd{Fd: int32(fd), Events: unix.POLLOUT}
	for deadline := time.Now().Add(5 * time.Second); ; runtime.Gosched() {
		if n, _ := unix.Poll([]unix.PollFd{full}, 0); n == 0 {
			return done
		}
		if time.Now().After(deadline) {
			t.Fatal("the socket does not fill")
		}
	}
}

// drain reads until the call has ended, and then what is left; each read is an item.
func drain(t *testing.T, fd int, done <-chan error) (list []string, err error) {
	t.Helper()
	buf, ended := make([]byte, 1<<20), false
	for {
		n, _, problem := unix.Recvfrom(fd, buf, unix.MSG_DONTWAIT)
		switch {
		case problem == nil:
			list = append(list, string(buf[:n]))
		case ended:
			return list, err
		default:
			select {
			case err = <-done:
				ended = true
			case <-time.After(time.Millisecond):
			}
		}
	}
}

// TestSendmmsgSignal: a signal that is none of the user's cuts a batch short, and a stream's
// message, too: the rest goes all the same, each byte once.
func TestSendmmsgSignal(t *testing.T) {
	long := []string{"head"}
	for i := range 9 {
		long = append(long, strings.Repeat(string(rune('a'+i)), 100000))
	}
	for _, test := range []struct {
		typ  int
		list []string
	}{
		{unix.SOCK_STREAM, append(long, "tail")},
		{unix.SOCK_STREAM, []string{strings.Join(long, "")}},
		{unix.SOCK_DGRAM, append(long, "tail")},
	} {
		a, b := pair(t, test.typ)
		task := newTask(t)
		done := sendBlocked(t, task, a, texts(test.list...))
		for range 5 {
			unix.Tgkill(unix.Getpid(), threadOf(task), wakeSignal)
			untilIn(t, task, unix.SYS_SENDMMSG)
		}
		got, err := drain(t, b, done)
		if err != nil || strings.Join(got, "") != strings.Join(test.list, "") || test.typ == unix.SOCK_DGRAM && len(got) != len(test.list) {
			t.Errorf("type %d: %v; %d pieces have come", test.typ, err, len(got))
		}
		want := make([]any, len(test.list))
		for i, text := range test.list {
			want[i] = int64(len(text))
		}
		if out := task.Frame.Out; out[0].Int != int64(len(want)) || !reflect.DeepEqual(out[1].Any, want) {
			t.Errorf("type %d: answered %d, %v", test.typ, out[0].Int, out[1].Any)
		}
	}
}

// TestSendmmsgInterrupted: what was sent is told, of a stream's message the bytes.
func TestSendmmsgInterrupted(t *testing.T) {
	long := strings.Repeat("x", 100000)
	a, b := pair(t, unix.SOCK_DGRAM)
	task := newTask(t)
	done := sendBlocked(t, task, a, texts(long, long, long, long, long, long, long, long, long))
	task.Interrupt()
	got, err := drain(t, b, done)
	if want := fmt.Sprintf("test: %d of 9 messages taken", len(got)); !errors.Is(err, ErrInterrupted) || task.Note() != want || len(got) == 0 {
		t.Errorf("datagrams: %v, %q, not %q", err, task.Note(), want)
	}
	a, b = pair(t, unix.SOCK_STREAM)
	for whole, messages := range [][]any{texts(strings.Repeat("x", 1000000), "tail"), texts("head", strings.Repeat("x", 999996), "tail")} {
		task := newTask(t)
		done := sendBlocked(t, task, a, messages)
		unix.Tgkill(unix.Getpid(), threadOf(task), wakeSignal)
		untilIn(t, task, unix.SYS_SENDMMSG)
		task.Interrupt()
		got, err := drain(t, b, done)
		n := len(strings.Join(got, ""))
		want := fmt.Sprintf("test: %d of %d messages and %s of %s bytes of the next taken", whole, len(messages), Thousands(n-4*whole), Thousands(1000000-4*whole))
		if !errors.Is(err, ErrInterrupted) || task.Note() != want {
			t.Errorf("a stream: %v, %q, not %q", err, task.Note(), want)
		}
	}
}

// TestSendmmsgTimeout: the socket's own limit ends it, too, and a non-blocking socket does not
// wait: the length of the last message is what went of it.
func TestSendmmsgTimeout(t *testing.T) {
	for _, nonblocking := range []bool{false, true} {
		a, b := pair(t, unix.SOCK_STREAM)
		unix.SetsockoptTimeval(a, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &unix.Timeval{Usec: 20000})
		unix.SetNonblock(a, nonblocking)
		task := newTask(t)
		messages := texts("head", strings.Repeat("x", 1000000), "tail")
		err := run(task, Write, onFD(a, func(f *Frame, fd int) error { return Sendmmsg(f, fd, messages, 0, nil) }))
		want := []any{int64(4), int64(waiting(b) - 4)}
		if out := task.Frame.Out; err != nil || out[0].Int != 2 || !reflect.DeepEqual(out[1].Any, want) {
			t.Errorf("%v: %d, %v, not %v", err, out[0].Int, out[1].Any, want)
		}
	}
}

// waiting is how many bytes the descriptor has to be read.
func waiting(fd int) int {
	n, _ := unix.IoctlGetInt(fd, unix.TIOCINQ)
	return n
}
