package lualib

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// What instructions do with values, where it is simple. Each answers false where it is not:
// gopher-lua's own instruction then does it.

func boolean(b bool) lua.LValue {
	if b {
		return lua.LTrue
	}
	return lua.LFalse
}

func truth(v lua.LValue) bool {
	if isNil(v) {
		return false
	}
	b, ok := v.(lua.LBool)
	return !ok || bool(b)
}

// equal compares what has no metamethods.
func equal(x, y lua.LValue) (same, ok bool) {
	// What is most often compared, without a look at the type's hash, which a switch of types takes.
	if x, ok := x.(lua.LNumber); ok {
		y, ok := y.(lua.LNumber)
		return ok && x == y, true
	}
	if isNil(x) {
		return isNil(y), true
	}
	switch x := x.(type) {
	case lua.LString:
		y, ok := y.(lua.LString)
		return ok && x == y, true
	case lua.LBool:
		y, ok := y.(lua.LBool)
		return ok && x == y, true
	case *lua.LTable:
		y, ok := y.(*lua.LTable)
		if !ok || x == y {
			return ok, true
		}
		return false, lacks(x, "__eq") || lacks(y, "__eq")
	case *lua.LFunction, *lua.LState:
		return x == y, true
	}
	return false, false
}

func isNil(v lua.LValue) bool {
	_, ok := v.(*lua.LNilType)
	return ok
}

func arithmetic(op int, x, y lua.LNumber) lua.LNumber {
	switch op {
	case lua.OP_ADD:
		return x + y
	case lua.OP_SUB:
		return x - y
	case lua.OP_MUL:
		return x * y
	}
	return x / y
}

// modulo is x % y of whole numbers that are not negative, and are all that a double can tell apart:
// what int64 makes of a number that is too large for it differs between processors.
func modulo(x, y lua.LNumber) (lua.LNumber, bool) {
	const most = 1 << 53
	if !(x <= most && y <= most) {
		return 0, false
	}
	a, b := int64(x), int64(y)
	if a < 0 || b <= 0 || lua.LNumber(a) != x || lua.LNumber(b) != y {
		return 0, false
	}
	return lua.LNumber(a % b), true
}

// length is #v.
func length(v lua.LValue) (lua.LNumber, bool) {
	switch v := v.(type) {
	case lua.LString:
		return lua.LNumber(len(v)), true
	case *lua.LTable:
		if lacks(v, "__len") {
			return lua.LNumber(mirrorOf(v).length()), true
		}
	}
	return 0, false
}

// item is t[key].
func item(v, key lua.LValue) (lua.LValue, bool) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, false
	}
	if k, ok := key.(lua.LNumber); ok {
		switch i := int(k) - 1; {
		case inside(t, i) && lua.LNumber(i+1) == k:
			v = (*ArrayOf(t))[i]
		case mirrorOf(t).dict == nil:
			v = lua.LNil
		default:
			v = t.RawGet(key)
		}
	} else {
		v = t.RawGet(key)
	}
	return v, !isNil(v) || lacks(t, "__index")
}

// fieldOf is t.key.
func fieldOf(v, key lua.LValue) (lua.LValue, bool) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, false
	}
	name, _ := key.(lua.LString)
	if v, ok = stringsOf(t)[string(name)]; ok {
		return v, true
	}
	return lua.LNil, lacks(t, "__index")
}

// inside tells whether the array part of a table has an index, from 0.
func inside(t *lua.LTable, i int) bool { return uint(i) < uint(len(*ArrayOf(t))) }

// setItem does t[key] = value.
func setItem(v, key, value lua.LValue) bool {
	k, ok := key.(lua.LNumber)
	if !ok {
		return setField(v, key, value)
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		return false
	}
	if i := int(k) - 1; lua.LNumber(i+1) == k && inside(t, i) && (isNil(t.Metatable) || !isNil((*ArrayOf(t))[i])) {
		(*ArrayOf(t))[i] = value
		return true
	}
	return setNew(t, key, value)
}

// setField does t.key = value.
func setField(v, key, value lua.LValue) bool {
	t, ok := v.(*lua.LTable)
	if !ok {
		return false
	}
	if name, ok := key.(lua.LString); ok && !isNil(value) {
		if fields := stringsOf(t); has(fields, string(name)) {
			note(string(name))
			fields[string(name)] = value
			return true
		}
	}
	return setNew(t, key, value)
}

// setNew sets what the table may not have yet.
func setNew(t *lua.LTable, key, value lua.LValue) bool {
	if !isKey(key) || !lacks(t, "__newindex") {
		return false
	}
	rawset(t, key, value)
	return true
}

func has(fields map[string]lua.LValue, name string) bool {
	_, ok := fields[name]
	return ok
}

