package repl_test

import (
	"net"
	"strings"
	"testing"
)

// TestGuide: a chapter of the guide is read at the prompt: its lines are offered, Enter types
// them, another line leaves the offer, Ctrl-C ends the reading, guide() goes on with it.
func TestGuide(t *testing.T) {
	s := open(t, setting{columns: 80, rows: 60})
	if got := s.answer("guide()"); !strings.Contains(got, "  3. Where data sits\n") {
		t.Errorf("guide() shows\n%s", got)
	}
	if got := s.answer("guide(99)"); !strings.Contains(got, "a chapter from 1 to 12 expected") {
		t.Errorf("guide(99) shows\n%s", got)
	}
	s.press("\x0cguide(5)\r")
	s.waitForMatch(`(?s)5\. Do not assume\n.*come with many:\n\n> reset\(\)$`)
	s.press("\r")
	s.waitFor("> reset()\n> a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.press("x = 1\r") // a letter takes its place
	s.waitFor("> x = 1\n> a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.press(up)
	s.waitFor("\n> x = 1")
	s.press(down)
	s.waitFor("> x = 1\n> a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.press("\x1b[D\x1b[C -- so it is edited")
	s.waitFor("> a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) -- so it is edited")
	s.press("\x15\"edited\"\r")
	s.waitFor("\"edited\"\n> a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.paste("z = 3")
	s.press("\r")
	s.waitFor("> z = 3\n> a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	s.press("\r\r\r")
	s.waitFor("\"onetwothree\"\n> send(a, \"a line\\nhalf a li\")")
	s.press(ctrlC)
	s.waitFor("^C\nguide() goes on with chapter 5\n>")
	s.expect("x", "1")
	s.press("guide()\r\r\r\r")
	s.waitFor(">>   local sent = 0")
	s.press(ctrlC)
	s.waitFor("guide() goes on with chapter 5\n>")
	s.press("guide()\r")
	s.waitFor("\n> function send_all(fd, data)")
}

// TestGuideTrouble: where a line has another outcome than in the guide, it is offered again;
// what the guide says does not work is no trouble.
func TestGuideTrouble(t *testing.T) {
	if l, err := net.Listen("tcp", "127.0.0.1:7007"); err == nil { // else another has it
		defer l.Close()
	}
	s := open(t, setting{columns: 80, rows: 60})
	s.press("guide(1)\r")
	s.waitFor("> reset()")
	s.press("\r\r\r")
	s.waitForMatch(`EADDRINUSE(.*\n)+The guide has another answer here.(.*\n)+> bind\(l, "127.0.0.1", 7007\)$`)
	s.press("\x15bind(l, '127.0.0.1', 0)\r")
	s.waitFor("0\n> bind(l, \"127.0.0.1\", 7007)")
	s.press("\x15\r")
	s.waitFor(">\n> listen(l)")
	s.press("\x0c" + ctrlC)
	s.waitFor("^C\nguide() goes on with chapter 1\n>")
	// A line with another port is the line; the further ones are offered with that port.
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	free.Close()
	s.press("guide(1)\r")
	s.waitFor("> reset()")
	s.press("\r\r")
	s.waitFor("> bind(l, \"127.0.0.1\", 7007)")
	s.press("\x15bind(l, \"127.0.0.1\", " + port + ")\r")
	s.waitFor("0\n> listen(l)")
	s.press("\r\r\r\r")
	s.waitFor("> connect(c, \"127.0.0.1\", " + port + ")")
	s.press("\x0c" + ctrlC)
	s.waitFor("^C\nguide() goes on with chapter 1\n>")
	s.press("guide(9)\r")
	s.waitFor("> reset()")
	s.press("\r\r\r")
	s.waitFor("ends the wait\n> fcntl(b, F_SETFL, bit.bor(fcntl(b, F_GETFL), O_NONBLOCK))")
}

// TestGuideText: the guide is shown without its Markdown, and as a whole where no line can be
// offered.
func TestGuideText(t *testing.T) {
	s := open(t, setting{columns: 80, rows: 60})
	s.press("guide(4)\r")
	s.waitFor("> guide(4)\n\n4. What recv and send do\n\n> reset()")
	plain := start(t, setting{columns: 80, rows: 200, env: []string{"TERM=dumb"}})
	plain.waitFor(">")
	plain.press("guide(10)\n")
	text := plain.waitForMatch(`what to\s+write\.\n>$`)
	for _, want := range []string{"10. select\n\nselect waits for", "\n> reset()\n> sock = require", "\n\nExercises: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "](") || strings.Contains(text, "`") {
		t.Errorf("there is Markdown in\n%s", text)
	}
}

// TestDumbWatch: watch writes lines where the terminal takes no escape sequences.
func TestDumbWatch(t *testing.T) {
	s := start(t, setting{columns: 80, rows: 24, env: []string{"TERM=dumb"}})
	s.waitFor(">")
	s.press("a = socketpair(AF_UNIX, SOCK_STREAM, 0)\nwatch(a, 0.01, 2)\n")
	s.waitForMatch(`> \d\d:\d\d:\d\d\.\d{3} 3 type=(.*\n)*0\n>$`)
}

// TestWatchTyped: what is typed while watch draws does not move the picture, and is shown again
// afterwards.
func TestWatchTyped(t *testing.T) {
	s := open(t, setting{})
	s.enter("a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)")
	for _, end := range []string{"", ctrlC} {
		s.press("\x0c")
		s.until("an empty screen", func(text string) bool { return text == ">" })
		line := "watch(a, 0.02, 100) recv(a, 1)"
		if end != "" {
			line = "pcall(watch, a, 0.02)"
		}
		s.press(line + "\r")
		s.waitForMatch(`Ctrl-C ends it\n?$`)
		drawn := strings.Count(s.raw(), "\x1b[J")
		s.press("\r\r1 + 1\r")
		text := s.until("five pictures more", func(string) bool { return strings.Count(s.rawText.String(), "\x1b[J") >= drawn+5 })
		if n := strings.Count(text, "descriptor 3 "); n != 1 {
			t.Errorf("there are %d pictures:\n%s", n, text)
		}
		if end == "" {
			s.waitCooked()
			s.interrupt()
		} else {
			s.press(end)
		}
		s.waitForMatch(`interrupted.*\n>$`)
	}
	s.expect("sleep(0)", "0")
}
