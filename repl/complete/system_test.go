package complete

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	before := len(Open(nil))
	want := []Entry{{".hidden", false}, {"file", false}, {"link", true}, {"sub", true}, {"über", false}}
	if got := Directory(dir); !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
	for _, none := range []string{filepath.Join(dir, "file"), filepath.Join(dir, "absent"), ""} {
		if got := Directory(none); got != nil {
			t.Errorf("%q: %v", none, got)
		}
	}
	if after := len(Open(nil)); after != before {
		t.Errorf("%d descriptors are open, not %d", after, before)
	}
	s := &Source{List: Directory}
	line := `io.open("` + dir + `/su`
	r := s.Complete("", line, len(line))
	if got := strings.Join(texts(r.Candidates), " "); got != "sub/" || line[r.Start:] != "su" {
		t.Errorf("%s: %q from %d", line, got, r.Start)
	}
}

// TestLargeDirectory: of very many names so many are looked at as a person would wait for.
func TestLargeDirectory(t *testing.T) {
	dir := t.TempDir()
	first := filepath.Join(dir, "0")
	if err := os.WriteFile(first, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range mostEntries + 3000 {
		if err := os.Link(first, first+strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(Directory(dir)); n < mostEntries || n > mostEntries+2000 {
		t.Errorf("%d entries", n)
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
	for range mostDescribed {
		fd, err := unix.Dup(pair[1])
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = unix.Close(fd) }()
	}
	described := 0
	for range Open(func(int) string { described++; return "pipe" }) {
	}
	if described != mostDescribed {
		t.Errorf("%d are described", described)
	}
	_ = unix.Close(pair[1])
}
