//go:build linux

// Linux alone: errnos, the size of a pipe and /proc are its own here.

package iolib_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sockrepl/bindings/iolib"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// inChild names the Lua chunk that this test binary runs instead of its tests: what
// needs a standard output of its own is tested in a process of its own.
const inChild = "IOLIB_TEST_CHUNK"

func TestMain(m *testing.M) {
	kernel.Settle()
	if chunk, ok := os.LookupEnv(inChild); ok {
		os.Exit(runChunk(chunk))
	}
	os.Exit(m.Run())
}

// runChunk is a program that runs a chunk: 7 where the standard output is closed.
func runChunk(chunk string) int {
	s := newState(iolib.Options{Closed: func() { os.Exit(7) }})
	err := s.L.DoString(chunk)
	_ = s.lib.Flush()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// state is a Lua state with the library, and its task.
type state struct {
	L    *lua.LState
	task *kernel.Task
	lib  *iolib.Library
}

func newState(o iolib.Options) *state {
	s := &state{L: lua.NewState(), task: kernel.NewTask(0, "main")}
	s.L.SetContext(s.task)
	o.Task = s.task
	s.lib = iolib.Open(s.L, o)
	return s
}

// open makes a state, runs the test in a folder of its own, and checks that the
// descriptors afterwards are those from before.
func open(t *testing.T, o iolib.Options) *state {
	t.Helper()
	t.Chdir(t.TempDir())
	before := descriptors()
	s := newState(o)
	t.Cleanup(func() {
		s.task.End()
		s.L.Close()
		if after := descriptors(); !reflect.DeepEqual(before, after) {
			t.Errorf("descriptors before: %v, after: %v", before, after)
		}
	})
	return s
}

func descriptors() (list []int) {
	for fd := range 512 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil {
			list = append(list, fd)
		}
	}
	return list
}

// run runs a chunk and answers its results, a space between them.
func (s *state) run(t *testing.T, chunk string) string {
	t.Helper()
	s.L.SetTop(0)
	if err := s.L.DoString(chunk); err != nil {
		t.Fatalf("%s\n%v", chunk, err)
	}
	return s.results()
}

func (s *state) results() string {
	var list []string
	for i := 1; i <= s.L.GetTop(); i++ {
		list = append(list, s.L.Get(i).String())
	}
	return strings.Join(list, " ")
}

// raises runs a chunk that must raise an error with this text.
func (s *state) raises(t *testing.T, chunk, want string) {
	t.Helper()
	err := s.L.DoString(chunk)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s\nraised %v, expected %q", chunk, err, want)
	}
}

func (s *state) expect(t *testing.T, chunk, want string) {
	t.Helper()
	if got := s.run(t, chunk); got != want {
		t.Errorf("%s\ngot  %q\nwant %q", chunk, got, want)
	}
}

func pipe(t *testing.T) (r, w int) {
	t.Helper()
	var p [2]int
	if err := unix.Pipe(p[:]); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(p[0]); unix.Close(p[1]) })
	return p[0], p[1]
}

// replace makes fd what by is, until the test ends.
func replace(t *testing.T, fd, by int) {
	t.Helper()
	saved, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Dup2(by, fd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Dup2(saved, fd); unix.Close(saved) })
}

// interruptWhenBlocked interrupts the task once it is in a call that blocks; the caller is
// about to make one.
func (s *state) interruptWhenBlocked() {
	go func() {
		for op := ""; op == ""; op, _ = s.task.Blocked() {
			time.Sleep(time.Millisecond)
		}
		s.task.Interrupt()
	}()
}

func TestModesAndPermissions(t *testing.T) {
	s := open(t, iolib.Options{})
	old := unix.Umask(0o022)
	defer unix.Umask(old)
	s.expect(t, `local f = io.open("a", "w") f:write("one\ntwo\n") return io.type(f), f:close(), io.type(f), tostring(f)`,
		"file true closed file file (closed)")
	if st, err := os.Stat("a"); err != nil || st.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	s.expect(t, `local f = io.open("a", "a+b") f:write(3, "x") f:seek("set") local all = f:read("*a") f:close() return all`, "one\ntwo\n3x")
	s.expect(t, `local f = io.open("a", "r+") f:read() f:write("TWO") f:seek("set", 0) local all = f:read("a") f:close() return all`, "one\nTWO\n3x")
	s.expect(t, `local f = io.open("a", "rb") local n, m, e = f:write("x") f:close() return n, m, e`, "nil Bad file descriptor 9")
	s.expect(t, `return io.open("none/x", "w")`, "nil none/x: No such file or directory 2")
	s.expect(t, `local f = io.open(".") local n, m, e = f:read() f:close() return n, m, e`, "nil Is a directory 21")
	s.raises(t, `io.open("a", "rw")`, "bad argument #2 to 'open' (invalid mode 'rw')")
	s.raises(t, `io.open("a\0b")`, "bad argument #1 to 'open' (a path without NUL bytes expected)")
	s.raises(t, `local f = io.open("a") f:close() f:read()`, "attempt to use a closed file")
	s.raises(t, `io.stdout.read(3)`, "calling 'read' on bad self (FILE* expected, got number)")
	s.raises(t, `io.stdin:read("*q")`, "bad argument #1 to 'read' (invalid format)")
}

