package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHistoryLong: of a long file the newest entries are read, each of them whole.
func TestHistoryLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	for most, size := range map[int]int{historyLimit: 10, historyBytes/1000 - 1: 1000} {
		var b strings.Builder
		for i := range 3000 {
			fmt.Fprintf(&b, "%-*d\n", size-1, i)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		h, err := openHistory(path)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%-*d", size-1, 3000-len(h.entries))
		if n := len(h.entries); n < most || n > most+1 || h.entries[0] != want || h.last != h.entries[n-1] {
			t.Errorf("of lines of %d bytes there are %d, the first is %q", size, n, h.entries[0])
		}
		h.file.Close()
	}
}
