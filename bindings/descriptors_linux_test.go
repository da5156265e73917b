package bindings

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// TestTablePrints: the table fits every width, and keeps its numbers whole.
func TestTablePrints(t *testing.T) {
	L, env, _ := tracedState(t)
	if err := evaluate(L, `
l = socket(AF_INET6, SOCK_STREAM, 0) bind(l, "::1", 0) listen(l, 77)
c = socket(AF_INET6, bit.bor(SOCK_STREAM, SOCK_CLOEXEC, SOCK_NONBLOCK), 0) connect(c, getsockname(l))
u = socket(AF_INET, SOCK_DGRAM, 0) bind(u, "127.0.0.1", 0) sendto(u, "12345", 0, getsockname(u))
bind(socket(AF_UNIX, SOCK_STREAM, 0), "@a\27[31m" .. ("long"):rep(20) .. getpid())`); err != "" {
		t.Fatal(err)
	}
	for _, width := range []int{0, 40, 60, 70, 80, 100, 132, 200} {
		env.Width = func() int { return width }
		if err := evaluate(L, `text = tostring(fds{type = {"tcp6", "udp", "unix"}})`); err != "" {
			t.Fatal(err)
		}
		text := L.GetGlobal("text").String()
		limit := width
		if width == 0 {
			limit = 80
		}
		lines := strings.Split(text, "\n")
		for _, line := range lines {
			if utf8.RuneCountInString(line) > limit {
				t.Errorf("width %d: a line has %d columns: %s", width, utf8.RuneCountInString(line), line)
			}
		}
		if !strings.HasPrefix(strings.TrimSpace(lines[0]), "FD") || !strings.Contains(text, "77\n") ||
			!strings.Contains(text, "5+") || !strings.Contains(text, "+ the first datagram only") {
			t.Errorf("width %d:\n%s", width, text)
		}
		if strings.Contains(text, "\x1b") {
			t.Errorf("width %d: an escape sequence of an address went through", width)
		}
	}
}

// TestPicture: what fdinfo draws and answers.
func TestPicture(t *testing.T) {
	L, printed := newState(t)
	err := evaluate(L, `
l = socket(AF_INET, SOCK_STREAM, 0) bind(l, "127.0.0.1", 0) listen(l, 4)
c = socket(AF_INET, SOCK_STREAM, 0)
connect(c, getsockname(l))
d = socket(AF_INET, SOCK_STREAM, 0)
connect(d, getsockname(l))
print(fdinfo(l))
s = accept(l)
setsockopt(c, IPPROTO_TCP, TCP_NODELAY, true)
setsockopt(c, SOL_SOCKET, SO_LINGER, {onoff = 1, linger = 7})
copy = dup(c)
info = fdinfo(c)
assert(info.options.TCP_NODELAY == 1 and info.options.SO_LINGER.linger == 7)
n = 0 for name in pairs(info.options) do n = n + 1 end
assert(n == 2, n)
assert(info.rcvbuf == getsockopt(c, SOL_SOCKET, SO_RCVBUF))
assert(info.tcp_info.tcpi_snd_mss > 0)
assert(tostring(info.remote) == tostring(getsockname(l)))
if info.shared_with then assert(#info.shared_with == 1 and info.shared_with[1] == copy) end
assert(next(fdinfo(s).options) == nil) -- what accept inherits and sets is not the user's
print(fdinfo(s))`)
	if err != "" {
		t.Fatal(err)
	}
	for _, want := range []string{`descriptor \d+  tcp  LISTEN\n`, `\n  queue    \[#{10}\.{10}\] 2 of 4\n`,
		`\n  receive  \[\.{20}\] 0 of [\d,]+\n`, `\n  tcp      round trip [\d.]+ ms .*, window \d+ segments`} {
		if !regexp.MustCompile(want).MatchString(printed()) {
			t.Errorf("no %s in\n%s", want, printed())
		}
	}
}

// TestEpollPicture: the set of an epoll instance is drawn, and comes from the kernel.
func TestEpollPicture(t *testing.T) {
	L, _ := newState(t)
	if err := evaluate(L, `
r, w = pipe()
e = epoll_create1()
epoll_ctl(e, EPOLL_CTL_ADD, r, bit.bor(EPOLLIN, EPOLLET), 77)
want = "descriptor " .. r .. ": EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLET, data 77"
assert(tostring(fdinfo(e)):find(want, 1, true), tostring(fdinfo(e)))
assert(tostring(fdinfo(eventfd(20))):find("counter  20 (", 1, true))`); err != "" {
		t.Error(err)
	}
}

// TestPendingError: fdinfo tells that there is an error, and leaves it.
func TestPendingError(t *testing.T) {
	L, _ := newState(t)
	if err := evaluate(L, `
l = socket(AF_INET, SOCK_STREAM, 0) bind(l, "127.0.0.1", 0)
to = getsockname(l) close(l)
c = socket(AF_INET, bit.bor(SOCK_STREAM, SOCK_NONBLOCK), 0)
assert(fdinfo(socket(AF_INET, SOCK_DGRAM, 0)).error_pending == false)
connect(c, to)
poll({{fd = c, events = POLLOUT}}, 5000)
assert(fdinfo(c).error_pending == true)
assert(tostring(fdinfo(c)):find("one is pending"))
assert(getsockopt(c, SOL_SOCKET, SO_ERROR) == ECONNREFUSED)`); err != "" {
		t.Error(err)
	}
}

