package bindings

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sockrepl/bindings/built"
	"sockrepl/bindings/inspect"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// busy makes descriptors of every kind, with bytes on their way.
const busy = `
local function tcp(family, host)
  local l = socket(family, SOCK_STREAM, 0)
  assert(bind(l, {family = family, addr = host, port = 0}))
  listen(l, 7)
  return l
end
listener, listener6 = tcp(AF_INET, "127.0.0.1"), tcp(AF_INET6, "::1")
client = socket(AF_INET, bit.bor(SOCK_STREAM, SOCK_CLOEXEC), 0)
connect(client, getsockname(listener))
server = accept(listener)
client6 = socket(AF_INET6, SOCK_STREAM, 0)
connect(client6, getsockname(listener6))
server6 = accept(listener6)
waiting = socket(AF_INET, SOCK_STREAM, 0)
connect(waiting, getsockname(listener))
assert(send(client, ("x"):rep(5000)) == 5000)
send(server6, "hello")
poll({{fd = client6, events = POLLIN}}, 5000)
poll({{fd = server, events = POLLIN}}, 5000)
half = socket(AF_INET, SOCK_STREAM, 0)
connect(half, getsockname(listener))
accept(listener) -- the one that waits comes first
halfserver = accept(listener)
send(half, "bye")
shutdown(half, SHUT_WR)
poll({{fd = halfserver, events = POLLRDHUP}}, 5000)
while fdinfo(half).state == "FIN_WAIT1" do sleep(0.001) end -- nothing else tells when the FIN is acknowledged
udp = socket(AF_INET, SOCK_DGRAM, 0)
bind(udp, "127.0.0.1", 0)
sendto(udp, "0123456789", 0, getsockname(udp))
sendto(udp, "01234567890123456789", 0, getsockname(udp))
udp6 = socket(AF_INET6, SOCK_DGRAM, 0)
bind(udp6, "::1", 0)
connect(udp6, getsockname(udp6))
u1, u2 = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(u1, "seven b")
d1, d2 = socketpair(AF_UNIX, SOCK_DGRAM, 0)
send(d1, "12345") send(d1, "678")
ulistener = socket(AF_UNIX, SOCK_STREAM, 0)
bind(ulistener, "@sockrepl-" .. getpid())
listen(ulistener, 3)
uclient = socket(AF_UNIX, SOCK_STREAM, 0)
connect(uclient, "@sockrepl-" .. getpid())
r, w = pipe()
write(w, "abc")
copy = dup(client)
fcntl(copy, F_SETFL, bit.bor(O_RDWR, O_NONBLOCK))
file = open("/etc/passwd")
read(file, 10)
out = open("/dev/null", bit.bor(O_WRONLY, O_APPEND))
ep = epoll_create1()
epoll_ctl(ep, EPOLL_CTL_ADD, server, EPOLLIN)
event = eventfd(5)
timer = timerfd_create(CLOCK_MONOTONIC)
nl = socket(AF_NETLINK, SOCK_RAW, 0)
local function connecting(family, host)
  local full = tcp(family, host)
  listen(full, 0) -- one connection, and the second SYN has no answer
  connect(socket(family, SOCK_STREAM, 0), getsockname(full))
  local fd = socket(family, bit.bor(SOCK_STREAM, SOCK_NONBLOCK), 0)
  connect(fd, getsockname(full))
  return fd, tostring(getsockname(full))
end
syn, synpeer = connecting(AF_INET, "127.0.0.1")
syn6, syn6peer = connecting(AF_INET6, "::1")
refused = socket(AF_INET, SOCK_STREAM, 0)
local free = tcp(AF_INET, "127.0.0.1")
local nobody = getsockname(free)
close(free)
assert(select(3, connect(refused, nobody)) == ECONNREFUSED)
reset, resetter = socket(AF_INET, SOCK_STREAM, 0), nil
connect(reset, getsockname(listener))
resetter = accept(listener)
setsockopt(resetter, SOL_SOCKET, SO_LINGER, {onoff = 1, linger = 0})
close(resetter)
poll({{fd = reset, events = POLLIN}}, 5000)
send(reset, "x")
`

// busyState is a state that has run busy, with its table of descriptors.
func busyState(t *testing.T) (*lua.LState, map[int]kernel.Record) {
	t.Helper()
	L, _ := newState(t)
	if err := evaluate(L, busy); err != "" {
		t.Fatal(err)
	}
	table := map[int]kernel.Record{}
	for _, line := range kernel.Table() {
		fd, _ := line.(kernel.Record).Get("fd").(int64)
		table[int(fd)] = line.(kernel.Record)
	}
	return L, table
}

