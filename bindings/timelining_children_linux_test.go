package bindings

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sockrepl/bindings/built"
)

// ofChildren runs a script that draws a time line, and answers what it prints. blocked(pid, call)
// in it waits until the time line has it that the process is blocked in that call.
func ofChildren(t *testing.T, source string) string {
	t.Helper()
	const helpers = `
		function blocked(pid, call)
			repeat
				timeline(SVG)
				local f = io.open(SVG)
				local text = f:read("*a")
				f:close()
			until text:find("process " .. pid .. "  " .. call .. "  has waited", 1, true)
		end `
	picture := "SVG = " + Quote(filepath.Join(t.TempDir(), "a.svg"))
	out, err := exec.Command(built.Program(t), "-e", picture, "-e", helpers+source).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := strings.ReplaceAll(string(out), "\n  ", " ") // wrapped
	return varying.ReplaceAllString(text, "T")
}

// TestTimelineChildren: what a child of spawn calls has a lane, and is matched with what its parent
// and another child do; its end is what waitpid waits for.
func TestTimelineChildren(t *testing.T) {
	text := ofChildren(t, `
		timeline(true)
		a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
		r, w = pipe()
		now, go = pipe()
		function serve(fd, w, now) read(now, 1) write(w, "x") recv(fd, 5) os.exit(3) end
		function write_and_go(fd) send(fd, "hello") end
		pid = spawn(serve, b, w, now, {pass_fds = {b, w, now}})
		close(w)
		thread(function(go)
			repeat until tostring(threads()):find("main +blocked in read")
			write(go, "x")
		end, go)
		read(r, 1)
		blocked(pid, "recv(4, 5, 0)")
		t = thread(function(pid) waitpid(pid) end, pid)
		repeat until t.state == "blocked in waitpid"
		other = spawn(write_and_go, a, {pass_fds = {a}})
		join(t)
		waitpid(other)
		print(pid, other)
		timeline(false)
		timeline()`)
	first, rest, _ := strings.Cut(text, "\n")
	pid, other, _ := strings.Cut(first, "\t")
	for _, want := range []string{
		"\nprocess " + pid + " serve ",
		"\nprocess " + other + " write_and_go ",
		"\nprocess " + pid + "  recv(4, 5, 0)  waited T for process " + other + "'s send(3, ...)\n",
		"\nmain  read(5, 1)  waited T for process " + pid + "'s write(6, ...)\n",
		"\nthread 2  waitpid(" + pid + ", 0)  waited T for the end of process " + pid + " (exited with 3)\n",
	} {
		if !strings.Contains(rest, want) {
			t.Errorf("there is no %q in\n%s", want, rest)
		}
	}
}

// TestTimelineKilled: a child that is killed in the midst of a call has that call, and its lane ends
// there; a child of its, and a thread, have lanes as well.
func TestTimelineKilled(t *testing.T) {
	text := ofChildren(t, `timeline(true)
		r, w = pipe()
		function deep(w) write(w, "x") sleep(100) end
		function child(w)
			local t = thread(sleep, 100)
			repeat until t.state ~= "running"
			local pid = spawn(deep, w)
			write(w, string.pack("<I4", pid))
			sleep(100)
		end
		pid = spawn(child, w)
		local got = ""
		while #got < 5 do got = got .. read(r, 5 - #got) end
		local grandchild = string.unpack("<I4", (got:gsub("^x", ""):gsub("x$", "")))
		blocked(pid, "sleep(100)")
		blocked(grandchild, "sleep(100)")
		kill(pid, SIGKILL) kill(grandchild, SIGKILL)
		waitpid(pid)
		timeline(false)
		print(pid, grandchild)
		timeline()`)
	first, rest, _ := strings.Cut(text, "\n")
	pid, grandchild, _ := strings.Cut(first, "\t")
	for _, want := range []string{
		`process ` + pid + ` child .*\.[# .-]*\nprocess ` + pid + ` thread 1`,
		`process ` + grandchild + ` deep .*\.`,
		`process ` + pid + `  sleep\(100\)  has waited for T`,
		`process ` + grandchild + `  sleep\(100\)  has waited for T`,
	} {
		if !regexp.MustCompile(want).MatchString(rest) {
			t.Errorf("there is no %q in\n%s", want, rest)
		}
	}
}