// TestPeek: the bytes are shown and stay.
func TestPeek(t *testing.T) {
	L, _ := newState(t)
	if err := evaluate(L, `
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
assert(peek(b) == "(nothing waits to be received)")
send(a, "hello\27[31m")
assert(peek(b) == hexdump("hello\27[31m"))
assert(peek(b, 2) == hexdump("he"))
assert(recv(b, 100) == "hello\27[31m")
full = ("x"):rep(4096)
send(a, full)
assert(peek(b) == hexdump(full))
send(a, "y")
assert(peek(b) == hexdump(full) .. "\n(the first 4,096 bytes: peek(" .. b .. ", n) shows n)")
assert(peek(b, 4096) == hexdump(full) and peek(b, 5000) == hexdump(full .. "y"))
recv(b, 5000)
close(a)
assert(peek(b) == "(end of file)")
r, w = pipe()
assert(select(3, peek(r)) == ENOTSOCK)
assert(fcntl(b, F_GETFL) == O_RDWR)`); err != "" {
		t.Error(err)
	}
}

// TestPeekNarrow: a line of peek is no wider than the terminal.
func TestPeekNarrow(t *testing.T) {
	L, env, _ := tracedState(t)
	if err := evaluate(L, `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) send(a, "GET / HTTP/1.0\r\n\r\n")`); err != "" {
		t.Fatal(err)
	}
	for width, bytes := range map[int]int{0: 16, 78: 16, 77: 8, 60: 8, 45: 8, 44: 4, 40: 4, 1: 4} {
		env.Width = func() int { return width }
		if err := evaluate(L, fmt.Sprintf(`assert(peek(b) == hexdump(recv(b, 100, MSG_PEEK), %d))`, bytes)); err != "" {
			t.Errorf("%d columns: %s", width, err)
		}
	}
}

// TestUnixPeer: what AF_UNIX's send queue does not tell, the peer's receive queue does.
func TestUnixPeer(t *testing.T) {
	L, _ := newState(t)
	if err := evaluate(L, `
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "seven b")
info = fdinfo(a)
assert(info.sendq > 7 and info.sendq_unit == "buffer memory" and info.peer_recvq == 7)
assert(#info.peer_fds == 1 and info.peer_fds[1] == b)
assert(tostring(info):find("the peer has 7 bytes to receive", 1, true))`); err != "" {
		t.Error(err)
	}
}

// TestInternetPeer: the other end of a connection is found, also where one of them is an IPv6 socket,
// through each of its numbers; a socket that is connected to itself is its own, one without a peer has none.
func TestInternetPeer(t *testing.T) {
	L, _ := newState(t)
	if err := evaluate(L, `
l = socket(AF_INET6, SOCK_STREAM, 0)
setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, 0)
bind(l, "::", 0) listen(l)
port = getsockname(l).port
c, other = socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0)
connect(c, "127.0.0.1", port) connect(other, "127.0.0.1", port)
a, b = accept(l), accept(l)
twin = dup(a)
local function peers(fd) return table.concat(fdinfo(fd).peer_fds or {}, " ") end
assert(peers(c) == a .. " " .. twin and peers(a) == tostring(c) and peers(b) == tostring(other))
assert(tostring(fdinfo(a)):find("the other end is here: " .. c, 1, true))
assert(peers(l) == "" and peers(socket(AF_INET, SOCK_STREAM, 0)) == "")
u, v = socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)
bind(u, "127.0.0.1", 0) bind(v, "127.0.0.1", 0)
connect(u, getsockname(v))
assert(peers(u) == "")
connect(v, getsockname(u))
assert(peers(u) == tostring(v))
connect(u, getsockname(u))
assert(peers(u) == tostring(u) and peers(v) == "")`); err != "" {
		t.Error(err)
	}
}

// TestFilters: fds answers what is asked for, and refuses what it does not know.
func TestFilters(t *testing.T) {
	L, _ := newState(t)
	err := evaluate(L, `
r, w = pipe()
u = socket(AF_INET, SOCK_DGRAM, 0) bind(u, "127.0.0.1", 0)
assert(#fds{fd = r} == 1 and fds{fd = r}[1].fd == r)
assert(#fds{fd = {r, w}} == 2)
assert(#fds{type = "pipe", access = "w", fd = {r, w}} == 1)
assert(#fds{["local"] = tostring(getsockname(u))} == 1)
assert(#fds{type = "sctp"} == 0)
assert(#fds{type = "PIPE", fd = {r, w}} == 2 and #fds{state = "unconnected", fd = u} == 1)
for filter, part in pairs{[{type = "tpc"}] = "no type 'tpc' %(there are .*, tcp, tcp6, ", [{state = {"LISTEN", "X"}}] = "no state 'X' %(there are .*SYN_SENT",
    ["tcp"] = 'table such as {type="tcp"} expected, got string'} do
  ok, message = pcall(fds, filter)
  assert(not ok and message:find(part), message)
end
for _, d in ipairs(fds()) do assert(d.fd < 1000 and d.type ~= "other", tostring(d)) end
ok, message = pcall(fds, {kind = "tcp"})
assert(message:find("no field 'kind' to filter by"), message)`)
	if err != "" {
		t.Error(err)
	}
}

