package lualib

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// unpack answers the values that a string holds, and the position behind
// them.
func (l *library) unpack(L *lua.LState) int {
	a := args(L, "unpack")
	u := unpacker{packFormat: newPackFormat(a), data: a.Str(2)}
	u.pos = fromEnd(a.optInteger(3, 1), len(u.data)) - 1
	if u.pos < 0 || u.pos > len(u.data) {
		a.Fail(3, "initial position out of string")
	}
	n := 1
	for u.at < len(u.fmt) {
		if u.read(u.next(u.pos)) {
			n++
		}
		if n%1024 == 0 {
			check(L)
		}
		if freeRegistry(L) < minStack {
			L.RaiseError("too many results")
		}
	}
	L.Push(number(u.pos + 1))
	return n
}

type unpacker struct {
	packFormat
	data string
	pos  int
}

// read reads one field and says whether it has pushed a value.
func (u *unpacker) read(f field) bool {
	if f.fill+f.size > len(u.data)-u.pos {
		u.Fail(2, "data string too short")
	}
	u.pos += f.fill
	s := u.data[u.pos : u.pos+f.size]
	u.pos += f.size
	switch f.kind {
	case packSigned, packUnsigned:
		u.L.Push(u.integer(s, f.kind == packSigned))
	case packFloat:
		u.L.Push(lua.LNumber(math.Float32frombits(uint32(u.word(s)))))
	case packDouble:
		u.L.Push(lua.LNumber(math.Float64frombits(u.word(s))))
	case packChars:
		u.L.Push(lua.LString(s))
	case packString:
		u.L.Push(u.counted(s))
	case packZero:
		u.L.Push(u.terminated())
	default:
		return false
	}
	return true
}

// word reads at most eight bytes.
func (u *unpacker) word(s string) (v uint64) {
	if u.little {
		for i := len(s) - 1; i >= 0; i-- {
			v = v<<8 | uint64(s[i])
		}
		return v
	}
	for i := range len(s) {
		v = v<<8 | uint64(s[i])
	}
	return v
}

func (u *unpacker) integer(s string, signed bool) lua.LValue {
	size := len(s)
	if size > 8 {
		s = u.narrow(s, signed)
	}
	v := u.word(s)
	if !signed {
		return unsignedValue(v)
	}
	if size < 8 {
		shift := 64 - 8*uint(size)
		return signedValue(int64(v<<shift) >> shift)
	}
	return signedValue(int64(v))
}

// narrow answers the low eight bytes of a longer integer, whose other bytes
// must be its sign.
func (u *unpacker) narrow(s string, signed bool) string {
	low, high := s[:8], s[8:]
	if !u.little {
		low, high = s[len(s)-8:], s[:len(s)-8]
	}
	sign := byte(0)
	if signed && u.word(low)>>63 != 0 {
		sign = 0xff
	}
	for i := range len(high) {
		if high[i] != sign {
			u.L.RaiseError("%d-byte integer does not fit into 64 bits", len(s))
		}
	}
	return low
}

// unsignedValue is a number, or a string of digits where a number would lose
// bits.
func unsignedValue(v uint64) lua.LValue {
	if v < uint64(len(small)) {
		return small[v]
	}
	if bits.Len64(v)-bits.TrailingZeros64(v) <= 53 {
		return lua.LNumber(v)
	}
	return lua.LString(strconv.FormatUint(v, 10))
}

func signedValue(v int64) lua.LValue {
	if v >= 0 {
		return unsignedValue(uint64(v))
	}
	magnitude := uint64(-v)
	if bits.Len64(magnitude)-bits.TrailingZeros64(magnitude) <= 53 {
		return lua.LNumber(v)
	}
	return lua.LString(strconv.FormatInt(v, 10))
}

func (u *unpacker) counted(length string) lua.LValue {
	if len(length) > 8 {
		length = u.narrow(length, false)
	}
	n := u.word(length)
	if n > uint64(len(u.data)-u.pos) {
		u.Fail(2, "data string too short")
	}
	s := u.data[u.pos : u.pos+int(n)]
	u.pos += int(n)
	return lua.LString(s)
}

func (u *unpacker) terminated() lua.LValue {
	n := strings.IndexByte(u.data[u.pos:], 0)
	if n < 0 {
		u.Fail(2, "unfinished string for format 'z'")
	}
	s := u.data[u.pos : u.pos+n]
	u.pos += n + 1
	return lua.LString(s)
}
