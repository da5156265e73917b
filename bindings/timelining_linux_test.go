package bindings

import (
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"sockrepl/bindings/timeline"
	"sockrepl/bindings/trace"
)

// recorded runs a chunk with blocked(thread, name) in it, which waits until the thread is blocked
// in that call, and answers what a recording has of it.
func recorded(t *testing.T, source string) *timeline.Picture {
	t.Helper()
	L, env, _ := tracedState(t)
	nextFD(t, L)
	if err := evaluate(L, `
		function blocked(t, name) repeat until t.state:find("blocked in " .. name, 1, true) end
		function blocking(f, name, ...) local t = thread(f, ...) blocked(t, name) return t end
		function connection()
			local l, c = socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0)
			bind(l, "127.0.0.1", 0) listen(l) connect(c, getsockname(l))
			local a = accept(l) close(l) return a, c
		end
		timeline(true) `+source+` timeline(false)`); err != "" {
		t.Fatal(err)
	}
	return env.family.timelining.picture(L)
}

// TestTimelineEnders: what ended a wait is found, whatever it was waited for.
func TestTimelineEnders(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"tcp", `a, b = connection() t = blocking(recv, "recv", a, 7) send(b, "x") join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's send($1, ...)`},
		{"another client", `l, b, d = socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0)
			bind(l, "127.0.0.1", 0) listen(l) connect(b, getsockname(l)) a = accept(l) connect(d, getsockname(l)) c = accept(l)
			t = blocking(recv, "recv", a, 7) send(d, "no") send(c, "no") send(b, "x") join(t)`,
			`thread 1  recv($3, 7, 0)  waited T for main's send($1, ...)`},
		{"tcp over ipv6, mapped", `l, b = socket(AF_INET6, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0)
			setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, 0) bind(l, "::", 0) listen(l) connect(b, "127.0.0.1", getsockname(l).port) a = accept(l)
			t = blocking(recv, "recv", a, 7) send(b, "x") join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's send($1, ...)`},
		{"end of file", `a, b = connection() t = blocking(recv, "recv", a, 7) shutdown(b, SHUT_WR) close(b) join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's shutdown($1, ...)`},
		{"close", `a, b = connection() t = blocking(recv, "recv", a, 7) close(b) join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's close($1)`},
		{"reset", `a, b = connection() setsockopt(b, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}) t = blocking(recv, "recv", a, 7) close(b) join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's close($1)`},
		{"closed under it", `a, b = connection() t = blocking(recv, "recv", a, 7) close(a) join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's close($2)`},
		{"replaced under it", `a, b = connection() c = socket(AF_UNIX, SOCK_STREAM, 0) t = blocking(recv, "recv", a, 7) dup2(c, a) join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's dup2($0, ...)`},
		{"the other end replaced", `a, b = connection() c = socket(AF_UNIX, SOCK_STREAM, 0) t = blocking(recv, "recv", a, 7)
			dup2(b, b) dup2(c, b) close(c) join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's dup2($0, ...)`},
		{"made deaf", `a, b = connection() t = blocking(recv, "recv", a, 7) shutdown(b, SHUT_RD) shutdown(a, SHUT_RD) close(b) join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's shutdown($2, ...)`},
		{"select of what is made deaf", `a, b = connection() t = blocking(function(a) select({a}) end, "select", a) shutdown(a, SHUT_RDWR) join(t)`,
			`thread 1  select([$2], [], [])  waited T for main's shutdown($2, ...)`},
		{"full", `a, b = connection() t = blocking(function(b) send(b, ("x"):rep(10000000)) shutdown(b, SHUT_WR) end, "send", b) repeat until #recv(a, 1000000) == 0 join(t)`,
			`thread 1  send($1, ...)  waited T for main's recv($2, ...)`},
		{"accept", `l = socket(AF_INET, SOCK_STREAM, 0) bind(l, "127.0.0.1", 0) listen(l) t = blocking(accept, "accept", l)
			a = l b = socket(AF_INET, SOCK_STREAM, 0) connect(b, getsockname(l)) join(t)`,
			`thread 1  accept($0)  waited T for main's connect($2, ...)`},
		{"accept of a unix socket", `l = socket(AF_UNIX, SOCK_STREAM, 0) bind(l, "@timeline" .. getpid()) listen(l) t = blocking(accept, "accept", l)
			a = l b = socket(AF_UNIX, SOCK_STREAM, 0) connect(b, getsockname(l)) join(t)`,
			`thread 1  accept($0)  waited T for main's connect($2, ...)`},
		{"unix", `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) t = blocking(recv, "recv", a, 7) write(b, "x") join(t)`,
			`thread 1  recv($0, 7, 0)  waited T for main's write($1, ...)`},
		{"unix, closed", `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) t = blocking(recv, "recv", a, 7) close(b) join(t)`,
			`thread 1  recv($0, 7, 0)  waited T for main's close($1)`},
		{"unix datagram", `a, b = socket(AF_UNIX, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0) bind(a, "@timeline" .. getpid())
			t = blocking(recv, "recv", a, 7) sendto(b, "x", 0, getsockname(a)) join(t)`,
			`thread 1  recv($0, 7, 0)  waited T for main's sendto($1, ...)`},
		{"udp", `a, b = socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0) bind(a, "0.0.0.0", 0)
			t = blocking(recvfrom, "recvfrom", a, 7) sendto(b, "x", 0, "127.0.0.1", getsockname(a).port) join(t)`,
			`thread 1  recvfrom($0, 7, 0)  waited T for main's sendto($1, ...)`},
		{"pipe", `a, b = pipe() t = blocking(read, "read", a, 7) write(b, "x") join(t)`,
			`thread 1  read($0, 7)  waited T for main's write($1, ...)`},
		{"full pipe", `a, b = pipe() t = blocking(write, "write", b, ("x"):rep(70000)) read(a, 70000) join(t)`,
			`thread 1  write($1, ...)  waited T for main's read($0, ...)`},
		{"select", `a, b = connection() c, d = connection() t = blocking(function(a, c) select({c, a}) end, "select", a, c) send(b, "x") join(t)`,
			`thread 1  select([$4 $2], [], [])  waited T for main's send($1, ...)`},
		{"select, reset", `a, b = connection() setsockopt(b, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0})
			t = blocking(function(a) select({a}) end, "select", a) close(b) join(t)`,
			`thread 1  select([$2], [], [])  waited T for main's close($1)`},
		{"select of a listening socket", `l = socket(AF_INET, SOCK_STREAM, 0) bind(l, "127.0.0.1", 0) listen(l) a = l
			t = blocking(function(l) select({l}) end, "select", l) b = socket(AF_INET, SOCK_STREAM, 0) connect(b, getsockname(l)) join(t)`,
			`thread 1  select([$0], [], [])  waited T for main's connect($1, ...)`},
		{"poll", `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) t = blocking(function(a) poll({{fd=a, events=POLLIN}}, -1) end, "poll", a) close(b) join(t)`,
			`thread 1  poll([{fd=$0, events=POLLIN}], -1)  waited T for main's close($1)`},
		{"epoll", `a, b = connection() e = epoll_create1() epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLIN, 77) t = blocking(epoll_wait, "epoll_wait", e, 5, -1) send(b, "x") join(t)`,
			`thread 1  epoll_wait($0, 5, -1)  waited T for main's send($1, ...)`},
		{"writable", `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) while send(b, ("x"):rep(10000), MSG_DONTWAIT) do end
			t = blocking(function(b) select(nil, {b}) end, "select", b) repeat until not recv(a, 1000000, MSG_DONTWAIT) join(t)`,
			`thread 1  select([], [$1], [])  waited T for main's recv($0, ...)`},
		{"all of it", `a, b = connection() t = blocking(recv, "recv", a, 2, MSG_WAITALL) send(b, "x") c, d = connection() write(b, "y") join(t)`,
			`thread 1  recv($2, 2, MSG_WAITALL)  waited T for main's write($1, ...)`},
		{"eventfd", `a = eventfd(0) t = blocking(read, "read", a, 8) write(a, string.pack("<I8", 1)) join(t)`,
			`thread 1  read($0, 8)  waited T for main's write($0, ...)`},
		{"waitpid", `a, b = pipe() pid = exec("cat", {[0] = a, pass_fds = {}}) close(a) t = blocking(waitpid, "waitpid", pid) close(b) join(t)`,
			`thread 1  waitpid(PID, 0)  waited T for the end of process PID (exited with 0)`},
		{"lock", `m = mutex() m:lock() t = blocking(function(m) m:lock() m:unlock() end, "lock", m) m:unlock() join(t)`,
			`thread 1  lock(mutex N)  waited T for main's unlock(mutex N)`},
		{"channel.receive", `c = channel.make() t = blocking(function(c) c:receive() end, "channel.receive", c) c:send(1) join(t)`,
			`thread 1  channel.receive(CHANNEL)  waited T for main's channel.send(...)`},
		{"channel.send", `c = channel.make(1) c:send(1) t = blocking(function(c) c:send(2) end, "channel.send", c) c:receive() join(t)`,
			`thread 1  channel.send(CHANNEL, 2)  waited T for main's channel.receive(...)`},
		{"channel.close", `c = channel.make() t = blocking(function(c) c:receive() end, "channel.receive", c) c:close() join(t)`,
			`thread 1  channel.receive(CHANNEL)  waited T for main's channel.close(...)`},
		{"channel.fd", `c = channel.make(1) a = channel.fd(c) t = blocking(function(a) select({a}) end, "select", a) c:send(1) join(t)`,
			`thread 1  select([$0], [], [])  waited T for main's channel.send(...)`},
		{"channel.fd, selected", `c = channel.make(1) a = channel.fd(c) t = blocking(function(a) poll({{fd=a, events=POLLIN}}, -1) end, "poll", a)
			channel.select({"<-|", c, 1}) join(t)`,
			`thread 1  poll([{fd=$0, events=POLLIN}], -1)  waited T for main's channel.select("<-|")`},
		{"channel.fd, closed", `c, d = channel.make(1), channel.make(1) a, b = channel.fd(c), channel.fd(d)
			t = blocking(function(a) select({a}) end, "select", a) d:send(1) c:close() join(t)`,
			`thread 1  select([$0], [], [])  waited T for main's channel.close(...)`},
		{"sendmmsg", `a, b, c = socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)
			bind(a, "127.0.0.1", 0) bind(c, "127.0.0.1", 0) t = blocking(recv, "recv", a, 7)
			sendto(b, "x", 0, getsockname(c)) sendmmsg(b, {{name=getsockname(a), iov={"x"}}, {name=getsockname(c), iov={"y"}}}) join(t)`,
			`thread 1  recv($0, 7, 0)  waited T for main's sendmmsg($1, ...)`},
		{"end of a program", `a, b = pipe() c, d = pipe() pid = exec("cat", {[0] = c, [1] = b, pass_fds = {}}) close(b) close(c)
			t = blocking(read, "read", a, 7) close(d) join(t) waitpid(pid)`,
			`thread 1  read($0, 7)  waited T for the end of process PID (exited with 0)`},
		{"join", `a, b = pipe() t = blocking(function(a) read(a, 1) end, "read", a) u = blocking(join, "join", t) write(b, "x") join(u)`,
			"thread 1  read($0, 1)  waited T for main's write($1, ...)\nthread 2  join(thread 1 (test:9))  waited T for the end of thread 1"},
		{"interrupt", `a, b = pipe() t = blocking(read, "read", a, 1) interrupt(t) pcall(join, t)`,
			`thread 1  read($0, 1)  waited T for Ctrl-C or interrupt`},
		{"interrupted lock", `m = mutex() m:lock() t = blocking(lock, "lock", m) interrupt(t) pcall(join, t)`,
			`thread 1  lock(mutex N)  waited T for Ctrl-C or interrupt`},
		{"full, then closed", `a, b = connection() t = blocking(send, "send", b, ("x"):rep(10000000)) close(a) join(t)`,
			`thread 1  send($1, ...)  waited T for main's close($2)`},
		{"writable, since it was closed", `a, b = pipe() write(b, ("x"):rep(65536)) t = blocking(function(b) select(nil, {b}) end, "select", b) close(a) join(t)`,
			`thread 1  select([], [$1], [])  waited T for main's close($0)`},
		{"no receive at the other end", `a, b = connection() send(a, "y") t = blocking(recv, "recv", a, 7) recv(b, 7) send(b, "x") join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's send($1, ...)`},
		{"no send that failed", `a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0) t = blocking(recv, "recv", a, 7) send(b, ("x"):rep(10000000)) write(b, "x") join(t)`,
			`thread 1  recv($0, 7, 0)  waited T for main's write($1, ...)`},
		{"an empty datagram", `a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0) t = blocking(recv, "recv", a, 7) send(b, "") join(t)`,
			`thread 1  recv($0, 7, 0)  waited T for main's send($1, ...)`},
		{"connect to a unix socket", `l = socket(AF_UNIX, SOCK_STREAM, 0) bind(l, "@timeline" .. getpid()) listen(l, 0) a, b = socket(AF_UNIX, SOCK_STREAM, 0), socket(AF_UNIX, SOCK_STREAM, 0)
			connect(a, getsockname(l)) t = blocking(connect, "connect", b, getsockname(l)) accept(l) join(t)`,
			`thread 1  connect($2, ...)  waited T for main's accept($0)`},
		{"moved from pipe to pipe", `a, b = pipe() c, d = pipe() write(d, "x") t = blocking(read, "read", a, 7) splice(c, nil, b, nil, 1, 0) join(t)`,
			`thread 1  read($0, 7)  waited T for main's splice($2, ...)`},
		{"nothing to move", `a, b = pipe() c, d = pipe() t = blocking(splice, "splice", a, nil, d, nil, 1, 0) close(b) join(t)`,
			`thread 1  splice($0, NULL, $3, NULL, 1, 0)  waited T for main's close($1)`},
		{"timeout of a socket", `a, b = connection() setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, 0.02) join(thread(recv, a, 7))`,
			`thread 1  recv($2, 7, 0)  waited T for its timeout`},
		{"timeout", `a, b = pipe() join(thread(function(a) select({a}, nil, nil, 0.02) end, a))`,
			`thread 1  select([$0], [], [], 0.02)  waited T for its timeout`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := waitsOf(recorded(t, test.source)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

var varying = regexp.MustCompile(`\d+\.\d{3,} s`)

// TestTimelineStrangers: of a wait that another process ended, or a program that is not recorded,
// it is said whom it was for.
func TestTimelineStrangers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		b := make([]byte, 1)
		_, _ = c.Read(b) // it is sent when the thread is blocked
		_, _ = c.Write(b)
		_, _ = c.Read(b)
	}()
	port := l.Addr().(*net.TCPAddr).Port
	p := recorded(t, fmt.Sprintf(`a = socket(AF_INET, SOCK_STREAM, 0) connect(a, "127.0.0.1", %d)
		t = blocking(recv, "recv", a, 7) send(a, "x") join(t) close(a)`, port))
	<-gone
	want := fmt.Sprintf("thread 1  recv($0, 7, 0)  waited T for 127.0.0.1:%d", port)
	if got := waitsOf(p); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTimelineDatagram: a datagram tells whom the wait was for.
func TestTimelineDatagram(t *testing.T) {
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = u.Close() }()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		b := make([]byte, 1)
		if _, from, err := u.ReadFrom(b); err == nil {
			_, _ = u.WriteTo(b, from)
		}
	}()
	port := u.LocalAddr().(*net.UDPAddr).Port
	p := recorded(t, fmt.Sprintf(`a = socket(AF_INET, SOCK_DGRAM, 0) bind(a, "127.0.0.1", 0)
		t = blocking(recvfrom, "recvfrom", a, 7) sendto(a, "x", 0, "127.0.0.1", %d) join(t)`, port))
	<-gone
	want := fmt.Sprintf("thread 1  recvfrom($0, 7, 0)  waited T for 127.0.0.1:%d", port)
	if got := waitsOf(p); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// hostile is a recording with bytes of a peer that a terminal and a browser must not get.
