package scripts_test

import (
	"io"
	"net"
	"path/filepath"
	"testing"
)

func TestClientServer(t *testing.T) {
	d := start(t, "", "client_server", "0")
	address := d.wait(`^server: bind    -> (\S+)$`)[1]
	d.wait(`^server: listen  -> LISTEN$`)
	c := dial(t, address)
	c.say("hello")
	got, err := io.ReadAll(c)
	if err != nil || string(got) != "the end of a conversation" {
		t.Errorf("it said %q, %v", got, err)
	}
	_ = c.Close()
	has(t, d.finish(), `^server: recv    -> "hello"$`, `^server: recv    -> ""  \(the client is gone, too\)$`)
}

func TestMessages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		b := make([]byte, 100)
		n, _ := c.Read(b)
		_, _ = c.Write(append([]byte("Go heard "), b[:n]...))
	}()
	has(t, start(t, "", "messages", path).finish(), `^Unix socket:  Go heard hello$`)
}

func TestWillItWork(t *testing.T) {
	d := start(t, "", "will_it_work", "0", "--seconds", "0.3")
	address := d.listening()
	first := dial(t, address)
	second := dial(t, address)
	second.say("it is me\n")
	second.expect("it is me")
	first.Close()
	has(t, d.finish(), `recv on the first client: recv: EAGAIN`, `^   client 2 says "it is me\\$`, `it works; [0-9,]+ rounds`)
}

func TestSelectSteps(t *testing.T) {
	d := start(t, "", "select_steps", "0", "--clients", "2")
	address := d.wait(`listens on (\S+)`)[1]
	a, b := dial(t, address), dial(t, address)
	b.say("from b\n")
	b.expect("FROM B")
	a.say("from a\n")
	a.expect("FROM A")
	_, _ = a.Close(), b.Close()
	has(t, d.finish(), `^select\(\{3\}, \{\}\) -> \{3\}, \{\}$`, `^  recv\(\d\) -> "from a\\$`, `^  recv\(\d\) -> ""$`)
}
