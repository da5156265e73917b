package lualib

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// pad writes a text in the directive's width.
func (sp spec) pad(out []byte, s string) []byte {
	return sp.place(out, "", s, false)
}

// place writes prefix and digits in the width; zeros go between the two.
func (sp spec) place(out []byte, prefix, digits string, zeros bool) []byte {
	fill := max(sp.width-len(prefix)-len(digits), 0)
	if !sp.minus && !zeros {
		out = repeated(out, ' ', fill)
	}
	out = append(out, prefix...)
	if !sp.minus && zeros {
		out = repeated(out, '0', fill)
	}
	out = append(out, digits...)
	if sp.minus {
		out = repeated(out, ' ', fill)
	}
	return out
}

func repeated(out []byte, c byte, n int) []byte {
	for range n {
		out = append(out, c)
	}
	return out
}

// sign is what stands before a signed number.
func (sp spec) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case sp.plus:
		return "+"
	case sp.space:
		return " "
	}
	return ""
}

func (sp spec) signed(out []byte, v uint64, negative bool) []byte {
	return sp.integer(out, sp.sign(negative), strconv.FormatUint(v, 10), v)
}

func (sp spec) unsigned(out []byte, v uint64) []byte {
	prefix, digits := "", ""
	switch sp.verb {
	case 'o':
		digits = strconv.FormatUint(v, 8)
		if sp.sharp && digits[0] != '0' {
			digits = "0" + digits
		}
	case 'u':
		digits = strconv.FormatUint(v, 10)
	default:
		digits = strconv.FormatUint(v, 16)
		if sp.sharp && v != 0 {
			prefix = "0x"
		}
		if sp.verb == 'X' {
			prefix, digits = strings.ToUpper(prefix), strings.ToUpper(digits)
		}
	}
	return sp.integer(out, prefix, digits, v)
}

// integer: a precision is the least number of digits, for which zero has
// none, and switches the zero flag off (C11 7.21.6.1).
func (sp spec) integer(out []byte, prefix, digits string, v uint64) []byte {
	if sp.prec == 0 && v == 0 && !(sp.verb == 'o' && sp.sharp) {
		digits = ""
	}
	if n := sp.prec - len(digits); n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	return sp.place(out, prefix, digits, sp.zero && sp.prec < 0)
}

func (sp spec) float(out []byte, f float64) []byte {
	negative := math.Signbit(f)
	if s := nonFinite(f); s != "" {
		if sp.verb < 'a' {
			s = strings.ToUpper(s)
		}
		return sp.place(out, sp.sign(negative), s, false)
	}
	f = math.Abs(f)
	prefix, digits := sp.sign(negative), ""
	if sp.verb|0x20 == 'a' {
		prefix, digits = sp.hexFloat(prefix, f)
	} else {
		digits = sp.decimal(f)
	}
	return sp.place(out, prefix, digits, sp.zero)
}

// decimal: with the precision given, Go's verbs are C's.
func (sp spec) decimal(f float64) string {
	prec := sp.prec
	if prec < 0 {
		prec = 6
	}
	if prec == 0 && sp.verb|0x20 == 'g' {
		prec = 1
	}
	if sp.sharp {
		return fmt.Sprintf("%#."+strconv.Itoa(prec)+string(rune(sp.verb)), f)
	}
	return strconv.FormatFloat(f, sp.verb, prec, 64)
}

// hexFloat is %a; Go writes at least two digits of the exponent, C one.
func (sp spec) hexFloat(prefix string, f float64) (string, string) {
	b := strconv.AppendFloat(nil, f, 'x', sp.prec, 64)[2:]
	p := bytes.IndexByte(b, 'p')
	if b[p+2] == '0' {
		b = append(b[:p+2], b[p+3:]...)
	}
	if sp.sharp && bytes.IndexByte(b, '.') < 0 {
		b = append(b[:1], append([]byte{'.'}, b[1:]...)...)
	}
	digits := string(b)
	prefix += "0x"
	if sp.verb == 'A' {
		prefix, digits = strings.ToUpper(prefix), strings.ToUpper(digits)
	}
	return prefix, digits
}

// splitInteger answers the magnitude and the sign of a number's integer part,
// if 64 bits hold it: from -2^63 to 2^64-1.
func splitInteger(f float64) (v uint64, negative, ok bool) {
	f = math.Trunc(f)
	if !(f >= -1<<63 && f < 1<<64) {
		return 0, false, false
	}
	if f < 0 {
		return uint64(-f), true, true
	}
	return uint64(f), false, true
}

// parseInteger reads a decimal integer of 64 bits, signed or unsigned.
func parseInteger(s string) (v uint64, negative, ok bool) {
	s = trimSpace(s)
	digits := strings.TrimPrefix(s, "-")
	negative = len(digits) != len(s)
	if digits == "" || !isDigit(digits[0]) {
		return 0, false, false
	}
	v, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || negative && v > 1<<63 {
		return 0, false, false
	}
	return v, negative && v != 0, true
}
