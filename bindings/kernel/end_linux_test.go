package kernel

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAwaitEnd: it waits for the end of a child, whose status is still there for waitpid.
func TestAwaitEnd(t *testing.T) {
	cmd := exec.Command("sh", "-c", "read x; exit 7")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan bool)
	go func() { ended <- AwaitEnd(cmd.Process.Pid) }()
	select {
	case <-ended:
		t.Fatal("it does not wait")
	default:
	}
	_ = in.Close()
	if !<-ended {
		t.Error("it can't tell")
	}
	var status unix.WaitStatus
	if pid, err := unix.Wait4(cmd.Process.Pid, &status, 0, nil); err != nil || pid != cmd.Process.Pid || status.ExitStatus() != 7 {
		t.Errorf("waitpid has %d, status %d, %v", pid, status.ExitStatus(), err)
	}
}
