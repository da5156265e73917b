// Package built has the programs that tests run: this one, and those that it is compared with.
package built

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

var folder string // where the program is; "" if no test has asked for it

// Program answers the path of the program. It is built once for the tests of a package, as
// README.md says: without the race detector, whatever the tests are (readline has races of
// its own, which are none of the program's).
func Program(t testing.TB) string {
	t.Helper()
	noteSources()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Main runs the tests of a package, takes the program away, and answers the exit status.
func Main(m interface{ Run() int }) int {
	defer func() {
		if folder != "" {
			_ = os.RemoveAll(folder)
		}
	}()
	return m.Run()
}

var build = sync.OnceValues(func() (path string, err error) {
	if folder, err = os.MkdirTemp("", "sockrepl"); err != nil {
		return "", err
	}
	return buildAs(filepath.Join(folder, "sockrepl"), "sockrepl")
})

// Other builds another program of the module's in the same way, for one test, and answers its
// path. It is named by its package; settings are variables of go's environment.
func Other(t testing.TB, pkg string, settings ...string) string {
	t.Helper()
	noteSources()
	path, err := buildAs(filepath.Join(t.TempDir(), "program"), pkg, settings...)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func buildAs(path, pkg string, settings ...string) (string, error) {
	cmd := exec.Command("go", "build", "-o", path, pkg)
	cmd.Env = slices.Concat(os.Environ(), []string{"CGO_ENABLED=0"}, settings)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// noteSources has go test know what the program is made of: it keeps a result until a file
// changes that the test has looked at, and what builds the program is another process.
var noteSources = sync.OnceFunc(func() {
	_ = filepath.WalkDir(root(), func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			_, _ = os.Stat(path)
		}
		return nil
	})
})

// root is the folder of go.mod, above that of the package under test.
func root() string {
	dir := "."
	for range 8 {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Join(dir, "..")
	}
	return dir
}
