package scripts_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestChat: clients in pieces, rude ones, and control characters that must not pass.
func TestChat(t *testing.T) {
	d := start(t, "", "chat", "0", "--clients", "3")
	address := d.listening()
	ann, ben := dial(t, address), dial(t, address)
	ann.expect("* 127.0.0.1:" + portOf(ben) + " has come")
	ann.say("/name ann\n")
	ben.expect("* 127.0.0.1:" + portOf(ann) + " is now ann")
	for _, piece := range []string{"hel", "lo, ", "ben\r\nand ", "\x1b[31mred\n"} {
		ann.say("%s", piece)
	}
	ben.expect("ann: hello, ben")
	ben.expect("ann: and ?[31mred")
	ben.say("/name\n")
	ben.expect("* letters and digits, please")
	ben.say("/who\n")
	ben.expect("* ann")

	rude := dial(t, address)
	ben.expect("* 127.0.0.1:" + portOf(rude) + " has come")
	rude.say("%s", strings.Repeat("x", 5000)) // a line without an end
	ben.expect("* 127.0.0.1:" + portOf(rude) + " has gone")
	ann.say("/quit\n")
	ben.expect("* ann has gone")
	_ = ben.SetLinger(0) // a reset
	_ = ben.Close()
	has(t, d.finish(), `^ann has gone$`)
}

func portOf(c *conn) string {
	_, port, _ := net.SplitHostPort(c.LocalAddr().String())
	return port
}

// TestChatSlow: who does not read is dropped, and the others notice nothing.
func TestChatSlow(t *testing.T) {
	address := start(t, "", "chat", "0").listening()
	slow, ann, ben := dial(t, address), dial(t, address), dial(t, address)
	name := "* 127.0.0.1:" + portOf(slow) + " has gone"
	ben.say("/who\n")
	ben.expect("* 127.0.0.1:" + portOf(ann))
	stop := make(chan struct{})
	go func() {
		line := []byte(strings.Repeat("x", 900) + "\n")
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := ann.Write(line); err != nil {
					return
				}
			}
		}
	}()
	ben.expect(name)
	close(stop)
}

// TestProxy: both directions, the half-close, the dump, an upstream that is not there.
func TestProxy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() { // answers only after the end of the question
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				question, _ := io.ReadAll(c)
				_, _ = c.Write(bytes.ToUpper(question))
				_ = c.Close()
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	d := start(t, "", "proxy", "0", "127.0.0.1", port, "--clients", "2")
	address := d.listening()
	for _, text := range []string{"hello\x1b[31m", strings.Repeat("abcdefghijklmnop", 20_000)} {
		c := dial(t, address)
		go func() {
			_, _ = io.WriteString(c, text)
			_ = c.CloseWrite()
		}()
		got, err := io.ReadAll(c)
		if err != nil || string(got) != strings.ToUpper(text) {
			t.Errorf("%d bytes came back of %d, %v", len(got), len(text), err)
		}
	}
	out := d.finish()
	has(t, out, `^1 -> 10 bytes$`, `^00000000  68 65 6c 6c 6f 1b 5b 33  31 6d  +\|hello\.\[31m\|$`,
		`^1 -> ends$`, `\|HELLO\.\[31M\|`, `^1 <- ends$`, `^2: over$`)
	if strings.Contains(out, "\x1b") {
		t.Error("what passed reaches the terminal as it is")
	}
	d = start(t, "", "proxy", "0", "127.0.0.1", free(t), "--clients", "1")
	_, _ = io.ReadAll(dial(t, d.listening()))
	has(t, d.finish(), `^1: connect: ECONNREFUSED`)
}

// TestProxyReset: a client's reset reaches the server, and touches no conversation but its own, though
// the next one gets the numbers of its descriptors.
func TestProxyReset(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const rounds = 30
	ends := make(chan error, 2*rounds)
	go func() { // an echo
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, err := io.Copy(c, c)
				_ = c.Close()
				ends <- err
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	d := start(t, "", "proxy", "0", "127.0.0.1", port, "--clients", strconv.Itoa(2*rounds))
	address := d.listening()
	resets := 0
	for range rounds {
		rude := dial(t, address)
		rude.say("hello\n")
		rude.expect("hello")
		_ = rude.SetLinger(0)
		_ = rude.Close()
		polite := dial(t, address)
		polite.say("good day\n")
		_ = polite.CloseWrite()
		if got, err := io.ReadAll(polite); err != nil || string(got) != "good day\n" {
			t.Fatalf("%q came back, %v", got, err)
		}
		for range 2 {
			select {
			case err := <-ends:
				if errors.Is(err, syscall.ECONNRESET) {
					resets++
				}
			case <-time.After(10 * time.Second):
				t.Fatal("a connection to the server is still open")
			}
		}
	}
	if resets != rounds {
		t.Errorf("%d of %d resets reached the server", resets, rounds)
	}
	if out := d.finish(); strings.Contains(out, "EBADF") || strings.Contains(out, "error") {
		t.Errorf("the proxy has mixed its descriptors up:\n%s", out)
	}
}

// TestSwap: a peer that speaks the protocol in Go, fetched from and fetching; a hostile one.
func TestSwap(t *testing.T) {
	folder := t.TempDir()
	mine := filepath.Join(folder, "mine.txt")
	if err := os.WriteFile(mine, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	song := strings.Repeat("la ", 100_000)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		answers := map[string]string{
			"LIST":           "300000 song.txt\n7 ../evil\n7 /tmp/evil\n7 .profile\n5 mine.txt\n5 untrue.txt\nnonsense\n\n",
			"GET song.txt":   "300000\n" + song,
			"GET untrue.txt": "0.5\nabc",
		}
		lines := make([]byte, 1000)
		for {
			n, err := c.Read(lines)
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, answers[strings.TrimSpace(string(lines[:n]))])
		}
	}()
	d := start(t, folder, "swap", "0", mine, "--from", l.Addr().String(), "--seconds", "2")
	address := d.listening()
	has(t, d.wait(`(?s)(.*song.txt.*\n)`)[1], `^  song.txt: 300000 bytes, from 127.0.0.1:\d+$`)
	c := dial(t, address)
	c.say("LIST\n")
	c.expect("5 mine.txt")
	c.expect("")
	c.say("GET ../../etc/passwd\nGET mine.txt\n")
	c.expect("NONE")
	c.expect("5")
	c.expect("mine")
	d.finish()
	if got, err := os.ReadFile(filepath.Join(folder, "song.txt")); string(got) != song {
		t.Errorf("%d bytes of the song came, %v", len(got), err)
	}
	if names, _ := os.ReadDir(folder); len(names) != 2 {
		t.Errorf("there are %v", names)
	}
}

