package lualib

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (l *library) openString(L *lua.LState) {
	s := Module(L, "string")
	set(L, s, map[string]lua.LGFunction{
		"byte":     stringByte,
		"char":     stringChar,
		"find":     l.find,
		"format":   l.format,
		"gmatch":   l.gmatch,
		"gsub":     l.gsub,
		"len":      stringLen,
		"lower":    l.mapped("lower", 'A', 'Z'),
		"match":    l.match,
		"pack":     l.pack,
		"packsize": packsize,
		"rep":      l.rep,
		"reverse":  l.reverse,
		"sub":      stringSub,
		"unpack":   l.unpack,
		"upper":    l.mapped("upper", 'a', 'z'),
	})
	s.RawSetString("gfind", s.RawGetString("gmatch")) // 5.1's manual 7.2: the old name
}

func stringLen(L *lua.LState) int {
	L.Push(number(len(args(L, "len").Str(1))))
	return 1
}

func stringSub(L *lua.LState) int {
	a := args(L, "sub")
	s := a.Str(1)
	i := max(fromEnd(a.integer(2), len(s)), 1)
	j := min(fromEnd(a.optInteger(3, -1), len(s)), len(s))
	if i > j {
		L.Push(lua.LString(""))
	} else {
		L.Push(lua.LString(s[i-1 : j]))
	}
	return 1
}

func stringByte(L *lua.LState) int {
	a := args(L, "byte")
	s := a.Str(1)
	first := fromEnd(a.optInteger(2, 1), len(s))
	i, j := max(first, 1), min(fromEnd(a.optInteger(3, first), len(s)), len(s))
	if i > j {
		return 0
	}
	n := j - i + 1
	top := spread(L, n, "string slice too long")
	for k := range n {
		L.Replace(top+k+1, small[s[i-1+k]])
	}
	return n
}

func stringChar(L *lua.LState) int {
	a := args(L, "char")
	b := make([]byte, L.GetTop())
	for i := range b {
		c := a.integer(i + 1)
		if c != int(byte(c)) {
			a.Fail(i+1, "invalid value")
		}
		b[i] = byte(c)
	}
	L.Push(lua.LString(b))
	return 1
}

// rep fills its answer piece by piece, so that an interrupt ends it.
func (l *library) rep(L *lua.LState) int {
	a := args(L, "rep")
	s, n := a.Str(1), a.integer(2)
	if n <= 0 || s == "" {
		L.Push(lua.LString(""))
		return 1
	}
	if n > math.MaxInt32*int(1<<10)/len(s) {
		L.RaiseError("not enough memory")
	}
	size := n * len(s)
	l.reserve(L, size)
	var b strings.Builder
	b.Grow(size)
	piece := strings.Repeat(s, min(n, max(1, 1<<16/len(s))))
	for b.Len() < size {
		check(L)
		b.WriteString(piece[:min(len(piece), size-b.Len())])
	}
	L.Push(lua.LString(b.String()))
	return 1
}

func (l *library) reverse(L *lua.LState) int {
	s := args(L, "reverse").Str(1)
	l.reserve(L, len(s))
	var b strings.Builder
	b.Grow(len(s))
	var p pace
	for i := len(s) - 1; i >= 0; i-- {
		p.step(L)
		b.WriteByte(s[i])
	}
	L.Push(lua.LString(b.String()))
	return 1
}

// mapped makes upper or lower: ASCII letters from first to last change their
// case, other bytes stay. gopher-lua takes them for UTF-8 and spoils them.
func (l *library) mapped(name string, first, last byte) lua.LGFunction {
	return func(L *lua.LState) int {
		s := args(L, name).Str(1)
		l.reserve(L, len(s))
		var b strings.Builder
		b.Grow(len(s))
		var p pace
		for i := range len(s) {
			p.step(L)
			c := s[i]
			if c-first <= last-first {
				c ^= 0x20
			}
			b.WriteByte(c)
		}
		L.Push(lua.LString(b.String()))
		return 1
	}
}
