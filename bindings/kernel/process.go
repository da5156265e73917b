package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Child is a process to be started.
type Child struct {
	Path string   // the program; without a slash it is looked for along PATH
	Args []string // its arguments, the name that it is called by first
	Env  []string
	Dir  string // its working folder; "" for this process's

	// FDs puts descriptors in place: the child's number, and what it is here, -1 for
	// closed. Others are as Pass says.
	FDs map[int]int
	// Pass lists those that the child inherits besides 0, 1 and 2, whatever their
	// FD_CLOEXEC; nil: all without FD_CLOEXEC, as after fork and exec.
	Pass []int
	// Group is the number of the process group that it goes to, 0 for one of its own; or AsJob,
	// or OurGroup.
	Group int
	// Session has it begin a session of its own, and so a group.
	Session bool
	// User is whose the child is; nil: this process's.
	User *User
	// Grace is the time after which it is killed when an interrupt of the script did not end it
	// (see children.go); 0: it is not killed.
	Grace time.Duration

	// Title says what it runs, for people.
	Title string
	// Gifts are descriptors for this program itself, where that is what the child runs.
	Gifts []Gift
}

// User is the user and the group that a child runs as. It has no supplementary groups.
type User struct{ UID, GID int }

// Gift is a descriptor that a child gets of the program's own: its number there stands behind
// Option, as an argument right after the name.
type Gift struct {
	Option string
	Open   func() (int, error) // makes it, to be closed once the child has it; -1: there is none
}

// Input is a gift that the child takes with TakeInput.
func Input(option string, data []byte) Gift {
	return Gift{option, func() (int, error) { return fileOf(data) }}
}

// What a child's Group may say instead of a number.
const (
	AsJob    = -1 - iota // this process's group, but one of its own if there is a prompt
	OurGroup             // this process's group
)

// starting is held while a process is started, so that nothing that is meant for one child
// is inherited by another.
var starting sync.Mutex

// closedFD has ForkExec leave a descriptor of the child closed.
const closedFD = ^uintptr(0)

// Start starts the process and answers its number. The error is that of the first that fails of
// fork(2), setsid(2), setpgid(2), setgroups(2), setgid(2), setuid(2), dup2(2) and execve(2). The
// program's own descriptors are never inherited.
func (c *Child) Start() (int, error) {
	path, err := c.program()
	if err != nil {
		return -1, c.about(err)
	}
	if c.Dir != "" {
		if err := unix.Access(c.Dir, unix.X_OK); err != nil {
			return -1, &DetailError{err.(unix.Errno), "the folder " + c.Dir}
		}
	}
	starting.Lock()
	defer starting.Unlock()
	files, err := c.table()
	if err != nil {
		return -1, err
	}
	args := slices.Clone(c.Args)
	for _, g := range c.Gifts {
		fd, err := g.Open()
		if err != nil {
			return -1, err
		}
		if fd < 0 {
			continue
		}
		defer disown(fd)
		args = slices.Insert(args, 1, g.Option+strconv.Itoa(len(files)))
		files = append(files, uintptr(fd))
	}
	sys := &syscall.SysProcAttr{Setsid: c.Session, Setpgid: c.apart(), Pgid: max(c.Group, 0)}
	if c.User != nil {
		sys.Credential = &syscall.Credential{Uid: uint32(c.User.UID), Gid: uint32(c.User.GID)}
	}
	pid, err := syscall.ForkExec(path, args, &syscall.ProcAttr{Dir: c.Dir, Env: c.Env, Files: files, Sys: sys})
	if err != nil {
		return -1, c.about(asUnix(err))
	}
	return pid, nil
}

// about names the program where an error is about it. That of a folder which only the child's user
// may not enter looks the same.
func (c *Child) about(err error) error {
	if c.User != nil && c.Dir != "" {
		return err
	}
	switch err {
	case unix.ENOENT, unix.EACCES, unix.ENOEXEC, unix.ENOTDIR:
		return &DetailError{err.(unix.Errno), Escape(c.Path)}
	}
	return err
}

// apart tells whether the child is put into another process group than this process's. A
// session begins with one.
func (c *Child) apart() bool {
	return c.Group >= 0 || c.Group == AsJob && !c.Session && controlled() >= 0
}

// asUnix turns package syscall's errno, or what it says of a NUL byte, into one of ours.
func asUnix(err error) error {
	if errno, ok := err.(syscall.Errno); ok {
		return errno
	}
	return err
}

// fileOf makes a file without a name that holds the bytes, as a descriptor of the program's
// own, at its beginning.
func fileOf(data []byte) (int, error) {
	fd, err := nameless()
	if err != nil {
		return -1, err
	}
	fd = Own(fd)
	for at := 0; at < len(data); {
		n, err := unix.Pwrite(fd, data[at:], int64(at))
		if err != nil && err != unix.EINTR {
			disown(fd)
			return -1, err
		}
		at += max(n, 0)
	}
	return fd, nil
}

// TakeInput reads what Input was given, and closes the descriptor.
func TakeInput(fd int) ([]byte, error) {
	defer func() { _ = unix.Close(fd) }()
	var data []byte
	buf := make([]byte, 1<<16)
	for {
		n, err := unix.Read(fd, buf)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return nil, err
		case n == 0:
			return data, nil
		default:
			data = append(data, buf[:n]...)
		}
	}
}

