package bindings

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"

	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// Lua values as bytes, for a child process of the same program: a letter for the type, then
// what belongs to it. Numbers are varints, but for Lua's, which are 8 bytes. A table or a
// function that was written already is written as its place among them.
const (
	wireNil     = '0'
	wireFalse   = 'f'
	wireTrue    = 't'
	wireNumber  = 'n'
	wireString  = 's'
	wireTable   = 'T' // keys and values in turn, a nil
	wireAddress = 'A' // the same; it prints as an address
	wireCode    = 'C' // a function of Lua's: its code
	wireBuiltin = 'B' // what every state has: its path, and of a library what was added to it
	wireAgain   = 'R' // a table or a function that was written before: its place among them
)

// errWire: the bytes are not those that a wireWriter wrote.
var errWire = errors.New("the values from the parent process are damaged")

// wireWriter writes values. That none is among them which can't go is for the caller to see to.
type wireWriter struct {
	out  []byte
	seen map[lua.LValue]int
	env  *Env // of the state that the values are of
}

func (w *wireWriter) int(n int)       { w.out = binary.AppendVarint(w.out, int64(n)) }
func (w *wireWriter) string(s string) { w.int(len(s)); w.out = append(w.out, s...) }
func (w *wireWriter) tag(t byte)      { w.out = append(w.out, t) }

// list writes how many there are, then each.
func list[T any](w *wireWriter, items []T, write func(T)) {
	w.int(len(items))
	for _, item := range items {
		write(item)
	}
}

func (w *wireWriter) value(v lua.LValue) {
	switch x := v.(type) {
	case lua.LBool:
		w.tag(map[bool]byte{false: wireFalse, true: wireTrue}[bool(x)])
	case lua.LNumber:
		w.tag(wireNumber)
		w.out = binary.LittleEndian.AppendUint64(w.out, math.Float64bits(float64(x)))
	case lua.LString:
		w.tag(wireString)
		w.string(string(x))
	case *lua.LTable, *lua.LFunction, *lua.LUserData:
		w.reference(v)
	default:
		w.tag(wireNil)
	}
}

// reference writes what has an identity.
func (w *wireWriter) reference(v lua.LValue) {
	if at, ok := w.seen[v]; ok {
		w.tag(wireAgain)
		w.int(at)
		return
	}
	if w.seen == nil {
		w.seen = map[lua.LValue]int{}
	}
	w.seen[v] = len(w.seen)
	path := w.env.fresh.path(v)
	t, isTable := v.(*lua.LTable)
	switch {
	case path != "":
		w.tag(wireBuiltin)
		w.string(path)
		if isTable {
			w.additions(path, t)
		}
	case isTable:
		w.table(t)
	default:
		w.tag(wireCode)
		w.code(v.(*lua.LFunction).Proto)
	}
}

// additions writes what the program has added to a library, or changed there.
func (w *wireWriter) additions(path string, library *lua.LTable) {
	for _, name := range fieldNames(library) {
		v := library.RawGetString(name)
		if w.env.fresh.path(v) == "" && !w.env.fresh.has(path+"."+name, v) {
			w.value(lua.LString(name))
			w.value(v)
		}
	}
	w.tag(wireNil)
}

func (w *wireWriter) table(t *lua.LTable) {
	if t.Metatable == addresses {
		w.tag(wireAddress)
	} else {
		w.tag(wireTable)
		w.value(t.Metatable)
	}
	t.ForEach(func(k, v lua.LValue) {
		w.value(k)
		w.value(v)
	})
	w.tag(wireNil)
}

func (w *wireWriter) code(p *lua.FunctionProto) {
	EndScopes(p)
	w.string(p.SourceName)
	for _, n := range []int{p.LineDefined, p.LastLineDefined, int(p.NumUpvalues), int(p.NumParameters),
		int(p.IsVarArg), int(p.NumUsedRegisters)} {
		w.int(n)
	}
	list(w, p.Code, func(inst uint32) { w.out = binary.LittleEndian.AppendUint32(w.out, inst) })
	list(w, p.Constants, w.value)
	list(w, p.FunctionPrototypes, w.code)
	list(w, p.DbgSourcePositions, w.int)
	list(w, p.DbgLocals, func(l *lua.DbgLocalInfo) { w.string(l.Name); w.int(l.StartPc); w.int(l.EndPc) })
	list(w, p.DbgCalls, func(c lua.DbgCall) { w.string(c.Name); w.int(c.Pc) })
	list(w, p.DbgUpvalues, w.string)
}

