package bindings

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"sockrepl/bindings/inspect"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// inspectNatives are the functions that show the descriptors.
var inspectNatives = Natives{
	"fds":    fds,
	"fdinfo": fdinfo,
	"generation": func(_ *Env, L *lua.LState, f *kernel.Frame) int {
		if !f.Args[0].Set {
			return push(L, lualib.Integer(kernel.Changes()))
		}
		return push(L, lualib.Integer(int64(kernel.Generation(f.Int(0)))))
	},
	"peek":  peek,
	"watch": watch,
}

// The metatables by which what these functions answer prints; all states have the same.
var (
	tablePicture = printsAs("descriptors", func(L *lua.LState, t *lua.LTable) string {
		var lines []kernel.Record
		for i := 1; i <= t.Len(); i++ {
			if line, ok := t.RawGetInt(i).(*lua.LTable); ok {
				lines = append(lines, recordOf(line))
			}
		}
		return inspect.Table(lines, envOf(L).Width())
	})
	linePicture = printsAs("descriptor", func(L *lua.LState, t *lua.LTable) string {
		return inspect.Table([]kernel.Record{recordOf(t)}, envOf(L).Width())
	})
	fullPicture = printsAs("descriptor", func(L *lua.LState, t *lua.LTable) string {
		return inspect.Picture(recordOf(t), envOf(L).Width())
	})
)

// printsAs makes a metatable whose tables print as the text that draw makes of them.
func printsAs(name string, draw func(*lua.LState, *lua.LTable) string) *lua.LTable {
	return common(name, map[string]lua.LGFunction{
		"__tostring": func(L *lua.LState) int { return push(L, lua.LString(draw(L, L.CheckTable(1)))) },
	})
}

// recordOf makes a Record of a table as it is now, its fields sorted; an address becomes
// its text.
func recordOf(t *lua.LTable) kernel.Record { return fieldsOf(t, map[*lua.LTable]bool{}) }

// fieldsOf is recordOf inside of other tables.
func fieldsOf(t *lua.LTable, within map[*lua.LTable]bool) kernel.Record {
	within[t] = true
	defer delete(within, t)
	rec := kernel.Record{}
	t.ForEach(func(k, v lua.LValue) {
		if name, ok := k.(lua.LString); ok {
			rec = append(rec, kernel.Field{Name: string(name), Value: plainOf(v, within)})
		}
	})
	sort.Slice(rec, func(i, j int) bool { return rec[i].Name < rec[j].Name })
	return rec
}

// plainOf makes a plain Go value of a field. A program may have put a table into itself:
// there it ends.
func plainOf(v lua.LValue, within map[*lua.LTable]bool) any {
	if x, ok := scalar(v); ok {
		return x
	}
	t, ok := v.(*lua.LTable)
	switch {
	case !ok:
		return v.String()
	case t.Metatable == addresses:
		return addressText(t)
	case within[t] || len(within) > deepest:
		return "…"
	}
	if rec := fieldsOf(t, within); len(rec) > 0 {
		return rec
	}
	within[t] = true
	defer delete(within, t)
	list := []any{}
	for i := 1; i <= t.Len(); i++ {
		list = append(list, plainOf(t.RawGetInt(i), within))
	}
	return list
}

// fds answers the descriptor table, or those lines of it that are as the argument says.
func fds(env *Env, L *lua.LState, f *kernel.Frame) int {
	want, _ := f.Args[0].Any.(kernel.Record)
	checkFilter(L, want)
	t := L.NewTable()
	for _, line := range kernel.Table() {
		rec := line.(kernel.Record)
		if !matches(rec, want) {
			continue
		}
		entry := env.recordToLua(L, rec).(*lua.LTable)
		entry.Metatable = linePicture
		t.Append(entry)
	}
	t.Metatable = tablePicture
	return push(L, t)
}

// filterFields are the fields of a line that a filter may name.
var filterFields = []string{"access", "fd", "flags", "inode", "local", "path", "queue", "recvq", "remote", "sendq",
	"socktype", "state", "type"}

