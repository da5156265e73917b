package bindings

import (
	"cmp"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	"sockrepl/bindings/built"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	kernel.Settle()
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], SpawnedOption) {
		os.Exit(spawnedChild(strings.TrimPrefix(os.Args[1], SpawnedOption)))
	}
	os.Exit(built.Main(m))
}

// spawnedChild is the test program as a child of spawn.
func spawnedChild(number string) int {
	fd, _ := strconv.Atoi(number)
	luggage, err := kernel.TakeInput(fd)
	if err != nil {
		panic(err)
	}
	L, env := NewState(Options{})
	fn, err := env.Unpack(L, luggage)
	if err != nil {
		panic(err)
	}
	L.Push(fn)
	if err := L.PCall(0, 0, nil); err != nil {
		fmt.Fprintln(os.Stderr, ErrorText(L, err))
		return 1
	}
	return 0
}

// openDescriptors lists what the process has open, less its own.
func openDescriptors() map[int]bool {
	open := map[int]bool{}
	for fd := range 4096 {
		if _, err := unix.FcntlInt(uintptr(kernel.Visible(fd)), unix.F_GETFD, 0); err == nil {
			open[fd] = true
		}
	}
	return open
}

// newState makes a state whose descriptors are closed, and checked, at the end.
// printed answers what print has written.
func newState(t testing.TB) (L *lua.LState, printed func() string) {
	t.Helper()
	before := openDescriptors()
	L, env := NewState(Options{})
	var out strings.Builder
	L.SetGlobal("print", L.NewFunction(func(L *lua.LState) int {
		for i := 1; i <= L.GetTop(); i++ {
			if i > 1 {
				out.WriteByte('\t')
			}
			out.WriteString(L.ToStringMeta(L.Get(i)).String())
		}
		out.WriteByte('\n')
		return 0
	}))
	t.Cleanup(func() {
		env.Close(L)
		for fd := range openDescriptors() {
			if !before[fd] {
				unix.Close(fd)
			}
		}
	})
	return L, out.String
}

// evaluate runs a chunk and answers its error as text, "" if there was none.
func evaluate(L *lua.LState, source string) string {
	fn, err := Load(L, source, "test")
	if err != nil {
		return err.Error()
	}
	L.Push(fn)
	if err := L.PCall(0, 0, nil); err != nil {
		return cmp.Or(ErrorText(L, err), "an error without a text")
	}
	return ""
}

// expectations answers what the --> comments of an example say it prints.
func expectations(source string) (want []string) {
	for _, line := range strings.Split(source, "\n") {
		if _, text, ok := strings.Cut(line, "--> "); ok {
			want = append(want, text)
		}
	}
	return want
}

func sortedNames(m map[string]bool) string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return fmt.Sprint(names)
}

func toString(s string) lua.LValue { return lua.LString(s) }