// wireReader reads what a wireWriter wrote; it panics with errWire where that is damaged.
type wireReader struct {
	in   []byte
	seen []lua.LValue
	env  *Env
	L    *lua.LState
}

func (r *wireReader) take(n int) []byte {
	if n < 0 || n > len(r.in) {
		panic(errWire)
	}
	taken := r.in[:n]
	r.in = r.in[n:]
	return taken
}

func (r *wireReader) int() int {
	n, used := binary.Varint(r.in)
	if used <= 0 {
		panic(errWire)
	}
	r.in = r.in[used:]
	return int(n)
}

func (r *wireReader) string() string { return string(r.take(r.int())) }

// listOf reads what list wrote.
func listOf[T any](r *wireReader, read func() T) []T {
	n := r.int()
	if n < 0 || n > len(r.in) { // each takes a byte at least
		panic(errWire)
	}
	items := make([]T, n)
	for i := range items {
		items[i] = read()
	}
	return items
}

func (r *wireReader) value() lua.LValue {
	switch tag := r.take(1)[0]; tag {
	case wireNil:
		return lua.LNil
	case wireFalse, wireTrue:
		return lua.LBool(tag == wireTrue)
	case wireNumber:
		return lua.LNumber(math.Float64frombits(binary.LittleEndian.Uint64(r.take(8))))
	case wireString:
		return lua.LString(r.string())
	case wireTable, wireAddress:
		return r.table(tag == wireAddress)
	case wireCode:
		fn := r.L.NewFunctionFromProto(&lua.FunctionProto{})
		r.seen = append(r.seen, fn)
		fn.Proto = r.code()
		return fn
	case wireBuiltin:
		return r.builtin(r.string())
	case wireAgain:
		if at := r.int(); at >= 0 && at < len(r.seen) {
			return r.seen[at]
		}
	}
	panic(errWire)
}

func (r *wireReader) table(address bool) lua.LValue {
	t := r.L.NewTable()
	r.seen = append(r.seen, t)
	if address {
		t.Metatable = addresses
	} else {
		t.Metatable = r.value()
	}
	r.fields(t)
	return t
}

// fields reads keys and values up to a nil.
func (r *wireReader) fields(t *lua.LTable) {
	for k := r.value(); k != lua.LNil; k = r.value() {
		t.RawSet(k, r.value())
	}
}

func (r *wireReader) code() *lua.FunctionProto {
	p := &lua.FunctionProto{SourceName: r.string(), LineDefined: r.int(), LastLineDefined: r.int(),
		NumUpvalues: uint8(r.int()), NumParameters: uint8(r.int()), IsVarArg: uint8(r.int()),
		NumUsedRegisters: uint8(r.int())}
	p.Code = listOf(r, func() uint32 { return binary.LittleEndian.Uint32(r.take(4)) })
	p.Constants = listOf(r, r.value)
	p.FunctionPrototypes = listOf(r, r.code)
	p.DbgSourcePositions = listOf(r, r.int)
	p.DbgLocals = listOf(r, func() *lua.DbgLocalInfo {
		return &lua.DbgLocalInfo{Name: r.string(), StartPc: r.int(), EndPc: r.int()}
	})
	p.DbgCalls = listOf(r, func() lua.DbgCall { return lua.DbgCall{Name: r.string(), Pc: r.int()} })
	p.DbgUpvalues = listOf(r, r.string)
	lualib.FinishProto(p)
	return p
}

// builtin finds what this state has at a path: all that is no constant, since it is a process's first.
func (r *wireReader) builtin(path string) lua.LValue {
	global, field, nested := strings.Cut(path, ".")
	v := r.L.G.Global.RawGetString(global)
	if t, ok := v.(*lua.LTable); ok && nested {
		v = t.RawGetString(field)
	}
	r.seen = append(r.seen, v)
	if t, ok := v.(*lua.LTable); ok {
		r.fields(t)
	}
	return v
}