// TestWatchLines: without a terminal each change is a line; the end is the descriptor's.
func TestWatchLines(t *testing.T) {
	L, _, _ := tracedState(t)
	var printed lines
	L.SetGlobal("print", L.NewFunction(func(L *lua.LState) int {
		_, _ = printed.Write([]byte(L.CheckString(1) + "\n"))
		return 0
	}))
	if err := evaluate(L, `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`); err != "" {
		t.Fatal(err)
	}
	a, b := int(L.GetGlobal("a").(lua.LNumber)), int(L.GetGlobal("b").(lua.LNumber))
	done := make(chan string)
	go func() { done <- evaluate(L, `answer = select(3, watch(b, 0.01))`) }()
	await(t, &printed, "recvq=0")
	if _, err := unix.Write(a, []byte("12345")); err != nil {
		t.Fatal(err)
	}
	await(t, &printed, "recvq=5\n")
	_, _ = unix.Close(b), unix.Close(a)
	if err := <-done; err != "" || L.GetGlobal("answer") != L.GetGlobal("EBADF") {
		t.Errorf("after the descriptor was closed: %s %v", err, L.GetGlobal("answer"))
	}
	if n := strings.Count(printed.String(), "\n"); n != 2 {
		t.Errorf("two states took %d lines:\n%s", n, printed.String())
	}
}

// TestWatchRedraws: on a terminal the picture is drawn over the one before, until an
// interrupt.
func TestWatchRedraws(t *testing.T) {
	L, env, out := tracedState(t)
	env.Width = func() int { return 60 }
	if err := evaluate(L, `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) send(a, "12345")`); err != "" {
		t.Fatal(err)
	}
	done := make(chan string)
	go func() { done <- evaluate(L, `watch(b, 0.01)`) }()
	await(t, out, "\x1b[J\x1b[")
	env.Task.Interrupt()
	if err := <-done; !strings.Contains(err, "interrupted") {
		t.Errorf("after an interrupt: %s", err)
	}
	first, second, _ := strings.Cut(out.String(), "\x1b[J")
	height := strings.Count(first, "\n")
	if !strings.Contains(first, "] 5 of ") || !strings.HasPrefix(second, fmt.Sprintf("\x1b[%dA", height)+first) {
		t.Errorf("drawn:\n%q", out.String())
	}
	if !strings.HasSuffix(first, "Ctrl-C ends it\n") {
		t.Errorf("nothing says how to end it:\n%q", first)
	}
}

// TestWatchInShortTerminal: the picture takes a row less than the terminal has.
func TestWatchInShortTerminal(t *testing.T) {
	L, env, out := tracedState(t)
	env.Width = func() int { return 60 }
	if err := evaluate(L, tcpPair); err != "" {
		t.Fatal(err)
	}
	for rows := range 14 {
		env.Rows = func() int { return rows }
		before := len(out.String())
		if err := evaluate(L, `watch(c, 0.01, 1)`); err != "" {
			t.Fatal(err)
		}
		text := out.String()[before:]
		if n := strings.Count(text, "\n"); n > max(rows-1, 1) || !strings.Contains(text, "descriptor ") {
			t.Errorf("in %d rows %d are drawn:\n%q", rows, n, text)
		}
	}
}

const tcpPair = `
l = socket(AF_INET, SOCK_STREAM, 0) bind(l, "127.0.0.1", 0) listen(l)
c = socket(AF_INET, SOCK_STREAM, 0) connect(c, getsockname(l))
s = accept(l)`

// TestWatchResized: on a terminal that has another size since the last picture the next one
// begins at the top, the one after it where that one did.
func TestWatchResized(t *testing.T) {
	L, env, out := tracedState(t)
	rec, err := kernel.Describe(0)
	if err != nil {
		t.Fatal(err)
	}
	w := watching{env: env, L: L}
	for i, step := range []struct {
		width, rows int
		begin       string
	}{
		{60, 20, ""}, {60, 20, "\x1b[nA"}, {40, 20, "\x1b[H"}, {40, 20, "\x1b[nA"}, {40, 30, "\x1b[H"}, {80, 30, "\x1b[H"}, {80, 30, "\x1b[nA"},
	} {
		env.Width, env.Rows = func() int { return step.width }, func() int { return step.rows }
		begin := strings.ReplaceAll(step.begin, "n", fmt.Sprint(w.height)) + "\x1b[K"
		before := len(out.String())
		w.redraw(rec)
		if text := out.String()[before:]; !strings.HasPrefix(text, begin) {
			t.Errorf("picture %d begins with %.10q, not with %q", i, text, begin)
		}
	}
}
