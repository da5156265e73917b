package kernel

import (
	"errors"
	"runtime"
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

// waiting is how many bytes the descriptor has to be read.
func waiting(fd int) int {
	n, _ := unix.IoctlGetInt(fd, unix.TIOCINQ)
	return n
}
