package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sockrepl/bindings/kernel"
)

// Lane is a thread, from its beginning to its end. That of a process's first thread is the
// process's.
type Lane struct {
	Place
	Name     string
	From, To time.Duration // To is negative while the thread runs
	Status   string        // of a process that has ended and was waited for
	Calls    []*Call
	Rests    []*Call // when it waited for somebody to type
}

// label names the thread: "main", "thread 2", "process 4711", "process 4711 thread 2".
func (p Place) label() string {
	thread := "thread " + strconv.Itoa(p.Thread)
	switch {
	case p == Place{}:
		return "main"
	case p.Process == 0:
		return thread
	case p.Thread == 0:
		return "process " + strconv.Itoa(p.Process)
	}
	return "process " + strconv.Itoa(p.Process) + " " + thread
}

// title is the label with what the thread runs.
func (l *Lane) title() string {
	if l.Name == "" || l.Place == (Place{}) {
		return l.label()
	}
	return l.label() + " " + kernel.Escape(l.Name)
}

// Picture is what was recorded, as it is at one moment.
type Picture struct {
	Lanes    []*Lane
	Calls    []*Call // in the order of their starts
	From, To time.Duration
	Lost     int  // calls that are not kept any more
	Full     bool // of what children did the last is not kept
}

// Picture answers what was recorded so far. A call that goes on lasts until now.
func (r *Recorder) Picture() *Picture {
	r.reading.Lock()
	defer r.reading.Unlock()
	p, journal := r.own()
	children := r.written
	if p.Full = r.full; journal != nil {
		children, p.Full = journalCalls(journal)
	}
	for _, c := range children {
		if kept := *c; kept.Start <= p.To {
			kept.look(p.To)
			p.Calls = append(p.Calls, &kept)
		}
	}
	p.sort()
	p.addChildren()
	p.sort()
	link(p.Calls)
	p.fill()
	return p
}

// own answers a picture of this process's calls and threads, and the journal if others write it.
func (r *Recorder) own() (*Picture, *kernel.Journal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &Picture{To: r.ended, Lost: r.lost}
	if p.To == 0 {
		p.To = time.Since(r.began)
	}
	list := slices.Concat(r.calls[r.oldest:], r.calls[:r.oldest])
	if p.Lost > 0 {
		p.From = list[0].Start
	}
	for _, c := range r.going {
		list = append(list, c)
	}
	for _, c := range list {
		kept := *c
		if kept.look(p.To); kept.Going {
			r.actGoing(&kept)
		}
		p.Calls = append(p.Calls, &kept)
	}
	p.addLanes(r.lanes)
	return p, r.journal
}

// look has a call be as it is at one moment, at which it may go on.
func (c *Call) look(now time.Duration) {
	if c.EndedBy = nil; c.Going {
		c.End, c.Needs = now, nil
	}
}

func (p *Picture) sort() {
	slices.SortStableFunc(p.Calls, func(a, b *Call) int { return cmp.Compare(a.Start, b.Start) })
}

// addLanes adds those of this process's threads.
func (p *Picture) addLanes(lanes map[int]*Lane) {
	for _, l := range lanes {
		kept := *l
		p.Lanes = append(p.Lanes, &kept)
	}
	slices.SortFunc(p.Lanes, func(a, b *Lane) int { return a.Thread - b.Thread })
}

// fill puts the calls into the lanes of their threads. What ends a thread is no call to be drawn,
// and what ended before the picture begins is not in it.
func (p *Picture) fill() {
	at := map[Place]*Lane{}
	for _, l := range p.Lanes {
		if at[l.Place] = l; l.To < 0 {
			l.To = p.To
		}
	}
	p.Lanes = slices.DeleteFunc(p.Lanes, func(l *Lane) bool { return l.To < p.From })
	for _, c := range p.Calls {
		switch l := at[c.Place]; {
		case l == nil || c.End < p.From:
		case c.Name == Rests:
			l.Rests = append(l.Rests, c)
		case c.row != nil && !(c.Going && c.Waits < 0):
			l.Calls = append(l.Calls, c)
		}
	}
}

// count is how many calls the lanes have.
func (p *Picture) count() (n int) {
	for _, l := range p.Lanes {
		n += len(l.Calls)
	}
	return n
}

// Waits answers the calls that waited longest, the longest first.
func (p *Picture) Waits(most int) (list []*Call) {
	for _, c := range p.Calls {
		if c.Waited() > 0 && c.row != nil && !c.Sleeps {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b *Call) int { return int(b.Waited() - a.Waited()) })
	return list[:min(most, len(list))]
}

// Says tells in a line who waited for whom: "main  recv(4, 100, 0)  waited 0.503 s for thread 2's
// send(5, ...)".
func (c *Call) Says() string { return c.Label + "  " + c.short() + "  " + c.wait() }

// wait says how long the call waited, and for whom.
func (c *Call) wait() string {
	text := "waited " + seconds(c.Waited())
	if c.Going {
		text = "has waited for " + seconds(c.Waited())
	}
	switch a := c.EndedBy; {
	case a != nil && a.Name == Ends:
		return text + " for the end of " + a.Label + a.status()
	case a != nil:
		return text + " for " + a.Label + "'s " + a.brief()
	case c.Whom != "":
		return text + " for " + c.Whom
	}
	return text
}

// status is that of the process whose end the call stands for.
func (c *Call) status() string {
	if c.Answer == "" || c.Process == 0 {
		return ""
	}
	return " (" + c.Answer + ")"
}

// longest is how much of a call's text stands in a line.
const longest = 40

// short is the call as it began, or as much as a line has room for.
func (c *Call) short() string {
	if len(c.Begun) <= longest {
		return c.Begun
	}
	return c.brief()
}

// brief is the call with its first argument only.
func (c *Call) brief() string {
	args := c.Begun[min(len(c.Name)+1, len(c.Begun)):]
	for i := 0; i < len(args) && i < longest/2; i++ {
		switch {
		case args[i] == ',':
			return c.Name + "(" + args[:i] + ", ...)"
		case args[i] == ')' && i == len(args)-1:
			return c.Begun
		}
	}
	return c.Name + "(...)"
}

// seconds writes a time for people.
func seconds(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%.6f s", d.Seconds())
	}
	return fmt.Sprintf("%.3f s", d.Seconds())
}
