package kernel

import (
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// From a shell, Ctrl-C is a signal for a script and for all that it has started. At a prompt
// a child is in a process group of its own, which the terminal's Ctrl-C does not reach (see
// foreground.go): so when it ends a script, the script's children are sent the signal here.
// What was started at the prompt itself goes on, as a shell's background jobs do. A signal can
// be caught: a child for which its script has set a grace is killed when that is over.

// apart lists, in the order of their starts, the children in groups of their own that nobody
// has waited for: their numbers are theirs until then.
var apart struct {
	sync.Mutex
	list    []apartChild
	started int // how many there ever were
}

type apartChild struct {
	pid, number int
	grace       time.Duration // 0: it is not killed
	by          *Task
}

// noteStarted puts a child on the list.
func (t *Task) noteStarted(pid int, grace time.Duration) {
	apart.Lock()
	defer apart.Unlock()
	apart.started++
	apart.list = append(apart.list, apartChild{pid, apart.started, grace, t})
}

// noteEnded takes a child that was waited for off the list.
func noteEnded(pid int) {
	apart.Lock()
	defer apart.Unlock()
	apart.list = slices.DeleteFunc(apart.list, func(c apartChild) bool { return c.pid == pid })
}

// RunsScript says that the task begins to run a script, and answers what is to be called when
// that is over: if it was interrupted, so are the children that it has started meanwhile.
func (t *Task) RunsScript() (over func()) {
	apart.Lock()
	defer apart.Unlock()
	before := apart.started
	return func() {
		if t.Interrupted() {
			t.interruptStarted(before)
		}
	}
}

// interruptStarted sends SIGINT to the children that the task has started since.
func (t *Task) interruptStarted(before int) {
	apart.Lock()
	defer apart.Unlock()
	for _, c := range apart.list {
		if c.by == t && c.number > before {
			signalJob(c.pid, unix.SIGINT)
			signalJob(c.pid, unix.SIGCONT) // one that is stopped would not notice
			if c.grace > 0 {
				time.AfterFunc(c.grace, c.kill)
			}
		}
	}
}

// kill kills a child and its group, unless it was waited for meanwhile: its number may be
// another's then.
func (c apartChild) kill() {
	apart.Lock()
	defer apart.Unlock()
	if slices.Contains(apart.list, c) {
		signalJob(c.pid, unix.SIGKILL)
	}
}

// signalJob sends a signal to a child's group, or to the child alone where another leads the
// group.
func signalJob(pid int, sig unix.Signal) {
	if unix.Kill(-pid, sig) == unix.ESRCH {
		_ = unix.Kill(pid, sig)
	}
}
