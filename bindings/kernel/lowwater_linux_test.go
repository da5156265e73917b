package kernel

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestLowWater: a blocking receive waits for as many bytes as SO_RCVLOWAT says, or as it has
// room for; one that must not wait answers what there is.
func TestLowWater(t *testing.T) {
	defer marked.Store(false)
	receives := map[string]func(f *Frame, fd, count int) error{
		"recv":     func(f *Frame, fd, count int) error { return Recv(f, fd, count, 0) },
		"recvfrom": func(f *Frame, fd, count int) error { return Recvfrom(f, fd, count, 0) },
		"recvmsg":  func(f *Frame, fd, count int) error { return Recvmsg(f, fd, int64(count), 0) },
		"read":     ReadFD,
		"readv": func(f *Frame, fd, count int) error {
			f.Lens = append(f.Lens[:0], count)
			return Readv(f, fd)
		},
		"peek": func(f *Frame, fd, count int) error { return Recv(f, fd, count, unix.MSG_PEEK) },
	}
	for family, pair := range map[string]func(*testing.T) (a, b int){"TCP": connection, "Unix": unixPair} {
		for name, receive := range receives {
			if family == "Unix" && name == "peek" {
				continue // which waits for no more than a byte there (unix_stream_read_generic)
			}
			t.Run(family+" "+name, func(t *testing.T) {
				a, b := pair(t)
				setMark(t, b, 8)
				unix.Write(a, []byte("four"))
				task := newTask(t)
				done := make(chan error, 1)
				go func() {
					done <- run(task, Read, onFD(b, func(f *Frame, fd int) error { return receive(f, fd, 100) }))
				}()
				untilBlocked(t, task)
				select {
				case err := <-done:
					t.Fatalf("answered %d bytes, %v", task.Frame.done, err)
				case <-time.After(50 * time.Millisecond): // longer than the scheduler's monitor bears it
				}
				runtime.GC()
				unix.Write(a, []byte("and 9 more"))
				if err := <-done; err != nil || received(&task.Frame) != 14 {
					t.Errorf("answered %d, %v", received(&task.Frame), err)
				}
				if name == "peek" {
					return
				}
				unix.Write(a, []byte("four"))
				if err := run(task, Read, onFD(b, func(f *Frame, fd int) error { return receive(f, fd, 4) })); err != nil {
					t.Error("room for less than the mark:", err)
				}
				unix.Write(a, []byte("end"))
				unix.Shutdown(a, unix.SHUT_WR)
				if err := run(task, Read, onFD(b, func(f *Frame, fd int) error { return receive(f, fd, 100) })); err != nil || received(&task.Frame) != 3 {
					t.Errorf("at the end of file: %d, %v", received(&task.Frame), err)
				}
			})
		}
	}
}

// TestLowWaterNoWait: what must not wait answers what there is, and so does a socket's timeout.
func TestLowWaterNoWait(t *testing.T) {
	defer marked.Store(false)
	a, b := connection(t)
	setMark(t, b, 8)
	task := newTask(t)
	expect := func(what string, flags int) {
		t.Helper()
		unix.Write(a, []byte("four"))
		err := run(task, Read, onFD(b, func(f *Frame, fd int) error { return Recv(f, fd, 100, flags) }))
		if err != nil || task.Frame.Out[0].Str != "four" {
			t.Errorf("%s: %q, %v", what, task.Frame.Out[0].Str, err)
		}
	}
	expect("MSG_DONTWAIT", unix.MSG_DONTWAIT)
	tv := unix.NsecToTimeval(20e6)
	if err := unix.SetsockoptTimeval(b, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv); err != nil {
		t.Fatal(err)
	}
	expect("SO_RCVTIMEO", 0)
	if err := unix.SetNonblock(b, true); err != nil {
		t.Fatal(err)
	}
	expect("O_NONBLOCK", 0)
}

// TestLowWaterMet: a mark that somebody else has set is noticed where the socket comes in,
// with a message or at the start.
func TestLowWaterMet(t *testing.T) {
	defer marked.Store(false)
	_, b := connection(t)
	if err := unix.SetsockoptInt(b, unix.SOL_SOCKET, unix.SO_RCVLOWAT, 8); err != nil {
		t.Fatal(err)
	}
	if waitsForMark(b) {
		t.Fatal("the process has not looked at it yet")
	}
	fd := int32(b)
	decodeControl(rightsKind, structBytes(&fd))
	if !waitsForMark(b) {
		t.Error("it came with a message")
	}
	marked.Store(false)
	noteInherited([]int{0, 1, 2}, b+1)
	if !waitsForMark(b) {
		t.Error("it was inherited")
	}
	if waitsForMark(0) {
		t.Error("this is none")
	}
}

// received is how many bytes the call has answered, whatever its shape.
func received(f *Frame) int {
	if f.Out[0].Str != "" {
		return len(f.Out[0].Str)
	}
	return int(f.Out[0].Int)
}

func setMark(t *testing.T, fd, n int) {
	t.Helper()
	if err := setOpt(t, fd, unix.SOL_SOCKET, unix.SO_RCVLOWAT, int64(n)); err != nil {
		t.Fatal(err)
	}
}

func unixPair(t *testing.T) (a, b int) { return pair(t, unix.SOCK_STREAM) }

// connection answers both ends of one over TCP.
func connection(t *testing.T) (a, b int) {
	t.Helper()
	l := listener(t)
	to, err := unix.Getsockname(l)
	if err != nil {
		t.Fatal(err)
	}
	a = stream(t, 0)
	connectTo(t, a, to)
	return a, acceptFrom(t, l)
}
