package scripts_test

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sockrepl/bindings/built"
	"sockrepl/scripts"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m)) }

// options is where a demo names the words of its command line.
var options = regexp.MustCompile(`options\((?:.*, "([^"]*)")?\)\n`)

// TestLaw: each demo says in its first line what it shows and in its second how it is
// used, has a test of its name, and is in a group.
func TestLaw(t *testing.T) {
	names, err := fs.Glob(scripts.FS, "*.lua")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	grouped := map[string]int{}
	for _, group := range scripts.Groups {
		for _, name := range group.Names {
			grouped[name]++
		}
	}
	for _, file := range names {
		name := strings.TrimSuffix(file, ".lua")
		source, _ := scripts.Demo(name)
		lines := strings.SplitN(source, "\n", 3)
		if len(lines) < 3 || !strings.HasPrefix(lines[0], "-- ") || len(lines[0]) > 110 {
			t.Errorf("%s: the first line is to say what it shows, not %q", file, lines[0])
		}
		if len(lines) < 3 || !strings.HasPrefix(lines[1], "-- usage: "+name) {
			t.Errorf("%s: the second line is to be its usage, not %q", file, lines[1])
		}
		if strings.Contains(source, "echo.start()") { // where the echo servers have theirs
			shared, _ := scripts.FS.ReadFile("lib/echo.lua")
			source += string(shared)
		}
		if words := options.FindStringSubmatch(source); words == nil || !strings.Contains(lines[1], words[1]) {
			t.Errorf("%s: its usage %q is not what it tells script.options: %q", file, lines[1], words)
		}
		if n := grouped[name]; n != 1 {
			t.Errorf("%s is in %d groups, not in one", name, n)
		}
		tests, _ := filepath.Glob("testdata/" + name + ".txtar")
		timed, _ := filepath.Glob("testdata/timed/" + name + ".txtar")
		if len(tests)+len(timed) == 0 {
			t.Errorf("%s has no test", file)
		}
	}
}

// demo is a demo that runs; its output is kept.
type demo struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.WriteCloser

	mu    sync.Mutex
	text  strings.Builder
	grown *sync.Cond
	ended bool
	done  chan error
}

// start runs a demo, in a folder of its own unless dir says where.
func start(t *testing.T, dir string, args ...string) *demo {
	t.Helper()
	d := &demo{t: t, cmd: exec.Command(built.Program(t), args...), done: make(chan error, 1)}
	d.grown = sync.NewCond(&d.mu)
	d.cmd.Dir = dir
	d.stdin, _ = d.cmd.StdinPipe()
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.cmd.Stderr = d.cmd.Stdout
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go d.collect(out)
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	return d
}

func (d *demo) collect(out io.Reader) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		d.mu.Lock()
		d.text.WriteString(line)
		d.ended = err != nil
		d.mu.Unlock()
		d.grown.Broadcast()
		if err != nil {
			d.done <- d.cmd.Wait()
			return
		}
	}
}

// wait waits until the output matches, and answers what the groups of the pattern did.
func (d *demo) wait(pattern string) []string {
	d.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	late := false
	timer := time.AfterFunc(20*time.Second, func() {
		d.mu.Lock()
		late = true
		d.mu.Unlock()
		d.grown.Broadcast()
	})
	defer timer.Stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		if groups := re.FindStringSubmatch(d.text.String()); groups != nil {
			return groups
		}
		if d.ended || late {
			d.t.Fatalf("%v: no %s in\n%s", d.cmd.Args[1:], pattern, d.text.String())
		}
		d.grown.Wait()
	}
}

// finish waits for the end with status 0, and answers all the output.
func (d *demo) finish() string {
	d.t.Helper()
	select {
	case err := <-d.done:
		if err != nil {
			d.t.Errorf("%v: %v\n%s", d.cmd.Args[1:], err, d.text.String())
		}
	case <-time.After(30 * time.Second):
		d.t.Fatalf("%v does not end:\n%s", d.cmd.Args[1:], d.text.String())
	}
	return d.text.String()
}

// output runs a demo to its end, and answers what it printed and whether it succeeded.
func output(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	out, err := exec.Command(built.Program(t), args...).CombinedOutput()
	return string(out), err == nil
}

// has fails where the text does not match.
func has(t *testing.T, text string, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		if !regexp.MustCompile("(?m)" + pattern).MatchString(text) {
			t.Errorf("no %s in\n%s", pattern, text)
		}
	}
}

// conn is a peer of Go's with lines.
type conn struct {
	*net.TCPConn
	t     *testing.T
	lines *bufio.Reader
}

func dial(t *testing.T, address string) *conn {
	t.Helper()
	c, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	return &conn{c.(*net.TCPConn), t, bufio.NewReader(c)}
}

func (c *conn) say(format string, args ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c, format, args...); err != nil {
		c.t.Fatal(err)
	}
}

// expect reads lines until one is as wanted.
func (c *conn) expect(want string) {
	c.t.Helper()
	for {
		line, err := c.lines.ReadString('\n')
		if err != nil {
			c.t.Fatalf("waiting for %q: %v", want, err)
		}
		if line == want+"\n" {
			return
		}
	}
}

// listening answers the address that a demo's first line tells.
func (d *demo) listening() string {
	d.t.Helper()
	return d.wait(`(127\.0\.0\.1:\d+)`)[1]
}

// free answers a port that nobody has now.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
