package kernel

import (
	"errors"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Wait says what a call may wait for.
type Wait uint8

// The ways in which a call may wait.
const (
	Never    Wait = iota // it cannot block
	Read                 // until its descriptor can be read
	Write                // until its descriptor can be written
	Timed                // for several descriptors, or for time, up to a time of its own
	Thread               // for what another thread does: Do waits with Await
	Remote               // for another program's answer, a name server's: the call sees to that itself
	Children             // for a child process
)

// Op is what the gate needs to know of a call.
type Op struct {
	Name string
	// As is the system call that an operation of Lua's library makes: read of io.read. ""
	// where the operation is a call itself.
	As   string
	Wait Wait
	// Do makes the system call once. While f.blocking is false it must not wait:
	// it answers EAGAIN instead, or errMayBlock if the call has no such form.
	Do func(f *Frame) error
	// FD and Amount are the arguments (from 0) that are the descriptor, and the bytes or how many
	// of them; -1 where there are none. A fault looks at them.
	FD, Amount int
	// Quiet: it is none of the user's calls, and no observer sees it.
	Quiet bool
}

// mayWait tells whether the gate makes the call again, waiting, if it has to.
func (op *Op) mayWait() bool { return op.Wait != Never && op.Wait != Remote }

var (
	// errMayBlock: the call cannot be made without the risk of waiting.
	errMayBlock = errors.New("may block")
	// errShort: some of the bytes are moved; a blocking call goes on with the rest.
	errShort = errors.New("short")
)

// Event is a call as the gate saw it: once when it begins (End is zero), once when
// it ends. The frame is the task's own and is reused, and so is the memory of strings in it: an
// observer copies what it needs before it returns.
type Event struct {
	Op         *Op
	Frame      *Frame
	Err        error
	Start, End time.Time
	Blocked    time.Duration // how much of it the call waited
	MustWait   bool          // it waits for certain: the first try has shown that
	Faulty     bool          // a fault struck it
	Memo       any           // the observer's own, from one look at the call to the next
	watchers   []onlooker
}

// onlooker is an observer of a call, with what it keeps of it.
type onlooker struct {
	observer Observer
	memo     any
}

// show has each observer look at the call.
func (e *Event) show(look func(Observer, *Event)) {
	for i := range e.watchers {
		w := &e.watchers[i]
		e.Memo = w.memo
		look(w.observer, e)
		w.memo = e.Memo
	}
}

// Observer is shown every call while it is installed.
type Observer interface {
	Enter(*Event)
	Wait(*Event) // the call is about to wait, if it has to
	Exit(*Event)
}

// Observe installs an observer beside those that are, in the place of another; nil: of none,
// or none is installed.
func Observe(o, instead Observer) {
	changeHooks(func(h *hooks) {
		kept := slices.DeleteFunc(slices.Clone(h.observers), func(other Observer) bool { return other == instead })
		if o != nil {
			kept = append(kept, o)
		}
		h.observers = kept
	})
}

// Observed tells whether an observer is installed.
func Observed() bool { return len(Observers()) > 0 }

// Observers are those that are installed.
func Observers() []Observer {
	if h := installed.Load(); h != nil {
		return h.observers
	}
	return nil
}

// Do makes the call. The frame holds its arguments and takes its answer. It tries first,
// and waits only if the kernel says that it must: a call that waits not at all, or less
// than shortly, is made without telling Go's scheduler, which is the cheapest way.
func (t *Task) Do(op *Op, f *Frame) error {
	if h := installed.Load(); h != nil && !op.Quiet {
		return t.hooked(h, op, f)
	}
	f.begin(false)
	err := op.Do(f)
	if err == nil {
		return nil
	}
	return f.goOn(op, err, nil)
}

// hooked makes the call with what is to be done besides.
func (t *Task) hooked(h *hooks, op *Op, f *Frame) error {
	fault := h.fault(op, f)
	if len(h.observers) > 0 {
		return t.observed(h.observers, fault, op, f)
	}
	return f.makeWith(fault, op, nil)
}

// makeWith makes the call as the fault has it, if there is one. e is nil where nobody watches.
func (f *Frame) makeWith(fault *Fault, op *Op, e *Event) error {
	if fault != nil {
		return fault.strike(op, f, e)
	}
	return f.make(op, e)
}

// make makes the call, waiting where it has to.
func (f *Frame) make(op *Op, e *Event) error {
	f.begin(e != nil)
	if err := op.Do(f); err != nil {
		return f.goOn(op, err, e)
	}
	return nil
}

// Pause waits for the program itself, between two looks at something. An interrupt ends it with
// ErrInterrupted, and its message names what.
func (t *Task) Pause(what string, d time.Duration) error {
	f := Frame{Task: t}
	f.Reset()
	op := Op{Name: what, Wait: Timed, Quiet: true, Do: func(f *Frame) error { return Sleep(f, d) }}
	return t.Do(&op, &f)
}

// observed makes the call and shows it to the observers.
func (t *Task) observed(observers []Observer, fault *Fault, op *Op, f *Frame) error {
	e := Event{Op: op, Frame: f, Start: time.Now(), Faulty: fault != nil, watchers: make([]onlooker, len(observers))}
	for i, o := range observers {
		e.watchers[i].observer = o
	}
	e.show(Observer.Enter)
	if op.Wait == Remote {
		e.show(Observer.Wait)
	}
	e.Err = f.makeWith(fault, op, &e)
	e.End = time.Now()
	if op.Wait == Remote {
		e.Blocked = e.End.Sub(e.Start)
	}
	e.show(Observer.Exit)
	return e.Err
}

// begin is before the first try.
func (f *Frame) begin(watched bool) {
	f.blocking, f.noTry, f.gatePolls, f.peek, f.quiet, f.watched = false, false, false, false, false, watched
	f.Begun++
}

// goOn does what is to be done after a first try that ended with an error: it waits, where
// the call is one that waits. e is nil where nobody watches.
func (f *Frame) goOn(op *Op, err error, e *Event) error {
	switch err {
	case errShort:
		if !f.mayWait() {
			return nil
		}
	case unix.EAGAIN:
		if !op.mayWait() || !f.mayWait() {
			return err
		}
	case errMayBlock:
		f.noTry = true
	case unix.EINPROGRESS:
		// The first data on a socket with TCP_FASTOPEN_CONNECT makes the connection.
		if !op.mayWait() || f.nonblocking() {
			return err
		}
	case unix.EINTR:
		// A signal that is not the user's was pending: select and poll say so even
		// where they were not to wait (fs/select.c, core_sys_select).
		if !op.mayWait() {
			return err
		}
	default:
		return err
	}
	wait := f.wait
	if op.Wait == Thread {
		wait = f.waitThread
	}
	if e == nil {
		return wait(op)
	}
	e.MustWait = f.mustWait(op, err)
	e.show(Observer.Wait)
	started := time.Now()
	err = wait(op)
	e.Blocked = time.Since(started)
	return err
}

// mustWait tells whether the error of the first try means that the call waits now. One that can't
// be tried without waiting may be over at once.
func (f *Frame) mustWait(op *Op, err error) bool {
	switch err {
	case errMayBlock:
		return op.Wait == Timed || op.Wait == Thread || op.Wait == Children
	case unix.EAGAIN, errShort:
		return !f.nonblocking()
	}
	return true
}

// nonblocking tells whether the user asked that the call should not wait: for this
// call, or for the open file description.
func (f *Frame) nonblocking() bool {
	if f.flags&unix.MSG_DONTWAIT != 0 {
		return true
	}
	if f.fd < 0 {
		return false
	}
	flags, _, errno := unix.RawSyscall(unix.SYS_FCNTL, uintptr(f.fd), unix.F_GETFL, 0)
	return errno == 0 && flags&unix.O_NONBLOCK != 0
}

// finished is the end of a call that went well after all. What it has got is not lost to
// an interrupt that came at the same time: the task's code gets it, and is stopped then.
func (f *Frame) finished(op *Op) error {
	if f.Task.Interrupted() && (f.done < f.total || f.created >= 0) {
		f.Task.note = f.progress(op)
	}
	return nil
}

// stopped turns an interrupt into the call's error, and notes what was done. What has been
// received is answered instead, as the kernel does after a signal: nobody else has it.
func (f *Frame) stopped(op *Op) error {
	if op.Wait == Read && f.done > 0 {
		return f.finished(op)
	}
	f.Task.note = f.progress(op)
	return ErrInterrupted
}

// call makes a system call that this round may block in: through Go's scheduler if
// so, without it if not, or if the scheduler need not know.
//
//go:uintptrescapes
func (f *Frame) call(trap, a1, a2, a3, a4, a5, a6 uintptr) (int, unix.Errno) {
	if f.blocking && !f.quiet {
		r, _, errno := unix.Syscall6(trap, a1, a2, a3, a4, a5, a6)
		return int(r), errno
	}
	r, _, errno := syscall.RawSyscall6(trap, a1, a2, a3, a4, a5, a6)
	return int(r), errno
}

// asError answers nil for 0; a bare conversion would make an error of it.
func asError(errno unix.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}
