package bindings

import (
	"errors"
	"math/rand"
	"slices"
	"sync"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// Channel is what threads send each other values through, as Go's: a send waits until the
// value is received, or there is room in the buffer. It is made here, and not one of Go's,
// so that an interrupt ends a send, and so that a descriptor can tell that there is
// something to receive.
type Channel struct {
	room      int          // of the buffer
	buffer    []lua.LValue // sent, and not received
	closed    bool
	senders   []*offer
	receivers []*offer
	beacon    *kernel.Beacon // readable while receive would not wait; nil: nobody asked
}

// channels is held while channels change: a select changes several at once.
var channels sync.Mutex

var errClosed = errors.New("the channel is closed")

// offer is one case of a select, or a send or a receive, which is a select of one case.
type offer struct {
	channel *Channel
	sends   bool
	value   lua.LValue // to be sent
	wait    *waiting
	index   int
}

// waiting is what the offers of one call have in common: the first that can go on is the
// one that does.
type waiting struct {
	offers []*offer
	done   chan struct{}
	chosen int        // -1: none yet
	value  lua.LValue // received
	ok     bool       // it was sent, not the end
	err    error
	deed   uint64 // the number of the call
	by     uint64 // of the one that ended its wait
}

func newWaiting(offers []*offer) *waiting {
	w := &waiting{offers: offers, done: make(chan struct{}), chosen: -1, value: lua.LNil, deed: kernel.NextDeed()}
	for i, o := range offers {
		o.wait, o.index = w, i
	}
	return w
}

// settle ends a call with one of its offers; by is the number of the call that does. channels
// is held.
func (o *offer) settle(value lua.LValue, ok bool, err error, by uint64) {
	w := o.wait
	w.chosen, w.value, w.ok, w.err, w.by = o.index, value, ok, err, by
	close(w.done)
	for _, other := range w.offers {
		other.channel.forget(other)
	}
}

// forget takes an offer off its channel's queue.
func (c *Channel) forget(o *offer) {
	queue := &c.receivers
	if o.sends {
		queue = &c.senders
	}
	if i := slices.Index(*queue, o); i >= 0 {
		*queue = slices.Delete(*queue, i, i+1)
	}
	c.announce()
}

// try makes the offer if it need not wait, and tells whether it did. channels is held.
func (o *offer) try() bool {
	c, deed := o.channel, o.wait.deed
	switch { // what changes the channel comes before a settle, which announces it
	case o.sends && c.closed:
		o.settle(lua.LNil, false, errClosed, deed)
	case o.sends && len(c.receivers) > 0:
		c.receivers[0].settle(o.value, true, nil, deed)
		o.settle(lua.LNil, false, nil, deed)
	case o.sends && len(c.buffer) < c.room:
		c.buffer = append(c.buffer, o.value)
		o.settle(lua.LNil, false, nil, deed)
	case o.sends:
		return false
	case len(c.buffer) > 0:
		v := c.buffer[0]
		c.buffer = slices.Delete(c.buffer, 0, 1)
		c.refill(deed)
		o.settle(v, true, nil, deed)
	case len(c.senders) > 0:
		sender := c.senders[0]
		v := sender.value
		sender.settle(lua.LNil, false, nil, deed)
		o.settle(v, true, nil, deed)
	case c.closed:
		o.settle(lua.LNil, false, nil, deed)
	default:
		return false
	}
	return true
}

// refill takes the value of a sender that waits into the buffer.
func (c *Channel) refill(by uint64) {
	if len(c.senders) > 0 && len(c.buffer) < c.room {
		c.buffer = append(c.buffer, c.senders[0].value)
		c.senders[0].settle(lua.LNil, false, nil, by)
	}
}

// begin makes one of the offers that can go on, chosen at random, or puts all into their
// channels' queues; wait: there is no default.
func (w *waiting) begin(wait bool) {
	channels.Lock()
	defer channels.Unlock()
	for _, i := range rand.Perm(len(w.offers)) {
		if w.offers[i].try() {
			return
		}
	}
	if !wait {
		return
	}
	for _, o := range w.offers {
		if o.sends {
			o.channel.senders = append(o.channel.senders, o)
		} else {
			o.channel.receivers = append(o.channel.receivers, o)
		}
		o.channel.announce()
	}
}

// withdraw gives the offers up. If one was made meanwhile it stays made, and a value that
// came is given back to its channel, as the next to be received.
func (w *waiting) withdraw() {
	channels.Lock()
	defer channels.Unlock()
	if w.chosen < 0 {
		for _, o := range w.offers {
			o.channel.forget(o)
		}
		return
	}
	o := w.offers[w.chosen]
	if o.sends || !w.ok {
		return
	}
	c := o.channel
	if len(c.receivers) > 0 {
		c.receivers[0].settle(w.value, true, nil, w.deed)
	} else {
		c.buffer = slices.Insert(c.buffer, 0, w.value)
	}
	c.announce()
}

// shut closes the channel, and tells whether it was open; by is the number of the call.
func (c *Channel) shut(by uint64) bool {
	channels.Lock()
	defer channels.Unlock()
	if c.closed {
		return false
	}
	c.closed = true
	for len(c.receivers) > 0 {
		c.receivers[0].settle(lua.LNil, false, nil, by)
	}
	for len(c.senders) > 0 {
		c.senders[0].settle(lua.LNil, false, errClosed, by)
	}
	c.announce()
	return true
}

// announce has the channel's descriptor say whether receive would wait.
func (c *Channel) announce() {
	if c.beacon != nil {
		c.beacon.Set(len(c.buffer) > 0 || len(c.senders) > 0 || c.closed)
	}
}

// descriptor answers the channel's descriptor.
func (c *Channel) descriptor() (int, error) {
	channels.Lock()
	defer channels.Unlock()
	if c.beacon == nil {
		beacon, err := kernel.NewBeacon()
		if err != nil {
			return 0, err
		}
		c.beacon = beacon
	}
	c.announce()
	return c.beacon.Descriptor()
}

// endsOf are the ends by which those who watch the channels' descriptors are woken.
func endsOf(list []*Channel) (ends []kernel.End) {
	channels.Lock()
	defer channels.Unlock()
	for _, c := range list {
		if c.beacon != nil {
			ends = append(ends, c.beacon.End())
		}
	}
	return ends
}

// sentThrough are the channels that the offers send through.
func (w *waiting) sentThrough() (list []*Channel) {
	for _, o := range w.offers {
		if o.sends {
			list = append(list, o.channel)
		}
	}
	return list
}
