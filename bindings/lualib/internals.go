package lualib

import (
	"fmt"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// What package lualib knows of gopher-lua's inside: types that mirror its own, field by field, and the
// functions that look through them. They are compared with the real types when the program starts, so
// that a new version of gopher-lua fails at once and not somewhere. It takes them
//
//   - to run the instructions (vm.go), to keep tables tidy (keys.go), to lend buffers (loan.go), and
//     to go through arrays quickly;
//   - to say which variable an error is about (culprit.go);
//   - to mend three faults that can't be mended through what gopher-lua exports (protect.go,
//     coroutine.go): a failed PCall closes the upvalues of every function on the stack, so that a
//     local and the closures over it go separate ways in functions that live on; a coroutine resumed
//     with fewer values than its yield is assigned to gets Go's nil in the rest, and dies of it; a
//     yield across a metamethod or an iterator leaves the thread half run.

// frame mirrors lua.callFrame: a function that runs. What a name leaves open: LocalBase is the first
// register of the function, ReturnBase where its results go, both as indices of registry.array.
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

// upvalue mirrors lua.Upvalue: a variable that a closure has. It lies in a register (index) until the
// function that declared it ends, and then in value.
type upvalue struct {
	next   *upvalue
	reg    *registry
	index  int
	value  lua.LValue
	closed bool
}

// registry mirrors lua.registry: the stack of values that all functions of a state have their registers
// in. Values lie below top.
type registry struct {
	array   []lua.LValue
	top     int
	_       int // growBy
	maxSize int
	alloc   unsafe.Pointer // where numbers get their memory
}

// state mirrors lua.LState: the main thread or a coroutine.
type state struct {
	G            *lua.Global
	Parent       *lua.LState
	Env          *lua.LTable
	Panic        func(*lua.LState)
	Dead         bool
	Options      lua.Options
	stop         int32
	reg          *registry
	stack        frameStack
	alloc        unsafe.Pointer
	currentFrame *frame
	wrapped      bool
	uvcache      *upvalue       // the variables of running functions that closures have
	hasErrorFunc bool           // keeps a raised error from closing them
	mainLoop     unsafe.Pointer // the function that runs the state's instructions
}

// frameStack is an interface; all states here have stacks that do not grow.
type frameStack struct {
	kind  unsafe.Pointer
	fixed *fixedFrames
}

// fixedFrames mirrors lua.fixedCallFrameStack; sp is how many frames there are.
type fixedFrames struct {
	array []frame
	sp    int
}

// table mirrors lua.LTable.
type table struct {
	Metatable lua.LValue
	array     []lua.LValue
	dict      map[lua.LValue]lua.LValue
	strdict   map[string]lua.LValue
	keys      []lua.LValue       // of dict and strdict, in the order in which they came
	k2i       map[lua.LValue]int // where a key stands among them
}

func init() {
	compare(reflect.TypeFor[state](), reflect.TypeFor[lua.LState]())
	compare(reflect.TypeFor[table](), reflect.TypeFor[lua.LTable]())
}

// compared are the mirrors that are known to be right.
var compared = map[reflect.Type]bool{}

// compare panics where a mirror's fields are not those that the real type begins with.
func compare(mirror, real reflect.Type) {
	if compared[mirror] {
		return
	}
	compared[mirror] = true
	for i := range mirror.NumField() {
		m, r := mirror.Field(i), reflect.StructField{Type: mirror}
		if i < real.NumField() {
			r = real.Field(i)
		}
		if m.Name != r.Name && m.Name != "_" || m.Offset != r.Offset || m.Type.Size() != r.Type.Size() || !alike(m.Type, r.Type) {
			panic(fmt.Sprintf("lualib: gopher-lua's %s differs at field %s", real, m.Name))
		}
	}
}

// alike compares two fields' types, and what they point to.
func alike(mirror, real reflect.Type) bool {
	switch kind := mirror.Kind(); {
	case mirror == real:
		return true
	case mirror == reflect.TypeFor[frameStack]():
		return real.Kind() == reflect.Interface
	case kind == reflect.UnsafePointer: // what is not looked into
		return real.Kind() == reflect.Pointer || real.Kind() == reflect.Func
	case kind != real.Kind():
		return false
	case kind == reflect.Struct:
		compare(mirror, real)
		return true
	case kind == reflect.Pointer || kind == reflect.Slice:
		return alike(mirror.Elem(), real.Elem())
	}
	return false
}

func stateOf(L *lua.LState) *state { return (*state)(unsafe.Pointer(L)) }

func (s *state) lua() *lua.LState { return (*lua.LState)(unsafe.Pointer(s)) }

func currentFrame(L *lua.LState) *frame { return stateOf(L).currentFrame }

// Running is the function that runs; nil: none does.
func Running(L *lua.LState) *lua.LFunction {
	if f := currentFrame(L); f != nil {
		return f.Fn
	}
	return nil
}

// ArrayOf is a table's array part: the values from index 1 on, with nils where there are
// holes. To go through it costs half of what RawGetInt does.
func ArrayOf(t *lua.LTable) *[]lua.LValue { return &mirrorOf(t).array }

// stringsOf is the part of a table that has the values of strings.
func stringsOf(t *lua.LTable) map[string]lua.LValue { return mirrorOf(t).strdict }

func mirrorOf(t *lua.LTable) *table { return (*table)(unsafe.Pointer(t)) }

// framesOf is a state's stack of frames; nil if it is one that grows.
func framesOf(L *lua.LState) *fixedFrames {
	s := &stateOf(L).stack
	if s.kind != unsafe.Pointer(fixedKind.Load()) && !s.identify(L) {
		return nil
	}
	return s.fixed
}

// fixedKind is the interface's type word where the stack does not grow; a state tells.
var fixedKind atomic.Pointer[byte]

var identifying sync.Mutex

func (s *frameStack) identify(L *lua.LState) bool {
	kind := reflect.ValueOf(L).Elem().FieldByName("stack").Elem().Type().Elem()
	identifying.Lock()
	defer identifying.Unlock()
	if kind.Name() != "fixedCallFrameStack" {
		return false
	}
	compare(reflect.TypeFor[fixedFrames](), kind)
	fixedKind.Store((*byte)(s.kind))
	return true
}

// Wanted is how many of its results the caller of the running Go function takes, at most.
func Wanted(L *lua.LState) int {
	if n := currentFrame(L).NRet; n != lua.MultRet {
		return n
	}
	return math.MaxInt
}

// RawArgs are the arguments of the running Go function. The slice is good until something is
// pushed.
func RawArgs(L *lua.LState) []lua.LValue {
	s := stateOf(L)
	return s.reg.array[s.currentFrame.LocalBase:s.reg.top]
}

// Push is L.Push, where there is room.
func Push(L *lua.LState, v lua.LValue) {
	reg := stateOf(L).reg
	if reg.top >= len(reg.array) {
		L.Push(v)
		return
	}
	reg.array[reg.top] = v
	reg.top++
}

// freeRegistry is how many values more fit on the stack of L.
func freeRegistry(L *lua.LState) int {
	r := stateOf(L).reg
	return max(r.maxSize, cap(r.array)) - r.top
}

// closeUpvalues closes the upvalues from register limit on. The list is in
// the order of the registers.
func closeUpvalues(L *lua.LState, limit int) {
	link := &stateOf(L).uvcache
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

// wantedAtYield is how many values the call takes that a suspended thread is in;
// negative if it takes all that come.
func wantedAtYield(th *lua.LState) int {
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

// FinishProto completes a function's code that was not made by gopher-lua's compiler, but read from
// somewhere. The exported fields of p are set; what is not exported is made of them.
func FinishProto(p *lua.FunctionProto) {
	texts := make([]string, len(p.Constants))
	for i, c := range p.Constants {
		if s, ok := c.(lua.LString); ok {
			texts[i] = string(s)
		}
	}
	*(*[]string)(unsafe.Add(unsafe.Pointer(p), atStrings)) = texts
}
