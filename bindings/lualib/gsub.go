package lualib

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// gsub builds its answer in one pass; gopher-lua's copies the whole string for
// each match.
func (l *library) gsub(L *lua.LState) int {
	a := args(L, "gsub")
	g := gsub{Arguments: a, l: l, m: matcher{L: L, src: a.Str(1), pat: a.Str(2)}, by: L.Get(3)}
	switch v := g.by.(type) {
	case lua.LString:
		g.text = string(v)
	case lua.LNumber:
		g.text = NumberText(v)
	case *lua.LTable, *lua.LFunction:
	default:
		a.Fail(3, "string/function/table expected")
	}
	limit := a.optInteger(4, math.MaxInt)
	n := g.replace(limit)
	L.Push(lua.LString(g.out.String()))
	L.Push(number(n))
	return 2
}

type gsub struct {
	Arguments
	l    *library
	m    matcher
	by   lua.LValue // a table, a function or
	text string     // a string
	out  strings.Builder
}

func (g *gsub) replace(limit int) (n int) {
	m, p := &g.m, 0
	anchored := strings.HasPrefix(m.pat, "^")
	if anchored {
		p = 1
	}
	s := 0
	for n < limit {
		m.level = 0
		e := m.match(s, p)
		if e >= 0 {
			n++
			g.add(s, e)
		}
		switch {
		case e > s:
			s = e
		case s < len(m.src):
			g.write(m.src[s : s+1])
			s++
		default:
			return n
		}
		if anchored {
			break
		}
	}
	g.write(m.src[s:])
	return n
}

// write asks for room before the answer's memory is doubled.
func (g *gsub) write(s string) {
	if need := g.out.Len() + len(s); need > g.out.Cap() {
		g.l.reserve(g.L, 2*need)
	}
	g.out.WriteString(s)
}

// add is add_value: the replacement of the match from s to e.
func (g *gsub) add(s, e int) {
	var v lua.LValue
	switch by := g.by.(type) {
	case *lua.LTable:
		v = g.L.GetTable(by, g.m.get(0, s, e))
	case *lua.LFunction:
		v = g.call(by, s, e)
	default:
		g.expand(s, e)
		return
	}
	switch r := v.(type) {
	case lua.LString:
		g.write(string(r))
	case lua.LNumber:
		g.write(NumberText(r))
	default:
		if lua.LVAsBool(v) {
			g.L.RaiseError("invalid replacement value (a %s)", v.Type())
		}
		g.write(g.m.src[s:e])
	}
}

func (g *gsub) call(fn *lua.LFunction, s, e int) lua.LValue {
	g.L.Push(fn)
	n := g.m.push(s, e, true)
	g.L.Call(n, 1)
	v := g.L.Get(-1)
	g.L.Pop(1)
	return v
}

// expand is add_s: %1 stands for a capture, %0 for the match, and any other
// character behind a percent sign for itself.
func (g *gsub) expand(s, e int) {
	text := g.text
	for {
		i := strings.IndexByte(text, '%')
		if i < 0 {
			g.write(text)
			return
		}
		g.write(text[:i])
		if i+1 == len(text) {
			g.write("\x00") // what C finds behind the string's end
			return
		}
		switch c := text[i+1]; {
		case c == '0':
			g.write(g.m.src[s:e])
		case isDigit(c):
			g.write(toString(g.L, g.m.get(int(c-'1'), s, e)))
		default:
			g.write(text[i+1 : i+2])
		}
		text = text[i+2:]
	}
}
