package bindings

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unsafe"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// decoding is one argument on its way into the frame.
type decoding struct {
	b     *bound
	L     *lua.LState
	f     *kernel.Frame
	param *calls.Param
	slot  int // its place among the parameters
	arg   int // its place among Lua's arguments, from 1

	lastSets [3][]lua.LValue // what select's sets were read from, the last time
	lastPoll entriesRead
}

// decoder reads a value that is not nil into the frame, and answers how many of Lua's
// arguments it took.
type decoder func(d *decoding, v lua.LValue) int

// span is what whole numbers of a kind lie between.
type span struct{ low, high int64 }

// spans are those of the kinds that are whole numbers, which bound.decode reads itself, as it
// does strings.
var spans = map[*calls.Kind]span{
	calls.KindFD:     {math.MinInt32, math.MaxInt32},
	calls.KindInt:    {math.MinInt32, math.MaxUint32},
	calls.KindEnum:   {math.MinInt32, math.MaxUint32},
	calls.KindFlags:  {math.MinInt32, math.MaxUint32},
	calls.KindSock:   {math.MinInt32, math.MaxUint32},
	calls.KindMillis: {math.MinInt32, math.MaxInt32},
	calls.KindLong:   {-1 << 53, 1 << 53},
	calls.KindLimit:  {-1 << 53, 1 << 53},
	calls.KindSize:   {0, 1 << 53},
	calls.KindCount:  {0, 1 << 53},
}

// decoders has one for each other kind of parameter.
var decoders = map[*calls.Kind]decoder{
	calls.KindSeconds: seconds,
	calls.KindAddr:    addr,
	calls.KindFDSet:   fdSet,
	calls.KindPollSet: pollSet,
	calls.KindStrings: stringArray,
	calls.KindSizes:   sizeArray,
	calls.KindTable:   table,
	calls.KindFilter:  table,
	calls.KindAny:     anyValue,
	calls.KindValue:   func(*decoding, lua.LValue) int { return 1 },
	calls.KindFunc:    function,
	calls.KindThread:  handle[*Thread],
	calls.KindMutex:   handle[*Mutex],
	calls.KindChannel: channelValue,
}

// fail raises the argument's error.
func (d *decoding) fail(format string, args ...any) { d.b.bad(d.L, d.arg, format, args...) }

// unexpected raises that another type was expected.
func (d *decoding) unexpected(v lua.LValue) {
	d.fail("%s expected, got %s", expected(d.param), typeOf(v))
}

// typeOf names a value's type; a number is shown, since its fraction or its size is
// what is wrong with it, and so is a constant's name in quotes, and a number's digits.
func typeOf(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LNumber:
		return v.String()
	case lua.LString:
		if _, ok := consts.Lookup(string(v)); ok {
			return fmt.Sprintf("the string %q, whose quotes a constant does not have", string(v))
		}
		return kernel.Digits(string(v))
	}
	return v.Type().String()
}

// integral answers a number without a fraction as an integer.
func integral(v lua.LValue) (int64, bool) {
	n, ok := v.(lua.LNumber)
	i := int64(n)
	return i, ok && lua.LNumber(i) == n && i <= 1<<53 && i >= -1<<53
}

// seconds reads a time; a negative one is the kernel's to refuse, and it cannot see
// NaN.
func seconds(d *decoding, v lua.LValue) int {
	n, ok := v.(lua.LNumber)
	if !ok || math.IsNaN(float64(n)) || n < 0 {
		d.fail("seconds expected, 0 or more, got %s", typeOf(v))
	}
	d.f.Args[d.slot].Num = float64(n)
	return 1
}

// addr reads an address: a table, or a path, or a host and a port, which are two of
// Lua's arguments.
func addr(d *decoding, v lua.LValue) int {
	p := &d.f.Peer
	switch a := v.(type) {
	case lua.LString:
		return d.shortAddr(string(a))
	case *lua.LTable:
		if fields := unnamed(a); fields != "" {
			d.fail("address expected, whose fields have names: %s", fields)
		}
		p.Set, p.Table = true, d.record(a, 0)
		return 1
	}
	d.fail("address expected (a table, a host and a port, or a path), got %s", typeOf(v)+asHost(v))
	return 0
}

