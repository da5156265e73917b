package timeline

import (
	"errors"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// deeds are the ways in which a call may end another's wait, at the other end of what it is given:
// a send "moves", which ends the wait of a recv there. (A Deed with a number is what a thread does
// with another, kernel.NextDeed: there is nothing to be found out.)
type deeds uint8

const (
	moves    deeds = 1 << iota // bytes, or a datagram, to the other end
	takes                      // bytes, so that there is room
	shuts                      // says that it sends no more
	closes                     // its end
	deafens                    // says that its end receives no more
	connects                   // to a listening socket
	accepts                    // a connection
)

// need is what may have ended a wait: one of these deeds, by a call at the other end of what was
// waited on. An empty one says that the descriptor which became ready has no other end.
type need struct {
	End   kernel.End // what was waited on
	Deeds deeds
	Last  bool // of several such calls during the wait the last ended it; else the first did
	Own   bool // the call was at End itself: another thread closed it, or shut it down
}

// ends remembers those that were seen, by their inodes: when the other end has gone, the kernel may
// not tell any more which it was.
type ends map[uint64]kernel.End

// mostEnds bounds how many are remembered; one more, and all are forgotten.
const mostEnds = 10_000

// of answers the end that a descriptor is. Paths are written as they are for people, which keeps
// them apart, too.
func (m ends) of(fd int) (kernel.End, bool) {
	e, ok := kernel.EndOf(fd)
	e.Path, e.PeerPath = kernel.Escape(e.Path), kernel.Escape(e.PeerPath)
	if !ok || e.Inode == 0 || e.Datagrams || e.Kind == "pipe" {
		return e, ok
	}
	before := m[e.Inode]
	if e.Peer = before.Peer; !e.Listening {
		e.FindPeer()
	}
	if !e.Remote.IsValid() && e.Kind == "tcp" {
		e.Remote = before.Remote
	}
	if len(m) >= mostEnds {
		clear(m)
	}
	m[e.Inode] = e
	if e.Peer != 0 {
		other := m[e.Peer]
		other.Peer = e.Inode
		m[e.Peer] = other
	}
	return e, true
}

// enter notes the ends that a call closes, while they are there.
func (r *Recorder) enter(c *Call, f *kernel.Frame) {
	c.fd = -1
	if at := c.row.Op().FD; at >= 0 && f.Has(at) {
		c.fd = f.Int(at)
	}
	if readable, ok := f.Args[0].Any.([]kernel.End); ok && c.row.Native { // a channel's descriptor is a pipe's
		c.Does, c.At = moves, readable
		return
	}
	switch c.Name {
	case "close":
		c.Does = closes
	case "dup2", "dup3":
		r.replaced(c, f)
		return
	case "shutdown":
		c.Does = shutsDown(f.Int(1))
	default:
		return
	}
	r.act(c, f)
}

// replaced notes that dup2 and dup3 close what their second descriptor was.
func (r *Recorder) replaced(c *Call, f *kernel.Frame) {
	if e, ok := r.ends.of(f.Int(1)); ok && f.Int(0) != f.Int(1) {
		c.Does, c.At = closes, []kernel.End{e}
	}
}

// shutsDown are shutdown's, by its second argument.
func shutsDown(how int) deeds {
	switch how {
	case unix.SHUT_RD:
		return deafens
	case unix.SHUT_WR:
		return shuts
	}
	return shuts | deafens
}

// actGoing notes what a call does that goes on: it may have woken another already. One that waits
// to read has taken nothing.
func (r *Recorder) actGoing(c *Call) {
	if c.row == nil || c.Does != 0 || c.fd < 0 {
		return
	}
	does := deedsOf(c)
	if e, ok := r.ends.of(c.fd); ok && does != 0 && (does&takes == 0 || c.Waits < 0) {
		c.Does, c.At = does, []kernel.End{e}
	}
}

// act notes where a call does what it does.
func (r *Recorder) act(c *Call, f *kernel.Frame) {
	for i, p := range c.row.Params {
		if p.Kind != calls.KindFD || !f.Has(i) {
			continue
		}
		e, ok := r.ends.of(f.Int(i))
		if !ok {
			continue
		}
		partners := kernel.Partners(f)
		if len(partners) == 0 && e.Datagrams {
			e.FindPeer()
		}
		if len(partners) == 0 {
			c.At = append(c.At, e)
		}
		for _, a := range partners {
			e.Remote, e.PeerPath = a.AddrPort(), kernel.Escape(a.UnixPath())
			c.At = append(c.At, e)
		}
	}
}

// wait remembers the end that a call waits on, and whom it waits for as far as that is known now.
func (r *Recorder) wait(c *Call, f *kernel.Frame) {
	fd := c.row.Op().FD
	if fd < 0 {
		return
	}
	e, ok := r.ends.of(f.Int(fd))
	if ok {
		c.Needs = []need{{End: e}}
		c.Whom = peerText(e, f)
	}
}

// exit notes what a call that has ended may have done for others, and what may have ended its
// own wait.
func (r *Recorder) exit(c *Call, e *kernel.Event) {
	f := e.Frame
	if e.Err == nil || errors.Is(e.Err, unix.EINPROGRESS) {
		if c.Does == 0 {
			if c.Does = deedsOf(c); c.Does != 0 {
				r.act(c, f)
			}
		}
	} else {
		c.Does = 0
	}
	r.children(c, e)
	waitsOn := c.Needs
	c.Needs = nil
	switch {
	case c.Waits < 0:
		return
	case errors.Is(e.Err, kernel.ErrInterrupted):
		c.Whom = "Ctrl-C or interrupt"
		return
	}
	switch c.row.Wait {
	case kernel.Read, kernel.Write:
		if len(waitsOn) > 0 {
			r.readOrWrite(c, e, waitsOn[0].End)
		}
	case kernel.Timed:
		r.ready(c, f)
	case kernel.Remote:
		c.Whom = "the name server"
	}
}

// children notes which child a call that went well has started, or which one's end it has answered.
func (r *Recorder) children(c *Call, e *kernel.Event) {
	if e.Err != nil {
		return
	}
	pid := int(e.Frame.Out[0].Int)
	if child, ok := e.Frame.Args[0].Any.(*kernel.Child); ok && c.row.Native {
		c.Born = &birth{Process: pid, Title: child.Title}
		for _, fd := range child.Hands() {
			if e, ok := r.ends.of(fd); ok {
				c.Born.Has = append(c.Born.Has, e)
			}
		}
		go r.awaitEnd(pid, kernel.AwaitEnd(pid))
	}
	if c.row.Wait == kernel.Children && pid > 0 {
		if status := unix.WaitStatus(e.Frame.Out[1].Int); status.Exited() || status.Signaled() {
			c.Reaped, c.Status = pid, e.Frame.Out[2].Str
		}
	}
}

// deedsOf are those of a call that went well.
func deedsOf(c *Call) deeds {
	row, several := c.row, 0
	for _, p := range row.Params {
		if p.Kind == calls.KindFD {
			several++
		}
	}
	switch {
	case row.Name == "connect":
		return connects
	case row.Name == "accept" || row.Name == "accept4":
		return accepts
	case row.Wait != kernel.Read && row.Wait != kernel.Write:
		return 0
	case several > 1: // it moves from one to the other
		return moves | takes
	case row.Wait == kernel.Read:
		return takes
	}
	return moves
}

// readOrWrite says what may have ended the wait of a call on one descriptor.
func (r *Recorder) readOrWrite(c *Call, e *kernel.Event, on kernel.End) {
	f := e.Frame
	n := need{End: on}
	switch {
	case errors.Is(e.Err, unix.EAGAIN):
		c.Whom = "its timeout"
		return
	case errors.Is(e.Err, unix.EBADF):
		n.Own, n.Deeds = true, closes
	case c.Does == accepts:
		made, ok := r.ends.of(int(f.Out[0].Int))
		if !ok {
			return
		}
		c.Whom = peerText(made, f)
		n = need{End: made, Deeds: connects}
	case c.row.Name == "connect":
		if on.Kind == "unix" {
			n = need{End: kernel.End{Kind: "unix", PeerPath: kernel.Escape(f.Addr.UnixPath())}, Deeds: accepts, Last: true}
		}
	case e.Err != nil:
		n.Deeds = shuts | closes
	case c.row.Wait == kernel.Write: // all may be taken, or some before a close
		n.Deeds, n.Last = takes|closes, true
	case nothing(c.row, f) && !on.Datagrams:
		n.Deeds = shuts | closes
	default:
		n.Deeds, n.Last = moves, waitsForAll(c.row, f)
		if f.From.Len > 0 && on.Datagrams {
			n.End.Remote = f.From.AddrPort()
			c.Whom = peerText(n.End, f)
		}
	}
	c.Needs = append(c.Needs, n)
	c.mayBeDeaf(n)
}

// mayBeDeaf adds to a need that a shutdown by another thread, of what was waited on, may have ended the
// wait, too, where one at the other end may.
func (c *Call) mayBeDeaf(n need) {
	if n.Deeds&shuts != 0 {
		c.Needs = append(c.Needs, need{End: n.End, Deeds: deafens, Own: true})
	}
}

// nothing tells whether a call that reads has answered that there is nothing more.
func nothing(row *calls.Call, f *kernel.Frame) bool {
	switch row.Answers[0].Kind {
	case calls.KindBytes, calls.KindText:
		return f.Out[0].Str == ""
	case calls.KindInt:
		return f.Out[0].Int == 0
	}
	return false
}

// waitsForAll tells whether the call was to wait until all has come.
func waitsForAll(row *calls.Call, f *kernel.Frame) bool {
	for i, p := range row.Params {
		if p.Group == "MSG_" && f.Int(i)&unix.MSG_WAITALL != 0 {
			return true
		}
	}
	return false
}

// ready says what may have ended the wait of a call for several descriptors: what made one of
// those ready that it answers.
func (r *Recorder) ready(c *Call, f *kernel.Frame) {
	for i, p := range c.row.Params {
		switch p.Kind {
		case calls.KindFDSet:
			for _, fd := range f.Sets[i].All() {
				if !c.Failed && f.Sets[i].Ready(fd) {
					r.mayHave(c, int(fd), i == 1)
				}
			}
		case calls.KindPollSet:
			for _, p := range f.Poll {
				if !c.Failed && p.Revents != 0 {
					r.mayHave(c, int(p.Fd), p.Revents&(unix.POLLIN|unix.POLLHUP|unix.POLLERR) == 0)
				}
			}
		}
	}
	if c.row.Op().FD < 0 && len(f.Poll) == 0 && c.row.Params[0].Kind != calls.KindFDSet {
		c.Sleeps = true // it waits for nobody
		return
	}
	for _, o := range kernel.Occurred(f) {
		r.mayHave(c, o.FD, o.Writable)
	}
	if len(c.Needs) == 0 && !c.Failed {
		c.Whom = "its timeout"
	}
}

// mayHave adds what may have made a descriptor ready.
func (r *Recorder) mayHave(c *Call, fd int, writable bool) {
	e, ok := r.ends.of(fd)
	if !ok {
		c.Needs = append(c.Needs, need{})
		return
	}
	n := need{End: e, Deeds: moves | shuts | closes}
	switch {
	case e.Listening:
		n.Deeds = connects
	case writable:
		n.Deeds, n.Last = takes|accepts|closes, true
	}
	c.Needs, c.Whom = append(c.Needs, n), peerText(e, nil)
	c.mayBeDeaf(n)
}

// peerText names the other end for people; "" where it has no name.
func peerText(e kernel.End, f *kernel.Frame) string {
	switch {
	case e.Remote.IsValid():
		return e.Remote.String()
	case f != nil && f.Addr.Len > 0:
		return f.Addr.String()
	case e.PeerPath != "":
		return e.PeerPath
	}
	return ""
}
