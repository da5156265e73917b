package bindings

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sockrepl/bindings/built"
	"sockrepl/bindings/calls"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// lines is a writer that keeps what is written, from any goroutine.
type lines struct {
	sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.Lock()
	defer l.Unlock()
	return l.text.String()
}

// tracedState is a state whose trace lines are kept.
func tracedState(t *testing.T) (*lua.LState, *Env, *lines) {
	t.Helper()
	before := openDescriptors()
	out := &lines{}
	L, env := NewState(Options{Aside: out})
	t.Cleanup(func() {
		env.Close(L)
		for fd := range openDescriptors() {
			if !before[fd] {
				_ = unix.Close(fd)
			}
		}
	})
	return L, env, out
}

var timing = regexp.MustCompile(` <[0-9.]+>| <blocked [0-9.]+>`)

var resumed = regexp.MustCompile(` <unfinished \.\.\.>\n<\.\.\. \w+ resumed>`)

// untimed answers the lines without their times, each call as one: on a busy machine any
// look-up may take its time.
func untimed(out *lines) string {
	return resumed.ReplaceAllString(timing.ReplaceAllString(out.String(), ""), "")
}

// nextFD fills the low numbers, of which the test may have inherited some, and notes the
// one that the next descriptor gets: the lines below count from it.
func nextFD(t *testing.T, L *lua.LState) {
	t.Helper()
	if err := evaluate(L, `local r = open("/dev/null") while r < 99 do r = dup(r) end FIRST = 100`); err != "" {
		t.Fatal(err)
	}
}

// numbered replaces $0, $1 by the descriptors that the calls get.
func numbered(L *lua.LState, text string) string {
	n := int(L.GetGlobal("FIRST").(lua.LNumber))
	return regexp.MustCompile(`\$(\d)`).ReplaceAllStringFunc(text, func(s string) string {
		return lua.LNumber(n + int(s[1]-'0')).String()
	})
}