// tool answers what a program prints; a machine without it skips the test.
func tool(t *testing.T, name string, args ...string) []string {
	t.Helper()
	cmd := exec.Command(built.Tool(t, name), args...)
	cmd.Stderr = nil
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		t.Skipf("%s: %v", name, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// TestFields: what the table has of each descriptor of a busy process.
func TestFields(t *testing.T) {
	L, table := busyState(t)
	for global, want := range map[string]string{
		"listener":   "type=tcp state=LISTEN queue=0 queue_limit=7",
		"listener6":  "type=tcp6 state=LISTEN",
		"client":     "type=tcp flags=nonblock\\032cloexec state=ESTABLISHED recvq=0",
		"copy":       "type=tcp flags=nonblock",
		"server":     "type=tcp state=ESTABLISHED recvq=5000 sendq=0",
		"client6":    "type=tcp6 state=ESTABLISHED recvq=5",
		"half":       "type=tcp state=FIN_WAIT2",
		"halfserver": "type=tcp state=CLOSE_WAIT recvq=3",
		"udp":        "type=udp state=UNCONNECTED recvq=10 recvq_unit=first datagram",
		"udp6":       "type=udp6 state=ESTABLISHED recvq=0",
		"u1":         "type=unix sendq_unit=buffer memory",
		"u2":         "type=unix state=ESTABLISHED recvq=7 sendq=0",
		"d2":         "type=unix recvq=5 recvq_unit=first datagram",
		"ulistener":  "type=unix state=LISTEN queue=1 queue_limit=3",
		"r":          "type=pipe access=r recvq=3",
		"w":          "type=pipe access=w sendq=3",
		"file":       "type=file access=r offset=10 path=/etc/passwd",
		"out":        "type=char access=w flags=append path=/dev/null",
		"syn":        "state=SYN_SENT sendq=1 remote=" + L.GetGlobal("synpeer").String(),
		"syn6":       "state=SYN_SENT sendq=1 remote=" + L.GetGlobal("syn6peer").String(),
		"refused":    "state=CLOSE sendq=0",
		"reset":      "state=CLOSE sendq=0",
		"ep":         "type=epoll", "event": "type=eventfd", "timer": "type=timerfd", "nl": "type=netlink",
	} {
		entry := table[int(L.GetGlobal(global).(lua.LNumber))]
		for _, field := range regexp.MustCompile(`\w+=[^=]*(?: |$)`).FindAllString(want, -1) {
			name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
			value = strings.ReplaceAll(value, `\032`, " ")
			if got := inspect.Text(entry.Get(name)); got != value {
				t.Errorf("%s: %s is %q, not %q", global, name, got, value)
			}
		}
	}
}

// ssStates are ss's words for the states.
var ssStates = map[string]string{"ESTAB": "ESTABLISHED", "UNCONN": "UNCONNECTED", "FIN-WAIT-2": "FIN_WAIT2", "SYN-SENT": "SYN_SENT", "CLOSE-WAIT": "CLOSE_WAIT"}

// TestAgreesWithSS compares the table with ss(8): state, queues, addresses, and which
// numbers share a socket.
func TestAgreesWithSS(t *testing.T) {
	_, table := busyState(t)
	user := regexp.MustCompile(fmt.Sprintf(`pid=%d,fd=(\d+)\)`, os.Getpid()))
	compared := 0
	for _, line := range tool(t, "ss", "-HOatuwxnpem") {
		for _, m := range user.FindAllStringSubmatch(line, -1) {
			fd, _ := strconv.Atoi(m[1])
			entry, ok := table[fd]
			if !ok {
				continue // the program's own, or made since
			}
			compared++
			compareWithSS(t, fd, entry, strings.Fields(line))
		}
	}
	if compared < 15 {
		t.Errorf("ss knows %d of the descriptors only", compared)
	}
}

func compareWithSS(t *testing.T, fd int, entry kernel.Record, ss []string) {
	t.Helper()
	state := ss[1]
	if long := ssStates[state]; long != "" {
		state = long
	}
	if got := inspect.Text(entry.Get("state")); got != state {
		t.Errorf("descriptor %d: %s, ss says %s", fd, got, state)
	}
	recv, send := inspect.Text(entry.Get("recvq")), inspect.Text(entry.Get("sendq"))
	switch {
	case entry.Get("queue") != nil:
		recv, send = inspect.Text(entry.Get("queue")), inspect.Text(entry.Get("queue_limit"))
	case entry.Get("recv_memory") != nil:
		recv = inspect.Text(entry.Get("recv_memory"))
	case state == "CLOSE_WAIT": // tcp_diag counts the FIN as a byte, the kernel's ioctl does not
		n, _ := kernel.AsInt(entry.Get("recvq"))
		recv = fmt.Sprint(n + 1)
	}
	if recv != ss[2] || send != ss[3] {
		t.Errorf("descriptor %d: %s and %s bytes, ss says %s and %s", fd, recv, send, ss[2], ss[3])
	}
	if kind := inspect.Text(entry.Get("type")); kind == "unix" {
		if peer := inspect.Text(entry.Get("peer_inode")); peer != "" && peer != ss[7] {
			t.Errorf("descriptor %d: its peer's inode is %s, ss says %s", fd, peer, ss[7])
		}
		return
	}
	if got := inspect.Text(entry.Get("local")); got != ss[4] {
		t.Errorf("descriptor %d: %s, ss says %s", fd, got, ss[4])
	}
	if got := inspect.Text(entry.Get("remote")); got != "" && got != ss[5] {
		t.Errorf("descriptor %d: the peer is %s, ss says %s", fd, got, ss[5])
	}
}

// TestAgreesWithProcNet compares TCP's queues and inodes with /proc/net/tcp.
func TestAgreesWithProcNet(t *testing.T) {
	_, table := busyState(t)
	byInode := map[string][]kernel.Record{}
	for _, entry := range table {
		inode := inspect.Text(entry.Get("inode"))
		byInode[inode] = append(byInode[inode], entry)
	}
	compared := 0
	for _, path := range []string{"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"} {
		file, err := os.Open(path)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			for _, entry := range byInode[fields[9]] {
				compared++
				tx, rx, _ := strings.Cut(fields[4], ":")
				compareQueues(t, path, entry, tx, rx)
			}
		}
		_ = file.Close()
	}
	if compared < 10 {
		t.Errorf("/proc/net knows %d of the descriptors only", compared)
	}
}

func compareQueues(t *testing.T, path string, entry kernel.Record, tx, rx string) {
	t.Helper()
	sent, _ := strconv.ParseInt(tx, 16, 64)
	received, _ := strconv.ParseInt(rx, 16, 64)
	want, _ := kernel.AsInt(entry.Get("recvq"))
	if mem, ok := kernel.AsInt(entry.Get("recv_memory")); ok {
		want = mem
	}
	if queue, ok := kernel.AsInt(entry.Get("queue")); ok {
		want = queue
	}
	if entry.Get("state") == "CLOSE_WAIT" {
		want++ // the FIN
	}
	if n, ok := kernel.AsInt(entry.Get("sendq")); received != want || ok && sent != n {
		t.Errorf("descriptor %v: %s says %d and %d bytes, the table %v", entry.Get("fd"), path, received, sent, entry)
	}
}

// TestAgreesWithLsof compares the types, the access and the addresses with lsof(8).
func TestAgreesWithLsof(t *testing.T) {
	_, table := busyState(t)
	var fd int
	var kind, protocol string
	compared := 0
	for _, field := range tool(t, "lsof", "-nP", "-a", "-p", strconv.Itoa(os.Getpid()), "-d", "0-999", "-F", "fatPn") {
		switch field[0] {
		case 'f':
			fd, _ = strconv.Atoi(field[1:])
			kind, protocol = "", ""
		case 't':
			kind = field[1:]
		case 'P':
			protocol = field[1:]
		case 'n':
			if entry, ok := table[fd]; ok {
				compared++
				compareWithLsof(t, fd, entry, kind, protocol, field[1:])
			}
		}
	}
	if compared < 25 {
		t.Errorf("lsof knows %d of the descriptors only", compared)
	}
}

func compareWithLsof(t *testing.T, fd int, entry kernel.Record, kind, protocol, name string) {
	t.Helper()
	want := map[string]string{"IPv4": strings.ToLower(protocol), "IPv6": strings.ToLower(protocol) + "6", "unix": "unix",
		"FIFO": "pipe", "REG": "file", "DIR": "dir", "netlink": "netlink"}[kind]
	got := inspect.Text(entry.Get("type"))
	if want != "" && got != want {
		t.Errorf("descriptor %d: type %s, lsof says %s", fd, got, want)
	}
	local, remote := inspect.Text(entry.Get("local")), inspect.Text(entry.Get("remote"))
	switch {
	case kind == "IPv4" || kind == "IPv6":
		if remote != "" {
			local += "->" + remote
		}
		if name != local {
			t.Errorf("descriptor %d: %s, lsof says %s", fd, local, name)
		}
	case kind == "REG" || kind == "CHR":
		if path := inspect.Text(entry.Get("path")); path != name {
			t.Errorf("descriptor %d: %s, lsof says %s", fd, path, name)
		}
	case kind == "a_inode" && got != "epoll" && !strings.Contains(name, got):
		t.Errorf("descriptor %d: type %s, lsof says %s", fd, got, name)
	}
}

// TestAgreesWithStrace runs a script under strace -yy with a trace of its own: each line
// is the beginning of one of strace's, and ends alike.
func TestAgreesWithStrace(t *testing.T) {
	strace := built.Tool(t, "strace")
	dir := t.TempDir()
	theirs, ours := filepath.Join(dir, "strace"), filepath.Join(dir, "trace")
	script := `trace{"socket", "bind", "listen", "setsockopt", "shutdown", "close", "dup", "fcntl", "lseek",
  "epoll_create1", "kill", file = ` + Quote(ours) + `, paths = true}
l = socket(AF_INET, bit.bor(SOCK_STREAM, SOCK_CLOEXEC), 0)
setsockopt(l, SOL_SOCKET, SO_REUSEADDR, 1)
bind(l, "127.0.0.1", 0)
listen(l, 5)
c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)
connect(c, getsockname(l))
s = accept(l)
shutdown(c, SHUT_WR)
setsockopt(c, IPPROTO_TCP, TCP_NODELAY, 1)
setsockopt(c, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5})
v = socket(AF_INET6, SOCK_DGRAM, 0)
bind(v, {family=AF_INET6, addr="::1", port=0})
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
listen(a)
u = socket(AF_UNIX, SOCK_DGRAM, 0)
bind(u, "@sockrepl-" .. getpid())
setsockopt(u, SOL_SOCKET, SO_PASSCRED, 1)
r, w = pipe()
lseek(r, 0, SEEK_SET)
fcntl(a, F_SETFL, bit.bor(O_RDWR, O_NONBLOCK)) fcntl(a, F_GETFL) fcntl(a, F_SETFD, FD_CLOEXEC)
dup(c)
f = open("/etc/passwd") lseek(f, 5, SEEK_SET)
socket(AF_NETLINK, SOCK_RAW, 0)
epoll_create1(EPOLL_CLOEXEC)
close(c) close(c) close(r)
kill(getpid(), 0)`
	cmd := exec.Command(strace, "-f", "-yy", "-o", theirs, "-e", "trace=network,desc,process,signal,%file", built.Program(t), "-")
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("strace: %v %s", err, out)
	}
	text, _ := os.ReadFile(theirs)
	var all []string
	for line := range strings.Lines(string(text)) {
		_, line, _ = strings.Cut(strings.TrimSpace(line), " ")
		all = append(all, strings.Join(strings.Fields(line), " "))
	}
	mine, _ := os.ReadFile(ours)
	lines := strings.Split(strings.TrimSpace(timing.ReplaceAllString(string(mine), "")), "\n")
	if len(lines) < 25 {
		t.Errorf("the trace has %d lines only:\n%s", len(lines), mine)
	}
	for _, line := range lines {
		if !straceHas(all, line) {
			name, _, _ := strings.Cut(line, "(")
			t.Errorf("strace has no line like\n%s\nbut\n%s", line, strings.Join(linesOf(all, name), "\n"))
		}
	}
}

// straceHas tells whether a line of strace's begins with the call as it is written here,
// whatever arguments C has besides, and ends in the same result.
func straceHas(all []string, line string) bool {
	call, result, _ := strings.Cut(line, ") = ")
	for _, theirs := range all {
		if strings.HasPrefix(theirs, call) && (strings.HasSuffix(theirs, ") = "+result) || strings.HasSuffix(theirs, "<unfinished ...>")) {
			return true
		}
	}
	return false
}

func linesOf(all []string, name string) (some []string) {
	for _, line := range all {
		if strings.HasPrefix(line, name+"(") {
			some = append(some, line)
		}
	}
	return some
}
