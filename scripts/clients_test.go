package scripts_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"sockrepl/bindings/built"
)

// TestRedis: against the real server.
func TestRedis(t *testing.T) {
	server, port := built.Tool(t, "redis-server"), free(t)
	cmd := exec.Command(server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for i := 0; ; i++ {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = c.Close()
			break
		}
		if i == 500 {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	for _, c := range []struct {
		words []string
		want  string
		ok    bool
	}{
		{[]string{"PING"}, "PONG\n", true},
		{[]string{"SET", "a", "b\r\n\x1b[31m\"--x"}, "OK\n", true},
		{[]string{"GET", "a"}, `"b\x0d\x0a\x1b[31m\x22--x"` + "\n", true},
		{[]string{"GET", "none"}, "(nil)\n", true},
		{[]string{"SET", "", "--help"}, "OK\n", true},
		{[]string{"INCR", "n"}, "(integer) 1\n", true},
		{[]string{"DECRBY", "n", "9007199254740993"}, "(integer) -9007199254740992\n", true},
		{[]string{"RPUSH", "l", "one", "two", ""}, "(integer) 3\n", true},
		{[]string{"LRANGE", "l", "0", "-1"}, "1) \"one\"\n2) \"two\"\n3) \"\"\n", true},
		{[]string{"LRANGE", "none", "0", "-1"}, "(empty array)\n", true},
		{[]string{"EVAL", "return {1,{2,'x'}}", "0"}, "1) (integer) 1\n2) 1) (integer) 2\n   2) \"x\"\n", true},
		{[]string{"NOSUCH"}, "", false},
	} {
		got, ok := output(t, append([]string{"redis", "127.0.0.1", port}, c.words...)...)
		if ok != c.ok || c.ok && got != c.want {
			t.Errorf("%q: %q, %v", c.words, got, ok)
		}
	}
	got, _ := output(t, "redis", "127.0.0.1", port, "NOSUCH")
	has(t, got, `^\(error\) ERR unknown command`)
}

// TestRedisHostile: a server that breaks the protocol is named, and nothing hangs or falls.
func TestRedisHostile(t *testing.T) {
	for answer, want := range map[string]string{
		"HTTP/1.0 400 Bad\r\n": "not Redis's protocol", "$5\r\nab": "end of file after 2 of 7 bytes",
		"$-5\r\n": "not Redis's protocol", "$99999999999\r\n": "not Redis's protocol", "": "end of file",
		string(bytes.Repeat([]byte("*1\r\n"), 100)): "nested too deeply",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 100))
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		got, ok := output(t, "redis", "127.0.0.1", port, "PING")
		if ok {
			t.Errorf("%q was taken", answer)
		}
		has(t, got, want)
		_ = l.Close()
	}
}

// dnsServer answers each question with what `answer` makes of it: flags, and records
// after the question.
func dnsServer(t *testing.T, answer func(question []byte) []byte) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, port, _ := net.SplitHostPort(c.LocalAddr().String())
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Skipf("the port is taken for TCP: %v", err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		b := make([]byte, 512)
		for {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = c.WriteTo(answer(b[:n]), from)
		}
	}()
	go func() { // over TCP the same, without TC
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b := make([]byte, 514)
			n, _ := io.ReadAtLeast(c, b, 14)
			message := answer(b[2:n])
			message[2] &^= 2
			_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...))
			_ = c.Close()
		}
	}()
	return port
}

// reply is the head and the question of an answer with so many records, which follow.
func reply(question []byte, flags uint16, count int, records ...byte) []byte {
	m := append([]byte{}, question...)
	binary.BigEndian.PutUint16(m[2:], flags)
	binary.BigEndian.PutUint16(m[6:], uint16(count))
	return append(m, records...)
}

// record has the question's name, by a pointer.
func record(kind uint16, data string) []byte {
	r := []byte{0xc0, 12}
	r = binary.BigEndian.AppendUint16(r, kind)
	r = append(r, 0, 1, 0, 0, 1, 0)
	r = binary.BigEndian.AppendUint16(r, uint16(len(data)))
	return append(r, data...)
}

