package repl_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestCompletion: Tab completes by what the cursor stands in, and shows choices below.
func TestCompletion(t *testing.T) {
	s := open(t, setting{})
	s.press("socketp" + tab)
	s.waitFor("> socketpair")
	s.press("\x15socket" + tab)
	s.waitForMatch(`> socket\nsocket +Make a socket and answer its descriptor\.\nsocketpair +Make two sockets`)
	s.press("(AF_U" + tab)
	s.waitFor("> socket(AF_UN")
	s.press("I" + tab)
	s.waitFor("> socket(AF_UNIX")
	s.press("\x15setsockopt(3, IPPROTO_TCP, TCP_NOD" + tab)
	s.waitFor("> setsockopt(3, IPPROTO_TCP, TCP_NODELAY")
	s.press("\x15string.form" + tab)
	s.waitFor("> string.format")
	s.press("\x15cfg = {port_number = 1}\r")
	s.waitFor("\n>")
	s.press("cfg.po" + tab)
	s.waitFor("> cfg.port_number")
	s.press("\x15run \"echo_s" + tab)
	s.waitForMatch(`> run "echo_select`)
	if err := os.WriteFile(filepath.Join(s.home, "a_file_here"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s.press("\x15open(\"a_fi" + tab)
	s.waitForMatch(`> open\("a_file_here`)
}

// TestSynopsis: F1, and a second Tab, show the call that is being typed, below its line; the
// next key wipes it off.
func TestSynopsis(t *testing.T) {
	for _, key := range []string{f1, tab + tab} {
		s := open(t, setting{})
		s.press("send(3, " + key)
		s.waitForMatch(`> send\(3,\nsend\(fd, <data> \[, flags\]\) → count\n`)
		s.press("\"x\"")
		s.waitFor(`> send(3, "x"`)
	}
	s := open(t, setting{columns: 40, rows: 12})
	s.press("getsockopt(3, SOL_SOCKET, " + f1)
	s.waitForMatch(`getsockopt\(fd, level`)
	s.press("SO_TYPE)\r")
	s.waitForMatch(`> getsockopt\(3, SOL_SOCKET, SO_TYPE\)\nnil`)
}

// TestHelp: help explains a call, a constant, a word; ? behind a name is short for it.
func TestHelp(t *testing.T) {
	s := open(t, setting{rows: 60, columns: 80})
	s.enter("recv")
	s.enter("my, sk = recv, require 'sock'")
	for line, want := range map[string]string{
		"help()":                    `help "recv"`,
		"help(recv)":                "Receive up to count bytes",
		"help(sk.listen)":           "sock.listen(",
		`help "recv"`:               "Receive up to count bytes",
		"recv?":                     "Receive up to count bytes",
		"?recv":                     "Receive up to count bytes",
		"??recv":                    "Receive up to count bytes",
		"?recv?":                    "Receive up to count bytes",
		"? recv()":                  "Receive up to count bytes",
		"? why does recv block":     "guide(4)  What recv and send do",
		"help recv":                 "Receive up to count bytes",
		"help AF_INET":              "AF_INET = 2",
		"help packet loss":          "peers.lossy",
		"help why does recv block?": "guide(4)  What recv and send do",
		"help or 5":                 "function help([topic])",
		"help('recv') == 5":         "false",
		"help recv, send":           "expected near 'recv'",
		"SO_REUSEADDR?":             "SO_REUSEADDR",
		"string.pack?":              "string.pack(",
		"x = string.pack?":          "unexpected symbol near '?'",
		"?":                         `help "recv"`,
		`help "nonblocking"`:        "O_NONBLOCK",
		"help(ECONNREFUSED)":        "111 is taken for an errno.",
		"help(AF_INET)":             "A constant is only a number here: help \"AF_INET\"",
		"help(O_NONBLOCK)":          "A constant is only a number here: help \"AF_INET\"",
		"help(EAI_NONAME)":          "EAI_NONAME",
		"help(undefined_name)":      "expected, got nil; global 'undefined_name' is nil)",
		"help(recvv)":               "'recvv' is nil; did you mean recv?)",
		"help recv()":               "Receive up to count bytes",
		`help "recvv"`:              "recv",
	} {
		if got := s.answer(line); !strings.Contains(got, want) {
			t.Errorf("%s shows\n%s", line, got)
		}
	}
}

// TestHint: the first refusal with an errno is explained, the next is not.
func TestHint(t *testing.T) {
	s := open(t, setting{})
	s.enter(`c = socket(AF_INET, SOCK_STREAM, 0)`)
	first, second := s.answer(`recv(c, 1)`), s.answer(`recv(c, 1)`)
	refusal := "nil  recv: ENOTCONN (Transport endpoint is not connected)  107"
	if first != refusal+"\nthe socket is not connected, or it is the listening one" || second != refusal {
		t.Errorf("the refusals are shown as\n%s\nand\n%s", first, second)
	}
	narrow := open(t, setting{columns: 40, rows: 20})
	want := "nil  listen: EBADF (Bad file descriptor)\n9\nno open descriptor, or not open for that"
	if got := narrow.answer(`listen(9999)`); got != want {
		t.Errorf("at 40 columns the refusal is shown as\n%s", got)
	}
	if got := narrow.answer(`run("check", "echo_client")`); !strings.HasSuffix(got, "has what it\ntakes: guide(5)") {
		t.Errorf("at 40 columns an exercise is shown as\n%s", got)
	}
}

// TestTranspose: Ctrl-T changes two characters; where there is only one, it does nothing.
func TestTranspose(t *testing.T) {
	s := open(t, setting{})
	s.press("ab\x14c")
	s.waitFor("> bac")
	s.press("\x15a\x14\x14b\x14c")
	s.waitFor("> bac")
	s.press("\x15a\x02\x14b")
	s.waitFor("> ba")
}

// TestUndo: Ctrl-_ takes back one change of the line after the other, a word at a time, up to where the
// line began; what Up has brought is such a beginning.
func TestUndo(t *testing.T) {
	s := open(t, setting{})
	s.enter("first = 1")
	for _, step := range []struct{ typed, want string }{
		{"local abc, def", "> local abc, def"},
		{"\x17", "> local abc,"}, // Ctrl-W
		{"\x1f", "> local abc, def"},
		{"\x1f", "> local abc,"},
		{"\x1f\x1f", "> local abc"},
		{"\x01\x1b[3~", "> ocal abc"}, // Ctrl-A, Delete
		{"x", "> xocal abc"},
		{"\x1f\x1f", "> local abc"},
		{"socketpa\t", "> socketpairlocal abc"},
		{"\x1f", "> socketpalocal abc"},
		{"\x1f\x1f\x1f\x1f\x1f\x1f", ">"},
		{"\x1f", ">"},
		{"draft\x1b[A", "> first = 1"},
		{"\x1f", "> first = 1"},
		{" + 2\x1f\x1f", "> first = 1 +"},
		{"\x15x = n_2 (y\x1b[D\x1b[D", "> x = n_2 (y"}, // where the cursor was moved a word ends
		{"\x1f", "> x = n_2 ("},
		{"\x1f\x1f", "> x = n_2"},
		{"\x1f", "> x ="},
		{"z", "> x = z"}, // and where a change was taken back
		{"\x1f", "> x ="},
		{"ab\x1b[Dc", "> x = acb"},
		{"\x1f", "> x = ab"},
	} {
		s.press(step.typed)
		s.until(step.want, func(text string) bool { return strings.HasSuffix(text, "\n"+step.want) })
	}
	s.press("\x1f\x1f\x1f\x15") // Ctrl-U
	s.expect("first", "1")
}

// TestNarrow: a line that wraps is drawn right wherever the cursor is in it, with wide
// characters too, and what is above it stays.
func TestNarrow(t *testing.T) {
	s := open(t, setting{columns: 20, rows: 20})
	s.press(`x = "0123456789012345678901234567890123456789"`)
	s.waitFor("> x = \"0123456789012\n34567890123456789012\n3456789\"")
	s.press("\x1b[1~")
	s.press("A")
	s.waitFor("to leave.\n> Ax = \"012345678901\n23456789012345678901\n23456789\"")
	s.press("\x1b[4~" + strings.Repeat("\x1b[D", 12) + "B\x1b[3~")
	s.waitFor("to leave.\n> Ax = \"012345678901\n23456789012345678B01\n23456789\"")
	wide := open(t, setting{columns: 40, rows: 20}) // the emulator does not wrap wide characters
	wide.press(`f"日本語日本語"` + "\x1b[D\x1b[D\x1b[DZ\x1b[DY")
	wide.waitFor("> f\"日本語日YZ本語\"")
	wide.press("\x1b[D" + f1)
	wide.press("\x1b[D\x1b[D\x1b[D\x1b[3~")
	wide.waitFor("> f\"日語日YZ本語\"")
}

// TestKeys: keys that readline would misread.
func TestKeys(t *testing.T) {
	s := open(t, setting{})
	s.press("\x1b[3~\x00\x1c\x0f\x18\x1b[15~\x1b[1;5C1 + 1\r") // Delete, Ctrl-Space, Ctrl-\, Ctrl-O, Ctrl-X, F5, Ctrl-Right
	s.waitFor("> 1 + 1\n2\n>")
	s.press("one two\x1b[1;5D\x1b[1;5DX")
	s.waitFor("> Xone two")
}

// TestViMode: the usual .inputrc's editing mode is kept.
func TestViMode(t *testing.T) {
	home := t.TempDir()
	rc := "# mine\n$if Bash\nset editing-mode emacs\n$else\nset editing-mode vi\n$endif\n"
	if err := os.WriteFile(filepath.Join(home, ".inputrc"), []byte(rc), 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, setting{home: home})
	s.expect("1", "1")
	s.press("print(\"abc\")")
	s.waitFor(`print("abc")`)
	s.press("\x1b")
	s.press("0ix\x1b$a --\r")
	s.waitForMatch(`xprint\("abc"\) --\n`)
	s.press("\x1b[A")
	s.waitForMatch(`> xprint\("abc"\) --$`)
}

// TestDumb: a terminal that understands no escape sequences gets none.
func TestDumb(t *testing.T) {
	s := start(t, setting{env: []string{"TERM=dumb", "NO_COLOR="}})
	s.waitFor(">")
	s.press("x = {1,\n")
	s.waitFor("\n>>")
	s.press("2}\n")
	s.waitFor(">> 2}\n>")
	s.press("x\n")
	s.waitFor("> x\n{1, 2}\n>")
	s.press("half a line")
	s.waitFor("half a line")
	s.press(ctrlC)
	s.waitFor("half a line^C\n>")
	s.press("r, w = pipe()\n")
	s.waitFor("pipe()\n>")
	s.noteIdle()
	s.press("read(r, 1)\n")
	s.interruptBlocked()
	s.waitFor("interrupted (read)\n>")
	s.press("conect()\n")
	s.waitFor("did you mean connect?)\n>")
	s.press("io.write('x')\n")
	s.waitFor("xtrue\n>")
	s.press("if x then\n")
	s.waitFor("\n>>")
	s.press(ctrlD)
	s.waitFor(">>\nthe unfinished input is dropped; the history has it\n>")
	if strings.Contains(s.raw(), "\x1b") {
		t.Errorf("escape sequences were sent: %q", s.raw())
	}
	s.press(ctrlD)
	s.wait()
}

// TestColour: errors are red and lines coloured as they are typed, but not with NO_COLOR.
func TestColour(t *testing.T) {
	s := open(t, setting{env: []string{"NO_COLOR="}})
	s.enter(`if x then print("s", 1) end -- c`)
	s.enter(`conect()`)
	s.enter(`listen(9999)`)
	for _, want := range []string{"\nno open descriptor", "\x1b[1mif\x1b[m", "\x1b[32m\"s\"\x1b[m", "\x1b[2m-- c\x1b[m", "\x1b[31mstdin:1: attempt"} {
		if !strings.Contains(s.raw(), want) {
			t.Errorf("%q was not sent", want)
		}
	}
	s.paste("x = [[ a\nif ]]\n") // what a line begins within colours it, in a paste as well
	s.until("a string over two lines", func(string) bool {
		return strings.Contains(s.rawText.String(), "\x1b[32mif ]]\x1b[m")
	})
	s.press("f(1)")
	s.until("the brackets to match", func(string) bool {
		return strings.Contains(s.rawText.String(), "\x1b[1;4m(\x1b[m\x1b[35m1\x1b[m\x1b[1;4m)\x1b[m")
	})
	plain := open(t, setting{})
	plain.enter(`if x then print("s", 1) end`)
	plain.enter(`conect()`)
	if strings.Contains(plain.raw(), "m\"s\"") || strings.Contains(plain.raw(), "\x1b[31m") {
		t.Errorf("colours in spite of NO_COLOR: %q", plain.raw())
	}
}

// TestHostile: what a peer sends is never sent raw to the terminal.
func TestHostile(t *testing.T) {
	s := open(t, setting{})
	s.enter(`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`)
	s.enter(`send(a, "\27]0;title\7\27[31m\155\200")`)
	s.expect(`data = recv(b, 100)`, ``, `data`, `"\027]0;title\a\027[31m\155\200"`, `{[data] = data}`,
		`{["\027]0;title\a\027[31m\155\200"] = "\027]0;title\a\027[31m\155\200"}`)
	if got := s.answer(`error(data, 0)`); got != `\027]0;title\007\027[31m\155\200` {
		t.Errorf("the error is shown as %q", got)
	}
}

// TestMendServer: a server's loop is ended by Ctrl-C with its clients still connected, its
// handler is mended, the loop is called again, and the client never noticed.
func TestMendServer(t *testing.T) {
	s := open(t, setting{})
	s.paste(`local l = socket(AF_INET, SOCK_STREAM, 0)
bind(l, "127.0.0.1", 0)
listen(l)
clients = {l}
local function handle(fd)
  local data = recv(fd, 100)
  send(fd, data.upper)
end
function serve()
  while true do
    for _, fd in ipairs(select(clients)) do
      if fd == l then
        clients[#clients + 1] = accept(l)
      else
        handle(fd)
      end
    end
  end
end
`)
	s.waitForMatch(`\nend?\n>$|>> end\n>$`)
	port := strings.Trim(s.answer(`getsockname(l)`), "\n")
	s.press("serve()\r")
	c, err := net.Dial("tcp", port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("one")); err != nil {
		t.Fatal(err)
	}
	text := s.waitForMatch(`(?s)serve\(\)\nstdin:7: bad argument #2 to 'send' .*\n>$`)
	if !strings.Contains(text, "stdin:7: in handle\n  stdin:15: in serve\n") {
		t.Errorf("the traceback is\n%s", text)
	}
	if got := s.answer(`where()`); !strings.Contains(got, "    data = \"one\"\n") {
		t.Errorf("where() shows\n%s", got)
	}
	s.enter(`function handle(fd) send(fd, recv(fd, 100):upper()) end`)
	s.press("serve()\r")
	if _, err := c.Write([]byte("two")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	n, err := c.Read(buf)
	if err != nil || string(buf[:n]) != "TWO" {
		t.Errorf("the mended server answers %q, %v", buf[:n], err)
	}
	s.interruptBlocked()
	s.waitForMatch(`interrupted \(select\)\n>$`)
}

// TestOneColumn: a window can be made as narrow as that, and must not end the editing of a line.
func TestOneColumn(t *testing.T) {
	s := start(t, setting{columns: 1, rows: 10})
	s.until("a prompt", func(string) bool { return s.prompts > 0 })
	s.press("answer = 40 + 3\r")
	s.until("the next prompt", func(string) bool { return s.prompts > 1 })
	s.press("\x12answ\x07\x15os.exit(answer - 1)\r")
	if status := s.wait(); status.ExitCode() != 42 {
		t.Errorf("the prompt ended with %v", status)
	}
}

// TestPromptOfARow: what a search writes before the line may be as wide as the terminal, as it is typed
// or once the window is narrower.
func TestPromptOfARow(t *testing.T) {
	s := open(t, setting{columns: 40, rows: 20})
	s.enter(`answer = "abcdefghijklmnop"`)
	s.press("\x12" + `answer = "abcdefgh`)
	s.until("a search", func(text string) bool { return strings.Contains(text, "(reverse-i-search)`answer = \"abcdefgh':") })
	if err := pty.Setsize(s.pty, &pty.Winsize{Cols: 20, Rows: 20}); err != nil {
		t.Fatal(err)
	}
	s.press("\x07\x15os.exit(#answer)\r")
	if status := s.wait(); status.ExitCode() != 16 {
		t.Errorf("the prompt ended with %v", status)
	}
}

// TestNonblockingTerminal: the prompt reads what the line has made non-blocking, and goes on.
func TestNonblockingTerminal(t *testing.T) {
	for _, kind := range []string{"xterm-256color", "dumb"} {
		s := open(t, setting{env: []string{"TERM=" + kind}})
		s.press("fcntl(0, F_SETFL, bit.bor(fcntl(0, F_GETFL), O_NONBLOCK))\r")
		s.waitForMatch(`\n0\n>`)
		s.press("os.exit(40 + 2)\r")
		if status := s.wait(); status.ExitCode() != 42 {
			t.Errorf("%s: the prompt ended with %v", kind, status)
		}
	}
}
