package bindings

import (
	"fmt"
	"strconv"
	"strings"
)

// hexEscapes writes the escapes \xHH of a source's strings as \ddd, which has the same
// length. Lua has them since 5.2, and LuaJIT; bytes are mostly thought of in hex, and 5.1
// takes "\x05" for "x05".
func hexEscapes(source string) string {
	if !strings.Contains(source, `\x`) {
		return source
	}
	text := []byte(source)
	for i := 0; i < len(text); {
		rest := source[i:]
		switch {
		case rest[0] == '"' || rest[0] == '\'':
			i += inString(text[i:])
		case strings.HasPrefix(rest, "--"):
			long := longBracket(rest[2:])
			if long == 0 {
				long = len(firstLine(rest[2:]))
			}
			i += 2 + long
		default:
			i += max(1, longBracket(rest))
		}
	}
	return string(text)
}

// inString goes through a string, from its quote on, and answers how long it is.
func inString(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case text[0]:
			return i + 1
		case '\n':
			return i // it is not closed, which the parser will say
		case '\\':
			if i+3 < len(text) && text[i+1] == 'x' {
				if n, err := strconv.ParseUint(string(text[i+2:i+4]), 16, 8); err == nil {
					copy(text[i+1:], fmt.Sprintf("%03d", n))
				}
			}
			i++
		}
	}
	return len(text)
}

// longBracket is how long a string or comment in long brackets is, [==[ ... ]==]; 0 if the
// text does not begin with one.
func longBracket(text string) int {
	level := 1
	for level < len(text) && text[level] == '=' {
		level++
	}
	if text == "" || text[0] != '[' || level >= len(text) || text[level] != '[' {
		return 0
	}
	closing := "]" + text[1:level] + "]"
	if end := strings.Index(text[level+1:], closing); end >= 0 {
		return level + 1 + end + len(closing)
	}
	return len(text)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
