package stdio

import (
	"fmt"
	"os"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// start runs a command in the shell, with the standard descriptors as they are now but
// one, which is replaced (-1: none). Other descriptors without FD_CLOEXEC are inherited,
// as in C. To an observer it is a call of exec.
func (s *Streams) start(name, command string, replace, by int) (pid int, err error) {
	child := kernel.Child{
		Path: "/bin/sh", Args: []string{"sh", "-c", command}, Env: os.Environ(),
		FDs: map[int]int{}, Group: kernel.OurGroup, Title: command,
	}
	arguments := fmt.Sprintf("%q, %q", "-c", command)
	if replace >= 0 {
		child.FDs[replace] = by
		arguments += fmt.Sprintf(", {[%d] = %d}", replace, by)
	}
	s.frame.Reset()
	s.frame.Args[0] = kernel.Value{Set: true, Str: child.Path, Any: &child}
	s.frame.Args[1] = kernel.Value{Set: true, Str: arguments, Opaque: true} // Go's quotes are not always Lua's
	err = s.Task.Do(&kernel.Op{Name: name, As: "exec", Do: kernel.StartChild}, &s.frame)
	return int(s.frame.Out[0].Int), err
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
	pid, err := s.start(opPipe.Name, command, replace, theirs)
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
	pid, err := s.start("os.execute", command, -1, 0)
	if err != nil {
		return 0, err
	}
	return s.wait("os.execute", pid)
}

// wait waits for a child in waitpid(2), which an interrupt ends like any blocked call.
func (s *Streams) wait(name string, pid int) (unix.WaitStatus, error) {
	op := kernel.Op{Name: name, As: "waitpid", Wait: kernel.Children, Do: func(f *kernel.Frame) error {
		return kernel.Waitpid(f, f.Int(0), f.Int(1))
	}}
	err := s.do(&op, pid, 0)
	if err == kernel.ErrInterrupted && !s.frame.Out[1].Set {
		go reap(pid)
	}
	return unix.WaitStatus(s.frame.Out[1].Int), err
}

// reap waits for a child that nobody waits for any more, so that no zombie is left.
func reap(pid int) {
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}
