package lualib

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openBit adds bit under the names of LuaJIT's BitOp, and bit32 as the same
// table. All results are unsigned, so that flags and addresses compare equal
// to the constants; BitOp's are signed.
func (l *library) openBit(L *lua.LState) {
	b := Module(L, "bit")
	set(L, b, map[string]lua.LGFunction{
		"band":    folded("band", func(x, y uint32) uint32 { return x & y }),
		"bor":     folded("bor", func(x, y uint32) uint32 { return x | y }),
		"bxor":    folded("bxor", func(x, y uint32) uint32 { return x ^ y }),
		"bnot":    unary("bnot", func(x uint32) uint32 { return ^x }),
		"bswap":   unary("bswap", bits.ReverseBytes32),
		"tobit":   unary("tobit", func(x uint32) uint32 { return x }),
		"lshift":  shift("lshift", func(x uint32, n int) uint32 { return x << n }),
		"rshift":  shift("rshift", func(x uint32, n int) uint32 { return x >> n }),
		"arshift": shift("arshift", func(x uint32, n int) uint32 { return uint32(int32(x) >> n) }),
		"rol":     shift("rol", bits.RotateLeft32),
		"ror":     shift("ror", func(x uint32, n int) uint32 { return bits.RotateLeft32(x, -n) }),
		"tohex":   tohex,
	})
	L.SetGlobal("bit32", b)
}

// word takes any integer, modulo 2^32.
func (a Arguments) word(n int) uint32 {
	f := a.exact(n)
	if math.Abs(f) >= 1<<63 {
		f = math.Mod(f, 1<<32)
	}
	return uint32(int64(f))
}

func pushWord(L *lua.LState, x uint32) int {
	L.Push(number(int(x)))
	return 1
}

func folded(name string, op func(x, y uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		a := args(L, name)
		x := a.word(1)
		for i := 2; i <= L.GetTop(); i++ {
			x = op(x, a.word(i))
		}
		return pushWord(L, x)
	}
}

func unary(name string, op func(uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int { return pushWord(L, op(args(L, name).word(1))) }
}

// shift uses the low five bits of its count, as BitOp.
func shift(name string, op func(x uint32, n int) uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		a := args(L, name)
		return pushWord(L, op(a.word(1), int(a.word(2)&31)))
	}
}

// tohex answers so many of the low digits, eight unless told; a negative
// number asks for capitals.
func tohex(L *lua.LState) int {
	a := args(L, "tohex")
	x, digits := a.word(1), 8
	if !a.Absent(2) {
		digits = clampInt(a.exact(2))
	}
	n := min(max(digits, -digits), 8)
	s := strconv.FormatUint(uint64(x), 16)
	s = strings.Repeat("0", 8-len(s)) + s
	s = s[8-n:]
	if digits < 0 {
		s = strings.ToUpper(s)
	}
	L.Push(lua.LString(s))
	return 1
}
