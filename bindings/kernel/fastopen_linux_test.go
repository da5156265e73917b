package kernel

import (
	"errors"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestFastopen: with MSG_FASTOPEN a blocking socket connects, sends and answers the count,
// a non-blocking one answers EINPROGRESS, as the kernel does.
func TestFastopen(t *testing.T) {
	for _, name := range []string{"sendto", "sendmsg"} {
		t.Run(name, func(t *testing.T) {
			l := listener(t)
			send := fastopenSends(t, l)[name]
			fd := stream(t, 0)
			if n, err := answerOf(t, fd, send(0)); n != 7 || err != nil {
				t.Fatalf("answered %d, %v", n, err)
			}
			if got := accepted(t, l); got != "request" {
				t.Errorf("%q came", got)
			}
			if n, err := answerOf(t, fd, send(0)); err != unix.EISCONN {
				t.Errorf("a second time: %d, %v", n, err)
			}
			for _, nonblocking := range []struct{ typ, flags int }{{unix.SOCK_NONBLOCK, 0}, {0, unix.MSG_DONTWAIT}} {
				fd := stream(t, nonblocking.typ)
				if n, err := answerOf(t, fd, send(nonblocking.flags)); err != unix.EINPROGRESS {
					t.Errorf("non-blocking: %d, %v", n, err)
				}
			}
		})
	}
}

// TestFastopenRefused: the error is the send's own, even where the data went with the SYN.
func TestFastopenRefused(t *testing.T) {
	for name, network := range map[string]func(*testing.T){"": func(*testing.T) {}, " without a cookie": withoutCookies} {
		for _, call := range []string{"sendto", "sendmsg"} {
			t.Run(call+name, func(t *testing.T) {
				network(t)
				nobody := stream(t, 0)
				if err := unix.Bind(nobody, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
					t.Fatal(err)
				}
				send := fastopenSends(t, nobody)[call]
				if n, err := answerOf(t, stream(t, 0), send(0)); err != unix.ECONNREFUSED {
					t.Errorf("%d, %v", n, err)
				}
			})
		}
	}
}

// TestFastopenInterrupted: Ctrl-C ends the wait for a server that does not answer.
func TestFastopenInterrupted(t *testing.T) {
	l := listener(t)
	if err := unix.Listen(l, 0); err != nil {
		t.Fatal(err)
	}
	a, err := unix.Getsockname(l)
	if err != nil {
		t.Fatal(err)
	}
	connectTo(t, stream(t, 0), a) // the one that the queue takes
	for name, send := range fastopenSends(t, l) {
		t.Run(name, func(t *testing.T) {
			task, fd := newTask(t), stream(t, 0)
			done := make(chan error, 1)
			go func() { done <- run(task, Write, onFD(fd, send(0))) }()
			untilBlocked(t, task)
			task.Interrupt()
			select {
			case err := <-done:
				if !errors.Is(err, ErrInterrupted) {
					t.Errorf("answered %v", err)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("stuck")
			}
		})
	}
}

// TestFastopenConnect: the first data after a connect that TCP_FASTOPEN_CONNECT has put off
// waits for the connection, whether it goes with the SYN or there is none of it.
func TestFastopenConnect(t *testing.T) {
	withoutCookies(t)
	l := listener(t)
	a, err := unix.Getsockname(l)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{"", "request"} {
		fd := stream(t, 0)
		if err := unix.SetsockoptInt(fd, unix.SOL_TCP, unix.TCP_FASTOPEN_CONNECT, 1); err != nil {
			t.Fatal(err)
		}
		connectTo(t, fd, a)
		n, err := answerOf(t, fd, func(f *Frame, fd int) error { return Send(f, fd, data, 0) })
		if err != nil || n != len(data) {
			t.Errorf("%q: %d, %v", data, n, err)
		}
	}
}

// withoutCookies moves the test, and its thread, into a network of its own, where a SYN has
// data whether or not the server has given a cookie for it (Documentation/networking/ip-sysctl.rst).
func withoutCookies(t *testing.T) {
	runtime.LockOSThread() // and never unlocked: the thread ends with the test
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Skip(err)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	ifr, _ := unix.NewIfreq("lo")
	ifr.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, ifr); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/tcp_fastopen", []byte("7"), 0); err != nil {
		t.Skip(err)
	}
}

// fastopenSends are the calls that connect to l and send "request".
func fastopenSends(t *testing.T, l int) map[string]func(flags int) func(*Frame, int) error {
	a, err := unix.Getsockname(l)
	if err != nil {
		t.Fatal(err)
	}
	to := &Sockaddr{}
	to.SetInet(unix.AF_INET, netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.(*unix.SockaddrInet4).Port, 0, 0)
	return map[string]func(int) func(*Frame, int) error{
		"sendto": func(flags int) func(*Frame, int) error {
			return func(f *Frame, fd int) error {
				return Sendto(f, fd, "request", unix.MSG_FASTOPEN|flags, to)
			}
		},
		"sendmsg": func(flags int) func(*Frame, int) error {
			return func(f *Frame, fd int) error {
				msg := Record{{"name", to}, {"iov", []any{"req", "uest"}}}
				return Sendmsg(f, fd, msg, unix.MSG_FASTOPEN|flags, nil)
			}
		},
	}
}

func stream(t *testing.T, flags int) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|flags, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// answerOf makes a call that sends, and answers its count.
func answerOf(t *testing.T, fd int, do func(*Frame, int) error) (int, error) {
	t.Helper()
	task := newTask(t)
	err := run(task, Write, onFD(fd, do))
	return int(task.Frame.Out[0].Int), err
}

// accepted takes a connection and what it has sent.
func accepted(t *testing.T, l int) string {
	t.Helper()
	return readFrom(t, acceptFrom(t, l), make([]byte, 100))
}
