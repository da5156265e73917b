package lualib

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// The instruction "..". gopher-lua's writes numbers in Go's way, 1.5e+09, and takes memory
// without asking whether there is any. Ours is put in its place in the table of the
// instructions.
func init() {
	gopherConcat = replace(lua.OP_CONCAT, concat)
}

// gopherConcat knows metamethods, and what to raise.
var gopherConcat instruction

// concat sets R(A) to R(B) .. ... .. R(C) where all are strings and numbers.
func concat(L *lua.LState, inst uint32, base *frame) int {
	reg, local := stateOf(L).reg, currentFrame(L).LocalBase
	to, first, last := local+int(inst>>18)&0xff, local+int(inst&0x1ff), local+int(inst>>9)&0x1ff
	values := reg.array[first : last+1]
	size, ok := joinedSize(values)
	if !ok {
		return gopherConcat(L, inst, base)
	}
	reserve(L, size)
	reg.array[to] = join(values, size)
	reg.top = max(reg.top, to+1)
	return 0
}

// joinedSize is how many bytes strings and numbers take at most; false if there is
// something else.
func joinedSize(values []lua.LValue) (size int, ok bool) {
	for _, v := range values {
		switch v := v.(type) {
		case lua.LString:
			size += len(v)
		case lua.LNumber:
			size += longestNumber
		default:
			return 0, false
		}
	}
	return size, true
}

func join(values []lua.LValue, size int) lua.LString {
	var small [128]byte
	b := small[:0]
	if size > len(small) {
		b = make([]byte, 0, size)
	}
	for _, v := range values {
		switch v := v.(type) {
		case lua.LString:
			b = append(b, v...)
		case lua.LNumber:
			b = appendNumber(b, v)
		}
	}
	if size > len(small) {
		return lua.LString(unsafe.String(unsafe.SliceData(b), len(b)))
	}
	return lua.LString(b)
}

// libraryKey is where a state's registry has its library, for what is called without it.
const libraryKey = "lualib"

func reserve(L *lua.LState, bytes int) {
	if bytes > worthAsking {
		L.G.Registry.RawGetString(libraryKey).(*lua.LUserData).Value.(*library).reserve(L, bytes)
	}
}
