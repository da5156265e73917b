package lualib

// Character classes, as C's ctype.h has them in the C locale.

const (
	alpha = 1 << iota
	cntrl
	digit
	lower
	punct
	space
	upper
	xdigit
)

var ctype = func() (t [256]uint8) {
	for c := range 128 {
		t[c] = ctypeOf(byte(c))
	}
	return t
}()

func ctypeOf(c byte) (k uint8) {
	switch {
	case c < ' ' || c == 0x7f:
		k = cntrl
	case c-'0' <= 9:
		k = digit | xdigit
	case c-'a' <= 'z'-'a':
		k = alpha | lower
	case c-'A' <= 'Z'-'A':
		k = alpha | upper
	case c != ' ':
		k = punct
	}
	if isSpace(c) {
		k |= space
	}
	if (c|0x20)-'a' <= 'f'-'a' {
		k |= xdigit
	}
	return k
}

var classOf = [256]uint8{
	'a': alpha, 'c': cntrl, 'd': digit, 'l': lower, 'p': punct,
	's': space, 'u': upper, 'w': alpha | digit, 'x': xdigit,
}

// inClass is match_class: c against what follows a percent sign.
func inClass(c, class byte) bool {
	letter := class | 0x20
	if letter == 'z' {
		return (c == 0) == (class == 'z')
	}
	set := classOf[letter]
	if set == 0 || ctype[class]&alpha == 0 {
		return c == class
	}
	return (ctype[c]&set != 0) == (class == letter)
}

// classEnd answers where the class that begins at p ends.
func (m *matcher) classEnd(p int) int {
	c := m.pat[p]
	p++
	switch c {
	case '%':
		if p == len(m.pat) {
			m.fail("malformed pattern (ends with '%')")
		}
		return p + 1
	case '[':
		return m.setEnd(p)
	}
	return p
}

// setEnd: a ] that comes first belongs to the set.
func (m *matcher) setEnd(p int) int {
	if p < len(m.pat) && m.pat[p] == '^' {
		p++
	}
	for first := true; ; first = false {
		switch {
		case p >= len(m.pat):
			m.fail("malformed pattern (missing ']')")
		case m.pat[p] == ']' && !first:
			return p + 1
		case m.pat[p] == '%' && p+1 < len(m.pat):
			p++
		}
		p++
	}
}

// single is singlematch: the byte at s against the class from p to ep.
func (m *matcher) single(s, p, ep int) bool {
	if s >= len(m.src) {
		return false
	}
	c := m.src[s]
	switch m.pat[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pat[p+1])
	case '[':
		return m.inSet(c, p, ep-1)
	}
	return m.pat[p] == c
}

// inSet is matchbracketclass: from the opening bracket at p to the closing
// one at end.
func (m *matcher) inSet(c byte, p, end int) bool {
	in := true
	if m.pat[p+1] == '^' {
		in = false
		p++
	}
	for p++; p < end; p++ {
		switch {
		case m.pat[p] == '%':
			p++
			if inClass(c, m.pat[p]) {
				return in
			}
		case p+2 < end && m.pat[p+1] == '-':
			if m.pat[p] <= c && c <= m.pat[p+2] {
				return in
			}
			p += 2
		case m.pat[p] == c:
			return in
		}
	}
	return !in
}
