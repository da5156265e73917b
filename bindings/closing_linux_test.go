package bindings

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sockrepl/bindings/kernel"
)

// openFiles are the paths of what is open under a folder, with the program's own descriptors.
func openFiles(folder string) (paths []string) {
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		if path, err := os.Readlink(link); err == nil && strings.HasPrefix(path, folder+"/") {
			paths = append(paths, filepath.Base(path))
		}
	}
	return paths
}

// TestFilesOfOurOwn: what trace and timeline write to is closed when it is done with, and each line
// is in the file that was the trace's then.
func TestFilesOfOurOwn(t *testing.T) {
	folder := t.TempDir()
	L, _ := newState(t)
	L.SetGlobal("FOLDER", toString(folder))
	if err := evaluate(L, `
		timeline(true) getpid() timeline(FOLDER .. "/picture.svg") timeline(false)
		trace{file = FOLDER .. "/one"} getpid()
		trace{file = FOLDER .. "/two"} getppid()
		trace(false)`); err != "" {
		t.Fatal(err)
	}
	if open := openFiles(folder); len(open) != 1 || open[0] != "two" {
		t.Errorf("open are %q", open)
	}
	for name, call := range map[string]string{"one": "getpid", "two": "getppid"} {
		if text, _ := os.ReadFile(filepath.Join(folder, name)); strings.Count(string(text), "\n") != 1 || !strings.HasPrefix(string(text), call+"(") {
			t.Errorf("the file %s has\n%s", name, text)
		}
	}
	if kernel.Observed() {
		t.Error("calls are observed after the end of both")
	}
}

// TestClosedUnobserved: with a state its trace and its recording end.
func TestClosedUnobserved(t *testing.T) {
	for _, begin := range []string{"trace(true)", "timeline(true)"} {
		L, env := NewState(Options{})
		if err := evaluate(L, begin); err != "" || !kernel.Observed() {
			t.Fatalf("%s: %s", begin, err)
		}
		if env.Close(L); kernel.Observed() {
			t.Errorf("calls are observed after %s and the end of the state", begin)
		}
	}
}

// TestLetGo: a call's data is not kept after the call, and what is known of a chunk's functions not
// after the functions.
func TestLetGo(t *testing.T) {
	L, _ := newState(t)
	known := func() int {
		places.Lock()
		defer places.Unlock()
		return len(places.of)
	}
	before := known()
	if err := evaluate(L, `
		local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
		assert(send(a, "hello") == 5)
		for i = 1, 1000 do assert(loadstring("return " .. i))() end`); err != "" {
		t.Fatal(err)
	}
	eventually(t, "the places of functions that are gone are kept", func() bool {
		runtime.GC()
		return known() < before+100
	})
	if err := evaluate(L, `send(-1, "data")`); err != "" {
		t.Fatal(err)
	}
	for i, v := range envOf(L).Task.Frame.Args {
		if v.Str != "" || v.Any != nil {
			t.Errorf("argument %d is kept: %q", i+1, v.Str)
		}
	}
}
