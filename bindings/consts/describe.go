package consts

import (
	_ "embed"
	"strings"
	"sync"
)

// described is a line for each constant that people meet most: NAME, a tab, what it is.
//
//go:embed doc.txt
var described string

var descriptions = sync.OnceValue(func() map[string]string {
	lines := map[string]string{}
	for line := range strings.Lines(described) {
		if name, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			lines[name] = text
		}
	}
	return lines
})

// Doc answers one line on what a constant is for, and "" where its name or the man page must do. An error without a line
// of its own has strerror's.
func Doc(name string) string {
	if line := descriptions()[name]; line != "" {
		return line
	}
	if group, _ := Group(name); group == "E" {
		if e, ok := Lookup(name); ok {
			return ErrnoText(e)
		}
	}
	return ""
}
