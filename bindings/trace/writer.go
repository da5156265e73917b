package trace

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// style is one way to write calls: strace's, or Lua's. Texts that it is given are in that style
// already.
type style interface {
	// Values.
	bytes(s string) string               // data
	text(s string) string                // a name or a path, which is never cut
	constants(text string) string        // "A|B|0x10"
	mode(n int64) string                 // a file's permissions
	number(x float64) string             // of seconds
	list(items []string) string          // an array
	set(items []string) string           // one of select's sets
	table(names, values []string) string // named fields
	address(a *kernel.Sockaddr) string   // a struct sockaddr
	vector(texts []string) string        // a struct iovec for each
	optionValue(text string) string      // of getsockopt and setsockopt: C passes a pointer to it
	null() string                        // what is not given

	// Answers.
	dataAnswer(s string) string              // bytes
	flagsAnswer(n int64, text string) string // flags: the number, and their names
	readyAnswer(w *writer) string            // select's
	polledAnswer(w *writer) string           // poll's
	eventsAnswer(w *writer) string           // epoll_wait's and kevent's
	failure(name string, err error) string   // an errno, or what else the call of that name failed with
	interrupted(done string) string          // done: what the call had done all the same, "" if nothing

	// The parts of a line. begun is the call up to its closing parenthesis: "recv(4, 4096, 0".
	opaqueCall(begun string) string                     // begun, of a call with a value that has no such text
	unfinished(begun string) string                     // the line of a call that waits
	beforeAnswer(begun, name string, shown bool) string // what stands before the answer; shown: unfinished has been written
	times(e *kernel.Event) string                       // how long the call took
	withThread(thread, line string) string              // thread: which one made the call; "" for the main one
}

// writer writes one call.
type writer struct {
	*call
	style
	names map[int]string // what the descriptors of the arguments stood for before the call; nil: look now
	paths bool           // descriptors are written with what they stand for
	texts []string       // of the arguments so far, which later ones depend on
	vague bool           // one of them is described, not written as its style can read it
}

// inputs writes the call up to its closing parenthesis: "recv(4, 4096, 0".
func (w *writer) inputs() string {
	n := w.given()
	for i := range n {
		w.texts = append(w.texts, w.param(i))
	}
	begun := w.row.Name + "(" + strings.Join(w.texts, ", ")
	if w.vague {
		return w.opaqueCall(begun)
	}
	return begun
}

// param writes argument i.
func (w *writer) param(i int) string {
	p, v := &w.row.Params[i], &w.f.Args[i]
	switch p.Kind {
	case calls.KindFDSet:
		return w.descriptorSet(i, false)
	case calls.KindPollSet:
		return w.pollEntries(false)
	case calls.KindAddr:
		return w.peer()
	case calls.KindStrings:
		return w.vector(w.f.Iov)
	case calls.KindSizes:
		items := make([]string, len(w.f.Lens))
		for i, n := range w.f.Lens {
			items[i] = strconv.Itoa(n)
		}
		return w.list(items)
	}
	if !v.Set && p.Optional && !isFlags(p) && p.Default == 0 {
		return w.null()
	}
	return w.scalar(p.Kind, w.group(i), v, i)
}

// group is the group of constants that a parameter takes, which may depend on the
// arguments before it.
func (w *writer) group(i int) string {
	p := &w.row.Params[i]
	switch {
	case p.Name == "protocol" && p.Group == "IPPROTO_":
		return protocolGroup(w.f.Int(0))
	case p.Group == "SO_" && i > 0:
		group, _ := consts.OptionGroup(w.f.Args[i-1].Int)
		return group
	case p.Kind == calls.KindAny && i > 0:
		if w.isOption() {
			return kernel.OptionOf(w.f.Int(1), w.f.Int(2), 0).Shape.Group
		}
		return w.row.GroupAt(i, w.texts)
	}
	return p.Group
}