func TestDNS(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		flags      uint16
		records    []byte
		want       string
	}{
		{"example.com", "A", 0x8180, record(1, "\xc0\x00\x02\x07"), `^example.com. +256  A     192.0.2.7$`},
		{"example.com", "AAAA", 0x8180, record(28, "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), ` AAAA  2001:db8::1$`},
		{"example.com", "mx", 0x8180, record(15, "\x00\x0a\x04mail\xc0\x0c"), ` MX    10 mail.example.com.$`},
		{"example.com", "TXT", 0x8180, record(16, "\x03a\"b\x04\x1b[3m"), ` TXT   "a\\034b" "\\027\[3m"$`},
		{"example.com", "NS", 0x8180, record(2, "\x02ns\x03a.b\x00"), ` NS    ns.a\\.b.$`},
		{"example.com", "CNAME", 0x8180, record(5, "\xc0\x14"), ` CNAME com.$`},
		{"example.com", "SRV", 0x8180, record(33, "\x00\x01\x00\x02\x14\x95\x01s\xc0\x0c"), ` SRV   1 2 5269 s.example.com.$`},
		{"example.com", "SOA", 0x8180, record(6, "\x02ns\xc0\x0c\x02me\xc0\x0c\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04\xff\xff\xff\xff"),
			` SOA   ns.example.com. me.example.com. 1 2 3 4 4294967295$`},
		{"example.com", "CAA", 0x8180, record(257, "\x00\x05issueca.test"), ` CAA   0 issue "ca.test"$`},
		{"192.0.2.7", "PTR", 0x8180, record(12, "\x04host\x00"), `^7.2.0.192.in-addr.arpa. +256  PTR   host.$`},
		{"example.com", "A", 0x8380, record(1, "\xc0\x00\x02\x08"), `over TCP: NOERROR, 1 answers\n.*192.0.2.8$`},
	} {
		port := dnsServer(t, func(q []byte) []byte { return reply(q, c.flags, 1, c.records...) })
		got, ok := output(t, "dns", c.name, c.kind, "127.0.0.1", port)
		if !ok {
			t.Errorf("%s %s failed", c.name, c.kind)
		}
		has(t, got, c.want)
	}
	port := dnsServer(t, func(q []byte) []byte { return reply(q, 0x8183, 0) })
	got, ok := output(t, "dns", "example.com", "A", "127.0.0.1", port)
	if ok {
		t.Error("a name that is not there: status 0")
	}
	has(t, got, `NXDOMAIN, 0 answers`)
}

// TestDNSHostile: pointers in a circle, forward, beyond the end; records cut short; answers
// to other questions. Each ends with an error, soon.
func TestDNSHostile(t *testing.T) {
	for name, c := range map[string]struct {
		make func(q []byte) []byte
		want string
	}{
		"itself":     {func(q []byte) []byte { return reply(q, 0x8180, 1, 0xc0, byte(len(q)), 0, 1) }, "does not point back"},
		"forward":    {func(q []byte) []byte { return reply(q, 0x8180, 1, 0xff, 0xff, 0, 1) }, "does not point back"},
		"circle":     {func(q []byte) []byte { return reply(q, 0x8180, 1, 1, 'a', 0xc0, byte(len(q))) }, "does not point back"},
		"cut":        {func(q []byte) []byte { return reply(q, 0x8180, 1, record(1, "\x01\x02\x03\x04")[:13]...) }, "cut short"},
		"short A":    {func(q []byte) []byte { return reply(q, 0x8180, 1, record(1, "\x01")...) }, "cut short"},
		"none":       {func(q []byte) []byte { return reply(q, 0x8180, 9) }, "cut short"},
		"label kind": {func(q []byte) []byte { return reply(q, 0x8180, 1, 0x80, 1) }, "unknown kind"},
		"long text":  {func(q []byte) []byte { return reply(q, 0x8180, 1, record(16, "\xffabc")...) }, "longer than its record"},
		"another id": {func(q []byte) []byte { m := reply(q, 0x8180, 0); m[0]++; return m }, "no answer from"},
		"another q":  {func(q []byte) []byte { m := reply(q, 0x8180, 0); m[13]++; return m }, "no answer from"},
	} {
		port := dnsServer(t, c.make)
		got, ok := output(t, "dns", "example.com", "TXT", "127.0.0.1", port, "--seconds", "0.2", "--tries", "1")
		if ok {
			t.Errorf("%s was taken:\n%s", name, got)
		}
		has(t, got, c.want)
	}
}

// TestPassFD: between two programs, and from python3.
func TestPassFD(t *testing.T) {
	folder := t.TempDir()
	path, file := filepath.Join(folder, "s"), filepath.Join(folder, "file")
	if err := os.WriteFile(file, []byte("what the file says\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := start(t, "", "pass_fd", "receive", path)
	d.wait(`^waiting at`)
	has(t, start(t, "", "pass_fd", "send", path, file).finish(), `^sent     descriptor \d+, which is `)
	has(t, d.finish(), `^received descriptor \d+, which is `, `^what the file says$`)

	python := built.Tool(t, "python3")
	d = start(t, "", "pass_fd", "receive", path)
	d.wait(`^waiting at`)
	out, err := exec.Command(python, "-c", `import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
f = open(sys.argv[2])
socket.send_fds(s, [b"python's \x1b[31m"], [f.fileno()])`, path, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	has(t, d.finish(), `^received descriptor \d+, which is python's \?\[31m$`, `^what the file says$`)
}
