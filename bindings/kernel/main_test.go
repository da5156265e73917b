package kernel

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	installWake()
	os.Exit(m.Run())
}

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

// again makes a peer's call, which is no task's, until no signal of the scheduler's ends it:
// installWake has them do so.
func again(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

func connectTo(t *testing.T, fd int, to unix.Sockaddr) {
	t.Helper()
	if err := again(func() error { return unix.Connect(fd, to) }); err != nil {
		t.Fatal(err)
	}
}

func acceptFrom(t *testing.T, l int) int {
	t.Helper()
	fd := -1
	if err := again(func() (err error) { fd, _, err = unix.Accept(l); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// readFrom reads into buf, and answers what has come.
func readFrom(t *testing.T, fd int, buf []byte) string {
	t.Helper()
	n := 0
	if err := again(func() (err error) { n, err = unix.Read(fd, buf); return err }); err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}

// pollFor waits until the descriptor has an event.
func pollFor(t *testing.T, fd int, events int16) {
	t.Helper()
	p := []unix.PollFd{{Fd: int32(fd), Events: events}}
	if err := again(func() error { _, err := unix.Poll(p, 5000); return err }); err != nil {
		t.Fatal(err)
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