// unnamed writes an address with names that is given as Python has it, host and port without; "" of another.
func unnamed(a *lua.LTable) string {
	host, isString := a.RawGetInt(1).(lua.LString)
	port, isPort := integral(a.RawGetInt(2))
	switch {
	case !isString || len(host) > 100:
		return ""
	case isPort:
		return fmt.Sprintf("{addr = %q, port = %d}", string(host), port)
	case strings.HasPrefix(string(host), "/") || strings.HasPrefix(string(host), "@"):
		return fmt.Sprintf("{path = %q}", string(host))
	}
	return ""
}

// asHost says how one of C's addresses that are numbers is written, and where a port alone belongs.
func asHost(v lua.LValue) string {
	n, whole := integral(v)
	name, ok := consts.NameOf("INADDR_", n)
	switch {
	case !whole:
		return ""
	case !ok && n > 0 && n <= math.MaxUint16:
		return fmt.Sprintf(": the host stands before the port, \"127.0.0.1\", %d", n)
	case !ok:
		return ""
	}
	return fmt.Sprintf(": %s is the host \"%d.%d.%d.%d\"", name, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func (d *decoding) shortAddr(host string) int {
	p := &d.f.Peer
	p.Set, p.Short, p.Host = true, true, host
	port := d.L.Get(d.arg + 1)
	if port == lua.LNil {
		return 1
	}
	n, ok := integral(port)
	if !ok || n < 0 || n > 65535 {
		d.b.bad(d.L, d.arg+1, "port expected, 0 to 65535, got %s", typeOf(port))
	}
	p.Port, p.HasPort = int(n), true
	return 2
}

// array goes through the array part of a table, and refuses what is no array.
func (d *decoding) array(v lua.LValue, each func(i int, v lua.LValue)) {
	t, ok := v.(*lua.LTable)
	if !ok {
		d.unexpected(v)
	}
	for i, item := range *lualib.ArrayOf(t) {
		if item == lua.LNil {
			return
		}
		each(i+1, item)
	}
}

// fdSet reads one of select's sets. A server asks with the same array again and again:
// what holds the same values as the one before is not read anew.
func fdSet(d *decoding, v lua.LValue) int {
	t, ok := v.(*lua.LTable)
	if !ok {
		d.unexpected(v)
	}
	set, last, values := &d.f.Sets[d.slot], &d.lastSets[d.slot], *lualib.ArrayOf(t)
	if len(values) > 0 && identical(values, *last) && !fromZero(t) {
		set.Again()
		return 1
	}
	*last = (*last)[:0] // an error below leaves the set half read
	set.Begin()
	d.mustBeArray(t, "descriptor")
	d.array(v, func(i int, item lua.LValue) {
		n, ok := integral(item)
		if !ok || n < math.MinInt32 || n > math.MaxInt32 {
			d.fail("descriptor expected at index %d of %s, got %s", i, d.param.Name, typeOf(item))
		}
		set.Add(int(n))
	})
	*last = append(*last, values...)
	return 1
}

// mustBeArray fails where a table of descriptors, or of poll's entries, has something in another
// place than an array has it: {[fd] = true}, {nil, fd} or {[0] = fd, other}. It would be passed over,
// and never be ready.
func (d *decoding) mustBeArray(t *lua.LTable, of string) {
	n := len(*lualib.ArrayOf(t))
	if first := slices.Index(*lualib.ArrayOf(t), lua.LValue(lua.LNil)); first >= 0 && first < t.Len() {
		d.fail("%s expected at index %d of %s, got nil", of, first+1, d.param.Name)
	}
	key, _ := t.Next(lua.LNil)
	switch {
	case fromZero(t):
		key = lua.LNumber(0)
	case n > 0:
		return
	}
	if key != lua.LNil {
		d.fail("%s expected for %s, got the key %s", d.param.Kind.Name, d.param.Name, keyText(key))
	}
}

// fromZero tells whether a table has an element 0, as one has that is counted as in C.
func fromZero(t *lua.LTable) bool { return t.RawGet(lua.LNumber(0)) != lua.LNil }

// keyText shows a key of a table.
func keyText(key lua.LValue) string {
	if name, ok := key.(lua.LString); ok {
		return kernel.Escape(string(name))
	}
	return typeOf(key)
}

// identical tells whether two arrays have the very same values in memory: numbers are
// never changed there.
func identical(a, b []lua.LValue) bool {
	return len(a) == len(b) && memory(a) == memory(b)
}

func memory(values []lua.LValue) string {
	size := len(values) * int(unsafe.Sizeof(values[0]))
	return unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(values))), size)
}

