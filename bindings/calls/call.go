// Package calls is the one table of the calls: a row for each, a file for each family
// of man pages. Argument errors, help, completion, the trace and the reference follow
// from the rows. It knows no Lua.
package calls

import (
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// Class is a chapter of the reference.
type Class string

// The chapters, in their order.
const (
	Sockets     Class = "Sockets"
	Transfer    Class = "Sending and receiving"
	Options     Class = "Options and control"
	Descriptors Class = "Descriptors"
	Readiness   Class = "Waiting for several descriptors"
	Names       Class = "Names and addresses"
	Process     Class = "Time and processes"
	Threads     Class = "Threads and messages"
	Inspect     Class = "Seeing inside"
	Shell       Class = "The shell"
)

// Classes are all chapters, in order.
var Classes = []Class{Sockets, Transfer, Options, Descriptors, Readiness, Names, Process, Threads, Inspect, Shell}

// Call is a row: all that is known of one call.
type Call struct {
	Name    string // C's
	Man     string // the manual page, "accept(2)"; "" if there is none
	Class   Class
	Params  []Param
	Answers []Result
	Doc     string   // one sentence: what it is for
	Notes   []string // where it differs from the manual page, and why
	Errs    []Err    // those worth knowing, with their usual cause
	Example string   // Lua that the tests run; a line may end in --> what it prints
	Wait    kernel.Wait
	// Do makes the call once; the gate calls it again where it has to wait (kernel.Op.Do).
	Do func(f *kernel.Frame) error
	// Message is the parameter (from 0) that is a message, or the room for one; 0 if none is.
	Message int
	Absent  string // why this system lacks the call; there is no Do then
	Native  bool   // no system call: its function is in a table of Natives of package bindings or repl; there is no Do

	op kernel.Op
}

// Op is the call as the gate takes it.
func (c *Call) Op() *kernel.Op { return &c.op }

// Param is a parameter.
type Param struct {
	Name     string
	Kind     *Kind
	Group    string // of constants, for enums and flags: "AF_"
	Optional bool
	Rest     bool     // this one and whatever follows; a native function reads them from Lua
	Want     string   // what it takes, for the error messages; "" where the kind's name says enough
	Default  int64    // of an optional integer
	Heeded   []string // of the group those that the call heeds; nil for all
}

// Or makes the parameter optional, with this value if it is absent.
func (p Param) Or(value int64) Param {
	p.Optional, p.Default = true, value
	return p
}

// Opt makes the parameter optional; Frame.Has tells whether it was given.
func (p Param) Opt() Param {
	p.Optional = true
	return p
}

// As says what the parameter takes.
func (p Param) As(want string) Param {
	p.Want = want
	return p
}

// Heeding says which constants of its group the call heeds.
func (p Param) Heeding(names ...string) Param {
	p.Heeded = names
	return p
}

// Heeds tells whether the call heeds a constant of the parameter's group.
func (p *Param) Heeds(name string) bool { return p.Heeded == nil || slices.Contains(p.Heeded, name) }

// Result is an answer.
type Result struct {
	Name string
	Kind *Kind
}

// Err is an error worth knowing.
type Err struct {
	Errno unix.Errno
	Cause string
}

// Short names for the rows.
type (
	// P is a list of parameters.
	P = []Param
	// A is a list of answers.
	A = []Result
	// E is a list of errors.
	E = []Err
)

// families are the tables of the files. A Do must not reach All: Go refuses that as a cycle of
// initialisation (see getaddrinfoOp).
var families = [][]Call{
	socketCalls, accept4Calls, transferCalls, messageCalls, mmsgCalls, fileCalls, statCalls, dup3Calls, copyCalls,
	optionCalls, readyCalls, eventCalls, signalCalls, resolveCalls, nameCalls, processCalls, limitCalls, childCalls, pidfdCalls, inotifyCalls,
	threadCalls, inspectCalls, shellCalls, faultCalls,
}

// All answers every row, sorted by name. It is the same slice every time.
var All = sync.OnceValue(func() []*Call {
	var all []*Call
	for _, rows := range families {
		for i := range rows {
			c := &rows[i]
			c.op = kernel.Op{Name: c.Name, Wait: c.Wait, Do: c.Do, FD: c.first(KindFD), Amount: c.amount()}
			all = append(all, c)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
})

// amount answers the place of the parameter that says what, or how much, the call moves, -1 if it moves
// nothing: a look-up's name is no amount.
func (c *Call) amount() int {
	switch {
	case c.Class != Transfer && c.Class != Readiness:
		return -1
	case c.Message > 0:
		return c.Message
	}
	return c.first(KindBytes, KindSize, KindCount, KindStrings, KindSizes)
}

// first answers the place of the first parameter of one of the kinds, -1 if there is none.
func (c *Call) first(kinds ...*Kind) int {
	return slices.IndexFunc(c.Params, func(p Param) bool { return slices.Contains(kinds, p.Kind) })
}

var byName = sync.OnceValue(func() map[string]*Call {
	m := map[string]*Call{}
	for _, c := range All() {
		m[c.Name] = c
	}
	return m
})

// Lookup answers the row of that name, nil if there is none.
func Lookup(name string) *Call { return byName()[name] }

// OfClass answers the rows of a chapter, sorted by name.
func OfClass(class Class) (rows []*Call) {
	for _, c := range All() {
		if c.Class == class {
			rows = append(rows, c)
		}
	}
	return rows
}

// Synopsis writes the call as a line: accept(fd) → fd, address.
func (c *Call) Synopsis() string {
	names := make([]string, len(c.Answers))
	for i, r := range c.Answers {
		names[i] = r.Name
	}
	answers := strings.Join(names, ", ")
	if answers != "" {
		answers = " → " + answers
	}
	return c.Usage(-1, func(s string) string { return s }) + answers
}

// Usage writes the call with its parameters: send(fd, data [, flags]). The one at the
// place marked goes through mark first.
func (c *Call) Usage(marked int, mark func(string) string) string {
	var b strings.Builder
	b.WriteString(c.Name + "(")
	open := 0
	for i, p := range c.Params {
		name := p.Name
		if p.Rest {
			name += "..."
		}
		if i == marked {
			name = mark(name)
		}
		ends := p.Optional && c.mayEnd(i) // nil can stand for another
		b.WriteString(separator(i, ends) + name)
		if ends {
			open++
		}
	}
	b.WriteString(strings.Repeat("]", open) + ")")
	return b.String()
}

// mayEnd tells whether a call may end before parameter i.
func (c *Call) mayEnd(i int) bool {
	return !slices.ContainsFunc(c.Params[i:], func(p Param) bool { return !p.Optional })
}

// MostArgs is how many arguments the call takes at most: an address may be two, host and port.
func (c *Call) MostArgs() int {
	n := len(c.Params)
	for _, p := range c.Params {
		switch {
		case p.Rest:
			return math.MaxInt
		case p.Kind == KindAddr:
			n++
		}
	}
	return n
}

// NilFor tells whether parameter i can only be left out by a nil in its place.
func (c *Call) NilFor(i int) bool { return c.Params[i].Optional && !c.mayEnd(i) }

func separator(i int, optional bool) string {
	switch {
	case i == 0 && optional:
		return "["
	case optional:
		return " [, "
	case i > 0:
		return ", "
	}
	return ""
}
