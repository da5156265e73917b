package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sockrepl/bindings/built"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"sockrepl": main})
}

// tests runs the tests, and takes away what they built.
type tests struct{ *testing.M }

func (t tests) Run() int { return built.Main(t.M) }

func TestScript(t *testing.T) {
	runScripts(t, filepath.Join("scripts", "testdata"), nil)
}

// TestTimed: the scripts in which time counts run the program that is built, never one with
// the race detector in it, which is ten times as slow.
func TestTimed(t *testing.T) {
	folder := filepath.Dir(built.Program(t))
	runScripts(t, filepath.Join("scripts", "testdata", "timed"), func(env *testscript.Env) {
		env.Setenv("PATH", folder+string(filepath.ListSeparator)+env.Getenv("PATH"))
	})
}

// runScripts runs a folder of testscript's scripts, with peers of Go's for them to talk to.
func runScripts(t *testing.T, dir string, also func(*testscript.Env)) {
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprintf(w, "the page %s\n", r.URL.Path)
			}))
			env.Defer(page.Close)
			host, port, _ := strings.Cut(page.Listener.Addr().String(), ":")
			env.Setenv("HTTP_HOST", host)
			env.Setenv("HTTP_PORT", port)
			echo, err := echoServer()
			if err != nil {
				return err
			}
			env.Defer(func() { _ = echo.Close() })
			_, port, _ = strings.Cut(echo.Addr().String(), ":")
			env.Setenv("ECHO_PORT", port)
			if also != nil {
				also(env)
			}
			return nil
		},
	})
}

// echoServer is a peer in Go for the demos: it sends back what comes.
func echoServer() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	return l, nil
}

// start runs the program, and answers it with its output's lines.
func start(t *testing.T, args ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(built.Program(t), args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, bufio.NewReader(out)
}

// TestEchoServers: each serves many clients, some slow, some rude, of which the others notice
// nothing; and ends by itself when nobody comes any more.
func TestEchoServers(t *testing.T) {
	for server, clients := range map[string]int{
		"echo_one": 20, "echo_process": 20, "echo_thread": 150, "echo_polling": 20,
		"echo_select": 150, "echo_poll": 150, "echo_epoll": 150,
	} {
		t.Run(server, func(t *testing.T) {
			if server == "echo_epoll" && runtime.GOOS != "linux" {
				t.Skip("epoll is Linux's")
			}
			t.Parallel()
			cmd, out := start(t, server, "--idle=3", "0")
			line, err := out.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			address := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
			var wg sync.WaitGroup
			for i := range clients {
				wg.Go(func() {
					if err := client(address, i); err != nil {
						t.Errorf("client %d: %v", i, err)
					}
				})
			}
			wg.Wait()
			if err := cmd.Wait(); err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// TestInetd: a program that knows nothing of sockets serves a socket.
func TestInetd(t *testing.T) {
	cmd, out := start(t, "inetd", "--idle=1", "0", "sed", "-u", "s/a/b/")
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	for range 3 {
		c, err := net.DialTimeout("tcp", address, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(30 * time.Second))
		_, _ = io.WriteString(c, "a line\n")
		answer, err := bufio.NewReader(c).ReadString('\n')
		if answer != "b line\n" {
			t.Errorf("it answers %q, %v", answer, err)
		}
		_ = c.Close()
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// TestInterruptedScript: Ctrl-C ends a script as it ends other programs.
func TestInterruptedScript(t *testing.T) {
	cmd, out := start(t, "echo_select", "0")
	if _, err := out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Signal(os.Interrupt)
	err := cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || status.Signal() != syscall.SIGINT {
		t.Errorf("after an interrupt it ended with %v, not by SIGINT", err)
	}
}

// TestModels: the table of the seven servers says of each what is characteristic of it.
func TestModels(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("epoll, which is one of the seven, is Linux's")
	}
	t.Parallel()
	out, err := exec.Command(built.Program(t), "models", "--clients=5", "--requests=10", "--work=1000").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	held := map[string]int{"one": 1, "process": 5, "thread": 5, "polling": 5, "select": 5, "poll": 5, "epoll": 5}
	for _, line := range strings.Split(string(out), "\n") {
		words := strings.Fields(line)
		if len(words) < 6 || held[words[0]] == 0 {
			continue
		}
		if words[1] != strconv.Itoa(held[words[0]]) {
			t.Errorf("%s held %s clients, not %d", words[0], words[1], held[words[0]])
		}
		for _, figure := range words[2:6] {
			if n, err := strconv.ParseFloat(figure, 64); err != nil || n <= 0 {
				t.Errorf("%s: a figure is %q", words[0], figure)
			}
		}
		delete(held, words[0])
	}
	if len(held) > 0 || !strings.Contains(string(out), "in two threads: ") {
		t.Errorf("the table is\n%s", out)
	}
}

// TestOutputClosed: a script whose output nobody reads any more ends quietly, as other
// programs do in front of "| head -1".
func TestOutputClosed(t *testing.T) {
	cmd := exec.Command(built.Program(t), "-e", `for i = 1, 1e9 do print(i) end`)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "1\n" {
		t.Errorf("the first line is %q, %v", line, err)
	}
	_ = out.Close()
	_ = cmd.Wait()
	if cmd.ProcessState.ExitCode() != 128+int(syscall.SIGPIPE) || complaints.String() != "" {
		t.Errorf("it ended with %v and said %q", cmd.ProcessState, complaints.String())
	}
}

// client is one of the server's clients, of a temper that follows from its number.
func client(address string, i int) error {
	c, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	conn := c.(*net.TCPConn)
	switch i % 5 {
	case 0: // rude: sends, resets
		_, _ = io.WriteString(conn, "never read")
		return conn.SetLinger(0)
	case 1: // silent, then gone
		return nil
	case 2: // slow: a byte at a time
		for _, b := range []byte("slow") {
			if err := echoed(conn, string(b)); err != nil {
				return err
			}
		}
		return nil
	case 3: // half-closes: the rest must still come back
		go func() {
			_, _ = io.WriteString(conn, strings.Repeat("x", 300_000))
			_ = conn.CloseWrite()
		}()
		got, err := io.ReadAll(conn)
		if err == nil && len(got) != 300_000 {
			err = fmt.Errorf("%d bytes came back of 300,000", len(got))
		}
		return err
	}
	return echoed(conn, strings.Repeat(fmt.Sprint(i), 1000))
}

func echoed(c net.Conn, text string) error {
	if _, err := io.WriteString(c, text); err != nil {
		return err
	}
	got := make([]byte, len(text))
	if _, err := io.ReadFull(c, got); err != nil {
		return err
	}
	if string(got) != text {
		return fmt.Errorf("%.20q came back, not %.20q", got, text)
	}
	return nil
}