// table answers what each of the child's descriptors is here. It reaches as far as the
// highest that is open: beyond its end ForkExec leaves the child what it inherits, and puts
// copies for a moment, in the place of others.
func (c *Child) table() ([]uintptr, error) {
	var files []uintptr
	set := func(n int, fd uintptr) {
		for len(files) <= n {
			files = append(files, closedFD)
		}
		files[n] = fd
	}
	for _, fd := range OpenDescriptors() {
		if c.inherits(fd) {
			set(fd, uintptr(fd))
		} else {
			set(fd, closedFD)
		}
	}
	for n, fd := range c.FDs {
		switch {
		case fd < 0:
			set(n, closedFD)
		case owns(fd) || !isOpen(fd):
			return nil, &DetailError{unix.EBADF, fmt.Sprintf("descriptor %d, to be the child's %d", fd, n)}
		default:
			set(n, uintptr(fd))
		}
	}
	return files, nil
}

// Hands answers the descriptors of this process of which the child gets copies.
func (c *Child) Hands() (fds []int) {
	files, err := c.table()
	if err != nil {
		return nil
	}
	for _, fd := range files {
		if fd != closedFD {
			fds = append(fds, int(fd))
		}
	}
	return fds
}

// inherits tells whether the child has an open descriptor under the same number.
func (c *Child) inherits(fd int) bool {
	if slices.Contains(c.Pass, fd) {
		return true
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return err == nil && flags&unix.FD_CLOEXEC == 0 && (c.Pass == nil || fd <= 2)
}

// program finds the file to run, as execvp(3) does: along the PATH that the child gets.
func (c *Child) program() (string, error) {
	if c.Path == "" {
		return "", unix.ENOENT
	}
	if strings.Contains(c.Path, "/") {
		return c.Path, nil
	}
	var refused error = unix.ENOENT
	for _, folder := range filepath.SplitList(c.variable("PATH")) {
		path := filepath.Join(folder, c.Path)
		if folder == "" {
			path = "./" + c.Path
		}
		info, err := os.Stat(path)
		switch {
		case err != nil || info.IsDir():
		case unix.Access(path, unix.X_OK) == nil:
			return path, nil
		default:
			refused = unix.EACCES
		}
	}
	return "", refused
}

// variable answers a variable of the child's environment.
func (c *Child) variable(name string) (value string) {
	for _, setting := range c.Env {
		if v, ok := strings.CutPrefix(setting, name+"="); ok {
			value = v
		}
	}
	return value
}

// StartChild is exec and spawn as the gate makes them: Any of argument 0 is the *Child.
func StartChild(f *Frame) error {
	child := f.Args[0].Any.(*Child)
	pid, err := child.Start()
	if err == nil && child.apart() {
		f.Task.noteStarted(pid, child.Grace)
	}
	f.Answer(0, pid)
	return err
}

// Waitpid waits for a child and answers its number and status, waitpid(2).
func Waitpid(f *Frame, pid, options int) error {
	var usage unix.Rusage
	return f.wait4(pid, options, &usage)
}

// Wait4 answers also what the child has used, wait4(2).
func Wait4(f *Frame, pid, options int) error {
	var usage unix.Rusage
	err := f.wait4(pid, options, &usage)
	if err == nil && f.Out[1].Set {
		f.AnswerAny(3, usageRecord(&usage))
	}
	return err
}

// wait4 asks without waiting first. At a prompt it also lets the child have the terminal
// if it wants it (see job.wait).
func (f *Frame) wait4(pid, options int, usage *unix.Rusage) error {
	var status unix.WaitStatus
	got, err := 0, error(nil)
	if job := jobOf(pid, options); job != nil && f.blocking {
		got, err = job.wait(f, options, &status, usage)
	} else {
		got, err = f.rawWait(pid, options, &status, usage)
	}
	switch {
	case err != nil:
		return err
	case got == 0 && options&unix.WNOHANG == 0:
		return errMayBlock
	}
	f.Answer(0, got)
	if got > 0 {
		if status.Exited() || status.Signaled() {
			noteEnded(got)
		}
		f.Answer(1, int(status))
		f.AnswerStr(2, statusText(status))
	}
	return nil
}

// statusText says how a process ended, or what else happened to it.
func statusText(status unix.WaitStatus) string {
	core := ""
	if status.CoreDump() {
		core = ", core dumped"
	}
	switch {
	case status.Exited():
		return fmt.Sprintf("exited with %d", status.ExitStatus())
	case status.Signaled():
		return "killed by " + signalName(status.Signal()) + core
	case status.Stopped():
		return "stopped by " + signalName(status.StopSignal())
	case status.Continued():
		return "continued"
	}
	return fmt.Sprintf("status %d", status)
}

func signalName(s syscall.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return fmt.Sprintf("signal %d", int(s))
}

// Getrusage answers what this process, or its children that were waited for, have used,
// getrusage(2).
func Getrusage(f *Frame, who int) error {
	var usage unix.Rusage
	if err := unix.Getrusage(who, &usage); err != nil {
		return err
	}
	f.AnswerAny(0, usageRecord(&usage))
	return nil
}

func usageRecord(u *unix.Rusage) Record {
	return Record{
		{"ru_utime", seconds(u.Utime)},
		{"ru_stime", seconds(u.Stime)},
		{"ru_maxrss", int64(u.Maxrss) * maxrssUnit},
		{"ru_minflt", int64(u.Minflt)},
		{"ru_majflt", int64(u.Majflt)},
		{"ru_nvcsw", int64(u.Nvcsw)},
		{"ru_nivcsw", int64(u.Nivcsw)},
	}
}

func seconds(tv unix.Timeval) float64 { return float64(tv.Nano()) / 1e9 }

// Reap takes the status of every child that has ended. It is for the end of the program:
// who inherits a zombie then may never look at it.
func Reap() {
	for {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		if pid <= 0 && err != unix.EINTR {
			return
		}
	}
}
