package timeline

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"time"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
)

// A child that runs this program records its own calls, and writes them into a journal that its
// parent reads: they are matched with those of other processes as any are, by what the kernel
// says of the descriptors.

// origin is a journal's first line: when the recording began, by the clock that all processes
// have.
type origin struct{ Began int64 }

// Share answers a descriptor of the journal, for a child to inherit; -1: the recording has ended.
func (r *Recorder) Share() (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended != 0 {
		return -1, nil
	}
	if r.journal == nil {
		first, err := json.Marshal(origin{r.began.UnixNano()})
		if err != nil {
			return -1, err
		}
		if r.journal, err = kernel.NewJournal(first); err != nil {
			return -1, err
		}
	}
	return r.journal.Copy()
}

// Join makes the recorder of a child, for the journal that its parent shares; nil: that recording
// has ended.
func Join(fd int) (*Recorder, error) {
	j := kernel.InheritedJournal(fd)
	lines := j.Lines()
	if len(lines) == 0 {
		j.Leave()
		return nil, nil
	}
	var o origin
	if err := json.Unmarshal(lines[0], &o); err != nil {
		j.Leave()
		return nil, err
	}
	r := &Recorder{began: time.Now().Add(-time.Since(time.Unix(0, o.Began))), going: map[*kernel.Event]*Call{},
		lanes: map[int]*Lane{}, ends: ends{}, process: os.Getpid(), journal: j}
	r.lane(0, "", r.since(time.Now()))
	return r, nil
}

// write appends a call to the journal. Where that takes no more, the recording ends here.
func (r *Recorder) write(c *Call) {
	if r.ended != 0 {
		return
	}
	line, err := json.Marshal(c)
	if err == nil && !r.journal.Append(line) {
		kernel.Observe(nil, r)
		r.ended = time.Since(r.began)
		r.journal.Leave()
	}
}

// forget takes back what was written of a call when it began to wait: a line without a name.
func (r *Recorder) forget(c *Call) {
	if c.Serial != 0 {
		r.write(&Call{Place: c.Place, Serial: c.Serial, Waits: -1})
	}
}

// awaitEnd takes note of when a child ends. On a system that does not tell, waitpid does.
func (r *Recorder) awaitEnd(pid int, wait func() bool) {
	if !wait() {
		return
	}
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended == 0 {
		r.keep(endOf(pid, r.since(now)))
	}
}

// endOf is the call that stands for a process's end.
func endOf(pid int, at time.Duration) *Call {
	place := Place{Process: pid}
	return &Call{Place: place, Label: place.label(), Name: Ends, Start: at, End: at, Waits: -1, Does: closes}
}

// journalCalls are the calls of children, as far as they are known: the end of a call stands in
// the place of its beginning, and of one that was taken back nothing is left. full: there are more.
func journalCalls(j *kernel.Journal) (list []*Call, full bool) {
	type key struct{ process, serial int }
	begun := map[key]*Call{}
	lines := j.Lines()
	for _, line := range lines[min(1, len(lines)):] {
		c := &Call{}
		if json.Unmarshal(line, c) != nil {
			continue
		}
		c.row, c.fd = calls.Lookup(c.Name), -1
		if k := (key{c.Process, c.Serial}); c.Serial == 0 || begun[k] == nil {
			begun[k] = c
			list = append(list, c)
		} else {
			*begun[k] = *c
		}
	}
	list = slices.DeleteFunc(list, func(c *Call) bool { return c.Name == "" })
	return list, j.Full()
}

// addChildren makes the lanes of child processes, of which calls tell: the one that has started the
// process, its own, and the one that has waited for it.
func (p *Picture) addChildren() {
	ends := p.childLanes()
	p.groupLanes()
	p.bury(ends)
	for _, l := range p.Lanes {
		if e := ends[l.Process]; e != nil && l.To < 0 {
			l.To = e.End
		}
		if e := ends[l.Process]; e != nil && l.Thread == 0 {
			l.Status = e.Answer
		}
	}
	for _, c := range p.Calls {
		if e := ends[c.Process]; e != nil && c.Going {
			c.End = e.End
		}
	}
}

// childLanes adds a lane for each thread of a child, and answers the calls that stand for the ends
// of the processes (endOf), as far as they were seen.
func (p *Picture) childLanes() (ends map[int]*Call) {
	at := map[Place]*Lane{}
	lane := func(place Place, name string, from time.Duration) *Lane {
		l := at[place]
		if l == nil {
			l = &Lane{Place: place, Name: name, From: from, To: -1}
			at[place] = l
			p.Lanes = append(p.Lanes, l)
		}
		return l
	}
	ends = map[int]*Call{}
	for _, c := range p.Calls {
		if c.Born != nil {
			lane(Place{Process: c.Born.Process}, c.Born.Title, c.Start)
		}
		switch {
		case c.Process == 0:
		case c.Name == Ends && c.Thread == 0:
			ends[c.Process] = c
		case c.Name == Begins:
			lane(c.Place, c.Begun, c.Start)
		case c.Name == Ends:
			lane(c.Place, "", c.Start).To = c.End
		}
	}
	return ends
}

// groupLanes puts those of a process together, in the place of its first, by their threads.
func (p *Picture) groupLanes() {
	order := map[int]int{}
	for i, l := range p.Lanes {
		if _, there := order[l.Process]; !there {
			order[l.Process] = i
		}
	}
	slices.SortStableFunc(p.Lanes, func(a, b *Lane) int {
		return cmp.Or(order[a.Process]-order[b.Process], a.Thread-b.Thread)
	})
}

// bury completes ends, the calls that stand for the ends of processes. One that was waited for ended
// then at the latest, and its status is known; and an end closes all that the process had open.
func (p *Picture) bury(ends map[int]*Call) {
	had, last := map[int][]kernel.End{}, map[int]time.Duration{}
	for _, c := range p.Calls {
		if c.Process != 0 && c.Name != Ends {
			had[c.Process] = append(had[c.Process], c.At...)
		}
		if c.Process != 0 && c.row != nil && !c.Going {
			last[c.Process] = max(last[c.Process], c.End)
		}
		if c.Born != nil {
			had[c.Born.Process] = append(had[c.Born.Process], c.Born.Has...)
		}
	}
	for _, c := range p.Calls {
		if c.Reaped == 0 {
			continue
		}
		e := ends[c.Reaped]
		if e == nil {
			e = endOf(c.Reaped, c.End)
			ends[c.Reaped] = e
			p.Calls = append(p.Calls, e)
		}
		if e.Answer = c.Status; c.Waits >= 0 {
			c.EndedBy = e
		}
		e.End = min(e.End, c.End)
	}
	for pid, e := range ends {
		e.At = had[pid]
		e.Start = max(e.End-dying, min(last[pid], e.End))
	}
}

// dying is how long before its end is seen a process may have closed what it had: it is done with
// its last call then.
const dying = 100 * time.Millisecond
