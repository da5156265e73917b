package lualib

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// isSpace is C's isspace in the C locale.
func isSpace(c byte) bool { return c == ' ' || c-'\t' <= '\r'-'\t' }

func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// ParseNumber reads a numeral as luaO_str2d (lobject.c) does, that is as C's
// strtod: decimal and hexadecimal, with exponent, inf and nan.
func ParseNumber(s string) (float64, bool) {
	s = trimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || strings.ContainsRune(s, '_') {
		return 0, false
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1]|0x20 == 'x' && !strings.ContainsAny(digits, "pP") {
		s += "p0" // Go wants the exponent that C leaves out
	}
	if strings.EqualFold(digits, "nan") {
		return math.NaN(), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true // beyond the range is an infinity, as in C
}

// parseBase reads an integer in a base from 2 to 36, as tonumber of 5.1 does
// with strtoul; a negative one stays negative, where C would wrap it round.
func parseBase(s string, base int) (float64, bool) {
	s = trimSpace(s)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	if s == "" || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	if err != nil && n != math.MaxUint64 {
		return 0, false
	}
	if negative {
		return -float64(n), true
	}
	return float64(n), true
}

// NumberText is a number's text: all of its digits, and otherwise as C's %.17g has it.
func NumberText(n lua.LNumber) string {
	var b [longestNumber]byte
	return string(appendNumber(b[:0], n))
}

// longestNumber is how many bytes the text of a number takes at most: -0.00012345678901234567.
const longestNumber = 24

func appendNumber(b []byte, n lua.LNumber) []byte {
	f := float64(n)
	if s := nonFinite(f); s != "" {
		if math.Signbit(f) {
			b = append(b, '-')
		}
		return append(b, s...)
	}
	switch {
	case -1<<63 <= f && f < 1<<63 && f == math.Trunc(f):
		return strconv.AppendInt(b, int64(f), 10)
	case 1e-4 <= math.Abs(f) && math.Abs(f) < 1<<63:
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(b, f, 'e', -1, 64)
}

// nonFinite is "inf", "nan", or "" for a number that has digits.
func nonFinite(f float64) string {
	switch {
	case f != f:
		return "nan"
	case math.IsInf(f, 0):
		return "inf"
	}
	return ""
}

// ToNumber is lua_tonumber: a number, or a string that reads as one.
func ToNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return ParseNumber(string(v))
	}
	return 0, false
}

func (l *library) tonumber(L *lua.LState) int {
	a := args(L, "tonumber")
	base := a.optInteger(2, 10)
	if base == 10 {
		return pushNumeral(L, a.Any(1))
	}
	s := a.Str(1)
	if base < 2 || base > 36 {
		a.Fail(2, "base out of range")
	}
	return pushParsed(L, s, func(s string) (float64, bool) { return parseBase(s, base) })
}

func pushNumeral(L *lua.LState, v lua.LValue) int {
	switch v := v.(type) {
	case lua.LNumber:
		L.Push(v)
	case lua.LString:
		return pushParsed(L, string(v), ParseNumber)
	default:
		L.Push(lua.LNil)
	}
	return 1
}

func pushParsed(L *lua.LState, s string, parse func(string) (float64, bool)) int {
	if f, ok := parse(s); ok {
		L.Push(lua.LNumber(f))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}