func TestChildrenDoNotInheritFiles(t *testing.T) {
	s := open(t, iolib.Options{})
	s.expect(t, `local f = io.open("a", "w")
		local p = io.popen("test -e /proc/self/fd/" .. f:fileno() .. " && echo there || echo absent")
		local answer = p:read() p:close() f:close() return answer`, "absent")
}

func TestLongLine(t *testing.T) {
	s := open(t, iolib.Options{})
	if err := os.WriteFile("long", []byte(strings.Repeat("x", 1<<20)+"\r\n\ny\x00z"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.expect(t, `local t = {} for line in io.lines("long") do t[#t + 1] = #line end return t[1], t[2], t[3], #t`, "1048577 0 3 3")
	s.expect(t, `local f = io.open("long") local a, b = f:read("*L", 1) f:close() return #a, b`, "1048578 \n")
	s.expect(t, `local f = io.open("long") local a, b, c = f:read(70000, "*a", "*l") f:close() return #a, #b, c`, "70000 978582 nil")
	s.expect(t, `local n = 0 for a, b in io.lines("long", 1000, 48576) do n = n + #a + #(b or "") end return n`, "1048582")
}

func TestSeekIsWhereTheProgramReads(t *testing.T) {
	s := open(t, iolib.Options{})
	s.expect(t, `local f = io.open("a", "w+") f:write("0123456789") f:seek("set", 2) f:read(3)
		local at = f:seek() local rest = f:read(2) f:seek("cur", -1) local again = f:read(1)
		local size = f:seek("end") f:close() return at, rest, again, size`, "5 56 6 10")
	s.expect(t, `local p = io.popen("true") local n, m, e = p:seek() p:close() return n, m, e`, "nil Illegal seek 29")
}

func TestBufferedWriting(t *testing.T) {
	s := open(t, iolib.Options{})
	size := func() int {
		st, err := os.Stat("a")
		if err != nil {
			t.Fatal(err)
		}
		return int(st.Size())
	}
	s.run(t, `f = io.open("a", "w") f:setvbuf("full", 100) f:write(("x"):rep(60))`)
	if size() != 0 {
		t.Error("written at once")
	}
	s.run(t, `f:write(("x"):rep(60))`)
	if size() != 120 {
		t.Error("a full buffer is not written")
	}
	s.run(t, `f:setvbuf("line") f:write("ab\ncd")`)
	if size() != 123 {
		t.Error("line buffering wrote", size()-120)
	}
	if err := s.lib.Flush(); err != nil || size() != 125 {
		t.Error("not flushed", size(), err)
	}
	s.run(t, `f:setvbuf("full") f:write("end") f:close()`)
	if size() != 128 {
		t.Error("not flushed by close")
	}
}

func TestStandardStreamsFollowTheDescriptor(t *testing.T) {
	s := open(t, iolib.Options{})
	r, w := pipe(t)
	replace(t, 1, w)
	s.run(t, `print("a", 1, nil, true) io.write("b", 2, "\n") io.stdout:write("c\n") io.stderr:write("")`)
	want := "a\t1\tnil\ttrue\nb2\nc\n"
	buf := make([]byte, 100)
	n, _ := unix.Read(r, buf)
	if string(buf[:n]) != want {
		t.Errorf("got %q", buf[:n])
	}
	unix.Close(1)
	s.raises(t, `print("x")`, "print: EBADF (Bad file descriptor)")
	s.expect(t, `return io.write("x")`, "nil Bad file descriptor 9 0")
	s.expect(t, `return io.stdout:close()`, "nil cannot close standard file")
	s.raises(t, `tostring = function() return {} end print(1)`, "'tostring' must return a string to 'print'")
}

func TestNonBlockingOutputTellsWhatIsWritten(t *testing.T) {
	s := open(t, iolib.Options{})
	r, w := pipe(t)
	if err := unix.SetNonblock(w, true); err != nil {
		t.Fatal(err)
	}
	replace(t, 1, w)
	s.expect(t, `return io.write(("x"):rep(100000))`,
		"nil Resource temporarily unavailable (65536 of 100000 bytes written) 11 65536")
	s.raises(t, `print("y")`, "print: EAGAIN (Resource temporarily unavailable)")
	buf := make([]byte, 100000)
	if n, _ := unix.Read(r, buf); n != 65536 {
		t.Error("in the pipe:", n)
	}
}

func TestNonBlockingInputLosesNothing(t *testing.T) {
	s := open(t, iolib.Options{})
	r, w := pipe(t)
	if err := unix.SetNonblock(r, true); err != nil {
		t.Fatal(err)
	}
	replace(t, 0, r)
	if _, err := unix.Write(w, []byte("be")); err != nil {
		t.Fatal(err)
	}
	s.expect(t, `return io.read()`, "nil Resource temporarily unavailable 11")
	if _, err := unix.Write(w, []byte("gin\n")); err != nil {
		t.Fatal(err)
	}
	s.expect(t, `return io.read()`, "begin")
}

func TestInterruptedRead(t *testing.T) {
	s := open(t, iolib.Options{})
	r, w := pipe(t)
	replace(t, 0, r)
	for _, chunk := range []string{`io.read()`, `io.read("*a")`, `io.read(10)`, `io.read("*n")`, `for l in io.lines() do end`} {
		if _, err := unix.Write(w, []byte("12")); err != nil {
			t.Fatal(err)
		}
		s.interruptWhenBlocked()
		s.raises(t, chunk, "interrupted")
		s.task.Resume()
	}
	if _, err := unix.Write(w, []byte("!\n")); err != nil {
		t.Fatal(err)
	}
	s.expect(t, `return io.read()`, "1212121212!")
}

func TestInterruptedWrite(t *testing.T) {
	s := open(t, iolib.Options{})
	_, w := pipe(t)
	replace(t, 1, w)
	s.interruptWhenBlocked()
	s.raises(t, `print(("x"):rep(200000))`, "interrupted")
	if note := s.task.Note(); note != "print: 65,536 of 200,001 bytes taken" {
		t.Errorf("note %q", note)
	}
	s.task.Resume()
}

func TestInterruptedOpenOfFIFO(t *testing.T) {
	s := open(t, iolib.Options{})
	if err := unix.Mkfifo("fifo", 0o600); err != nil {
		t.Fatal(err)
	}
	s.interruptWhenBlocked()
	s.raises(t, `io.open("fifo")`, "interrupted")
	s.task.Resume()
}

func TestEndlessFile(t *testing.T) {
	s := open(t, iolib.Options{Room: func(n int64) bool { return n < 1<<22 }})
	s.expect(t, `local f = io.open("/dev/zero")
		local list = {} for _, what in ipairs{"*a", "*l", 1e12} do list[#list + 1] = tostring(select(2, pcall(f.read, f, what))):match("[^:]*$") end
		f:close() return unpack(list)`, " not enough memory  not enough memory  not enough memory")
	s.expect(t, `local f = io.open("a", "w") f:write("abc") f:close() f = io.open("a") local all = f:read(1e12) f:close() return all`, "abc")
}

func TestInterruptWithoutWaiting(t *testing.T) {
	var s *state
	s = open(t, iolib.Options{Room: func(n int64) bool {
		if n > 1<<22 {
			s.task.Interrupt()
		}
		return true
	}})
	s.raises(t, `endless = io.open("/dev/zero") endless:read("*a")`, "interrupted")
	s.task.Resume()
	s.run(t, `endless:close()`)
}

func TestPopen(t *testing.T) {
	s := open(t, iolib.Options{})
	for chunk, want := range map[string]string{
		`local p = io.popen("echo hi; exit 3") local l = p:read("*a") return l, p:close()`:                "hi\n nil exit 3",
		`return io.popen("true"):close()`:                                                                 "true exit 0",
		`return io.popen("kill -9 $$"):close()`:                                                           "nil signal 9",
		`local p = io.popen("cat > out", "w") p:write("data") p:close() return io.open("out"):read("*a")`: "data",
		`local a, b = io.popen("cat", "w"), io.popen("cat", "w") a:close() return b:close()`:              "true exit 0",
		`return os.execute(), os.execute("exit 3"), os.execute("kill -9 $$"), os.execute("true")`:         "1 768 9 0",
	} {
		s.expect(t, strings.Replace(chunk, `io.open("out"):read("*a")`, `(function() local f = io.open("out") local a = f:read("*a") f:close() return a end)()`, 1), want)
	}
	s.raises(t, `io.popen("true", "rw")`, "bad argument #2 to 'popen' (invalid option 'rw')")
}

func TestInterruptedWait(t *testing.T) {
	s := open(t, iolib.Options{})
	r, w := pipe(t)
	// The shell reads from descriptor r: it ends when the test closes the other end.
	s.interruptWhenBlocked()
	s.raises(t, fmt.Sprintf(`os.execute("exec %d>&-; read x <&%d; touch ended")`, w, r), "interrupted")
	s.task.Resume()
	s.run(t, fmt.Sprintf(`p = io.popen("exec %d>&-; cat <&%d", "w")`, w, r))
	s.interruptWhenBlocked()
	s.raises(t, `p:close()`, "interrupted")
	s.task.Resume()
	s.expect(t, `return tostring(p)`, "file (closed)")
	unix.Close(w)
	for wait := time.Now().Add(5 * time.Second); ; {
		var status unix.WaitStatus
		if _, err := unix.Wait4(-1, &status, unix.WNOHANG, nil); err == unix.ECHILD {
			break // both have ended and were reaped by the library
		}
		if time.Now().After(wait) {
			t.Fatal("a child is left")
		}
		time.Sleep(time.Millisecond)
	}
}

func TestClosedStandardInputIsClosedInTheChild(t *testing.T) {
	s := open(t, iolib.Options{})
	r, _ := pipe(t)
	replace(t, 0, r)
	unix.Close(0)
	s.expect(t, `local p = io.popen("test -e /proc/self/fd/0 && echo open || echo closed") local l = p:read() p:close() return l`, "closed")
}

func TestFilesOfOS(t *testing.T) {
	s := open(t, iolib.Options{})
	if err := os.MkdirAll("d/e", 0o700); err != nil {
		t.Fatal(err)
	}
	s.expect(t, `return os.remove("nofile")`, "nil nofile: No such file or directory 2")
	s.expect(t, `return os.remove("d")`, "nil d: Directory not empty 39")
	s.expect(t, `return os.remove("d/e"), os.rename("d", "f"), os.remove("f")`, "true true true")
	s.expect(t, `return os.rename("nofile", "x")`, "nil nofile: No such file or directory 2")
	s.expect(t, `local n = os.tmpname() local f = io.open(n) f:close() return os.remove(n)`, "true")
	s.expect(t, `local f = io.tmpfile() f:write("x") f:seek("set") local a = f:read(5) f:close() return a`, "x")
	t.Setenv("IOLIB_EMPTY", "")
	s.expect(t, `return os.getenv("IOLIB_EMPTY"), os.getenv("IOLIB_UNSET")`, " nil")
	s.expect(t, `return os.setlocale(), os.setlocale("C"), os.setlocale("de_DE"), os.setlocale(nil, "time")`, "C C nil C")
	s.expect(t, `local c = os.clock() while os.clock() == c do end return os.clock() > c`, "true")
}

func TestExitFlushes(t *testing.T) {
	code := -1
	s := open(t, iolib.Options{Exit: func(n int) { code = n }})
	for arg, want := range map[string]int{"": 0, "true": 0, "false": 1, "42": 42} {
		s.run(t, `f = io.open("a", "w") f:setvbuf("full") f:write("x") os.exit(`+arg+`)`)
		if data, _ := os.ReadFile("a"); code != want || string(data) != "x" {
			t.Errorf("exit(%s): %d, %q", arg, code, data)
		}
		s.run(t, `f:close()`)
	}
}

func TestRedirection(t *testing.T) {
	s := open(t, iolib.Options{})
	s.expect(t, `io.output("a") io.write("12 0x1F\nline\n") return io.close()`, "true")
	s.raises(t, `io.write("x")`, "standard output file is closed")
	s.expect(t, `io.output(io.stdout) io.input("a") local a, b, c, d, e = io.read("*n", "*n", "*l", "*l", "*l")
		local f = io.input() io.input(io.stdin) f:close() return a, b, c, d, e`, "12 31  line nil")
	s.raises(t, `io.input("nofile")`, "bad argument #1 to 'input' (nofile: No such file or directory)")
	s.raises(t, `for l in io.lines("nofile") do end`, "bad argument #1 to 'lines' (nofile: No such file or directory)")
	s.raises(t, `for l in io.lines(".") do end`, "Is a directory")
}

// TestCloseFiles: all that a session has opened is closed, but what is kept, and the default
// streams are the standard ones again.
func TestCloseFiles(t *testing.T) {
	s := open(t, iolib.Options{})
	s.run(t, `gone, kept = io.open("gone", "w"), io.open("kept", "w") gone:setvbuf("full") gone:write("x") io.output(gone)`)
	fd, _ := strconv.Atoi(s.run(t, `return kept:fileno()`))
	s.lib.CloseFiles(map[int]bool{fd: true})
	s.expect(t, `return io.type(gone), io.type(kept), io.output() == io.stdout, io.input() == io.stdin`, "closed file file true true")
	if text, _ := os.ReadFile("gone"); string(text) != "x" {
		t.Errorf("the file has %q", text)
	}
	s.run(t, `kept:close()`)
}

// TestMistakes: a file that was closed meanwhile, and what no argument may be.
func TestMistakes(t *testing.T) {
	s := open(t, iolib.Options{})
	s.raises(t, `local f = io.open("a", "w+") local next = f:lines() f:close() next()`, "file is already closed")
	s.expect(t, `local f = io.open("b", "w") io.output(f) local ok = io.close(nil) io.output(io.stdout) return ok, io.type(f)`, "true closed file")
	s.expect(t, `local f, other = io.open("b", "w"), io.open("c", "w") io.output(f) io.close(other)
		local kept, gone = io.type(f), io.type(other) io.close() io.output(io.stdout) return kept, gone`, "file closed file")
	s.raises(t, `os.remove("a\0b")`, "bad argument #1 to 'remove' (a path without NUL bytes expected)")
	s.raises(t, `os.setlocale("C", "everything")`, "bad argument #2 to 'setlocale' (invalid option 'everything')")
	s.raises(t, `os.exit(2^53 + 2)`, "bad argument #1 to 'exit' (integer expected, got 9007199254740994)")
	s.raises(t, `os.exit(1/0)`, "bad argument #1 to 'exit' (integer expected, got inf)")
	s.raises(t, `os.exit("x")`, "bad argument #1 to 'exit'")
	_, w := pipe(t)
	replace(t, 1, w)
	s.expect(t, `return select("#", print("x"))`, "0")
	t.Setenv("TMPDIR", "nofolder")
	s.raises(t, `os.tmpname()`, "unable to generate a unique filename")
	s.expect(t, `return io.tmpfile()`, "nil No such file or directory 2")
}

// child runs a chunk in this binary, as a program.
func child(t *testing.T, chunk string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), inChild+"="+chunk)
	return c
}

