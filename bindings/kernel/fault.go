package kernel

import (
	"slices"
	"sync"
	"time"
)

// Fault is something that is to go wrong with calls, as it would on a bad day: the kernel
// refuses, takes less than it could, or is slow.
type Fault struct {
	Calls []string // their names
	Task  *Task    // whose calls; nil: of all threads
	FD    int      // what they are given; -1: any
	Err   error    // what they answer without being made; nil: they are made
	Short int      // how many bytes, or messages, they may move at most; 0: as many as they like
	Delay time.Duration

	After, Times int     // so many calls are let be first; so many are struck, 0: all
	Share        float64 // of the others, by chance, 1: all
	Seed         uint64

	met, struck int
}

// faultCounts guards what the faults count.
var faultCounts sync.Mutex

// AddFault has a fault strike calls from now on.
func AddFault(x *Fault) {
	changeHooks(func(h *hooks) { h.faults = append(h.faults[:len(h.faults):len(h.faults)], x) })
}

// ClearFaults ends all faults.
func ClearFaults() { changeHooks(func(h *hooks) { h.faults = nil }) }

// Struck answers how often the faults that are set have struck.
func Struck() (times int) {
	faultCounts.Lock()
	defer faultCounts.Unlock()
	if h := installed.Load(); h != nil {
		for _, x := range h.faults {
			times += x.struck
		}
	}
	return times
}

// fault answers the first fault that strikes the call, nil if none does. Each counts the calls
// that it meets, whatever another does with them.
func (h *hooks) fault(op *Op, f *Frame) (first *Fault) {
	if len(h.faults) == 0 {
		return nil
	}
	faultCounts.Lock()
	defer faultCounts.Unlock()
	for _, x := range h.faults {
		if x.meets(op, f) && x.strikes() && first == nil {
			first = x
			x.struck++
		}
	}
	return first
}

// meets tells whether the call is one of those that the fault is for.
func (x *Fault) meets(op *Op, f *Frame) bool {
	if x.Task != nil && x.Task != f.Task || !slices.Contains(x.Calls, op.Name) {
		return false
	}
	return x.FD < 0 || op.FD >= 0 && int(f.Args[op.FD].Int) == x.FD
}

// strikes counts a call, and tells whether it is struck.
func (x *Fault) strikes() bool {
	x.met++
	lucky := x.Share < 1 && !x.chance()
	return x.met > x.After && (x.Times == 0 || x.struck < x.Times) && !lucky
}

// chance draws the next number of a generator of its own, so that the same seed strikes the
// same calls: splitmix64, of which 53 bits make a fraction.
func (x *Fault) chance() bool {
	x.Seed += 0x9e3779b97f4a7c15
	z := x.Seed
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11)/(1<<53) < x.Share
}

// bounded answers how much of n a call is to move: all, unless a fault has it move less.
func (f *Frame) bounded(n int) int {
	if f.most > 0 {
		return min(n, f.most)
	}
	return n
}

// strike makes the call as the fault has it.
func (x *Fault) strike(op *Op, f *Frame, e *Event) error {
	if x.Delay > 0 {
		if err := f.Task.Pause(op.Name, x.Delay); err != nil {
			return err
		}
	}
	if x.Err != nil {
		f.Begun++
		f.Faked = f.Begun
		return x.Err
	}
	if x.Short > 0 && op.Amount >= 0 {
		given := f.Args[op.Amount]
		defer func() { f.Args[op.Amount], f.most = given, 0 }() // the trace shows it
		f.most = x.Short                                        // of several buffers
		v := &f.Args[op.Amount]
		v.Str, v.Int = v.Str[:min(len(v.Str), x.Short)], min(v.Int, int64(x.Short))
	}
	return f.make(op, e)
}
