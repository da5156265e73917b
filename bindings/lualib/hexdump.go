package lualib

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const hexWidth = 16 // bytes a line, as hexdump -C

// MaxHexWidth is how many bytes a line may have.
const MaxHexWidth = 256

// HexWidth is how many bytes a line has on a terminal of so many columns; 0: there is none.
func HexWidth(columns int) int {
	width := hexWidth
	for columns > 0 && width > 4 && lineWidth(width) > columns {
		width /= 2
	}
	return width
}

// lineWidth is how many columns a line of so many bytes takes.
func lineWidth(bytes int) int {
	groups := (bytes + 7) / 8
	return len("00000000") + groups + len(" 00")*bytes + len("  ||") + bytes
}

// Hexdump answers the text that hexdump -C prints, with so many bytes a line and without
// the last line's end; nothing for nothing. An interrupt ends it.
func Hexdump(L *lua.LState, s string, width int) string {
	if s == "" {
		return ""
	}
	var b strings.Builder
	last, starred := "", false
	for at := 0; at < len(s); at += width {
		if at/width%1024 == 1023 {
			check(L)
		}
		line := s[at:min(at+width, len(s))]
		if line == last {
			if !starred { // hexdump's mark for lines that are all the same
				b.WriteString("*\n")
			}
			starred = true
			continue
		}
		last, starred = line, false
		fmt.Fprintf(&b, "%08x", at)
		hexLine(&b, line, width)
	}
	fmt.Fprintf(&b, "%08x", len(s))
	return b.String()
}

// hexLine writes groups of eight bytes, and the characters between bars.
func hexLine(b *strings.Builder, line string, width int) {
	const digits = "0123456789abcdef"
	for i := range width {
		if i%8 == 0 {
			b.WriteByte(' ')
		}
		if i < len(line) {
			b.Write([]byte{' ', digits[line[i]>>4], digits[line[i]&15]})
		} else {
			b.WriteString("   ")
		}
	}
	b.WriteString("  |")
	for i := range len(line) {
		c := line[i]
		if c < ' ' || c > '~' {
			c = '.'
		}
		b.WriteByte(c)
	}
	b.WriteString("|\n")
}
