package stdio

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// closedFD has ForkExec leave a descriptor of the child closed.
const closedFD = ^uintptr(0)

// inherited is the descriptor as a child has it after exec: closed if it is closed
// here or has FD_CLOEXEC.
func inherited(fd int) uintptr {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 {
		return closedFD
	}
	return uintptr(fd)
}

// start runs a command in the shell, with the standard descriptors as they are now but
// one, which is replaced (-1: none). Other descriptors without FD_CLOEXEC are
// inherited, as in C; the program's own all have it.
func start(command string, replace, by int) (pid int, err error) {
	files := []uintptr{inherited(0), inherited(1), inherited(2)}
	if replace >= 0 {
		files[replace] = uintptr(by)
	}
	attr := &syscall.ProcAttr{Env: os.Environ(), Files: files}
	return syscall.ForkExec("/bin/sh", []string{"sh", "-c", command}, attr)
}

// Popen runs a command and answers a stream that reads its standard output, or one
// that writes to its standard input, popen(3).
func (s *Streams) Popen(command string, write bool) (*Stream, error) {
	_ = s.Flush() // or the child's output would come before what was printed earlier
	if err := s.do(&opPipe); err != nil {
		return nil, err
	}
	ours, theirs, replace := int(s.frame.Out[0].Int), int(s.frame.Out[1].Int), 1
	if write {
		ours, theirs, replace = theirs, ours, 0
	}
	pid, err := start(command, replace, theirs)
	_ = s.do(&opClose, theirs)
	if err != nil {
		_ = s.do(&opClose, ours)
		return nil, err
	}
	stream := s.Attach(ours, !write, write)
	stream.child = pid
	return stream, nil
}

// HasChild tells whether a process is to be waited for when the stream is closed.
func (s *Stream) HasChild() bool { return s.child != 0 }

// Wait waits for the process of a popen, and tells how it ended.
func (s *Stream) Wait() (unix.WaitStatus, error) {
	pid := s.child
	s.child = 0
	return s.set.wait("io.close", pid)
}

// System runs a command and waits for it, system(3). Where the user presses Ctrl-C
// the terminal sends the signal to the child as well; a child that goes on after it is
// left to itself.
func (s *Streams) System(command string) (unix.WaitStatus, error) {
	_ = s.Flush()
	pid, err := start(command, -1, 0)
	if err != nil {
		return 0, err
	}
	return s.wait("os.execute", pid)
}

// reap waits for a child that nobody waits for any more, so that no zombie is left.
func reap(pid int) (status unix.WaitStatus, err error) {
	for {
		_, err = unix.Wait4(pid, &status, 0, nil)
		if err != unix.EINTR {
			return status, err
		}
	}
}
