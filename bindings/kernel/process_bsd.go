//go:build darwin || freebsd

package kernel

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

// childTick is how often a child is asked for.
const childTick = 5 * time.Millisecond

// rawWait waits for a child by asking again and again: no descriptor tells of a child's
// end here that the gate's poll could wait for. In the first round it does not wait.
func (f *Frame) rawWait(pid, options int, status *unix.WaitStatus, usage *unix.Rusage) (int, error) {
	for {
		got, err := unix.Wait4(pid, status, options|unix.WNOHANG, usage)
		switch {
		case got != 0 || err != nil && err != unix.EINTR, !f.blocking, options&unix.WNOHANG != 0:
			return got, err
		case f.Task.Interrupted():
			return 0, unix.EINTR
		}
		time.Sleep(childTick)
	}
}

// unstoppable calls do, which a process in the background may be stopped for (SIGTTOU),
// with that signal ignored. No child is started meanwhile, which would inherit that.
func unstoppable(do func() error) error {
	starting.Lock()
	defer starting.Unlock()
	signal.Ignore(unix.SIGTTOU)
	defer signal.Reset(unix.SIGTTOU)
	return do()
}

// restoreDefault can't be had without C's library: a child that was to be stopped by a
// signal that was ignored when the program began is not.
func restoreDefault(unix.Signal) {}

// nameless makes an empty file, and takes its name away.
func nameless() (int, error) {
	file, err := os.CreateTemp("", "sockrepl")
	if err != nil {
		return -1, err
	}
	defer func() { _ = file.Close() }()
	defer func() { _ = os.Remove(file.Name()) }()
	return unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
}

// Program is the file that this process runs.
func Program() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}
