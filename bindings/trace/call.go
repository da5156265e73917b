package trace

import (
	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// call is a call being made: its row, and the frame with its arguments.
type call struct {
	row *calls.Call
	f   *kernel.Frame
}

// descriptors are those that the call is given.
func (c *call) descriptors() (fds []int) {
	for i, p := range c.row.Params {
		switch p.Kind {
		case calls.KindFD:
			if c.f.Has(i) {
				fds = append(fds, c.f.Int(i))
			}
		case calls.KindFDSet:
			for _, fd := range c.f.Sets[i].All() {
				fds = append(fds, int(fd))
			}
		case calls.KindPollSet:
			for _, p := range c.f.Poll {
				fds = append(fds, int(p.Fd))
			}
		}
	}
	return fds
}

// made are the descriptors that the call has made.
func (c *call) made() (fds []int) {
	for i, r := range c.row.Answers {
		if r.Kind == calls.KindNewFD && c.f.Out[i].Set {
			fds = append(fds, int(c.f.Out[i].Int))
		}
	}
	return fds
}

// given is how many parameters are to be written: optional ones at the end that are
// absent and have no value in that case are not.
func (c *call) given() int {
	n := len(c.row.Params)
	for n > 0 && !c.present(n-1) {
		n--
	}
	return n
}

func (c *call) present(i int) bool {
	p := &c.row.Params[i]
	switch p.Kind {
	case calls.KindAddr:
		return c.f.Peer.Set
	case calls.KindFDSet, calls.KindPollSet, calls.KindStrings, calls.KindSizes:
		return true
	}
	if p.Group == modeGroup && !c.f.Args[i].Set {
		return c.f.Args[i-1].Int&unix.O_CREAT != 0
	}
	return c.f.Args[i].Set || p.Optional && p.Default != 0 || p.Optional && isFlags(p)
}

// modeGroup is that of a file's permissions, which are written in octal.
const modeGroup = "S_I"

// isFlags tells whether the parameter is one that a call always has: 0 is a value.
func isFlags(p *calls.Param) bool { return p.Kind == calls.KindFlags || p.Kind == calls.KindEnum }
