package bindings

import (
	"fmt"
	"sync"
	"time"

	"sockrepl/bindings/kernel"
)

// repeated keeps the errors of threads from burying the prompt: a server with a fault in its handler
// has a thread end with the same one for each client.
type repeated struct {
	mu    sync.Mutex
	text  string      // of the error that was said last
	said  int         // how often, since the timer was set
	more  int         // how many were not said
	timer *time.Timer // ends the counting
}

const (
	mostRepeated = 3           // times that an error is said
	repeatedTime = time.Second // in this time
)

// say says what a thread ended with, or counts it.
func (r *repeated) say(t *Thread, say func(string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text := t.Name + ": " + brief(t.err, false); text != r.text || r.timer == nil {
		r.tell(say)
		r.text = text
		r.timer = time.AfterFunc(repeatedTime, func() { r.end(say) })
	}
	if r.said++; r.said > mostRepeated {
		r.more++
		return
	}
	say(t.Outcome())
}

// end says how many were not said.
func (r *repeated) end(say func(string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tell(say)
}

func (r *repeated) tell(say func(string)) {
	if r.timer != nil {
		r.timer.Stop()
	}
	if r.more > 0 {
		say(fmt.Sprintf("%s more threads ended in the same way", kernel.Thousands(r.more)))
	}
	r.said, r.more, r.timer = 0, 0, nil
}