// TestTimelineUnwaited: that a child ends is seen where nobody waits for it, too.
func TestTimelineUnwaited(t *testing.T) {
	text := ofChildren(t, `
		r, w = pipe()
		held, go = pipe()
		function wait(fd) read(fd, 1) end
		function drawn()
			timeline(SVG)
			local f = io.open(SVG)
			local text = f:read("*a")
			f:close()
			return text
		end
		timeline(true)
		pid = spawn(wait, held, {pass_fds = {w, held}})
		close(w)
		thread(function(go)
			repeat until tostring(threads()):find("main +blocked in read")
			write(go, "x")
		end, go)
		read(r, 1)
		limit = clock() + 20
		repeat seen = drawn():find("the end of process " .. pid, 1, true) until seen or clock() > limit
		timeline(false)
		print(pid)
		timeline()`)
	pid, rest, _ := strings.Cut(text, "\n")
	if want := "\nmain  read(3, 1)  waited T for the end of process " + pid + "\n"; !strings.Contains(rest, want) {
		t.Errorf("there is no %q in\n%s", want, rest)
	}
}

// TestTimelineEnded: a child that outlives the recording is held up by nothing, and its later calls
// are in no picture; one that begins while nothing is recorded has no lane.
func TestTimelineEnded(t *testing.T) {
	text := ofChildren(t, `
		a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
		function echo(fd) while true do local text = recv(fd, 10) if text == "" then return end send(fd, text) end end
		timeline(true)
		pid = spawn(echo, b, {pass_fds = {b}})
		close(b)
		send(a, "x") recv(a, 10)
		timeline(false)
		for i = 1, 1000 do send(a, "x") recv(a, 10) end
		timeline()
		timeline(true)
		for i = 1, 10 do send(a, "x") recv(a, 10) end
		none = spawn("sleep(0)")
		timeline(false)
		none = spawn("sleep(0)")
		timeline(true)
		waitpid(none)
		shutdown(a, SHUT_WR)
		print(select(3, waitpid(pid)))
		timeline(false)
		timeline()`)
	if !strings.Contains(text, "exited with 0") || !regexp.MustCompile(`^T, \d\d? calls:`).MatchString(text) {
		t.Errorf("it draws\n%s", text)
	}
	if _, last, _ := strings.Cut(text, "exited with 0"); strings.Contains(last, "\nprocess ") {
		t.Errorf("there is a lane of a stranger in\n%s", last)
	}
}

// TestTimelineChildPrints: what a child prints to a pipe that is full for a moment is left out, as
// it is in its parent, and does not seem to go on for ever.
func TestTimelineChildPrints(t *testing.T) {
	text := ofChildren(t, `
		timeline(true)
		r, w = pipe()
		function say(n) for i = 1, n do io.write(("x"):rep(100000)) io.flush() end end
		pid = spawn(say, 5, {[1] = w})
		close(w)
		repeat until read(r, 65536) == ""
		waitpid(pid)
		timeline(false)
		timeline()`)
	if !strings.Contains(text, " say ") || strings.Contains(text, "write(1, ...)  has waited for") {
		t.Errorf("it draws\n%s", text)
	}
}

// TestTimelineRefused: where the file of children's calls could not be made the next child makes
// it whole.
func TestTimelineRefused(t *testing.T) {
	text := ofChildren(t, `
		r, w = pipe()
		now, go = pipe()
		function answer(w) read(now, 1) write(w, "x") end
		timeline(true)
		soft = getrlimit(RLIMIT_FSIZE)
		setrlimit(RLIMIT_FSIZE, 0)
		_, message = spawn(answer, w)
		setrlimit(RLIMIT_FSIZE, soft)
		print(message)
		pid = spawn(answer, w)
		thread(function(go)
			repeat until tostring(threads()):find("main +blocked in read")
			write(go, "x")
		end, go)
		read(r, 1)
		waitpid(pid)
		timeline(false)
		timeline()`)
	if !strings.HasPrefix(text, "spawn: EFBIG ") || !regexp.MustCompile(`\nmain  read\(3, 1\)  waited T for process \d+'s write\(4, `).MatchString(text) {
		t.Errorf("it draws\n%s", text)
	}
}

// TestTimelineCommands: the children of io.popen and os.execute have lanes, which begin and end as
// those of exec do, and are called by the command, which may have slashes.
func TestTimelineCommands(t *testing.T) {
	text := ofChildren(t, `timeline(true)
		p = io.popen("exec cat >&2 #/a", "w")
		os.execute("exit 3 #/b")
		p:close()
		timeline(false)
		timeline(SVG)
		for line in io.lines(SVG) do print(line) end`)
	for _, want := range []string{
		`process \d+ exec cat &gt;&amp;2 #/a`,
		`process \d+ exit 3 #/b`,
		`waitpid\(\d+, 0\) = \d+, 768, &#34;exited with 3`,
		`>exited with 3<`,
		`>exited with 0<`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
}
