package complete

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"file", "über", ".hidden"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("sub", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	want := []Entry{{".hidden", false}, {"file", false}, {"link", true}, {"sub", true}, {"über", false}}
	if got := Directory(dir); !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
	for _, none := range []string{filepath.Join(dir, "file"), filepath.Join(dir, "absent"), ""} {
		if got := Directory(none); got != nil {
			t.Errorf("%q: %v", none, got)
		}
	}
	s := &Source{List: Directory}
	line := `io.open("` + dir + `/su`
	r := s.Complete("", line, len(line))
	if got := strings.Join(texts(r.Candidates), " "); got != "sub/" || line[r.Start:] != "su" {
		t.Errorf("%s: %q from %d", line, got, r.Start)
	}
}

func TestOpen(t *testing.T) {
	var pair [2]int
	if err := unix.Pipe(pair[:]); err != nil {
		t.Fatal(err)
	}
	has := func(fd int) bool {
		return slices.Contains(Open(func(int) string { return "pipe" }), Descriptor{fd, "pipe"})
	}
	if !has(pair[0]) || !has(pair[1]) {
		t.Errorf("%v is not in %v", pair, Open(nil))
	}
	_ = unix.Close(pair[0])
	if has(pair[0]) {
		t.Errorf("%d is closed, and in %v", pair[0], Open(nil))
	}
	_ = unix.Close(pair[1])
}
