package repl

import (
	"os"
	"strings"

	"sockrepl/bindings/inspect"
)

// style colours text for people. The colours are those that can be read on a light and on
// a dark ground. The zero style writes plain text.
type style struct{ on bool }

// styleFor tells whether a terminal is to be given colours: NO_COLOR (no-color.org) and
// terminals that say they have none are respected.
func styleFor(terminal bool) style {
	return style{terminal && os.Getenv("NO_COLOR") == "" && !isDumb()}
}

// isDumb tells whether the terminal understands no escape sequences.
func isDumb() bool {
	term := os.Getenv("TERM")
	return term == "dumb" || term == ""
}

// The looks: parameters of SGR (ECMA-48, 8.3.117).
const (
	lookBold    = "1"
	lookDim     = "2"
	lookMatch   = "1;4"
	lookError   = "31"
	lookString  = "32"
	lookNumber  = "35"
	lookReverse = "7"
)

// paint writes text in a look, each line for itself, so that what is cut off at a line's
// end is not left open.
func (s style) paint(look, text string) string {
	if !s.on || text == "" {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "\x1b[" + look + "m" + line + "\x1b[m"
		}
	}
	return strings.Join(lines, "\n")
}

func (s style) bold(text string) string { return s.paint(lookBold, text) }
func (s style) dim(text string) string  { return s.paint(lookDim, text) }
func (s style) bad(text string) string  { return s.paint(lookError, text) }

// wrapped breaks lines that are longer than the width at their blanks.
func wrapped(text string, width int) string { return inspect.Wrapped(text, width, "") }
