//go:build amd64 || arm64 || cgo

package kernel

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"sockrepl/bindings/built"

	"golang.org/x/sys/unix"
)

// TestEntry: the table of descriptors is wide before Go's runtime has a second thread, with
// cgo and without. A program shows it that does no more than begin.
func TestEntry(t *testing.T) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Max <= tableEnd {
		t.Skipf("the hard limit on descriptors is %d: %v", limit.Max, err)
	}
	for _, cgo := range []string{"CGO_ENABLED=0", "CGO_ENABLED=1"} {
		t.Run(cgo, func(t *testing.T) {
			if _, err := exec.LookPath("gcc"); cgo == "CGO_ENABLED=1" && err != nil {
				t.Skip("gcc is not installed")
			}
			testEntry(t, built.Other(t, "sockrepl/bindings/kernel/testdata/entry", cgo))
		})
	}
}

func testEntry(t *testing.T, program string) {
	for before, wide := range map[string]bool{
		"":              true,
		"exec <&- 2>&-": true, // the lowest numbers are free
		"ulimit -Sn 64": true,
		"ulimit -n 200": false, // no table is so wide: the program begins as ever
	} {
		out, err := exec.Command("sh", "-c", before+"\n"+`exec "$0"`, program).Output()
		room, bad := strconv.Atoi(strings.TrimSpace(string(out)))
		if err != nil || bad != nil {
			t.Errorf("after %q: %v, printed %q", before, err, out)
		} else if (room > tableEnd) != wide {
			t.Errorf("after %q: the table has room for %d descriptors", before, room)
		}
	}
}
