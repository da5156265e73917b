package kernel

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrInterrupted is what a call ends with when the user pressed Ctrl-C. It stays
// pending until Task.Resume, so that no pcall can hold on to it.
var ErrInterrupted = errors.New("interrupted")

// ErrMemory is raised in Lua code that went beyond the memory limit. It is raised
// once: code that catches it goes on.
var ErrMemory = errors.New("not enough memory")

// What a task has been told to stop for.
const (
	running int32 = iota
	interrupted
	outOfMemory
	ended // it runs nothing any more, and can't be stopped
)

// Task is a thread of execution that makes calls: a Lua state with its coroutines.
// It is also the context of the Lua state. lualib's loop looks at it only where the code calls
// or jumps, and only while Attention is on; gopher-lua's own loop, which runs under the race
// detector, before each instruction. Done answers nil until there is something to stop for,
// which is cheaper than a channel that could be closed.
type Task struct {
	Frame  Frame  // of the call being made; reused
	Number int    // 0: the program's main thread
	Name   string // of a thread: the function that it runs

	stop  atomic.Int32
	note  string  // what the interrupted call had already done
	block blocked // in which call it is blocked, and how it is woken
	watch watch   // what else an interrupt ends: a look-up
}

var _ context.Context = (*Task)(nil)

// tasks lists every task of the process, so that close can wake the ones that
// are blocked on the descriptor.
var tasks struct {
	sync.RWMutex
	list []*Task
}

// NewTask makes a task; End takes it off the list. Number and name are for people; the
// main thread is 0, "main".
func NewTask(number int, name string) *Task {
	t := &Task{Number: number, Name: name}
	t.Frame.Task = t
	tasks.Lock()
	defer tasks.Unlock()
	tasks.list = append(tasks.list, t)
	tasksChanged()
	return t
}

// singleTask: there is one task.
var singleTask atomic.Bool

// tasksChanged is called with the lock held.
func tasksChanged() {
	singleTask.Store(len(tasks.list) == 1)
	changes.Add(1)
}

// End says that the task makes no further call.
func (t *Task) End() {
	t.setStop(ended)
	tasks.Lock()
	defer tasks.Unlock()
	for i, other := range tasks.list {
		if other == t {
			tasks.list = append(tasks.list[:i:i], tasks.list[i+1:]...)
			tasksChanged()
			return
		}
	}
}

// Interrupt ends what the task runs: the call that it is blocked in, or the Lua
// code. It may be called from any goroutine and answers when the call was woken.
func (t *Task) Interrupt() {
	t.setStop(interrupted)
	t.watch.fire()
	t.block.wake(func() bool { return t.stop.Load() == interrupted })
}

// Blocked answers the name of the call that the task is blocked in, and the descriptor
// that it waits on: -1 if it waits on none, or on several. op is "" if it is not blocked.
func (t *Task) Blocked() (op string, fd int) {
	t.block.Lock()
	defer t.block.Unlock()
	if t.block.frame == nil {
		return "", -1
	}
	return t.block.op.Name, t.block.frame.fd
}

// MemoryErrors counts how often ErrMemory was raised.
var MemoryErrors atomic.Int64

// OutOfMemory makes the Lua code that the task runs raise ErrMemory.
func (t *Task) OutOfMemory() { t.change(running, outOfMemory) }

// Interrupted tells whether an interrupt is pending.
func (t *Task) Interrupted() bool { return t.stop.Load() == interrupted }

// Note is what the interrupted call had done already, such as
// "send: 65,536 of 200,000 bytes taken"; "" if nothing.
func (t *Task) Note() string { return t.note }

// Resume forgets a pending interrupt: the next evaluation begins.
func (t *Task) Resume() {
	t.note = ""
	t.setStop(running)
}

// Attention, if it is set, is called with true when the first task gets something to stop for
// (an interrupt, the end of memory), and with false when no task has anything any more. Between
// false and true whatever runs the tasks' code need not look at them. Package bindings sets it,
// before any task is made.
var Attention func(on bool)

var stopping struct {
	sync.Mutex
	tasks int // that have something to stop for
}

func (t *Task) setStop(state int32) {
	for from := t.stop.Load(); from != ended && !t.change(from, state); from = t.stop.Load() {
	}
}

// stops tells whether a task in that state has something to stop for.
func stops(state int32) bool { return state == interrupted || state == outOfMemory }

// change is a compare-and-swap of the task's state that keeps count.
func (t *Task) change(from, to int32) bool {
	stopping.Lock()
	defer stopping.Unlock()
	if !t.stop.CompareAndSwap(from, to) {
		return false
	}
	before := stopping.tasks
	switch {
	case !stops(from) && stops(to):
		stopping.tasks++
	case stops(from) && !stops(to):
		stopping.tasks--
	}
	if Attention != nil && (before > 0) != (stopping.tasks > 0) {
		Attention(stopping.tasks > 0)
	}
	return true
}

var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done answers nil, or a closed channel once the task has to stop.
func (t *Task) Done() <-chan struct{} {
	if t.stop.Load() == running {
		return nil
	}
	return closedChannel
}

// Err answers what to raise. Asking takes ErrMemory back, since a Lua program may
// catch that; an interrupt stays.
func (t *Task) Err() error {
	if t.change(outOfMemory, running) {
		MemoryErrors.Add(1)
		return ErrMemory
	}
	if t.Interrupted() {
		return ErrInterrupted
	}
	return nil
}

// Deadline and Value complete context.Context; a task has neither.
func (t *Task) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value answers nil.
func (t *Task) Value(any) any { return nil }
