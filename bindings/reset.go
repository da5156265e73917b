package bindings

import (
	"time"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// Reset ends the threads, closes what has been opened, but for the descriptors that are kept,
// and forgets the program's globals. An interrupt ends the waiting, not the rest. A thread that
// has not ended by then is the error.
func (env *Env) Reset(L *lua.LState, kept map[int]bool) error {
	err := env.endThreads()
	env.io.CloseFiles(kept)
	env.closeOthers(kept)
	env.restoreGlobals(L)
	return err
}

// lastCall is how long Reset waits for threads: one call into Lua's own library is not ended
// by an interrupt.
const lastCall = time.Second

// endThreads interrupts all threads but the main one, and what these start meanwhile, and
// waits for their end.
func (env *Env) endThreads() error {
	for deadline := time.Now().Add(lastCall); ; {
		list := env.family.list()[1:]
		if len(list) == 0 {
			return nil
		}
		env.interruptThreads()
		if env.Task.Pause("reset", time.Millisecond) != nil || time.Now().After(deadline) {
			return &kernel.DetailError{Errno: unix.EBUSY, Detail: handleText(list[0].handle) + " has not ended"}
		}
	}
}

// closeOthers closes the descriptors that are not kept.
func (env *Env) closeOthers(kept map[int]bool) {
	for _, fd := range kernel.OpenDescriptors() {
		if !kept[fd] {
			env.CloseFor("reset", fd)
		}
	}
}

// CloseFor closes a descriptor as close does: calls of threads that are blocked on it end, and its
// number is known to be another's from then on. An interrupt does not keep it open.
func (env *Env) CloseFor(call string, fd int) {
	op := kernel.Op{Name: call, Quiet: true, Do: func(f *kernel.Frame) error { return kernel.Close(f, kernel.Visible(fd)) }}
	_ = env.Task.Do(&op, &kernel.Frame{Task: env.Task})
}
