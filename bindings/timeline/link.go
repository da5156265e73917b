package timeline

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"time"

	"sockrepl/bindings/kernel"
)

// acts are the calls that may have ended waits, by where they may be noticed.
type acts map[string]*noticed

// noticed are the calls of one place, in the order of their starts.
type noticed struct {
	calls  []*Call
	latest []time.Duration // for each, the last end of it and of those before it
}

// add puts a call, which has started after all others, into the place.
func (at acts) add(place string, c *Call) {
	n := at[place]
	if n == nil {
		n = &noticed{}
		at[place] = n
	}
	latest := c.End
	if i := len(n.latest); i > 0 {
		latest = max(latest, n.latest[i-1])
	}
	n.calls, n.latest = append(n.calls, c), append(n.latest, latest)
}

// shortest is how long a call waits at least of which it is known neither that it had to nor what
// it waited for.
const shortest = time.Millisecond

// link finds for each call that waited the one that ended the wait.
func link(list []*Call) {
	type deed struct {
		process int
		number  uint64
	}
	deeds, at := map[deed]*Call{}, acts{}
	for _, c := range list {
		if c.Deed != 0 {
			deeds[deed{c.Process, c.Deed}] = c
		}
		for _, e := range c.At {
			for _, place := range places(e) {
				at.add(place, c)
			}
		}
	}
	for _, c := range list {
		switch {
		case c.Waits < 0 || c.Going || c.EndedBy != nil:
		case c.By != 0:
			c.EndedBy = deeds[deed{c.Process, c.By}]
		default:
			c.EndedBy = at.ender(c)
		}
		if !c.Sure && !c.Going && c.EndedBy == nil && c.Waited() < shortest {
			c.Waits = -1
		}
	}
}

// places are where it is noticed what is done at an end, or at its other end: something that
// both have in common, and few others.
func places(e kernel.End) (list []string) {
	add := func(kind string, what any) { list = append(list, fmt.Sprint(kind, " ", what)) }
	switch e.Kind {
	case "unix":
		for _, inode := range [...]uint64{e.Inode, e.Peer} {
			if inode != 0 {
				add("unix", inode)
			}
		}
		for _, path := range [...]string{e.Path, e.PeerPath} {
			if path != "" {
				add("path", path)
			}
		}
	case "pipe", "eventfd":
		add(e.Kind, e.Inode)
	default:
		for _, a := range [...]netip.AddrPort{e.Local, e.Remote} {
			if a.IsValid() {
				add(e.Kind, a.Port())
			}
		}
	}
	return slices.Compact(list) // what is there twice is side by side
}

// ender answers the call that ended the wait, nil if none of this process did.
func (at acts) ender(c *Call) (first *Call) {
	for _, n := range c.Needs {
		var found []*Call
		for _, place := range places(n.End) {
			found = append(found, at.during(place, c, n)...)
		}
		if a := n.choose(c, found); a != nil && (first == nil || a.Start < first.Start) {
			first = a
		}
	}
	return first
}

// during answers the calls that did what is needed while the call waited.
func (at acts) during(place string, c *Call, n need) (found []*Call) {
	list := at[place]
	if list == nil {
		return nil
	}
	i := sort.Search(len(list.calls), func(i int) bool { return list.calls[i].Start > c.End }) - 1
	for ; i >= 0 && list.latest[i] >= c.Start; i-- {
		a := list.calls[i]
		if a != c && a.Does&n.Deeds != 0 && a.End >= c.Start && slices.ContainsFunc(a.At, n.meets) {
			found = append(found, a)
		}
	}
	return found
}

// choose answers the one that ended the wait. One that had begun before the call, and did not
// wait itself, was all but over: it is meant only if no other is there.
func (n need) choose(c *Call, found []*Call) *Call {
	late := slices.DeleteFunc(slices.Clone(found), func(a *Call) bool { return a.Start < c.Start && a.Waits < 0 && !a.Going })
	if len(late) > 0 {
		found = late
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(a, b *Call) int { return int(a.Start - b.Start) })
	if n.Last {
		return found[len(found)-1]
	}
	if n.Deeds&(moves|connects) == 0 { // the end of a connection: the first shutdown, or the last close
		if i := slices.IndexFunc(found, func(a *Call) bool { return a.Does&shuts != 0 }); i >= 0 {
			return found[i]
		}
		return found[len(found)-1]
	}
	return found[0]
}

// meets tells whether what was done at an end is noticed at the one that was waited on.
func (n need) meets(act kernel.End) bool {
	on := n.End
	switch {
	case n.Own:
		return act.Inode == on.Inode && act.Inode != 0
	case act.Kind != on.Kind:
		return false
	case on.Kind == "pipe":
		return act.Inode == on.Inode && act.Writes != on.Writes
	case on.Kind == "eventfd":
		return act.Inode == on.Inode
	case on.Kind == "unix":
		return same(act.Inode, on.Peer) || same(act.Peer, on.Inode) || same(act.PeerPath, on.Path) || same(act.Path, on.PeerPath)
	case on.Listening || on.Datagrams && !on.Remote.IsValid():
		return names(act.Remote, on.Local)
	}
	return names(act.Local, on.Remote) && names(act.Remote, on.Local)
}

func same[T comparable](a, b T) bool {
	var none T
	return a == b && a != none
}

// names tells whether two addresses may be the same: one that is not bound to an address of
// its own (0.0.0.0) has any.
func names(a, b netip.AddrPort) bool {
	return a.IsValid() && b.IsValid() && a.Port() == b.Port() &&
		(a.Addr() == b.Addr() || a.Addr().IsUnspecified() || b.Addr().IsUnspecified())
}
