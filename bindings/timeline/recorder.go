// Package timeline records the calls of all threads, finds out for each that waited what ended
// its wait, and draws both: a lane for each thread, as text or as SVG. It is an observer of the
// gate. It knows no Lua state.
package timeline

import (
	"sync"
	"time"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/trace"
)

// The names of operations by which a thread tells what it does besides calls.
const (
	Begins = "thread begins"
	Ends   = "thread ends"
	Rests  = "prompt rests" // until somebody has typed a line
)

// Most is how many calls are kept: the oldest go.
const Most = 100_000

// Call is a call that was recorded. Its times count from the beginning of the recording.
type Call struct {
	Thread     int
	Label      string // of the thread: "main", "thread 2"
	Name       string
	Begun      string // as strace writes it, up to the answer: "recv(4, 100, 0)"
	Answer     string // "" while it goes on
	Failed     bool
	Start, End time.Duration
	Waits      time.Duration // when it began to wait; negative: it did not
	Going      bool          // it has not ended
	EndedBy    *Call         // what ended its wait; nil: that is not known

	row      *calls.Call
	does     deeds        // what it may end waits of others by
	at       []kernel.End // where it does that
	needs    []need       // what may have ended its wait; one of them did
	fd       int          // what it is given first; negative: no descriptor
	sure     bool         // it had to wait
	sleeps   bool         // it waits for nobody
	whom     string       // whom it waited for, where that is no call of this process
	deed, by uint64
}

// Waited is how long the call waited.
func (c *Call) Waited() time.Duration {
	if c.Waits < 0 {
		return 0
	}
	return c.End - c.Waits
}

// Recorder is an observer that keeps the calls.
type Recorder struct {
	mu     sync.Mutex
	most   int
	began  time.Time
	ended  time.Duration // of the recording; 0: it goes on
	calls  []*Call       // a ring, once it is full
	oldest int           // where it begins
	lost   int
	going  map[*kernel.Event]*Call
	lanes  map[int]*Lane
	ends   ends
}

var _ kernel.Observer = (*Recorder)(nil)

// New makes a recorder of so many calls, for a recording that begins now.
func New(most int) *Recorder {
	r := &Recorder{most: most, began: time.Now(), going: map[*kernel.Event]*Call{}, lanes: map[int]*Lane{}, ends: ends{}}
	r.lane(0, "main", 0)
	return r
}

// Stop says that the recording ends. Of what goes on the end is not seen any more.
func (r *Recorder) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = time.Since(r.began)
	for _, c := range r.going {
		c.End = r.ended
		r.actGoing(c)
		r.keep(c)
	}
	clear(r.going)
}

func (r *Recorder) since(t time.Time) time.Duration { return t.Sub(r.began) }

// lane answers the lane of a thread, and makes it where it is the first that is seen of it.
func (r *Recorder) lane(number int, name string, from time.Duration) *Lane {
	l := r.lanes[number]
	if l == nil {
		l = &Lane{Number: number, Name: name, From: from, To: -1}
		r.lanes[number] = l
	}
	return l
}

// Enter takes note of a call, and of the ends that it may do away with.
func (r *Recorder) Enter(e *kernel.Event) {
	row := trace.Row(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended != 0 {
		return
	}
	task, at := e.Frame.Task, r.since(e.Start)
	lane := r.lane(task.Number, task.Name, at)
	if row == nil && e.Op.Name != Ends && e.Op.Name != Rests {
		return
	}
	c := &Call{Thread: task.Number, Label: lane.label(), Name: e.Op.Name, Start: at, Waits: -1, Going: true, row: row, deed: e.Frame.Deed}
	if row != nil {
		c.Name = row.Name
		r.enter(c, e.Frame)
	}
	r.going[e], e.Memo = c, c
}

// Wait takes note that a call is about to wait, and for whom.
func (r *Recorder) Wait(e *kernel.Event) {
	c, ok := e.Memo.(*Call)
	if !ok || c.row == nil {
		return
	}
	begun, now := trace.Begun(c.row, e), time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended != 0 {
		return
	}
	c.Begun, c.Waits = begun, r.since(now)
	if c.row.Wait == kernel.Timed {
		c.Waits = c.Start // the first try has waited, too, if not for long
	}
	r.wait(c, e.Frame)
}

// Exit keeps the call, and what it may have done for others.
func (r *Recorder) Exit(e *kernel.Event) {
	c, ok := e.Memo.(*Call)
	if !ok {
		return
	}
	begun, answer := c.Begun, ""
	if c.row != nil {
		if begun == "" {
			begun = trace.Begun(c.row, e)
		}
		answer = trace.Answered(c.row, e)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.going[e] == nil {
		return // the recording has ended
	}
	delete(r.going, e)
	c.Begun, c.Answer, c.Failed, c.Going = begun, answer, e.Err != nil, false
	c.End, c.by = r.since(e.End), e.Frame.ByDeed
	if c.sure = e.MustWait; e.Blocked == 0 {
		c.Waits = -1
	}
	switch {
	case c.Name == Rests:
	case c.Name == Ends:
		r.lanes[c.Thread].To = c.End
	case e.Op.As != "" && c.Waited() < longEnough:
		return // print and the io library, which the trace leaves out
	default:
		r.exit(c, e)
	}
	r.keep(c)
}

// longEnough is how long print waits at least where nobody reads what it writes.
const longEnough = 10 * time.Millisecond

// keep puts a call into the ring.
func (r *Recorder) keep(c *Call) {
	if len(r.calls) < r.most {
		r.calls = append(r.calls, c)
		return
	}
	r.calls[r.oldest] = c
	r.oldest = (r.oldest + 1) % r.most
	r.lost++
}
