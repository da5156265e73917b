package kernel

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// At a prompt a child is a background job, as a shell's with & is: it is in a process group
// of its own, so that Ctrl-C at the terminal is not for it. It comes to the front while
// somebody waits for it with waitpid, once it wants the terminal: one in the background
// that reads from it, or changes its modes, is stopped by SIGTTIN or SIGTTOU (termios(3),
// setpgid(2)). It is then given the terminal and let go on, and loses the terminal when it
// ends or stops (Ctrl-Z).

// promptTerminal is the terminal that there is a prompt on, as a descriptor of the program's own,
// plus 1; 0 if there is none.
var promptTerminal atomic.Int32

// ControlJobs says that there is a prompt on the terminal fd: children are background jobs
// from now on. A shell without job control may have started the program with the signals
// ignored by which a child shows that it wants the terminal.
func ControlJobs(fd int) {
	restoreDefault(unix.SIGTTIN)
	restoreDefault(unix.SIGTTOU)
	promptTerminal.Store(int32(fd) + 1)
}

// controlled is the terminal, -1 if there is none.
func controlled() int { return int(promptTerminal.Load()) - 1 }

// job is a child that somebody waits for at a prompt.
type job struct {
	pid, group int
	terminal   int
	front      bool // it has the terminal
}

// jobOf answers the job that the call waits for: nil if there is no prompt, or it does not
// wait for one child.
func jobOf(pid, options int) *job {
	terminal := controlled()
	if terminal < 0 || pid <= 0 || options&unix.WNOHANG != 0 {
		return nil
	}
	group, err := unix.Getpgid(pid)
	if err != nil || group == unix.Getpgrp() {
		return nil
	}
	return &job{pid: pid, group: group, terminal: terminal}
}

// wait waits until the child ends, or whatever else options ask for, and gives it the
// terminal meanwhile if it wants it.
func (j *job) wait(f *Frame, options int, status *unix.WaitStatus, usage *unix.Rusage) (int, error) {
	defer j.toBack()
	for {
		got, err := f.rawWait(j.pid, options|unix.WUNTRACED, status, usage)
		switch {
		case err == unix.EINTR && j.front && !f.Task.Interrupted():
			continue
		case err != nil || got == 0 || !status.Stopped():
			return got, err
		case j.wantsTerminal(*status) && j.toFront():
			continue
		case options&unix.WUNTRACED != 0:
			return got, nil
		case j.front: // Ctrl-Z: the prompt comes back
			return 0, fmt.Errorf("process %d is stopped; kill(%d, SIGCONT) lets it go on", j.pid, j.pid)
		}
	}
}

func (j *job) wantsTerminal(status unix.WaitStatus) bool {
	sig := status.StopSignal()
	return (sig == unix.SIGTTIN || sig == unix.SIGTTOU) && !j.front
}

func (j *job) toFront() bool {
	if setForeground(j.terminal, j.group) != nil {
		return false
	}
	j.front = true
	return unix.Kill(-j.group, unix.SIGCONT) == nil
}

func (j *job) toBack() {
	if j.front {
		_ = setForeground(j.terminal, unix.Getpgrp())
	}
}

// setForeground makes a process group the one that has the terminal, tcsetpgrp(3).
func setForeground(terminal, group int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return unstoppable(func() error { return unix.IoctlSetPointerInt(terminal, unix.TIOCSPGRP, group) })
}