const hostile = `a, b = connection() t = thread(function(a) recv(a, 100) end, a) blocked(t, "recv") sleep(0.02) for i = 1, 1000000 do end
	send(b, "\27[31m</title><script>&\"'\0\255]]>") join(t)`

// TestTimelineText: the picture fits the width, has each lane, and nothing that a terminal obeys.
func TestTimelineText(t *testing.T) {
	p := recorded(t, hostile)
	for _, width := range []int{40, 80} {
		text := p.Text(width, trace.Plain)
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > width {
				t.Errorf("%d columns: %q", width, line)
			}
		}
		if strings.ContainsAny(text, "\x1b\x00") || !utf8.ValidString(text) {
			t.Errorf("%q", text)
		}
		for _, want := range []string{"\nmain ", "\nthread 1 ", "#", ".", "the longest waits:"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
	_ = p.Text(1, trace.Plain) // there is a width for everything
	looks := trace.Looks{Dim: func(s string) string { return "<" + s + ">" }, Bad: func(s string) string { return "[" + s + "]" }}
	if text := p.Text(80, looks); !regexp.MustCompile(`<-+>.*\nthread 1 .*\[\.+\]`).MatchString(text) {
		t.Errorf("what is blocked does not stand out:\n%s", text)
	}
}

// TestTimelineSVG: the file is XML, with a lane for each thread, a title for each call, and an
// arrow for the wait.
func TestTimelineSVG(t *testing.T) {
	svg := recorded(t, hostile).SVG()
	counts := map[string]int{}
	var titles []string
	d, inside := xml.NewDecoder(strings.NewReader(svg)), ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, svg)
		}
		switch x := token.(type) {
		case xml.StartElement:
			inside = x.Name.Local
			for _, a := range x.Attr {
				if a.Name.Local == "class" {
					inside += "." + a.Value
				}
			}
			counts[inside]++
		case xml.CharData:
			if inside == "title" {
				titles = append(titles, string(x))
			}
		}
	}
	if counts["g.lane"] != 2 || counts["path.by"] < 2 || counts["script"] != 0 {
		t.Errorf("it has %v", counts)
	}
	all := strings.Join(titles, "\n")
	for _, want := range []string{`recv(102, 100, 0) = "\33[31m</title><script>&\"'\0\377]]>" 29 <`, "; waited 0.", "for main's send(101, ...)"} {
		if !strings.Contains(all, want) {
			t.Errorf("no title has %q:\n%s", want, all)
		}
	}
	if strings.ContainsAny(svg, "\x1b\x00") || !utf8.ValidString(svg) {
		t.Error("bytes of the peer are in it as they are")
	}
}