// isOption: the call is getsockopt or setsockopt.
func (w *writer) isOption() bool {
	return len(w.row.Params) > 2 && w.row.Params[2].Group == "SO_"
}

// protocolGroup is what the third argument of socket is a name among.
func protocolGroup(domain int) string {
	switch name, _ := consts.NameOf("AF_", int64(domain)); name {
	case "AF_INET", "AF_INET6":
		return "IPPROTO_"
	case "AF_NETLINK":
		return "NETLINK_"
	}
	return ""
}

// scalar writes a value that lies in one slot of the frame; at is the parameter that it is of, -1
// for an answer.
func (w *writer) scalar(k *calls.Kind, group string, v *kernel.Value, at int) string {
	switch k {
	case calls.KindFD, calls.KindNewFD:
		return w.descriptor(int(v.Int))
	case calls.KindSock:
		return w.constants(consts.BaseAndFlags(v.Int))
	case calls.KindFlags:
		if group == modeGroup {
			return w.mode(v.Int)
		}
		if at >= 0 && w.row.Params[at].Heeded != nil {
			return w.constants(consts.BitNames(group, v.Int))
		}
		return w.constants(consts.FlagNames(group, v.Int))
	case calls.KindEnum, calls.KindLimit:
		return w.enum(group, v.Int)
	case calls.KindNumber, calls.KindSeconds:
		return w.number(v.Num)
	case calls.KindPath:
		return w.text(v.Str)
	case calls.KindBytes, calls.KindText:
		if w.row.Class == calls.Names {
			return w.text(v.Str)
		}
		return w.bytes(v.Str)
	case calls.KindAny, calls.KindTable:
		return w.argument(group, v.Any, at)
	case calls.KindThread, calls.KindMutex, calls.KindChannel, calls.KindValue:
		w.vague = w.vague || v.Opaque || k != calls.KindValue
		return v.Str // values of Lua's: package bindings writes them
	}
	return strconv.FormatInt(v.Int, 10)
}

// enum writes a number by its name in a group of constants, if it has one there.
func (w *writer) enum(group string, n int64) string {
	if name, ok := consts.NameOf(group, n); ok && group != "" {
		return w.constants(name)
	}
	return strconv.FormatInt(n, 10)
}

// argument writes a value of any type; a number of a group of flags by its names.
func (w *writer) argument(group string, v any, at int) string {
	n, isInt := v.(int64)
	if isInt && group != "" && consts.IsFlags(group) {
		return w.constants(consts.FlagNames(group, n))
	}
	text := w.plain(v, at)
	if isInt && group != "" {
		text = w.enum(group, n)
	}
	if w.isOption() {
		return w.optionValue(text)
	}
	return text
}

// descriptor writes a descriptor, and what it stands for if that is asked for.
func (w *writer) descriptor(fd int) string {
	text := strconv.Itoa(fd)
	if !w.paths {
		return text
	}
	name, known := w.names[fd]
	if !known {
		name = kernel.Path(fd)
	}
	if name == "" {
		return text
	}
	return text + "<" + name + ">"
}

// descriptorSet writes the set of select that is argument i, or those of it that are ready.
func (w *writer) descriptorSet(i int, ready bool) string {
	set := &w.f.Sets[i]
	var items []string
	for _, fd := range set.All() {
		if !ready || set.Ready(fd) {
			items = append(items, w.descriptor(int(fd)))
		}
	}
	return w.set(items)
}

// pollEntries writes poll's entries, or those that are ready.
func (w *writer) pollEntries(ready bool) string {
	var items []string
	for _, p := range w.f.Poll {
		name, bits := "events", p.Events
		if ready {
			if name, bits = "revents", p.Revents; bits == 0 {
				continue
			}
		}
		items = append(items, w.table([]string{"fd", name},
			[]string{w.descriptor(int(p.Fd)), w.constants(consts.FlagNames("POLL", int64(uint16(bits))))}))
	}
	return w.list(items)
}

