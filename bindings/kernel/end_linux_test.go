package kernel

import (
	"os"
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAwaitEnd: it waits for the end of a child, whose status is still there for waitpid, also where
// no descriptor is left to wait on; what it takes for that it gives back.
func TestAwaitEnd(t *testing.T) {
	t.Run("pidfd", func(t *testing.T) { awaitEnd(t, AwaitEnd) })
	t.Run("thread", func(t *testing.T) {
		awaitEnd(t, func(pid int) func() bool {
			var limit unix.Rlimit
			if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
				t.Fatal(err)
			}
			none := unix.Rlimit{Max: limit.Max}
			_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &none)
			defer func() { _ = unix.Setrlimit(unix.RLIMIT_NOFILE, &limit) }()
			return AwaitEnd(pid)
		})
	})
}

func awaitEnd(t *testing.T, await func(pid int) func() bool) {
	cmd := exec.Command("sh", "-c", "read x; exit 7")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ours := ownedNow()
	ended := make(chan bool)
	wait := await(cmd.Process.Pid)
	go func() { ended <- wait() }()
	select {
	case <-ended:
		t.Fatal("it does not wait")
	default:
	}
	_ = in.Close()
	if !<-ended {
		t.Error("it can't tell")
	}
	if left := ownedNow(); !slices.Equal(left, ours) {
		t.Errorf("it has left descriptors: %v, before %v", left, ours)
	}
	var status unix.WaitStatus
	if pid, err := unix.Wait4(cmd.Process.Pid, &status, 0, nil); err != nil || pid != cmd.Process.Pid || status.ExitStatus() != 7 {
		t.Errorf("waitpid has %d, status %d, %v", pid, status.ExitStatus(), err)
	}
}

func ownedNow() []int {
	if list := owned.Load(); list != nil {
		return *list
	}
	return nil
}

// TestAwaitEnds: to wait for many children takes no threads.
func TestAwaitEnds(t *testing.T) {
	const children = 50
	threads := func() int {
		names, err := os.ReadDir("/proc/self/task")
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	before, begun, ended := threads(), make(chan bool), make(chan bool)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var running []*exec.Cmd
	for range children {
		cmd := exec.Command("cat")
		cmd.Stdin = r
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
		wait := AwaitEnd(cmd.Process.Pid)
		go func() {
			begun <- true
			ended <- wait()
		}()
		<-begun
	}
	if now := threads(); now > before+children/2 {
		t.Errorf("%d threads, before %d", now, before)
	}
	_, _ = w.Close(), r.Close()
	for range running {
		<-ended
	}
	for _, cmd := range running {
		_ = cmd.Wait()
	}
}
