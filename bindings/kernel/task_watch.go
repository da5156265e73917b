package kernel

import "sync"

// watch is what an interrupt does besides waking the task's thread. A look-up is no
// system call that a signal could end: it is goroutines of Go's resolver.
type watch struct {
	sync.Mutex
	abort func()
}

// Watch has an interrupt of the task call abort, at most once, until stop is called.
// After stop has answered, abort neither runs nor will. abort must not call stop.
func (t *Task) Watch(abort func()) (stop func()) {
	t.watch.set(abort)
	if t.Interrupted() { // it came first, and found nothing to call
		t.watch.fire()
	}
	return func() { t.watch.set(nil) }
}

func (w *watch) set(abort func()) {
	w.Lock()
	defer w.Unlock()
	w.abort = abort
}

func (w *watch) fire() {
	w.Lock()
	defer w.Unlock()
	if w.abort != nil {
		w.abort()
		w.abort = nil
	}
}
