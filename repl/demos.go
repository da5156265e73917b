package repl

import (
	"strings"

	"sockrepl/scripts"
)

// Demos is what --demos writes: a line for each demo, or on a terminal that has no room for
// them their names, in groups.
func Demos() string {
	list := scripts.List()
	columns, rows := outputSize()
	if rows == 0 || columns == 0 || strings.Count(list, "\n") < rows {
		return list
	}
	var b strings.Builder
	for _, group := range scripts.Groups {
		names := wrapped(strings.Join(group.Names, ", "), columns-3)
		b.WriteString(group.Title + "\n  " + strings.ReplaceAll(names, "\n", "\n  ") + "\n")
	}
	b.WriteString(wrapped("\nsockrepl NAME runs one, sockrepl NAME --help tells what it shows;\n"+
		"sockrepl --demos | less has a line for each.\n", columns-1))
	return b.String()
}
