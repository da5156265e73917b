package inspect

import (
	"strings"
	"unicode/utf8"
)

// Wrapped breaks lines that are longer than the width at their blanks; what is broken goes on
// after the indent.
func Wrapped(text string, width int, indent string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		for utf8.RuneCountInString(line) > width {
			start := string([]rune(line)[:width+1])
			at := strings.LastIndexByte(start, ' ')
			if strings.TrimSpace(start[:max(at, 0)]) == "" {
				break // one long word: the terminal wraps it
			}
			lines, line = append(lines, strings.TrimRight(line[:at], " ")), indent+strings.TrimLeft(line[at:], " ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