// pollSet reads poll's entries, all that is needed of each at once: by the time of the
// answer they are out of the caches again. Those that are as they were are not read anew.
func pollSet(d *decoding, v lua.LValue) int {
	t, ok := v.(*lua.LTable)
	if !ok {
		d.unexpected(v)
	}
	items, last := *lualib.ArrayOf(t), &d.lastPoll
	if last.are(items) && !fromZero(t) {
		d.f.Poll = d.f.Poll[:len(items)]
		return 1
	}
	last.forget() // an error below leaves them half read
	if len(items) == 0 || items[0] == lua.LNil || fromZero(t) {
		d.mustBeArray(t, "entry")
	}
	polls, staleRevents := d.f.Poll, d.b.env.staleRevents[:0]
	for i, item := range items {
		if item == lua.LNil {
			items = items[:i]
			break
		}
		entry, ok := item.(*lua.LTable)
		if !ok {
			d.fail("entry {fd=, events=} expected at index %d, got %s", i+1, typeOf(item))
		}
		fd := d.field(entry, i+1, "fd", math.MinInt32, math.MaxInt32)
		events := d.field(entry, i+1, "events", 0, math.MaxUint16)
		if entry.RawGetString("revents") != noEvents {
			staleRevents = append(staleRevents, i)
		}
		polls = append(polls, unix.PollFd{Fd: int32(kernel.Visible(int(fd))), Events: int16(events)})
	}
	d.f.Poll, d.b.env.staleRevents = polls, staleRevents
	last.note(items)
	return 1
}

// entriesRead are the entries that poll was given last, which stand in the frame still, if they were many.
type entriesRead struct {
	items      []lua.LValue
	sets, owns uint64 // what lualib.NotedSets and kernel.OwnChanges were
}

// manyEntries: to remember fewer is not worth their memory, which stays in use.
const manyEntries = 64

func (e *entriesRead) note(items []lua.LValue) {
	if len(items) >= manyEntries {
		e.items = append(e.items, items...)
		e.sets, e.owns = lualib.NotedSets(), kernel.OwnChanges()
	}
}

// forget lets go of them.
func (e *entriesRead) forget() {
	clear(e.items)
	e.items = e.items[:0]
}

// are tells whether these are the same entries, and have the same fields.
func (e *entriesRead) are(items []lua.LValue) bool {
	return len(e.items) > 0 && identical(items, e.items) && e.sets == lualib.NotedSets() && e.owns == kernel.OwnChanges()
}

// field reads an integer of a poll entry.
func (d *decoding) field(entry *lua.LTable, i int, name string, low, high int64) int64 {
	v := entry.RawGetString(name)
	n, ok := integral(v)
	if !ok || n < low || n > high {
		d.fail("entry %d: field '%s': integer expected, got %s", i, name, typeOf(v))
	}
	return n
}

func stringArray(d *decoding, v lua.LValue) int {
	d.array(v, func(i int, item lua.LValue) {
		s, ok := item.(lua.LString)
		if !ok {
			d.fail("string expected at index %d, got %s", i, typeOf(item))
		}
		d.f.Iov = append(d.f.Iov, string(s))
	})
	return 1
}

func sizeArray(d *decoding, v lua.LValue) int {
	total := int64(0)
	d.array(v, func(i int, item lua.LValue) {
		n, ok := integral(item)
		if !ok || n < 0 {
			d.fail("size expected at index %d, got %s", i, typeOf(item))
		}
		total += n
		d.b.env.mustHaveRoom(d.L, total)
		d.f.Lens = append(d.f.Lens, int(n))
	})
	return 1
}

func table(d *decoding, v lua.LValue) int {
	t, ok := v.(*lua.LTable)
	if !ok {
		d.unexpected(v)
	}
	d.f.Args[d.slot].Any = d.record(t, 0)
	return 1
}

func anyValue(d *decoding, v lua.LValue) int {
	d.f.Args[d.slot].Any = d.plain(v, 0)
	return 1
}

func function(d *decoding, v lua.LValue) int {
	if v.Type() != lua.LTFunction {
		d.unexpected(v)
	}
	return 1
}