// TestTraceLines: each kind of argument and answer is written as strace writes it.
func TestTraceLines(t *testing.T) {
	L, _, out := tracedState(t)
	nextFD(t, L)
	checkTraceLines(t, L, out, "trace{}", []traceLine{
		{`a, b = socketpair(AF_UNIX, bit.bor(SOCK_STREAM, SOCK_CLOEXEC), 0)`, `socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = $0, $1`},
		{`send(a, "a\0\0271\r\n\255", MSG_NOSIGNAL)`, `send($0, "a\0\0331\r\n\377", MSG_NOSIGNAL) = 7`},
		{`recv(b, 100)`, `recv($1, 100, 0) = "a\0\0331\r\n\377" 7`},
		{`recv(b, 100, MSG_DONTWAIT)`, `recv($1, 100, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)`},
		{`send(a, ("x"):rep(40), 0x10000000 + MSG_NOSIGNAL)`, `send($0, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"..., MSG_NOSIGNAL|0x10000000) = 40`},
		{`poll({{fd=a, events=bit.bor(POLLIN, POLLOUT)}, {fd=b, events=POLLIN}}, 0)`,
			`poll([{fd=$0, events=POLLIN|POLLOUT}, {fd=$1, events=POLLIN}], 0) = 2 ([{fd=$0, revents=POLLOUT}, {fd=$1, revents=POLLIN}])`},
		{`select({a, b}, {a}, nil, 0)`, `select([$0 $1], [$0], [], 0) = 2 (in [$1], out [$0])`},
		{`select({a}, nil, nil, 0)`, `select([$0], [], [], 0) = 0 (Timeout)`},
		{`select({a, 999}, nil, nil, 0)`, `select([$0 999], [], [], 0) = -1 EBADF (Bad file descriptor): descriptor 999 in readfds`},
		{`fcntl(a, F_SETFL, bit.bor(O_RDWR, O_NONBLOCK))`, `fcntl($0, F_SETFL, O_RDWR|O_NONBLOCK) = 0`},
		{`fcntl(a, F_GETFD)`, `fcntl($0, F_GETFD) = 0x1 (flags FD_CLOEXEC)`},
		{`setsockopt(a, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5})`, `setsockopt($0, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}) = 0`},
		{`getsockopt(a, SOL_SOCKET, SO_TYPE)`, `getsockopt($0, SOL_SOCKET, SO_TYPE) = [SOCK_STREAM]`},
		{`u = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP)`, `socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP) = $2`},
		{`sendto(u, "", 0, {family=AF_INET6, addr="::1", port=7007})`,
			`sendto($2, "", 0, {sa_family=AF_INET6, sin6_port=htons(7007), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}) = 0`},
		{`setsockopt(u, IPPROTO_IPV6, IPV6_V6ONLY, true)`, `setsockopt($2, SOL_IPV6, IPV6_V6ONLY, [true]) = -1 EINVAL (Invalid argument)`},
		{`bind(a, {family=AF_UNIX, path="/tmp/\27x/y"})`, `bind($0, {sa_family=AF_UNIX, sun_path="/tmp/\33x/y"}) = -1 ENOENT (No such file or directory)`},
		{`m = umask(0) umask(18) umask(m)`, "umask(000) = 022\numask(022) = 000\numask(022) = 022"},
		{`open("/nonexistent\n", O_RDONLY)`, `open("/nonexistent\n", O_RDONLY) = -1 ENOENT (No such file or directory)`},
		{`open("/nonexistent/x", bit.bor(O_WRONLY, O_CREAT))`, `open("/nonexistent/x", O_WRONLY|O_CREAT, 0666) = -1 ENOENT (No such file or directory)`},
		{`c = socket(AF_INET, SOCK_STREAM, 0)`, `socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = $3`},
		{`bind(c, "127.0.0.1", 0)`, `bind($3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}) = 0`},
		{`setsockopt(c, IPPROTO_TCP, TCP_NODELAY, 1)`, `setsockopt($3, SOL_TCP, TCP_NODELAY, [1]) = 0`},
		{`getaddrinfo("127.0.0.1", "80", {family=AF_INET, socktype=SOCK_STREAM, flags=AI_NUMERICHOST})`,
			`getaddrinfo("127.0.0.1", "80", {family=AF_INET, socktype=SOCK_STREAM, flags=AI_NUMERICHOST}) = ` +
				`[{family=AF_INET, socktype=SOCK_STREAM, protocol=IPPROTO_TCP, addr="127.0.0.1", port=80}]`},
		{`getaddrinfo("::1", nil, {family=AF_INET, flags=AI_NUMERICHOST})`,
			`getaddrinfo("::1", NULL, {family=AF_INET, flags=AI_NUMERICHOST}) = EAI_ADDRFAMILY (Address family for hostname not supported)`},
		{`getaddrinfo("127.0.0.1", nil, {flags=bit.bor(AI_NUMERICHOST, AI_PASSIVE), socktype=SOCK_RAW, protocol=IPPROTO_ICMP})`,
			`getaddrinfo("127.0.0.1", NULL, {socktype=SOCK_RAW, protocol=IPPROTO_ICMP, flags=AI_PASSIVE|AI_NUMERICHOST}) = ` +
				`[{family=AF_INET, socktype=SOCK_RAW, protocol=IPPROTO_ICMP, addr="127.0.0.1", port=0}]`},
		{`getaddrinfo("a.long.name.that.is.shown.to.its.end.", nil, {flags=AI_NUMERICHOST})`,
			`getaddrinfo("a.long.name.that.is.shown.to.its.end.", NULL, {flags=AI_NUMERICHOST}) = EAI_NONAME (Name or service not known)`},
		{`close(c) close(c)`, "close($3) = 0\nclose($3) = -1 EBADF (Bad file descriptor)"},
		{`sendmsg(b, {iov={"x"}, control={{level=SOL_SOCKET, type=SCM_RIGHTS, fds={a}}}})`,
			`sendmsg($1, {msg_iov=[{iov_base="x", iov_len=1}], msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[$0]}]}, 0) = 1`},
		{`pcall(sendmsg, b, {iov={"x"}, control={{level=SOL_SOCKET, type=SCM_RIGHTS, fds={"\27[2J", {a}, 0.5}}}})`,
			`sendmsg($1, {msg_iov=[{iov_base="x", iov_len=1}], msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=["\33[2J", [$0], 0.5]}]}, 0) = ` +
				`? (item 1 of field 'control': field 'fds' of the control message: array of descriptors expected, got string)`},
		{`setrlimit(RLIMIT_CORE, RLIM_INFINITY, 0) setrlimit(RLIMIT_CORE, 7, 3)`,
			"setrlimit(RLIMIT_CORE, RLIM_INFINITY, 0) = -1 EINVAL (Invalid argument)\nsetrlimit(RLIMIT_CORE, 7, 3) = -1 EINVAL (Invalid argument)"},
		{`getrlimit(RLIMIT_CPU)`, `getrlimit(RLIMIT_CPU) = RLIM_INFINITY, RLIM_INFINITY`},
		{`writev(a, {"a", "twelve bytes"})`, `writev($0, [{iov_base="a", iov_len=1}, {iov_base="twelve bytes", iov_len=12}]) = 13`},
		{`listen(u)`, `listen($2, 4096) = -1 EOPNOTSUPP (Operation not supported)`}, // a default is passed
		{`pcall(setsockopt, a, SOL_SOCKET, SO_LINGER, {1})`,
			`setsockopt($0, SOL_SOCKET, SO_LINGER, [1]) = ? (linger table {onoff=, linger=} expected, got an array)`},
		{`n = open("/dev/null", O_RDWR) fcntl(n, F_GETFD)`, "open(\"/dev/null\", O_RDWR) = $3\nfcntl($3, F_GETFD) = 0"},
		{`fcntl(n, F_SETLK, {type=F_RDLCK, whence=SEEK_SET, start=1, len=2})`,
			`fcntl($3, F_SETLK, {l_type=F_RDLCK, l_whence=SEEK_SET, l_start=1, l_len=2}) = 0`},
	})
	out.text.Reset()
	if err := evaluate(L, `c = socket(AF_INET, SOCK_STREAM, 0) trace(true) bind(c, "localhost", 0) trace(false)`); err != "" {
		t.Fatal(err)
	}
	if got := untimed(out); !strings.HasPrefix(got, `getaddrinfo("localhost", NULL, {family=AF_INET}) = [{`) {
		t.Errorf("no look-up is seen:\n%s", got)
	}
}

