package kernel

import (
	"sync"
	"sync/atomic"
)

// hooks are what the gate does besides making calls: it shows them to observers, and has
// faults strike them.
type hooks struct {
	observers []Observer
	faults    []*Fault
}

// installed has the hooks; nil where there are none, so that the gate has one load and a branch to
// make. What it points to is never changed: changeHooks puts another one in its place.
var (
	installed     atomic.Pointer[hooks]
	changingHooks sync.Mutex
)

// changeHooks installs a changed copy of the hooks.
func changeHooks(change func(*hooks)) {
	changingHooks.Lock()
	defer changingHooks.Unlock()
	var h hooks
	if now := installed.Load(); now != nil {
		h = *now
	}
	change(&h)
	if len(h.observers) == 0 && len(h.faults) == 0 {
		installed.Store(nil)
		return
	}
	installed.Store(&h)
}
