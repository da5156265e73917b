package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This is the algorithm of lstrlib.c (Lua 5.1), over the bytes of Go strings.
// gopher-lua's own can't be interrupted and finds all matches before it uses
// the first.

const (
	maxCaptures = 32  // LUA_MAXCAPTURES
	maxDepth    = 200 // MAXCCALLS of Lua 5.2's lstrlib.c; it grows with the pattern, not with the subject

	unfinished = -1 // CAP_UNFINISHED
	position   = -2 // CAP_POSITION
)

type capture struct{ start, size int }

type matcher struct {
	L        *lua.LState
	src, pat string
	level    int // captures begun
	depth    int
	pace     pace
	capture  [maxCaptures]capture
}

func (m *matcher) fail(message string) { m.L.RaiseError("%s", message) }

// match answers where the match of the pattern from p on ends that begins at
// s, or -1. It recurs where lstrlib.c does.
func (m *matcher) match(s, p int) int {
	if m.depth++; m.depth > maxDepth {
		m.fail("pattern too complex")
	}
	end := m.run(s, p)
	m.depth--
	return end
}

func (m *matcher) run(s, p int) int {
	for p < len(m.pat) {
		m.pace.step(m.L)
		switch m.pat[p] {
		case '(':
			return m.open(s, p+1)
		case ')':
			return m.closing(s, p+1)
		case '$':
			if p+1 == len(m.pat) {
				if s == len(m.src) {
					return s
				}
				return -1
			}
		case '%':
			if next, end, ok := m.special(s, p+1); ok {
				if end < 0 {
					return -1
				}
				s, p = end, next
				continue
			}
		}
		var end int
		if s, p, end = m.item(s, p); p < 0 {
			return end
		}
	}
	return s
}

// item matches one character class and what repeats it. It answers where to go
// on, or p < 0 and the match's end.
func (m *matcher) item(s, p int) (nextS, nextP, end int) {
	ep := m.classEnd(p)
	var repeat byte
	if ep < len(m.pat) {
		repeat = m.pat[ep]
	}
	switch repeat {
	case '?':
		if m.single(s, p, ep) {
			if end := m.match(s+1, ep+1); end >= 0 {
				return 0, -1, end
			}
		}
		return s, ep + 1, 0
	case '*':
		return 0, -1, m.longest(s, p, ep)
	case '+':
		if !m.single(s, p, ep) {
			return 0, -1, -1
		}
		return 0, -1, m.longest(s+1, p, ep)
	case '-':
		return 0, -1, m.shortest(s, p, ep)
	}
	if !m.single(s, p, ep) {
		return 0, -1, -1
	}
	return s + 1, ep, 0
}

// longest is max_expand: as many as match, then one less at a time.
func (m *matcher) longest(s, p, ep int) int {
	n := 0
	for m.single(s+n, p, ep) {
		m.pace.step(m.L)
		n++
	}
	for ; n >= 0; n-- {
		if end := m.match(s+n, ep+1); end >= 0 {
			return end
		}
	}
	return -1
}

// shortest is min_expand.
func (m *matcher) shortest(s, p, ep int) int {
	for {
		if end := m.match(s, ep+1); end >= 0 {
			return end
		}
		if !m.single(s, p, ep) {
			return -1
		}
		s++
	}
}

// special matches %b, %f and %1 to %9 (p is behind the percent sign); ok is
// false for a class or an escaped character.
func (m *matcher) special(s, p int) (next, end int, ok bool) {
	if p >= len(m.pat) {
		return 0, 0, false // classEnd tells what is wrong
	}
	switch c := m.pat[p]; {
	case c == 'b':
		return p + 3, m.balance(s, p+1), true
	case c == 'f':
		if p+1 >= len(m.pat) || m.pat[p+1] != '[' {
			m.fail("missing '[' after '%f' in pattern")
		}
		ep := m.classEnd(p + 1)
		return ep, m.frontier(s, p+1, ep), true
	case isDigit(c):
		return p + 1, m.again(s, c), true
	}
	return 0, 0, false
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// balance is matchbalance: %bxy.
func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pat) {
		m.fail("unbalanced pattern")
	}
	begin, end := m.pat[p], m.pat[p+1]
	if s >= len(m.src) || m.src[s] != begin {
		return -1
	}
	for i, depth := s+1, 1; i < len(m.src); i++ {
		m.pace.step(m.L)
		switch m.src[i] {
		case end:
			if depth--; depth == 0 {
				return i + 1
			}
		case begin:
			depth++
		}
	}
	return -1
}

// frontier is %f[set]: the place between a byte outside the set and one in
// it, where the subject's ends count as NUL.
func (m *matcher) frontier(s, p, ep int) int {
	var before, after byte
	if s > 0 {
		before = m.src[s-1]
	}
	if s < len(m.src) {
		after = m.src[s]
	}
	if m.inSet(before, p, ep-1) || !m.inSet(after, p, ep-1) {
		return -1
	}
	return s
}

// again matches what a capture has matched.
func (m *matcher) again(s int, digit byte) int {
	i := int(digit) - '1'
	if i < 0 || i >= m.level || m.capture[i].size == unfinished {
		m.fail("invalid capture index")
	}
	c := m.capture[i]
	if c.size == position || !strings.HasPrefix(m.src[s:], m.src[c.start:c.start+c.size]) {
		return -1
	}
	return s + c.size
}

func (m *matcher) open(s, p int) int {
	size := unfinished
	if p < len(m.pat) && m.pat[p] == ')' {
		size = position
		p++
	}
	if m.level >= maxCaptures {
		m.fail("too many captures")
	}
	m.capture[m.level] = capture{s, size}
	m.level++
	end := m.match(s, p)
	if end < 0 {
		m.level--
	}
	return end
}

func (m *matcher) closing(s, p int) int {
	i := m.level - 1
	for i >= 0 && m.capture[i].size != unfinished {
		i--
	}
	if i < 0 {
		m.fail("invalid pattern capture")
	}
	m.capture[i].size = s - m.capture[i].start
	end := m.match(s, p)
	if end < 0 {
		m.capture[i].size = unfinished
	}
	return end
}

// get is push_onecapture: the whole match stands for a first capture that the
// pattern lacks.
func (m *matcher) get(i, s, e int) lua.LValue {
	if i >= m.level {
		if i != 0 {
			m.fail("invalid capture index")
		}
		return lua.LString(m.src[s:e])
	}
	c := m.capture[i]
	switch c.size {
	case unfinished:
		m.fail("unfinished capture")
	case position:
		return number(c.start + 1)
	}
	return lua.LString(m.src[c.start : c.start+c.size])
}

// push is push_captures; a find without captures has nothing to add.
func (m *matcher) push(s, e int, whole bool) int {
	n := m.level
	if n == 0 && whole {
		n = 1
	}
	for i := range n {
		m.L.Push(m.get(i, s, e))
	}
	return n
}

// from answers the first match at or after s of the pattern from p on.
func (m *matcher) from(s, p int, anchored bool) (start, end int) {
	for ; s <= len(m.src); s++ {
		m.level = 0
		if end := m.match(s, p); end >= 0 {
			return s, end
		}
		if anchored {
			break
		}
	}
	return 0, -1
}
