package lualib

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// Three faults of gopher-lua's can't be mended through what it exports:
//
//   - a failed PCall closes the upvalues of every function on the stack, so
//     that a local and the closures over it go separate ways in functions that
//     live on;
//   - a coroutine resumed with fewer values than its yield is assigned to
//     gets Go's nil in the rest, and dies of it;
//   - a yield across a metamethod or an iterator leaves the thread half run.
//
// The little that the remedies must see of its state is read here, and what makes large
// arrays quick. The mirrors
// are compared with the real types when the program starts, so that a new
// version of gopher-lua fails at once and not somewhere.

type frame struct {
	Idx        int
	Fn         *lua.LFunction
	Parent     *frame
	Pc         int
	Base       int
	LocalBase  int
	ReturnBase int
	NArgs      int
	NRet       int
	TailCall   int
}

type upvalue struct {
	next   *upvalue
	reg    *registry
	index  int
	value  lua.LValue
	closed bool
}

type registry struct {
	array   []lua.LValue
	top     int
	_       int
	maxSize int
}

var (
	atFrame     = mirrored("currentFrame", reflect.TypeFor[frame]())
	atUpvalues  = mirrored("uvcache", reflect.TypeFor[upvalue]())
	atRegistry  = mirrored("reg", reflect.TypeFor[registry]())
	atErrorFunc = fieldOf("hasErrorFunc", reflect.Bool).Offset
	atMainLoop  = fieldOf("mainLoop", reflect.Func).Offset
	atArray     = arrayField().Offset
)

func arrayField() reflect.StructField {
	f, ok := reflect.TypeFor[lua.LTable]().FieldByName("array")
	if !ok || f.Type != reflect.TypeFor[[]lua.LValue]() {
		panic("lualib: gopher-lua's LTable has no array of the known kind")
	}
	return f
}

// ArrayOf is a table's array part: the values from index 1 on, with nils where there are
// holes. To go through it costs half of what RawGetInt does.
func ArrayOf(t *lua.LTable) *[]lua.LValue {
	return (*[]lua.LValue)(unsafe.Add(unsafe.Pointer(t), atArray))
}

func fieldOf(name string, kind reflect.Kind) reflect.StructField {
	f, ok := reflect.TypeFor[lua.LState]().FieldByName(name)
	if !ok || f.Type.Kind() != kind {
		panic("lualib: gopher-lua's LState has no " + name + " of the known kind")
	}
	return f
}

// mirrored finds a pointer in LState and compares what it points to.
func mirrored(name string, mirror reflect.Type) uintptr {
	f := fieldOf(name, reflect.Pointer)
	real := f.Type.Elem()
	for i := range mirror.NumField() {
		m, r := mirror.Field(i), reflect.StructField{}
		if i < real.NumField() {
			r = real.Field(i)
		}
		if m.Name != r.Name && m.Name != "_" || m.Offset != r.Offset || m.Type.Kind() != r.Type.Kind() {
			panic(fmt.Sprintf("lualib: gopher-lua's %s differs at field %s", real, m.Name))
		}
	}
	return f.Offset
}

// fieldAt answers the address of a field of LState's.
func fieldAt(L *lua.LState, offset uintptr) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(L), offset)
}

func currentFrame(L *lua.LState) *frame { return *(**frame)(fieldAt(L, atFrame)) }

// Wanted is how many of its results the caller of the running Go function takes, at most.
func Wanted(L *lua.LState) int {
	if n := currentFrame(L).NRet; n != lua.MultRet {
		return n
	}
	return math.MaxInt
}

// errorFunc is the flag that keeps a raised error from closing upvalues.
func errorFunc(L *lua.LState) *bool {
	return (*bool)(fieldAt(L, atErrorFunc))
}

// loopOf is the function that runs a state's instructions.
func loopOf(L *lua.LState) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(L), atMainLoop))
}

// freeRegistry is how many values more fit on the stack of L.
func freeRegistry(L *lua.LState) int {
	r := *(**registry)(fieldAt(L, atRegistry))
	return max(r.maxSize, cap(r.array)) - r.top
}

// closeUpvalues closes the upvalues from register limit on. The list is in
// the order of the registers.
func closeUpvalues(L *lua.LState, limit int) {
	link := (**upvalue)(fieldAt(L, atUpvalues))
	for *link != nil && (*link).index < limit {
		link = &(*link).next
	}
	rest := *link
	*link = nil
	for ; rest != nil; rest = rest.next {
		(*lua.Upvalue)(unsafe.Pointer(rest)).Close()
	}
}

// opcode is what the frame of a Lua function is at.
func (f *frame) opcode() (op int, inst uint32) {
	inst = f.Fn.Proto.Code[f.Pc-1]
	return int(inst >> 26), inst
}

// called says whether the frame's function was called by the VM's own call
// instructions all the way down, not from within Go: by a metamethod, an
// iterator, a comparison. Only such a call can be left by a yield.
func (f *frame) called() bool {
	for p := f.Parent; p != nil; p = p.Parent {
		if p.Fn.IsG {
			return false
		}
		if op, _ := p.opcode(); op != lua.OP_CALL && op != lua.OP_TAILCALL {
			return false
		}
	}
	return true
}

// wanted is how many values the call takes that a suspended thread is in;
// negative if it takes all that come.
func wanted(th *lua.LState) int {
	f := currentFrame(th)
	if f == nil || f.Fn.IsG {
		return lua.MultRet
	}
	op, inst := f.opcode()
	if op != lua.OP_CALL {
		return lua.MultRet
	}
	return int(inst>>9)&0x1ff - 1
}

// atStrings is a FunctionProto's second copy of its constants, those that are strings, which
// the virtual machine takes field names from and which is not exported.
var atStrings = func() uintptr {
	f, ok := reflect.TypeFor[lua.FunctionProto]().FieldByName("stringConstants")
	if !ok || f.Type != reflect.TypeFor[[]string]() {
		panic("lualib: gopher-lua's FunctionProto has no stringConstants of the known kind")
	}
	return f.Offset
}()

// Finish completes code that was not made by gopher-lua's compiler but read from somewhere:
// all that is exported is set.
func Finish(p *lua.FunctionProto) {
	texts := make([]string, len(p.Constants))
	for i, c := range p.Constants {
		if s, ok := c.(lua.LString); ok {
			texts[i] = string(s)
		}
	}
	*(*[]string)(unsafe.Add(unsafe.Pointer(p), atStrings)) = texts
}