// forLoop makes a step of "for i = 1, n": R is the value, the limit, the step, and the
// variable. goes: the loop has not come to its end.
func (reg *registry) forLoop(R []lua.LValue) (goes, ok bool) {
	i, ok1 := R[0].(lua.LNumber)
	limit, ok2 := R[1].(lua.LNumber)
	step, ok3 := R[2].(lua.LNumber)
	if !ok1 || !ok2 || !ok3 {
		return false, false
	}
	i += step
	if step > 0 && i <= limit || step <= 0 && i >= limit {
		v := reg.number(i)
		R[0], R[3] = v, v
		return true, true
	}
	return false, true
}

// forNext makes a step of "for i, v in ipairs(t)" and "for k, v in pairs(t)": R is the
// function, the table, where it is, and room for two values.
func forNext(R []lua.LValue, values int) bool {
	fn, ok := R[0].(*lua.LFunction)
	if !ok || !fn.IsG || values > 2 {
		return false
	}
	t, ok := R[1].(*lua.LTable)
	if !ok {
		return false
	}
	switch codeOf(fn.GFunction) {
	case ipairsCode:
		k, ok := R[2].(lua.LNumber)
		if !ok {
			return false
		}
		v := lua.LValue(lua.LNil)
		i := int(k)
		if inside(t, i) {
			v = (*ArrayOf(t))[i]
		}
		R[3], R[4] = lua.LNil, v
		if !isNil(v) {
			R[3] = Integer(int64(i + 1))
		}
	case nextCode:
		if R[3], R[4], ok = mirrorOf(t).next(R[2]); !ok {
			return false
		}
	default:
		return false
	}
	return true
}

// numbers hold the small integers: descriptors, counts, errnos. The Lua value of one of
// them points here; that of another number costs an allocation. Each is written when it
// is first wanted, before anybody has a value that points to it, so that those that never
// are cost no memory. Two threads may write one at a time: the same bits.
var numbers [1 << 16]uint64

// Integer makes the Lua value of an integer.
func Integer(n int64) lua.LValue {
	if n < 0 || n >= int64(len(numbers)) {
		return lua.LNumber(n)
	}
	p := &numbers[n]
	if bits := math.Float64bits(float64(n)); atomic.LoadUint64(p) != bits {
		atomic.StoreUint64(p, bits)
	}
	v := lua.LValue(lua.LNumber(0)) // whose type is part of the code
	(*boxed)(unsafe.Pointer(&v)).value = unsafe.Pointer(p)
	return v
}

// boxed is what an interface is made of.
type boxed struct{ kind, value unsafe.Pointer }

// Copied makes the Lua value of a string of which the bytes are somebody else's. A small one
// lies behind its own header in one piece of memory, which takes one allocation, and one of
// bytes: the collector need not look for pointers there, since the only one, the header's,
// points into the piece itself, which is alive as long as anybody has the header or the bytes.
func Copied(s string) lua.LValue {
	switch n := len(s); {
	case n == 0:
		return lua.LString("")
	case n > largestPacked:
		return lua.LString(strings.Clone(s))
	}
	piece := make([]byte, sizeofHeader+len(s))
	copy(piece[sizeofHeader:], s)
	// As numbers: the collector is not to hear of a pointer that is written where it knows none.
	header := (*stringHeader)(unsafe.Pointer(unsafe.SliceData(piece)))
	header.data = uintptr(unsafe.Pointer(header)) + uintptr(sizeofHeader)
	header.len = len(s)
	v := lua.LValue(lua.LString("")) // whose type is part of the code
	(*boxed)(unsafe.Pointer(&v)).value = unsafe.Pointer(header)
	return v
}

// stringHeader is what a string is made of.
type stringHeader struct {
	data uintptr
	len  int
}

const (
	sizeofHeader = int(unsafe.Sizeof(stringHeader{}))

	// largestPacked: above it the classes of sizes of Go's memory are far apart, and room for
	// the header may cost more than an allocation of its own (runtime/sizeclasses.go).
	largestPacked = 1024 - sizeofHeader
)

// number makes the Lua value of a number; those that are no small integers take their
// memory many at a time.
func (reg *registry) number(x lua.LNumber) lua.LValue {
	if n := int64(x); uint64(n) < uint64(len(numbers)) && lua.LNumber(n) == x {
		return Integer(n)
	}
	return newNumber(reg.alloc, x)
}

//go:linkname newNumber github.com/yuin/gopher-lua.(*allocator).LNumber2I
func newNumber(alloc unsafe.Pointer, x lua.LNumber) lua.LValue

// The functions that ipairs and pairs answer.
var ipairsCode, nextCode unsafe.Pointer

var findIterators sync.Once

func (l *library) openIterators(L *lua.LState) {
	findIterators.Do(func() {
		ipairs := L.GetGlobal("ipairs").(*lua.LFunction)
		ipairsCode = codeOf(ipairs.Upvalues[0].Value().(*lua.LFunction).GFunction)
		nextCode = codeOf(next)
	})
}

// codeOf tells Go functions apart that are no closures.
func codeOf(fn lua.LGFunction) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&fn)) }
