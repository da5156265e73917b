package docs_test

import (
	"strings"
	"testing"

	"sockrepl/docs"
)

// TestTables: the columns of the guide's tables of descriptors stand below their heads, as at
// the prompt. (What compares the transcripts with the prompt does not count blanks.)
func TestTables(t *testing.T) {
	head := ""
	for line := range strings.Lines(docs.Guide) {
		switch {
		case strings.HasPrefix(line, "FD  TYPE"):
			head = line
		case line == "\n" || line[0] != ' ':
			head = ""
		case head != "":
			for _, column := range []string{"TYPE", "FLAGS", "LOCAL", "REMOTE", "STATE"} {
				at := strings.Index(head, "  "+column)
				if at >= 0 && len(line) > at+2 && line[at:at+2] != "  " {
					t.Errorf("below %s stands\n%s%s", column, head, line)
				}
			}
		}
	}
}