// peer writes the address as the kernel got it; before that, as it was given.
func (w *writer) peer() string {
	p := &w.f.Peer
	switch {
	case w.f.Addr.Len > 0:
		return w.address(&w.f.Addr)
	case !p.Short:
		return w.record(p.Table, len(w.row.Params)-1)
	case p.HasPort:
		return w.text(p.Host) + ", " + strconv.Itoa(p.Port)
	}
	return w.text(p.Host)
}

// plain writes a plain value; at is the parameter that it is of, -1 for an answer.
func (w *writer) plain(v any, at int) string {
	switch x := v.(type) {
	case nil:
		return w.null()
	case string:
		return w.bytes(x)
	case float64:
		return w.number(x)
	case *kernel.Sockaddr:
		return w.address(x)
	case kernel.Record:
		return w.record(x, at)
	case []any:
		items := make([]string, len(x))
		for i, item := range x {
			items[i] = w.plain(item, at)
		}
		return w.list(items)
	}
	return fmt.Sprint(v)
}

// record writes a table, its fields in C's order; at as with plain.
func (w *writer) record(r kernel.Record, at int) string {
	var names, values []string
	r = slices.Clone(r)
	slices.SortStableFunc(r, func(a, b kernel.Field) int {
		return slices.Index(fieldOrder, b.Name) - slices.Index(fieldOrder, a.Name)
	})
	for _, f := range r {
		names = append(names, f.Name)
		values = append(values, w.recordField(r, f, at))
	}
	return w.table(names, values)
}

// fieldOrder is the order of fields, from the last to the first: record sorts by falling places here,
// so that a field which is not in the list (place -1) comes after all that are.
var fieldOrder = []string{"flags", "linger", "onoff", "len", "start", "whence", "data", "fds", "gid", "uid", "pid", "type",
	"level", "control", "iov", "name", "port", "addr", "path", "protocol", "socktype", "family"}

// recordField writes a field, a constant by its name.
func (w *writer) recordField(r kernel.Record, f kernel.Field, at int) string {
	n, isInt := f.Value.(int64)
	items, isList := f.Value.([]any)
	name, isText := f.Value.(string)
	switch {
	case isText && f.Name != "data":
		return w.text(name)
	case isList && f.Name == "iov" && allStrings(items):
		return w.vector(texts(items))
	case isList && f.Name == "fds":
		return w.descriptors(items)
	case !isInt:
		return w.plain(f.Value, at)
	}
	group := calls.TableGroup(f.Name, r.Integer)
	if group == "" && at >= 0 {
		group = w.row.FieldGroup(at, f.Name)
	}
	group = cmp.Or(group, fieldGroups[f.Name])
	if f.Name == "protocol" && r.Get("level") == nil {
		group = "IPPROTO_"
	}
	switch {
	case group == "":
		return strconv.FormatInt(n, 10)
	case consts.IsFlags(group):
		return w.constants(consts.FlagNames(group, n))
	}
	return w.enum(group, n)
}

func allStrings(items []any) bool {
	return !slices.ContainsFunc(items, func(v any) bool { _, ok := v.(string); return !ok })
}

func texts(items []any) (list []string) {
	for _, v := range items {
		list = append(list, v.(string))
	}
	return list
}

// descriptors writes those that control data passes.
func (w *writer) descriptors(items []any) string {
	list := make([]string, len(items))
	for i, v := range items {
		if fd, ok := kernel.AsInt(v); ok {
			list[i] = w.descriptor(int(fd))
		} else {
			list[i] = w.plain(v, -1)
		}
	}
	return w.list(list)
}

// fieldGroups are the groups of fields wherever they stand.
var fieldGroups = map[string]string{"family": "AF_", "socktype": "SOCK_", "level": "SOL_"}