func TestClosedStandardOutput(t *testing.T) {
	for _, chunk := range []string{`while true do print("y") end`, `while true do io.write("y\n") end`,
		`io.stdout:setvbuf("full") while true do print("y") end`} {
		c := child(t, chunk)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 2)); err != nil {
			t.Fatal(err)
		}
		out.Close()
		if err := c.Wait(); c.ProcessState.ExitCode() != 7 {
			t.Errorf("%s: %v", chunk, err)
		}
	}
}

func TestOtherDescriptorAsStandardOutput(t *testing.T) {
	// The pipe of a popen that has ended, put over descriptor 1 by the shell's means:
	// not the standard output of the start, so the script is to see the error.
	s := open(t, iolib.Options{Closed: func() { t.Error("Closed was called") }})
	var p [2]int
	if err := unix.Pipe(p[:]); err != nil {
		t.Fatal(err)
	}
	replace(t, 1, p[1])
	unix.Close(p[0])
	unix.Close(p[1])
	s.raises(t, `print("x")`, "print: EPIPE (Broken pipe)")
	s.expect(t, `return io.write("x")`, "nil Broken pipe 32 0")
}

func TestSignalsOfTheChildAreTheDefault(t *testing.T) {
	s := open(t, iolib.Options{})
	s.expect(t, `return io.popen("kill -PIPE $$"):close()`, fmt.Sprintf("nil signal %d", syscall.SIGPIPE))
	s.expect(t, `return io.popen("kill -INT $$"):close()`, fmt.Sprintf("nil signal %d", syscall.SIGINT))
}
