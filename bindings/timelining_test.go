package bindings

import (
	"regexp"
	"strings"
	"testing"

	"sockrepl/bindings/timeline"
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
		{"another connection", `a, b = connection() c, d = connection() t = blocking(recv, "recv", a, 7) send(d, "no") send(c, "no") send(b, "x") join(t)`,
			`thread 1  recv($2, 7, 0)  waited T for main's send($1, ...)`},
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
		{"select of a listening socket", `l = socket(AF_INET, SOCK_STREAM, 0) bind(l, "127.0.0.1", 0) listen(l) a = l
			t = blocking(function(l) select({l}) end, "select", l) b = socket(AF_INET, SOCK_STREAM, 0) connect(b, getsockname(l)) join(t)`,
			`thread 1  select([$0], [], [])  waited T for main's connect($1, ...)`},
		{"poll", `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) t = blocking(function(a) poll({{fd=a, events=POLLIN}}, -1) end, "poll", a) close(b) join(t)`,
			`thread 1  poll([{fd=$0, events=POLLIN}], -1)  waited T for main's close($1)`},
		{"lock", `m = mutex() m:lock() t = blocking(function(m) m:lock() m:unlock() end, "lock", m) m:unlock() join(t)`,
			`thread 1  lock(mutex N)  waited T for main's unlock(mutex N)`},
		{"channel.receive", `c = channel.make() t = blocking(function(c) c:receive() end, "channel.receive", c) c:send(1) join(t)`,
			`thread 1  channel.receive(CHANNEL)  waited T for main's channel.send(...)`},
		{"channel.send", `c = channel.make(1) c:send(1) t = blocking(function(c) c:send(2) end, "channel.send", c) c:receive() join(t)`,
			`thread 1  channel.send(CHANNEL, 2)  waited T for main's channel.receive(...)`},
		{"channel.close", `c = channel.make() t = blocking(function(c) c:receive() end, "channel.receive", c) c:close() join(t)`,
			`thread 1  channel.receive(CHANNEL)  waited T for main's channel.close(...)`},
		{"join", `a, b = pipe() t = blocking(function(a) read(a, 1) end, "read", a) u = blocking(join, "join", t) write(b, "x") join(u)`,
			"thread 1  read($0, 1)  waited T for main's write($1, ...)\nthread 2  join(thread 1 (test:9))  waited T for the end of thread 1"},
		{"interrupt", `a, b = pipe() t = blocking(read, "read", a, 1) interrupt(t) pcall(join, t)`,
			`thread 1  read($0, 1)  waited T for Ctrl-C or interrupt`},
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

// waitsOf answers the lines about the waits of threads, as the descriptors count from FIRST.
func waitsOf(p *timeline.Picture) string {
	var lines []string
	for _, c := range p.Calls {
		if c.Waits >= 0 && c.Thread > 0 {
			line := varying.ReplaceAllString(c.Says(), "T")
			line = regexp.MustCompile(`\b10(\d)\b`).ReplaceAllString(line, "$$$1")
			line = regexp.MustCompile(`mutex \d+`).ReplaceAllString(line, "mutex N")
			lines = append(lines, regexp.MustCompile(`channel: 0x\w+`).ReplaceAllString(line, "CHANNEL"))
		}
	}
	return strings.Join(lines, "\n")
}
