package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (l *library) find(L *lua.LState) int  { return search(L, "find") }
func (l *library) match(L *lua.LState) int { return search(L, "match") }

// search is str_find_aux: what find and match have in common.
func search(L *lua.LState, name string) int {
	a := args(L, name)
	src, pat := a.Str(1), a.Str(2)
	init := fromEnd(a.optInteger(3, 1), len(src)) - 1
	init = min(max(init, 0), len(src)) // 5.1 does not fail beyond the end
	if name == "find" && (lua.LVAsBool(L.Get(4)) || !strings.ContainsAny(pat, "^$*+?.([%-")) {
		return findPlain(L, src, pat, init)
	}
	p := 0
	anchored := strings.HasPrefix(pat, "^")
	if anchored {
		p = 1
	}
	m := matcher{L: L, src: src, pat: pat}
	s, e := m.from(init, p, anchored)
	if e < 0 {
		L.Push(lua.LNil)
		return 1
	}
	if name == "match" {
		return m.push(s, e, true)
	}
	L.Push(number(s + 1))
	L.Push(number(e))
	return 2 + m.push(s, e, false)
}

func findPlain(L *lua.LState, src, pat string, init int) int {
	i := strings.Index(src[init:], pat)
	if i < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(number(init + i + 1))
	L.Push(number(init + i + len(pat)))
	return 2
}

// fromEnd is posrelat: a negative position counts from the string's end.
func fromEnd(pos, size int) int {
	if pos < 0 {
		return max(pos+size+1, 0)
	}
	return pos
}

// gmatch makes an iterator that finds the matches as they are asked for. A ^
// is no anchor here (5.1's gmatch_aux).
func (l *library) gmatch(L *lua.LState) int {
	a := args(L, "gmatch")
	src, pat := a.Str(1), a.Str(2)
	next := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		m := matcher{L: L, src: src, pat: pat}
		s, e := m.from(next, 0, false)
		if e < 0 {
			next = len(src) + 1
			L.Push(lua.LNil)
			return 1
		}
		next = e
		if e == s {
			next++ // or an empty match would be found again
		}
		return m.push(s, e, true)
	}))
	return 1
}