func checkFilter(L *lua.LState, want kernel.Record) {
	for _, f := range want {
		if !slices.Contains(filterFields, f.Name) {
			BadArgument(L, "fds", 1, fmt.Sprintf("the table of descriptors has no field '%s' to filter by (it has %s)",
				f.Name, strings.Join(filterFields, ", ")))
		}
		for _, v := range wanted(f) {
			checkWord(L, f.Name, inspect.Text(v))
		}
	}
}

// checkWord raises if a type or a state is none.
func checkWord(L *lua.LState, field, word string) {
	known := kernel.Words(field)
	if known == nil || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, word) }) {
		return
	}
	BadArgument(L, "fds", 1, fmt.Sprintf("there is no %s '%s' (there are %s)", field, word, strings.Join(known, ", ")))
}

// wanted are the values of a filter's field: one, or several.
func wanted(f kernel.Field) []any {
	if several, ok := f.Value.([]any); ok {
		return several
	}
	return []any{f.Value}
}

// matches tells whether a line has the values given: one, or one of several.
func matches(line, want kernel.Record) bool {
	for _, f := range want {
		same := func(a, b string) bool { return a == b }
		if kernel.Words(f.Name) != nil {
			same = strings.EqualFold
		}
		has := inspect.Text(line.Get(f.Name))
		if !slices.ContainsFunc(wanted(f), func(v any) bool { return same(inspect.Text(v), has) }) {
			return false
		}
	}
	return true
}

// fdinfo answers one descriptor in full.
func fdinfo(env *Env, L *lua.LState, f *kernel.Frame) int {
	rec, err := describe(f, int(f.Args[0].Int))
	if err != nil {
		return Refuse(L, "fdinfo", err)
	}
	return push(L, env.picture(L, rec))
}

func (env *Env) picture(L *lua.LState, rec kernel.Record) lua.LValue {
	t := env.recordToLua(L, rec).(*lua.LTable)
	t.Metatable = fullPicture
	return t
}

// describe is all that is known of a descriptor, its options by name.
func describe(f *kernel.Frame, fd int) (kernel.Record, error) {
	rec, err := f.DescribeFully(fd)
	if err != nil {
		return nil, err
	}
	if _, isSocket := rec.Get("socktype").(int64); !isSocket {
		return rec, kernel.Unchanged(fd, rec)
	}
	options := kernel.Record{}
	for _, o := range f.ChangedOptions(fd) {
		name := inspect.OptionName(o.Option.Level, o.Option.Name)
		if options.Get(name) == nil && !strings.HasSuffix(name, "_NEW") { // the same once more
			options = append(options, kernel.Field{Name: name, Value: o.Value})
		}
	}
	return append(rec, kernel.Field{Name: "options", Value: options}), kernel.Unchanged(fd, rec)
}

// largestPeek bounds what peek shows: a kernel's buffers are smaller.
const largestPeek = 1 << 26

// peek shows the bytes that wait to be received; where it was not told how many, it says that there are more.
func peek(env *Env, L *lua.LState, f *kernel.Frame) int {
	fd, n, more := int(f.Args[0].Int), f.Int(1), ""
	if n < 1 || n > largestPeek {
		BadArgument(L, "peek", 2, fmt.Sprintf("a size from 1 to %d expected", largestPeek))
	}
	env.mustHaveRoom(L, 8*int64(n))
	data, eof, err := kernel.PeekBuffer(fd, n+1)
	switch {
	case err != nil:
		return Refuse(L, "peek", err)
	case eof:
		return push(L, lua.LString("(end of file)"))
	case data == "":
		return push(L, lua.LString("(nothing waits to be received)"))
	}
	if len(data) > n && !f.Args[1].Set {
		more = fmt.Sprintf("\n(the first %s bytes: peek(%d, n) shows n)", kernel.Thousands(n), fd)
	}
	data = data[:min(n, len(data))]
	return push(L, lua.LString(lualib.Hexdump(L, data, lualib.HexWidth(env.Width()))+more))
}
