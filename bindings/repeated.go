package bindings

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"sockrepl/bindings/kernel"
)

// repeated keeps the errors of threads from burying the prompt: a server with a fault in its handler
// has a thread end with the same one for each client.
type repeated struct {
	mu    sync.Mutex
	kinds map[string]*repetition // by the name of the thread and the error
}

// repetition is an error that was said a short time ago.
type repetition struct {
	name  string // of the threads
	said  int    // how often
	more  int    // how many were not said
	timer *time.Timer
}

const (
	mostRepeated = 3           // times that an error is said
	repeatedTime = time.Second // in this time
)

// say says what a thread ended with, or counts it.
func (r *repeated) say(t *Thread, say func(string)) {
	kind := t.Name + ": " + brief(t.err, false)
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.kinds[kind]
	if k == nil {
		if r.kinds == nil {
			r.kinds = map[string]*repetition{}
		}
		k = &repetition{name: t.Name, timer: time.AfterFunc(repeatedTime, func() { r.over(kind, say) })}
		r.kinds[kind] = k
	}
	if k.said++; k.said > mostRepeated {
		k.more++
		return
	}
	say(t.Outcome())
}

// over ends the counting of an error, and says how many were not said.
func (r *repeated) over(kind string, say func(string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.kinds[kind]
	if k == nil {
		return
	}
	k.timer.Stop()
	delete(r.kinds, kind)
	if k.more > 0 {
		say(fmt.Sprintf("%s more threads (%s) ended in the same way", kernel.Thousands(k.more), kernel.Escape(k.name)))
	}
}

// end ends the counting of all.
func (r *repeated) end(say func(string)) {
	r.mu.Lock()
	kinds := slices.Sorted(maps.Keys(r.kinds))
	r.mu.Unlock()
	for _, kind := range kinds {
		r.over(kind, say)
	}
}
