package docs_test

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings/built"
	"sockrepl/bindings/calls"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m)) }

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// block answers the first block of a language in a document.
func block(t *testing.T, text, language string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "\n```"+language+"\n")
	code, _, closed := strings.Cut(rest, "```\n")
	if !found || !closed {
		t.Fatalf("no block of %s", language)
	}
	return code
}

// TestFromC: who comes from C finds each call that C has, too.
func TestFromC(t *testing.T) {
	text := read(t, "from-c.md")
	for _, c := range calls.All() {
		if c.Man != "" && !c.Native && !regexp.MustCompile(`\b`+c.Name+`\b`).MatchString(text) {
			t.Errorf("%s is not in from-c.md", c.Name)
		}
	}
}

// TestFromCEcho: the two servers do the same.
func TestFromCEcho(t *testing.T) {
	text, folder := read(t, "from-c.md"), t.TempDir()
	t.Run("Lua", func(t *testing.T) {
		file := filepath.Join(folder, "echo.lua")
		if err := os.WriteFile(file, []byte(block(t, text, "lua")), 0o600); err != nil {
			t.Fatal(err)
		}
		echo(t, exec.Command(built.Program(t), file))
	})
	t.Run("C", func(t *testing.T) {
		gcc := built.Tool(t, "gcc")
		source, program := filepath.Join(folder, "echo.c"), filepath.Join(folder, "echo")
		if err := os.WriteFile(source, []byte(block(t, text, "c")), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(gcc, "-Wall", "-Wextra", "-Werror", "-O2", "-o", program, source).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		echo(t, exec.Command(program))
	})
}

// echo starts a server, which prints its address, and has two clients talk to it.
func echo(t *testing.T, server *exec.Cmd) {
	t.Helper()
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Process.Kill(); _ = server.Wait() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var clients [2]net.Conn
	for i := range clients {
		if clients[i], err = net.Dial("tcp", strings.TrimSpace(address)); err != nil {
			t.Fatal(err)
		}
		defer clients[i].Close()
		_ = clients[i].SetDeadline(time.Now().Add(20 * time.Second))
	}
	for _, text := range []string{"first", "second", strings.Repeat("long ", 10000)} {
		for i := range clients {
			c := clients[len(clients)-1-i] // the one that came last is served first
			if _, err := io.WriteString(c, text); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(text))
			if _, err := io.ReadFull(c, got); err != nil || string(got) != text {
				t.Fatalf("%v, %d bytes of %d", err, len(got), len(text))
			}
		}
	}
}