// TestTimelineCalls: how the function is called, and what it says of what it is given.
func TestTimelineCalls(t *testing.T) {
	L, _, out := tracedState(t)
	path := filepath.Join(t.TempDir(), "a.svg")
	L.SetGlobal("PATH", toString(path))
	if err := evaluate(L, `
		local function fails(text, ...)
			local ok, message = pcall(...)
			assert(not ok and message:find(text, 1, true), message)
		end
		fails("timeline: nothing was recorded: timeline(true) begins", timeline)
		fails("timeline: nothing was recorded: timeline(true) begins", timeline, PATH)
		fails("bad argument #1 to 'timeline' (true, false, or the path of a file to draw into, expected, got 7)", timeline, 7)
		timeline(false) timeline(true)
		trace(true)
		fault{"write", errno = EPIPE}
		r, w = pipe()
		write(w, "x")
		fault(false)
		trace(false)
		assert(timeline(PATH) == 0)
		close(r)
		timeline(false)
		close(w)
		assert(timeline(PATH) == 0)
		local ok, message, errno = timeline(PATH .. "/no")
		assert(errno == ENOTDIR and message == "timeline: ENOTDIR (Not a directory): " .. PATH .. "/no", message)`); err != "" {
		t.Fatal(err)
	}
	svg, _ := os.ReadFile(path)
	if text := string(svg); !strings.Contains(text, ", 3 calls<") || !strings.Contains(text, "EPIPE") {
		t.Errorf("the file is\n%s", text)
	}
	if lines := untimed(out); !strings.Contains(lines, "write(") || strings.Contains(lines, "close(") {
		t.Errorf("the trace was\n%s", lines)
	}
}

// waitsOf answers the lines about the waits of threads, as the descriptors count from FIRST.
func waitsOf(p *timeline.Picture) string {
	var lines []string
	for _, c := range p.Calls {
		if c.Waits >= 0 && c.Thread > 0 {
			line := varying.ReplaceAllString(c.Says(), "T")
			line = regexp.MustCompile(`\b10(\d)\b`).ReplaceAllString(line, "$$$1")
			line = regexp.MustCompile(`(waitpid.|process )\d+`).ReplaceAllString(line, "${1}PID")
			line = regexp.MustCompile(`mutex \d+`).ReplaceAllString(line, "mutex N")
			lines = append(lines, regexp.MustCompile(`channel: 0x\w+`).ReplaceAllString(line, "CHANNEL"))
		}
	}
	return strings.Join(lines, "\n")
}
