// Package timeline records the calls of all threads, finds out for each that waited what ended
// its wait, and draws both: a lane for each thread, as text or as SVG. It is an observer of the
// gate. It knows no Lua state.
package timeline

import (
	"path"
	"sync"
	"time"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/trace"
)

// The names of operations by which a thread tells what it does besides calls. The first of a
// process ends with the process.
const (
	Begins = "thread begins"
	Ends   = "thread ends"
	Rests  = "prompt rests" // until somebody has typed a line
)

// Most is how many calls are kept: the oldest go.
const Most = 100_000

// Call is a call that was recorded. Its times count from the beginning of the recording. A child
// process writes the exported fields into the journal, as a line of JSON.
type Call struct {
	Place
	Serial     int    `json:",omitempty"` // of a child's call that waits: its beginning and its end are two lines with the same one
	Label      string // of the thread: "main", "thread 2", "process 4711"
	Name       string
	Begun      string // as strace writes it, up to the answer: "recv(4, 100, 0)"
	Answer     string // "" while it goes on
	Failed     bool   `json:",omitempty"`
	Start, End time.Duration
	Waits      time.Duration // when it began to wait; negative: it did not
	Going      bool          `json:",omitempty"` // it has not ended
	EndedBy    *Call         `json:"-"`          // what ended its wait; nil: that is not known

	// What it may have done for others, and others for it: link compares the two.
	Does     deeds        `json:",omitempty"` // how it may have ended waits of others
	At       []kernel.End `json:",omitempty"` // at the other ends of these
	Needs    []need       `json:",omitempty"` // what may have ended its own wait: one of these
	Sure     bool         `json:",omitempty"` // it had to wait, if for a short time
	Sleeps   bool         `json:",omitempty"` // it waits for time, not for anybody
	Whom     string       `json:",omitempty"` // whom it waited for, for people, where that is no call that was recorded
	Deed, By uint64       `json:",omitempty"` // Frame.Deed and Frame.ByDeed: among threads the two are compared by number
	Born     *birth       `json:",omitempty"` // the child that it has started
	Reaped   int          `json:",omitempty"` // the process whose end it has answered
	Status   string       `json:",omitempty"` // that one's

	row *calls.Call // nil: it is none of a row's, as Begins, Ends and Rests
	fd  int         // the descriptor that it is given; negative: none
}

// Place is a thread of a process.
type Place struct {
	Process int `json:",omitempty"` // 0: the one that the recording belongs to
	Thread  int `json:",omitempty"`
}

// birth is that of a child.
type birth struct {
	Process int
	Title   string
	Has     []kernel.End // what it has inherited, and what is closed when it ends
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
	most   int                     // calls that are kept
	began  time.Time               // the recording
	ended  time.Duration           // when it did, from its beginning; 0: it goes on
	calls  []*Call                 // that have ended; a ring, once it is full
	oldest int                     // where the ring begins
	lost   int                     // calls that the ring has overwritten
	going  map[*kernel.Event]*Call // the calls that have not ended
	lanes  map[int]*Lane           // by the thread's number
	ends   ends

	process int             // this process's number, if the recording is its parent's; else 0
	journal *kernel.Journal // what children write into, this process as well if it is a child; nil: none yet
	reading sync.Mutex      // held, before mu, while it is read or ended: calls are not held up by that
	serial  int             // of the last call that was written there
	written []*Call         // what stood in it at the end of the recording
	full    bool            // it had no room for all
}

var _ kernel.Observer = (*Recorder)(nil)

// New makes a recorder of so many calls, for a recording that begins now.
func New(most int) *Recorder {
	r := &Recorder{most: most, began: time.Now(), going: map[*kernel.Event]*Call{}, lanes: map[int]*Lane{}, ends: ends{}}
	r.lane(0, "", 0)
	return r
}

// Stop says that the recording ends. Of what goes on the end is not seen any more.
func (r *Recorder) Stop() {
	r.reading.Lock()
	defer r.reading.Unlock()
	r.end()
	if r.journal != nil {
		r.written, r.full = journalCalls(r.journal)
		r.journal.End()
		r.journal = nil
	}
}

// end takes note of the end.
func (r *Recorder) end() {
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
		_, name := path.Split(name) // a function without a name has its file's
		l = &Lane{Place: Place{r.process, number}, Name: name, From: from, To: -1}
		r.lanes[number] = l
		if r.process != 0 {
			r.write(&Call{Place: l.Place, Name: Begins, Begun: name, Start: from, End: from, Waits: -1})
		}
	}
	return l
}

// Enter takes note of a call, and of what it is about to close: afterwards that could not be looked at.
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
	c := &Call{Place: lane.Place, Label: lane.label(), Name: e.Op.Name, Start: at, Waits: -1, Going: true, row: row, Deed: e.Frame.Deed}
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
	if r.process != 0 {
		r.serial++
		c.Serial = r.serial
		going := *c
		going.Needs = nil
		r.actGoing(&going)
		r.write(&going)
	}
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
	c.End, c.By = r.since(e.End), e.Frame.ByDeed
	if c.Sure = e.MustWait; e.Blocked == 0 {
		c.Waits = -1
	}
	switch {
	case c.Name == Rests:
	case c.Name == Ends:
		r.lanes[c.Thread].To = c.End
	case e.Op.As != "" && c.Waited() < longEnough && c.row.Class != calls.Process:
		// print and the io library, which the trace leaves out; but their children have lanes
		r.forget(c)
		return
	default:
		r.exit(c, e)
	}
	r.keep(c)
}

// longEnough is how long print waits at least where nobody reads what it writes.
const longEnough = 10 * time.Millisecond

// keep puts a call into the ring, or into the journal.
func (r *Recorder) keep(c *Call) {
	if r.process != 0 {
		r.write(c)
		return
	}
	if len(r.calls) < r.most {
		r.calls = append(r.calls, c)
		return
	}
	r.calls[r.oldest] = c
	r.oldest = (r.oldest + 1) % r.most
	r.lost++
}
