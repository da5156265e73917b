package timeline

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"time"

	"sockrepl/bindings/kernel"
)

// Lane is a thread, from its beginning to its end.
type Lane struct {
	Number   int
	Name     string
	From, To time.Duration // To is negative while the thread runs
	Calls    []*Call
	Rests    []*Call // when it waited for somebody to type
}

// label names the thread: "main", "thread 2".
func (l *Lane) label() string {
	if l.Number == 0 {
		return "main"
	}
	return "thread " + strconv.Itoa(l.Number)
}

// title is the label with what the thread runs.
func (l *Lane) title() string {
	if l.Number == 0 || l.Name == "" {
		return l.label()
	}
	return l.label() + " " + kernel.Escape(path.Base(l.Name)) // a function without a name has its file's
}

// Picture is what was recorded, as it is at one moment.
type Picture struct {
	Lanes    []*Lane
	Calls    []*Call // in the order of their starts
	From, To time.Duration
	Lost     int // calls that are not kept any more
}

// Picture answers what was recorded so far. A call that goes on lasts until now.
func (r *Recorder) Picture() *Picture {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &Picture{To: r.ended, Lost: r.lost}
	if p.To == 0 {
		p.To = time.Since(r.began)
	}
	list := slices.Concat(r.calls[r.oldest:], r.calls[:r.oldest])
	for _, c := range r.going {
		list = append(list, c)
	}
	for _, c := range list {
		kept := *c
		if kept.EndedBy = nil; kept.Going {
			kept.End, kept.needs = p.To, nil
			r.actGoing(&kept)
		}
		p.Calls = append(p.Calls, &kept)
	}
	slices.SortStableFunc(p.Calls, func(a, b *Call) int { return int(a.Start - b.Start) })
	link(p.Calls)
	if p.Lost > 0 {
		p.From = p.Calls[0].Start
	}
	p.addLanes(r.lanes)
	return p
}

// addLanes puts the calls into the lanes of their threads. What ends a thread is no call to be
// drawn.
func (p *Picture) addLanes(lanes map[int]*Lane) {
	byNumber := map[int]*Lane{}
	for number, l := range lanes {
		kept := *l
		if kept.To < 0 {
			kept.To = p.To
		}
		if kept.To >= p.From {
			byNumber[number] = &kept
			p.Lanes = append(p.Lanes, &kept)
		}
	}
	slices.SortFunc(p.Lanes, func(a, b *Lane) int { return a.Number - b.Number })
	for _, c := range p.Calls {
		switch l := byNumber[c.Thread]; {
		case l == nil:
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
		if c.Waited() > 0 && c.row != nil && !c.sleeps {
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
	text := "waited " + Seconds(c.Waited())
	if c.Going {
		text = "has waited for " + Seconds(c.Waited())
	}
	switch a := c.EndedBy; {
	case a != nil && a.Name == Ends:
		return text + " for the end of " + a.Label
	case a != nil:
		return text + " for " + a.Label + "'s " + a.brief()
	case c.whom != "":
		return text + " for " + c.whom
	}
	return text
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

// Seconds writes a time for people.
func Seconds(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%.6f s", d.Seconds())
	}
	return fmt.Sprintf("%.3f s", d.Seconds())
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
