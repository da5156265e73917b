package stdio

import (
	"io"
	"math"
	"strconv"
	"strings"
)

// numeral reads a number as glibc's fscanf("%lf") does (vfscanf-internal.c), which is
// Lua 5.1's "*n": it takes bytes as long as they may belong to a number, and what it
// took is gone even if that was none.
type numeral struct {
	s    *Stream
	n    int    // bytes looked at
	text []byte // of them, those of the number
	err  error
}

// ReadNumber reads a number, past white space. io.EOF: what stands there is none.
func (s *Stream) ReadNumber() (float64, error) {
	x := numeral{s: s}
	x.space()
	value, ok := x.number()
	if x.err != nil {
		return 0, x.err
	}
	s.at += x.n
	if !ok {
		return 0, io.EOF
	}
	return value, nil
}

// next answers the next byte in small letters, 0 at the end of the file or after an
// error. A NUL in the file ends a number as well.
func (x *numeral) next() byte {
	if x.err != nil {
		return 0
	}
	c, ok, err := x.s.peek(x.n)
	x.err = err
	if !ok {
		return 0
	}
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func (x *numeral) keep(c byte) {
	x.text = append(x.text, c)
	x.n++
}

func (x *numeral) space() {
	for c := x.next(); c == ' ' || '\t' <= c && c <= '\r'; c = x.next() {
		x.n++
	}
}

func (x *numeral) number() (float64, bool) {
	negative := x.next() == '-'
	if negative || x.next() == '+' {
		x.n++
	}
	value, ok := x.unsigned()
	if negative {
		value = -value
	}
	return value, ok
}

func (x *numeral) unsigned() (float64, bool) {
	switch x.next() {
	case 'n':
		return math.NaN(), x.word("nan")
	case 'i':
		ok := x.word("inf")
		if ok && x.next() == 'i' {
			ok = x.word("inity")
		}
		return math.Inf(1), ok
	}
	hex := x.prefix()
	x.digits(hex)
	return x.value(hex)
}

// word takes the letters of a word; the first wrong one is taken, too.
func (x *numeral) word(word string) bool {
	for i := range len(word) {
		c := x.next()
		if c != 0 {
			x.n++
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// prefix takes 0x.
func (x *numeral) prefix() bool {
	if x.next() != '0' {
		return false
	}
	x.keep('0')
	if x.next() != 'x' {
		return false
	}
	x.keep('x')
	return true
}

// digits takes digits, one point, and one exponent with its sign.
func (x *numeral) digits(hex bool) {
	exponent := byte('e')
	if hex {
		exponent = 'p'
	}
	digit, dot, exp := len(x.text) == 1, false, false
	for {
		c := x.next()
		switch {
		case '0' <= c && c <= '9', hex && !exp && 'a' <= c && c <= 'f':
			digit = true
		case exp && (c == '+' || c == '-') && x.text[len(x.text)-1] == exponent:
		case digit && !exp && c == exponent:
			exp, dot = true, true
		case c == '.' && !dot:
			dot = true
		default:
			return
		}
		x.keep(c)
	}
}

// value converts what was taken; an exponent without digits is passed over, as by
// strtod(3).
func (x *numeral) value(hex bool) (float64, bool) {
	text := strings.TrimRight(string(x.text), "+-")
	if hex {
		text = strings.TrimSuffix(text, "p")
		if !strings.Contains(text, "p") {
			text += "p0" // Go wants the exponent that C leaves out
		}
	} else {
		text = strings.TrimSuffix(text, "e")
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil || math.IsInf(value, 0)
}
