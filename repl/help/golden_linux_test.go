package help

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the pages of testdata anew")

// TestGolden compares pages with those of testdata, at 80 and at 40 columns; run it with
// -update after a row, a line or the layout has changed, and read the difference.
func TestGolden(t *testing.T) {
	for _, name := range []string{"start", "socket", "SO_REUSEADDR", "ECONNREFUSED", "string.pack", "sock"} {
		for _, width := range []int{80, 40} {
			got := Start(width, Style{})
			if name != "start" {
				got, _ = Topic(name, width, Style{})
			}
			file := filepath.Join("testdata", fmt.Sprintf("%s.%d.txt", name, width))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s at %d columns:\n%s\nwant:\n%s", name, width, got, want)
			}
		}
	}
}