// TestTraceLuaLines: answers as they stand behind a line of Lua, which pasting back does not look at.
func TestTraceLuaLines(t *testing.T) {
	L, _, out := tracedState(t)
	nextFD(t, L)
	checkTraceLines(t, L, out, "trace{lua = true}", []traceLine{
		{`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, `socketpair(AF_UNIX, SOCK_STREAM, 0) --> $0, $1`},
		{`poll({{fd=a, events=POLLIN}}, 0)`, `poll({{fd=$0, events=POLLIN}}, 0) --> 0`},
		{`poll({{fd=a, events=bit.bor(POLLIN, POLLOUT)}}, 0)`,
			`poll({{fd=$0, events=bit.bor(POLLIN, POLLOUT)}}, 0) --> 1, {{fd=$0, revents=POLLOUT}}`},
		{`select({a, b}, {a}, nil, 0)`, `select({$0, $1}, {$0}, {}, 0) --> {}, {$0}, {}`},
		{`u = socket(AF_INET, SOCK_DGRAM, 0) bind(u, {family=AF_INET, addr="127.0.0.1", port=0})`,
			"socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) --> $2\n" + `bind($2, {family=AF_INET, addr="127.0.0.1", port=0}) --> 0`},
		{`bind(a, {family=77, data="ab"})`, `bind($0, {family=77, data="ab"}) --> nil, "bind: EINVAL (Invalid argument)", EINVAL`},
		{`pcall(setsockopt, a, SOL_SOCKET, SO_LINGER, {1})`,
			`setsockopt($0, SOL_SOCKET, SO_LINGER, {1}) --> error (linger table {onoff=, linger=} expected, got an array)`},
	})
}

// traceLine is what is evaluated, and the lines that the trace has of it.
type traceLine struct{ source, want string }

// checkTraceLines evaluates each, with the trace that is asked for.
func checkTraceLines(t *testing.T, L *lua.LState, out *lines, trace string, tests []traceLine) {
	t.Helper()
	for _, test := range tests {
		out.text.Reset()
		if err := evaluate(L, trace+" "+test.source+" trace(false)"); err != "" {
			t.Fatalf("%s: %s", test.source, err)
		}
		got := strings.TrimSuffix(untimed(out), "\n")
		if want := numbered(L, test.want); got != want {
			t.Errorf("%s\n     %s\nnot  %s", test.source, got, want)
		}
	}
}

// TestTraceFilters: only what is asked for, as long as it is asked for.
func TestTraceFilters(t *testing.T) {
	L, _, out := tracedState(t)
	nextFD(t, L)
	err := evaluate(L, `
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
trace{"send", "dup", fd = a, strings = 3}
send(a, "12345") send(b, "other") recv(a, 10) dup(b) dup(a)
print("print is no call")
trace(false)
send(a, "off")
trace{fd = FIRST + 4}
c = dup(b)
trace(false)
trace{fd = a}
poll({{fd = b, events = POLLIN}}, 0) poll({{fd = b, events = POLLIN}, {fd = a, events = POLLIN}}, 0)
trace{fd = 0}
socket(-1, 0, 0) signal(SIGUSR1)
trace(false)
assert(trace() == false)
trace(true)
assert(trace() == true)
trace(false)`)
	want := numbered(L, "send($0, \"123\"..., 0) = 5\ndup($0) = $3\ndup($1) = $4\n"+
		"poll([{fd=$1, events=POLLIN}, {fd=$0, events=POLLIN}], 0) = 1 ([{fd=$1, revents=POLLIN}])\n")
	if got := untimed(out); err != "" || got != want {
		t.Errorf("%s\n%s\nnot\n%s", err, got, want)
	}
	for source, want := range map[string]string{
		`trace{"sned"}`:        "there is no call 'sned' to trace; did you mean send?",
		`trace{"hexdump"}`:     "there is no call 'hexdump' to trace",
		`trace{color = true}`:  "there is no option 'color'",
		`trace{strings = 0}`:   "field 'strings': integer of 1 or more expected, got 0",
		`trace{paths = "yes"}`: "field 'paths': true or false expected, got string",
		`trace(1)`:             "true, false, or a table of options expected, got 1",
	} {
		if got := evaluate(L, source); !strings.Contains(got, want) {
			t.Errorf("%s: %q, not %q", source, got, want)
		}
	}
}

// TestTraceBlocked: a call that waits is shown while it waits, and its answer after.
func TestTraceBlocked(t *testing.T) {
	L, env, out := tracedState(t)
	nextFD(t, L)
	begun := numbered(L, "read($0, 10 <unfinished ...>\n")
	done := make(chan string)
	go func() { done <- evaluate(L, `r, w = pipe() trace(true) read(r, 10)`) }()
	for deadline := time.Now().Add(5 * time.Second); out.String() != begun; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("while it waits the trace has %q, not %q", out.String(), begun)
		}
	}
	env.Task.Interrupt()
	<-done
	if got := timing.ReplaceAllString(out.String(), ""); got != begun+"<... read resumed>) = ? (interrupted)\n" {
		t.Errorf("after an interrupt the trace has %q", got)
	}
	if !regexp.MustCompile(`> <blocked 0\.\d{3}>\n$`).MatchString(out.String()) {
		t.Errorf("it does not say how long it waited: %q", out.String())
	}
	env.Task.Resume()
	out.text.Reset()
	go func() { done <- evaluate(L, `a = socketpair(AF_UNIX, SOCK_STREAM, 0) send(a, ("x"):rep(1e7))`) }()
	await(t, out, "send(")
	env.Task.Interrupt()
	<-done
	if !regexp.MustCompile(`<\.\.\. send resumed>\) = \? \(interrupted: [\d,]+ of 10,000,000 bytes taken\)`).MatchString(out.String()) {
		t.Errorf("after an interrupted send the trace has %q", out.String())
	}
	env.Task.Resume()
	out.text.Reset()
	if err := evaluate(L, `poll({{fd=r, events=POLLIN}}, 2) trace(false)`); err != "" {
		t.Fatal(err)
	}
	if want := numbered(L, "poll([{fd=$0, events=POLLIN}], 2) = 0 (Timeout)\n"); untimed(out) != want {
		t.Errorf("after an interrupt: %q, not %q", untimed(out), want)
	}
	out.text.Reset()
	if err := evaluate(L, `trace{fd = r} poll({{fd=w, events=POLLIN}}, 50) trace(false)`); err != "" || out.String() != "" {
		t.Errorf("of a call that has to do with another descriptor: %s %q", err, out)
	}
}

// TestTraceIO: what the io library does is shown if it is asked for, as system calls.
func TestTraceIO(t *testing.T) {
	L, _, out := tracedState(t)
	nextFD(t, L)
	name := filepath.Join(t.TempDir(), "file")
	L.SetGlobal("NAME", lua.LString(name))
	err := evaluate(L, `trace{io = true} f = io.open(NAME, "w") f:write("hello") f:close() trace(false)`)
	want := numbered(L, `open("`+name+`", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = $0
write($0, "hello") = 5
close($0) = 0
`)
	if got := untimed(out); err != "" || got != want {
		t.Errorf("%s\n%s\nnot\n%s", err, got, want)
	}
	out.text.Reset()
	if err := evaluate(L, `trace{} f = io.open(NAME) f:read("*a") f:close() trace(false)`); err != "" || out.String() != "" {
		t.Errorf("without io = true: %s\n%s", err, out)
	}
	if err := evaluate(L, `trace{io = true} os.execute("exit 3") trace(false)`); err != "" {
		t.Error(err)
	}
	want = `exec("/bin/sh", "-c", "exit 3") = N
waitpid(N, 0) = N, 768, "exited with 3" 13
`
	if got := regexp.MustCompile(`\b\d{3,}\b`).ReplaceAllString(strings.ReplaceAll(untimed(out), "768", "S"), "N"); got != strings.ReplaceAll(want, "768", "S") {
		t.Errorf("a command:\n%s\nnot\n%s", got, want)
	}
}

// TestTraceThreads: what threads do among themselves is shown if it is asked for; as Lua it is a
// comment, since a mutex has no text.
func TestTraceThreads(t *testing.T) {
	L, _, out := tracedState(t)
	err := evaluate(L, `m, c = mutex(), channel.make(1)
		trace(true) m:lock() m:unlock()
		trace{threads = true} m:lock() m:unlock() c:send("\27") c:receive() channel.select({"|<-", c}, {"default"}) c:close()
		join(thread(function() return 7 end))
		trace{threads = true, lua = true} m:lock() trace(false)`)
	want := `lock(MUTEX) = 0
unlock(MUTEX) = 0
channel.send(CHANNEL, "\027") = 0
channel.receive(CHANNEL) = true, "\027"
channel.select("|<-", "default") = 2
channel.close(CHANNEL) = 0
join(thread 1 (test:4)) = 7
-- lock(MUTEX) --> 0
`
	got := regexp.MustCompile(`mutex \d+`).ReplaceAllString(untimed(out), "MUTEX")
	got = regexp.MustCompile(`channel: 0x[0-9a-f]+`).ReplaceAllString(got, "CHANNEL")
	got = regexp.MustCompile(`(?m)^join.*unfinished.*\n|<\.\.\. join resumed>\)`).ReplaceAllString(got, "")
	if err != "" || got != want {
		t.Errorf("%s\n%s\nnot\n%s", err, got, want)
	}
}

// TestTracePastesBack: a session's trace as Lua, run as a script, makes the same calls.
func TestTracePastesBack(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first.lua"), filepath.Join(dir, "second.lua")
	session := `
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
send(a, table.concat(all) .. "\n]]'\"\\\0001\0279")
recv(b, 1000, MSG_NOSIGNAL)
r, w = pipe()
writev(w, {"head\0", "body"})
readv(r, {4, 100})
sendmsg(a, {iov = {"x", "\200"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {w}}}})
recvmsg(b, {iov = {1, 5}, control = 100}, MSG_CMSG_CLOEXEC)
u = socket(AF_INET, bit.bor(SOCK_DGRAM, SOCK_NONBLOCK), IPPROTO_UDP)
bind(u, "127.0.0.1", 0)
sendto(u, "x", 0, {family = AF_INET, addr = "127.0.0.1", port = 9})
setsockopt(u, SOL_SOCKET, SO_LINGER, {onoff = 1, linger = 5})
setsockopt(u, SOL_SOCKET, SO_RCVTIMEO, 0.25)
getsockopt(u, SOL_SOCKET, SO_RCVTIMEO)
fcntl(u, F_SETFL, bit.bor(O_RDWR, O_NONBLOCK, O_APPEND))
fcntl(u, F_GETFL)
v = socket(AF_INET6, SOCK_STREAM, 0)
connect(v, {family = AF_INET6, addr = "::1", port = 1, flowinfo = 0})
bind(v, {family = AF_UNIX, path = "@x"})
poll({{fd = a, events = bit.bor(POLLIN, POLLOUT)}, {fd = 77, events = POLLIN}}, 0)
select({a, b}, {a}, nil, 0)
select({r}, nil, nil, 0.03)
getaddrinfo("127.0.0.1", 80, {socktype = SOCK_STREAM, flags = bit.bor(AI_PASSIVE, AI_NUMERICHOST)})
open("/nonexistent/x", bit.bor(O_WRONLY, O_CREAT), 384)
shutdown(a, SHUT_WR)
kill(0x7ffffff, SIGTERM)
setrlimit(RLIMIT_CORE, RLIM_INFINITY, 0)
getrlimit(RLIMIT_CORE)
dup2(a, 90)
close(a) close(a)`
	run := func(trace, script string) {
		t.Helper()
		cmd := exec.Command(built.Program(t), "-e", `trace{lua = true, file = `+Quote(trace)+`}`, "-")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s\n%s", err, out, script)
		}
	}
	run(first, session)
	pasted, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if want := "\nsetrlimit(RLIMIT_CORE, RLIM_INFINITY, 0) --> nil, "; !strings.Contains(string(pasted), want) {
		t.Errorf("no limit by its name in\n%s", pasted)
	}
	if n := strings.Count(string(pasted), "\n"); n < 30 {
		t.Fatalf("the trace has %d lines only:\n%s", n, pasted)
	}
	run(second, string(pasted))
	again, _ := os.ReadFile(second)
	waits := regexp.MustCompile(`(?m)^-- .* waits\n`)
	if waits.ReplaceAllString(string(again), "") != waits.ReplaceAllString(string(pasted), "") {
		t.Errorf("pasted back:\n%s\nmade:\n%s", pasted, again)
	}
}

// TestTraceLoads: what was written as Lua is Lua, whatever the calls were given; a call that
// can't be written stands in a comment.
func TestTraceLoads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace.lua")
	cmd := exec.Command(built.Program(t), "-e", `trace{lua = true, file = `+Quote(path)+`}`, "-")
	cmd.Stdin = strings.NewReader(`
local function nothing() end
waitpid(spawn(nothing))
waitpid(spawn(nothing, 1 / 0))
waitpid(spawn("return", {1, {x = "\\\n\0\200"}}, {}))
waitpid(spawn("return", ("x"):rep(1000)))
waitpid(spawn("return --" .. ("x"):rep(1000)))
waitpid(spawn("return", {{{{{"…"}}, 1}}}, {}))
local list, named = {}, {}
for i = 1, 100 do list[i], named["n" .. i] = "an item", ("v"):rep(300) end
waitpid(spawn("return", list, named, {}))
waitpid(spawn("return", ("\n"):rep(2e6)))
local endless = {}
endless[1], endless.x = endless, endless
waitpid(spawn("return", endless, {}))
waitpid(exec("true", ("y"):rep(1000)))
waitpid(exec("true", "a\"b", 1, {env = {["A-B"] = "x", ["if"] = false}, cwd = "/", [7] = false}))
waitpid(exec("true", 1 / 0))
waitpid(exec("true", 0 / 0))
waitpid(spawn("return", {getsockname(socket(AF_INET, SOCK_STREAM, 0))}, {}))
thread(nothing):join()
local c = channel.make(1) c:send(c)
mutex():lock()
recvmmsg(-1, {iov = {1, 2}}, 3)
`)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	L, _ := newState(t)
	if _, err := Load(L, string(text), "@"+path); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	for _, want := range []string{
		`(?m)^-- spawn\(function \S*:2\) --> \d+$`, `(?m)^-- spawn\(function \S*:2, \S+\) --> \d+$`,
		`(?m)^spawn\("return", \{1, \{x = "\\\\\\n.*"\}\}, \{\}\) --> \d+$`,
		`(?m)^spawn\("return", "x{1000}"\) --> \d+$`, `(?m)^spawn\("return --x{1000}"\) --> \d+$`,
		`(?m)^spawn\("return", \{\{\{\{\{"…"\}\}, 1\}\}\}, \{\}\) --> \d+$`,
		`(?m)^spawn\("return", \{("an item", ){99}"an item"\}, \{(n\d+ = "v+", ){99}n\d+ = "v+"\}, \{\}\) --> \d+$`,
		`(?m)^exec\("true", "y{1000}"\) --> \d+$`,
		`(?m)^-- spawn\("return", "(\\n){200}…"\) --> \d+$`, `(?m)^-- spawn\("return", \{\{\{…\}, x = \{…\}\}, x = \{\{…\}, x = \{…\}\}\}, \{\}\) --> \d+$`,
		`(?m)^-- exec\("true", \S*[Ii]nf\) --> \d+$`, `(?m)^-- exec\("true", \S*[Nn]a[Nn]\) --> \d+$`, `(?m)^-- spawn\("return", \{0\.0\.0\.0:0\}, \{\}\) --> \d+$`,
		`(?m)^exec\("true", "a\\"b", 1, \{\[7\] = false, cwd = "/", env = \{\["A-B"\] = "x", \["if"\] = false\}\}\) --> \d+$`,
	} {
		if !regexp.MustCompile(want).Match(text) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
}

// TestTraceOff: without a trace the gate makes no event, and a call allocates nothing for
// it.
func TestTraceOff(t *testing.T) {
	L, _, out := tracedState(t)
	if err := evaluate(L, `trace(true) r, w = pipe() trace(false)`); err != "" {
		t.Fatal(err)
	}
	before := out.String()
	write := caller(t, L, "write", L.GetGlobal("w"), lua.LString("x"))
	if n := testing.AllocsPerRun(100, write); n > 0 {
		t.Errorf("a call without a trace allocates %v times", n)
	}
	if out.String() != before {
		t.Error("trace(false) does not end the trace")
	}
}

// TestTraceOfEveryCall runs the example of each row under each style: whatever it does, a
// call is a line, and a line of Lua is Lua.
func TestTraceOfEveryCall(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, options := range []string{"strings = 5", "paths = true", "lua = true"} {
		L, _, out := tracedState(t)
		L.SetGlobal("print", L.NewFunction(func(*lua.LState) int { return 0 }))
		for _, c := range calls.All() {
			if c.Do == nil {
				continue
			}
			out.text.Reset()
			if err := evaluate(L, "trace{"+options+"} "+c.Example+"\ntrace(false)"); err != "" {
				t.Errorf("%s: %s", c.Name, err)
			}
			if !strings.Contains(out.String(), c.Name+"(") {
				t.Errorf("%s is not in the trace of its example:\n%s", c.Name, out.String())
			}
			for line := range strings.Lines(out.String()) {
				if _, err := Load(L, line, "line"); err != nil && options == "lua = true" {
					t.Errorf("%s\n%v", line, err)
				}
			}
		}
	}
}

// TestTraceOfThreads: a line says which thread made the call, and a line of Lua stays Lua.
func TestTraceOfThreads(t *testing.T) {
	L, _, out := tracedState(t)
	nextFD(t, L)
	err := evaluate(L, `
r, w = pipe()
local function worker() write(w, "x") end
trace(true) join(thread(worker)) trace(false)
trace{lua = true} join(thread(worker)) trace(false)`)
	want := regexp.MustCompile(numbered(L, `^\[1 [^\]]+\] write\($1, "x"\) = 1\nwrite\($1, "x"\) --> 1 \[2 [^\]]+\]\n$`))
	if got := untimed(out); err != "" || !want.MatchString(got) {
		t.Errorf("%s\n%s", err, got)
	}
}

// await waits until the text is there.
func await(t *testing.T, out *lines, want string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(out.String(), want); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %q in %q", want, out.String())
		}
	}
}

// TestTraceLooks: on a terminal a line stands back, and what failed stands out; a file has
// plain text.
func TestTraceLooks(t *testing.T) {
	L, env, out := tracedState(t)
	env.Dim = func(text string) string { return "(" + text + ")" }
	env.Bad = func(text string) string { return "!" + text + "!" }
	file := filepath.Join(t.TempDir(), "trace")
	L.SetGlobal("file", lua.LString(file))
	if err := evaluate(L, `
trace{"close"}
close(-1)
r, w = pipe() close(r)
trace{"close", file = file}
close(-1)
trace(false)`); err != "" {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^\(close\(-1\) = \)!-1 EBADF \(Bad file descriptor\)!\( <[0-9.]+>\)\n\(close\(\d+\) = \)\(0\)\( <[0-9.]+>\)\n$`)
	if !want.MatchString(out.String()) {
		t.Errorf("shown:\n%s", out.String())
	}
	if text, _ := os.ReadFile(file); !strings.HasPrefix(string(text), "close(-1) = -1 EBADF (Bad file descriptor) <") {
		t.Errorf("in the file:\n%s", text)
	}
}