// TestMulticastChat: a member of Go's hears and is heard.
func TestMulticastChat(t *testing.T) {
	group := &net.UDPAddr{IP: net.IPv4(239, 192, 7, 8), Port: 47208}
	control := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
			_ = syscall.SetsockoptIPMreq(int(fd), syscall.IPPROTO_IP, syscall.IP_ADD_MEMBERSHIP,
				&syscall.IPMreq{Multiaddr: [4]byte(group.IP.To4()), Interface: [4]byte{127, 0, 0, 1}})
			_ = syscall.SetsockoptInet4Addr(int(fd), syscall.IPPROTO_IP, syscall.IP_MULTICAST_IF, [4]byte{127, 0, 0, 1})
		})
	}}
	c, err := control.ListenPacket(context.Background(), "udp4", group.String())
	if err != nil {
		t.Skip(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	heard := func() string {
		b := make([]byte, 1000)
		n, _, err := c.ReadFrom(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	d := start(t, "", "multicast_chat", "ben", "--group", group.IP.String(), "--port", strconv.Itoa(group.Port))
	if text := heard(); text != "ben has come" {
		t.Errorf("heard %q", text)
	}
	if _, err := c.WriteTo([]byte("go: hello\x1b[31m \x9b31m \u009b31m Ü"), group); err != nil {
		t.Fatal(err)
	}
	_ = heard() // itself
	d.wait(`^127.0.0.1 go: hello\?\[31m \?31m \?\?31m Ü$`)
	_, _ = io.WriteString(d.stdin, "good bye\n")
	if text := heard(); text != "ben: good bye" {
		t.Errorf("heard %q", text)
	}
	_ = d.stdin.Close()
	d.finish()
}

// TestSniffer sees a connection of Go's.
func TestSniffer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	d := start(t, "", "sniffer", "lo", "--port", port, "--count", "4", "--dump")
	if line := d.wait(`^(listening on lo|.*not permitted.*|.*no packet sockets.*)$`)[1]; line != "listening on lo" {
		d.finish()
		t.Skip(line)
	}
	c := dial(t, l.Addr().String())
	c.say("seen by the sniffer\n")
	out := d.finish()
	has(t, out, `^127.0.0.1 > 127.0.0.1  TCP \d+ > `+port+` SYN, seq \d+, 0 bytes$`,
		`^127.0.0.1 > 127.0.0.1  TCP `+port+` > \d+ SYN ACK, seq`,
		` PSH ACK, seq \d+, 20 bytes$`, `\|.*seen by`, `^4 packets$`)
}

// TestPing: the kernel answers; nobody answers from an address that drops what it gets.
func TestPing(t *testing.T) {
	out := start(t, "", "ping", "127.0.0.1", "--count", "2").finish()
	if strings.Contains(out, "not permitted") {
		t.Skip(out)
	}
	has(t, out, `bytes from 127.0.0.1: sequence 1, [0-9.]+ ms$`, `^2 sent, 2 answered`)
	has(t, start(t, "", "ping", "::1", "--count", "1").finish(), `bytes from ::1: sequence 1|EADDRNOTAVAIL|ENETUNREACH`)
}

// TestIdle: a server with a client is not idle, however silent the client is; without one it
// says why it ends.
func TestIdle(t *testing.T) {
	for _, name := range []string{"one", "process", "thread", "polling", "select", "poll", "epoll"} {
		t.Run(name, func(t *testing.T) {
			if name == "epoll" && runtime.GOOS != "linux" {
				t.Skip("epoll is Linux's")
			}
			t.Parallel()
			d := start(t, "", "echo_"+name, "0", "--idle", "0.2")
			c := dial(t, d.listening())
			c.say("hello\n")
			c.expect("hello")
			time.Sleep(700 * time.Millisecond) // longer than the server is idle
			c.say("still there?\n")
			c.expect("still there?")
			_ = c.Close()
			has(t, d.finish(), `^no client for 0.2 s: the end \(--idle SECONDS; 0: never\)$`)
		})
	}
	for _, words := range [][]string{{"echo_thread", "0", "--idle=0"}, {"echo_one", "0", "--idle=1e300"}, {"inetd", "--idle=-1", "0", "cat"}, {"inetd", "--idle=inf", "0", "cat"}} {
		d := start(t, "", words...)
		address := d.listening()
		time.Sleep(200 * time.Millisecond) // it would have ended
		c := dial(t, address)
		c.say("it stays\n")
		c.expect("it stays")
	}
}
