package built

import (
	"os/exec"
	"testing"
)

// Tool answers the path of a program that a test compares with; the test is skipped where the
// machine has none.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}
