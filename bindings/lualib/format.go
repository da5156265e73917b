package lualib

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// spec is one directive of string.format: %[flags][width][.precision]verb.
type spec struct {
	minus, plus, space, sharp, zero bool

	width int
	prec  int // -1: none
	verb  byte
}

// format is str_format of lstrlib.c 5.1, with %a, and with %s for any value,
// from 5.2.
func (l *library) format(L *lua.LState) int {
	a := args(L, "format")
	f := formatter{Arguments: a, l: l, next: 2}
	rest := a.Str(1)
	for {
		i := strings.IndexByte(rest, '%')
		if i < 0 {
			break
		}
		f.write(rest[:i])
		rest = f.directive(rest[i+1:])
	}
	f.write(rest)
	L.Push(lua.LString(f.out))
	return 1
}

type formatter struct {
	Arguments
	l    *library
	next int // argument
	out  []byte
}

func (f *formatter) write(s string) {
	if need := len(f.out) + len(s); need > cap(f.out) {
		f.l.reserve(f.L, 2*need)
	}
	f.out = append(f.out, s...)
}

// directive writes one and answers what follows it.
func (f *formatter) directive(s string) (rest string) {
	if strings.HasPrefix(s, "%") {
		f.out = append(f.out, '%')
		return s[1:]
	}
	sp, rest := f.parse(s)
	n := f.next
	if n > f.L.GetTop() && strings.IndexByte("cdiouxXeEfgGaAqs", sp.verb) >= 0 {
		f.Fail(n, "no value")
	}
	f.next++
	switch sp.verb {
	case 'c':
		f.out = sp.pad(f.out, string([]byte{byte(f.integer(n))}))
	case 'd', 'i':
		v, negative := f.whole(n)
		f.out = sp.signed(f.out, v, negative)
	case 'o', 'u', 'x', 'X':
		v, negative := f.whole(n)
		if negative {
			v = -v // two's complement, as C's conversion to unsigned
		}
		f.out = sp.unsigned(f.out, v)
	case 'e', 'E', 'f', 'g', 'G', 'a', 'A':
		f.out = sp.float(f.out, f.Num(n))
	case 'q':
		f.quote(f.Str(n))
	case 's':
		f.text(sp, toString(f.L, f.L.Get(n)))
	default:
		f.L.RaiseError("invalid option '%%%s' to 'format'", s[:len(s)-len(rest)])
	}
	return rest
}

func (f *formatter) text(sp spec, s string) {
	if sp.prec >= 0 && sp.prec < len(s) {
		s = s[:sp.prec]
	}
	f.l.reserve(f.L, len(f.out)+len(s))
	f.out = sp.pad(f.out, s)
}

// parse is scanformat: at most two digits for the width and the precision.
func (f *formatter) parse(s string) (sp spec, rest string) {
	flags := len(s) - len(strings.TrimLeft(s, "-+ #0"))
	if flags > 5 {
		f.L.RaiseError("invalid format (repeated flags)")
	}
	for _, c := range s[:flags] {
		sp.flag(c)
	}
	s = s[flags:]
	sp.width, s = f.digits(s)
	sp.prec = -1
	if strings.HasPrefix(s, ".") {
		sp.prec, s = f.digits(s[1:])
	}
	if s == "" {
		f.L.RaiseError("invalid option '%s' to 'format'", "%")
	}
	sp.verb = s[0]
	return sp, s[1:]
}

func (sp *spec) flag(c rune) {
	switch c {
	case '-':
		sp.minus = true
	case '+':
		sp.plus = true
	case ' ':
		sp.space = true
	case '#':
		sp.sharp = true
	case '0':
		sp.zero = true
	}
}

func (f *formatter) digits(s string) (n int, rest string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i > 2 {
		f.L.RaiseError("invalid format (width or precision too long)")
	}
	n, _ = strconv.Atoi(s[:i])
	return n, s[i:]
}

// whole answers an argument's integer part: magnitude and sign. A string of
// digits, as string.unpack answers for large integers, keeps all 64 bits.
func (f *formatter) whole(n int) (v uint64, negative bool) {
	if s, ok := f.L.Get(n).(lua.LString); ok {
		if v, negative, ok := parseInteger(string(s)); ok {
			return v, negative
		}
	}
	v, negative, ok := splitInteger(f.Num(n))
	if !ok {
		f.Fail(n, "number has no integer representation")
	}
	return v, negative
}

// quote writes a string that loadstring reads back (%q).
func (f *formatter) quote(s string) {
	f.l.reserve(f.L, len(f.out)+2*len(s))
	out := append(f.out, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			out = append(out, '\\', c)
		case '\r':
			out = append(out, `\r`...)
		case 0:
			out = append(out, `\000`...)
		default:
			out = append(out, c)
		}
	}
	f.out = append(out, '"')
}