// answer writes what the call answered.
func (w *writer) answer(e *kernel.Event) string {
	w.names = nil // a number may stand for something else now
	if errors.Is(e.Err, kernel.ErrInterrupted) {
		// What was done all the same: bytes taken, a descriptor made.
		_, done, _ := strings.Cut(w.f.Task.Note(), ": ")
		return w.interrupted(done)
	}
	if e.Err != nil {
		return w.failure(w.row.Name, e.Err)
	}
	if len(w.row.Params) > 0 && w.row.Params[0].Kind == calls.KindPollSet {
		return w.polledAnswer(w)
	}
	if len(w.row.Answers) > 0 {
		switch w.row.Answers[0].Kind {
		case calls.KindReady:
			return w.readyAnswer(w)
		case calls.KindInts:
			return w.eventsAnswer(w)
		}
	}
	var parts []string
	for i, r := range w.row.Answers {
		if text := w.result(i, r); text != "" {
			parts = append(parts, text)
		}
	}
	if len(w.row.Answers) == 0 {
		return "0"
	}
	return strings.Join(parts, ", ")
}

// result writes answer i; "" where the call has not filled it in, and it is not the first.
func (w *writer) result(i int, r calls.Result) string {
	v := &w.f.Out[i]
	switch {
	case r.Kind == calls.KindPeer:
		if !v.Set {
			return ""
		}
		return w.address(&w.f.From)
	case r.Kind == calls.KindNumber:
		return w.number(v.Num)
	case !v.Set && i > 0:
		return ""
	case !v.Set:
		return w.null()
	case r.Kind == calls.KindBytes || r.Kind == calls.KindText:
		return w.dataAnswer(v.Str)
	case r.Kind == calls.KindAny:
		return w.anyResult(i, v.Any)
	}
	return w.scalar(r.Kind, w.answerGroup(i), v, -1)
}

// answerGroup is the group of constants that an answer is of.
func (w *writer) answerGroup(i int) string {
	return w.row.AnswerGroup(i, func(at int) (int64, bool) { return w.f.Args[at].Int, true })
}

// anyResult writes an answer of any type: an option's by its shape, fcntl's flags by
// their names.
func (w *writer) anyResult(i int, v any) string {
	n, isInt := v.(int64)
	group := w.answerGroup(i)
	switch {
	case w.isOption() && isInt:
		return w.optionValue(w.enum(group, n))
	case w.isOption():
		return w.optionValue(w.plain(v, -1))
	case isInt && w.row.Name == "fcntl":
		return w.fcntlResult(group, n)
	}
	return w.plain(v, -1)
}

// fcntlResult writes a number that fcntl answers, which its command gives a meaning.
func (w *writer) fcntlResult(group string, n int64) string {
	command, _ := consts.NameOf("F_", w.f.Args[1].Int)
	switch {
	case consts.IsFlags(group):
		return w.flagsAnswer(n, consts.FlagNames(group, n))
	case command == "F_DUPFD" || command == "F_DUPFD_CLOEXEC":
		return w.descriptor(int(n))
	}
	return w.enum(group, n)
}

// errorText writes an error: an errno, or an EAI number of getaddrinfo, by name and text. errno is that
// number; 0 where the error is neither, and its text stands in parentheses.
func errorText(err error) (errno int, text string) {
	var number unix.Errno
	var eai *kernel.AddrinfoError
	var detail *kernel.DetailError
	switch {
	case errors.As(err, &eai):
		name, ok := consts.NameOf("EAI_", int64(eai.Code))
		if !ok {
			name = strconv.Itoa(eai.Code)
		}
		text = name + " (" + eai.Error() + ")"
		if eai.Errno != 0 {
			_, why := errorText(eai.Errno)
			text += ": " + why
		}
		return eai.Code, text
	case errors.As(err, &number):
		text = consts.ErrnoMessage(int64(number))
		if _, named := consts.ErrnoName(int64(number)); !named {
			text = strconv.Itoa(int(number)) + " (" + text + ")"
		}
		if errors.As(err, &detail) {
			text += ": " + kernel.Escape(detail.Detail)
		}
		return int(number), text
	}
	return 0, "(" + kernel.Escape(err.Error()) + ")"
}
