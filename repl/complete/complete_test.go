package complete

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings"
	"sockrepl/bindings/lualib"
	"sockrepl/repl/help"
)

// setUp is what the session of the tests has.
const setUp = `
listener, client, size, ratio, DEBUG = 5, 7, 4096, 7.5, true
first_ = 1
server = {start = function() end, port = 80, clients = {{name = "first"}}, ["not a name"] = 1, [1] = 2, ["end"] = 3}
server.self = server
object = setmetatable({own = 1}, {__index = {method = function() end, field = 2,
  plain = setmetatable({}, {}), called = setmetatable({}, {__call = print})}})
trap = setmetatable({}, {__index = function() error("__index was called") end})
loop = {}
setmetatable(loop, {__index = loop})
file = io.stdout
chan, lock_ = channel.make(), mutex()
text = "abc"
spoiled = {["a\27[31m"] = 1}
shadow = setmetatable({method = print}, getmetatable(object))
under = {_hidden = 1, shown = 2}
`

func newSource(t testing.TB) *Source {
	L, env := bindings.NewState(bindings.Options{})
	t.Cleanup(func() { env.Close(L) })
	if err := L.DoString(setUp); err != nil {
		t.Fatal(err)
	}
	return &Source{
		State: L,
		Descriptors: func() []Descriptor {
			return []Descriptor{{0, "terminal"}, {5, "TCP 127.0.0.1:80, listening"}, {7, ""}, {50, "pipe"}}
		},
		List: func(dir string) []Entry { return tree[dir] },
		Home: func() string { return "/home/me" },
	}
}

var tree = map[string][]Entry{
	".": {{"server.lua", false}, {"sub", true}, {".hidden", false}, {"a \"b\".txt", false}, {"bad\x1b[m", false}, {"bad\xff", false}, {"bad\x1b[m.lua", false},
		{"folder.lua", true},
		{`a "b"`, true}, {`c\d`, false}},
	`a "b"/`:    {{"deep", false}},
	"sub/":      {{"inner.lua", false}},
	"/tmp/":     {{"sock", false}, {"dir", true}},
	"/home/me/": {{"notes", false}},
}

// at makes a line of one in which | is the cursor; what stands before a ¶ is of the chunk's
// earlier lines.
func at(marked string) (before, line string, place int) {
	place = strings.IndexByte(marked, '|')
	text := strings.Replace(marked, "|", "", 1)
	if i := strings.Index(text, "¶"); i >= 0 {
		before, text = text[:i]+"\n", text[i+len("¶"):]
		place -= i + len("¶")
	}
	return before, text, place
}

func texts(list []Candidate) (out []string) {
	for _, c := range list {
		out = append(out, c.Text)
	}
	return out
}

// TestComplete has lines with a cursor, what is offered first, and what must not be.
func TestComplete(t *testing.T) {
	s := newSource(t)
	for _, c := range []struct {
		marked string
		want   string // all candidates; or those at the beginning if it ends in ...
		not    string
	}{
		// Names.
		{"|", "", ""},
		{"x = |", "", ""},
		{"soc|", "socket socketpair", ""},
		{"ser|", "server", ""},
		{"whi|", "while", ""},
		{"re|", "read readlink readv recv recvfrom recvmmsg recvmsg require repeat return", ""},
		{"DEB|", "DEBUG", ""},
		{"SO|", "SOCK_ SOF_TIMESTAMPING_ SOL_ SOMAXCONN SO_", ""},
		{"SOCK_ST|", "SOCK_STREAM", ""},
		{"SI|", "SIG SIOC", ""},
		{"EP|", "EPERM EPFNOSUPPORT...", "EPOLLIN"},
		{"EPOLLI|", "EPOLLIN", ""},
		{"EPOLL_C|", "EPOLL_CLOEXEC EPOLL_CTL_", ""},
		{"x = {lis|", "listen listener", ""},
		{"-- soc|", "", ""},
		{"--[[ soc|", "", ""},
		{"x --[[ a ]] soc|", "socket socketpair", ""},
		{"local soc|", "", ""},
		{"local fu|", "function", ""},
		{"for soc|", "", ""},
		{"goto soc|", "", ""},
		{"3so|", "", ""},
		{"got|", "", ""},
		{"VMADDR_P|", "VMADDR_PORT_ANY", ""},
		{"SOCK_|", "SOCK_BUF_LOCK_MASK...", "SOCK_"},
		{"local a, wanted|", "", ""},
		{"function f(wanted|", "", ""},
		{"for i in nosuch do nosu|", "", ""},
		{"nothinglikeit|", "", ""},
		{"local wanted = 1 print(wan|", "wanted", ""},
		{"function f(argument, second) return arg|", "argument", ""},
		{"for index, element in pairs(t) do print(ele|", "element", ""},
		{"local function mine() end mi|", "mine", ""},
		{"local earlier = 1¶print(ear|", "earlier", ""},

		// Fields and methods.
		{"string.f|", "find format", ""},
		{"string.|", "byte char...", "__index"},
		{"server.|", "clients port self start", "end"},
		{"server.self.self.po|", "port", ""},
		{"server.clients[1].|", "name", ""},
		{`server["self"].st|`, "start", ""},
		{"server.port.|", "", ""},
		{"server:|", "start", ""},
		{"object.|", "called field method own plain", ""},
		{"object:|", "called method", ""},
		{"shadow.|", "called field method plain", ""},
		{"under.|", "shown _hidden", ""},
		{"trap.x|", "", ""},
		{"trap.x.y|", "", ""},
		{"server.clients[first_].|", "name", ""},
		{"server.clients[nosuch].|", "", ""},
		{"[1].|", "", ""},
		{"loop.|", "", ""},
		{`("x"):re|`, "rep reverse", ""},
		{`f("x"):re|`, "", ""},
		{`f "a" "b":re|`, "", ""},
		{`f() "x":re|`, "", ""},
		{`f()("x"):re|`, "", ""},
		{`t[1] "x":re|`, "", ""},
		{`text:up|`, "upper", ""},
		{"file:|", "close fileno flush lines read seek setvbuf write", ""},
		{"io.stdout:wr|", "write", ""},
		{"chan:|", "close fd make receive select send", ""},
		{"lock_:|", "lock unlock", ""},
		{"lock_.|", "lock owner unlock", ""},
		{"bit.b|", "band bnot bor bswap bxor", ""},
		{"spoiled.|", "", ""},
		{"nosuch.x|", "", ""},
		{"SOCK_STERAM.x|", "", ""},
		{"f().x|", "", ""},
		{"x..ser|", "server", ""},
		{`local s = require "sock"¶s.se|`, "send_all set_nonblocking", ""},
		{`s = require("sock") s.recv|`, "recv_exact recv_until", ""},
		{"a.b.c.d|", "", ""},
		{"_G.server.po|", "port", ""},

		// Constants by their argument.
		{"socket(|", "AF_UNSPEC AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET AF_VSOCK", ""},
		{"socket(AF_INET|", "AF_INET AF_INET6", ""},
		{"socket(AF_BLUE|", "AF_BLUETOOTH", ""},
		{"socket(AF_INET, |", "SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_NONBLOCK SOCK_CLOEXEC", ""},
		{"socket(AF_INET, S|", "SOCK_DGRAM...", "SO_ SOL_"},
		{"socket(AF_INET, bit.bor(SOCK_STREAM, SOCK_N|", "SOCK_NONBLOCK", ""},
		{"socket(AF_INET, SOCK_STREAM, IPPROTO_T|", "IPPROTO_TCP IPPROTO_TP", ""},
		{"setsockopt(listener, |", "SOL_SOCKET IPPROTO_IP IPPROTO_IPV6 IPPROTO_TCP IPPROTO_UDP IPPROTO_ICMPV6 SOL_RAW SOL_PACKET SOL_NETLINK AF_VSOCK", ""},
		{"setsockopt(listener, IPPROTO_T|", "IPPROTO_TCP", ""},
		{"setsockopt(listener, SOL_U|", "SOL_UDP...", ""},
		{"setsockopt(listener, SOL_SOCKET, SO_REU|", "SO_REUSEADDR SO_REUSEPORT", ""},
		{"setsockopt(listener, IPPROTO_TCP, TCP_NO|", "TCP_NODELAY TCP_NOTSENT_LOWAT", ""},
		{"setsockopt(listener, 6, TCP_NOD|", "TCP_NODELAY", ""},
		{"getsockopt(listener, IPPROTO_IPV6, IPV6_V|", "IPV6_V6ONLY", ""},
		{"setsockopt(f(1, 2), SOL_SOCKET, SO_LI|", "SO_LINGER", ""},
		{"fcntl(listener, F_SETF|", "F_SETFD F_SETFL", ""},
		{"fcntl(listener, F_SETFL, O_NON|", "O_NONBLOCK", ""},
		{"fcntl(listener, F_SETFL, bit.bor(fcntl(listener, F_GETFL), O_NON|", "O_NONBLOCK", ""},
		{"fcntl(listener, F_SETFD, |", "FD_CLOEXEC", ""},
		{"fcntl(listener, F_SETLK, {type=|", "F_EXLCK F_RDLCK F_SHLCK F_UNLCK F_WRLCK", ""},
		{"shutdown(client, |", "SHUT_RD SHUT_WR SHUT_RDWR", ""},
		{"recv(client, 10, bit.bor(MSG_P|", "MSG_PEEK", ""},
		{"recv(client, 10, bit.bor(MSG_PR|", "MSG_PROXY", ""},
		{"send(client, data, MSG_P|", "MSG_PEEK MSG_PROXY", ""},
		{"send(client, data, MSG_M|", "MSG_MORE", ""},
		{"poll({{fd=client, events=POLLI|", "POLLIN", ""},
		{"x = {fd=client, events=POLLO|", "POLLOUT", ""},
		{"bind(listener, {family=AF_INET6|", "AF_INET6", ""},
		{"address = {family=AF_INET6|", "AF_INET6", ""},
		{"getaddrinfo('x', 80, {socktype=SOCK_D|", "SOCK_DGRAM SOCK_DCCP", ""},
		{"getaddrinfo('x', 80, {flags=AI_PA|", "AI_PASSIVE", ""},
		{"bind(listener, {|", "family= addr= port= path= flowinfo= scope_id=", ""},
		{"bind(listener, {family=AF_INET, po|", "port= poll", ""},
		{"poll({{|", "fd= events= revents=", ""},
		{"kill(getpid(), SIGT|", "SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU", ""},
		{"socket(AF_INET,¶  SOCK_ST|", "SOCK_STREAM", ""},
		{"pcall(function() shutdown(client, |", "SHUT_RD SHUT_WR SHUT_RDWR", ""},
		{"shutdown(client, bit32.bor(|", "SHUT_RD SHUT_WR SHUT_RDWR", ""},
		{"unknown(|", "", ""},
		{"socket():x(|", "", ""},

		// Descriptors.
		{"recv(|", "client listener 0 5 7 50", ""},
		{"recv(5|", "5 50", ""},
		{"recv(cl|", "client clock clock_gettime close", ""},
		{"select({|", "client listener 0 5 7 50", ""},
		{"select({5, |", "client listener 0 5 7 50", ""},
		{"poll({{fd=|", "client listener 0 5 7 50", ""},
		{"dup2(client, |", "client listener 0 5 7 50", ""},
		{"recv(client, |", "", ""},
		{"close(client, |", "", ""},
		{"recv(t[|", "", ""},
		{"recv(function() |", "", ""},
		{"x = {fd=|", "client listener 0 5 7 50", ""},
		{"x = {fd=client, |", "", ""},

		// Strings.
		{`x = "ser|`, "", ""},
		{`x = "sub/|`, "inner.lua", ""},
		{`x = "/tmp/|`, "dir/ sock", ""},
		{`open("s|`, "server.lua sub/", ""},
		{`stat("se|`, "server.lua", ""},
		{`connect(client, {path = "se|`, "server.lua", ""},
		{`send(client, "se|`, "", ""},
		{`io.open("|`, `a \"b\".txt a \"b\"/ c\\d folder.lua/ server.lua sub/`, ".hidden"},
		{`io.open('a|`, `a "b".txt a "b"/`, ""},
		{`io.open([[a|`, `a "b".txt a "b"/`, ""},
		{`io.open(".h|`, ".hidden", ""},
		{`io.open("a \"b|`, `a \"b\".txt a \"b\"/`, ""},
		{`io.open("a \"b\"/d|`, "deep", ""},
		{`io.open("c|`, `c\\d`, ""},
		{`io.open([[c|`, `c\d`, ""},
		{`io.open([[c\|`, `c\d`, ""},
		{`io.open("~|`, "/home/me/notes", ""},
		{`io.open("bad|`, "", ""},
		{`x = "~|`, "/home/me/notes", ""},
		{`os.rename("x", "ser|`, "server.lua", ""},
		{`dofile("x", "ser|`, "", ""},
		{`io.open("~/n|`, "/home/me/notes", ""},
		{`io.open("x", "|`, "r w a r+ w+ a+", ""},
		{`file:seek("|`, "set cur end", ""},
		{`dofile "s|`, "server.lua sub/", ""},
		{`bind(listener, "/tmp/s|`, "sock", ""},
		{`bind(listener, {path="/tmp/|`, "dir/ sock", ""},
		{`run "echo_sel|`, "echo_select", ""},
		{`run "serv|`, "server.lua", ""},
		{`run("http_|`, "http_get", ""},
		{`require "so|`, "sock", ""},
		{`require("ser|`, "server", ""},
		{`require("fol|`, "", ""},
		{`require("bad|`, "", ""},
		{`help "recvf|`, "recvfrom", ""},
		{`help("SO_REUSEA|`, "SO_REUSEADDR", ""},
		{`help "string.pa|`, "string.pack string.packsize", ""},
		{`help "echo_sel|`, "echo_select", ""},
		{`send(client, "recv(|`, "", ""},
		{`x = "a" .. ser|`, "server", ""},
		{`trace{"sendm|`, "sendmmsg sendmsg", ""},
		{`fault({"recv", "sendm|`, "sendmmsg sendmsg", ""},
		{`fault{"recv", errno = ECONNRES|`, "ECONNRESET", ""},
		{`fault{"recv", er|`, "errno= errname error", ""},
		{`exec("ls", "-l", {|`, "env= clearenv= cwd=...", ""},
		{`spawn(server, 7, {set|`, "setsid=...", ""},
		{`spawn(server, {pass_fds = {|`, "client listener 0...", "env="},
		{`spawn(server, {env = {|`, "", ""},
		{`spawn(server, {[1] = |`, "client listener 0...", "env="},
		{`trace{file = "ser|`, "", ""},
		{`trace{file = "sendm|`, "", ""},
		{`trace{"hexd|`, "", ""},
		{`require{"so|`, "", ""},
		{`x = {"sendm|`, "", ""},
		{`"/tmp/s" |`, "", ""},
	} {
		before, line, place := at(c.marked)
		got := texts(s.Complete(before, line, place).Candidates)
		want, open := strings.CutSuffix(c.want, "...")
		list := strings.Join(got, " ")
		if open && !strings.HasPrefix(list, want) || !open && list != want {
			t.Errorf("%s\n got %s\nwant %s", c.marked, list, c.want)
		}
		for _, no := range strings.Fields(c.not) {
			if slices.Contains(got, no) {
				t.Errorf("%s offers %s", c.marked, no)
			}
		}
	}
}

// TestDescriptorBeforeConstants: a variable that holds a descriptor comes first, and constants that
// begin so are offered too.
func TestDescriptorBeforeConstants(t *testing.T) {
	s := newSource(t)
	if err := s.State.DoString("AI = 5"); err != nil {
		t.Fatal(err)
	}
	if got := texts(s.Complete("", "recv(AI", 7).Candidates); !slices.Equal(got, []string{"AI", "AI_"}) {
		t.Errorf("%q", got)
	}
}

// TestRootHome: the home folder may be the root.
func TestRootHome(t *testing.T) {
	s := &Source{List: func(dir string) []Entry { return tree[dir] }, Home: func() string { return "/" }}
	if got := texts(s.Complete("", `io.open("~/tmp/d`, 16).Candidates); !slices.Equal(got, []string{"/tmp/dir/"}) {
		t.Errorf("%q", got)
	}
}

// TestStart holds where the word begins that a candidate replaces, and that the cursor may
// stand within a line.
func TestStart(t *testing.T) {
	s := newSource(t)
	for marked, want := range map[string]string{
		"soc|":                   "|socket",
		"x = server.po|":         "x = server.|port",
		`io.open("sub/in|`:       `io.open("sub/|inner.lua`,
		`io.open("~/n|`:          `io.open("|/home/me/notes`,
		`run "echo_sel|`:         `run "|echo_select`,
		"recv(cli|, 10)":         "recv(|client, 10)",
		"if x then¶  close(cli|": "  close(|client",
	} {
		before, line, place := at(marked)
		r := s.Complete(before, line, place)
		if len(r.Candidates) == 0 {
			t.Errorf("%s: nothing", marked)
			continue
		}
		if got := line[:r.Start] + "|" + r.Candidates[0].Text + line[place:]; got != want {
			t.Errorf("%s: %s, not %s", marked, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	s := newSource(t)
	for marked, want := range map[string]string{
		"recvf|":          "Receive",
		"recv(listen|":    "descriptor 5: TCP 127.0.0.1:80, listening",
		"recv(cli|":       "descriptor 7",
		"recv(50|":        "pipe",
		"SO_REUSEADDR|":   "bind although",
		"string.pack|":    "Write values as bytes",
		"bit32.bor|":      "Bitwise or",
		"file:seek|":      "Move in the file",
		"siz|":            "number 4096",
		"chan:sen|":       "Send a value",
		"server.por|":     "number 80",
		`require "soc|`:   "What everybody writes anew",
		`help "http_g|`:   "an HTTP client",
		`run "echo_sele|`: "an echo server on select",
	} {
		before, line, place := at(marked)
		r := s.Complete(before, line, place)
		if len(r.Candidates) == 0 || !strings.Contains(r.Candidates[0].Line, want) {
			t.Errorf("%s: %+v, not %q", marked, r.Candidates, want)
		}
	}
}

func TestNameOf(t *testing.T) {
	s := newSource(t)
	if err := s.State.DoString("_, my, p, f = recv, recv, string.pack, function() end"); err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string]string{
		"recv": "recv", "string.pack": "string.pack", "bit32.bor": "bit.bor", "string": "string",
		"server.start": "server.start", "function() end": "", "my": "recv", "p": "string.pack", "f": "f", "_G": "_G", "select": "select",
	} {
		if err := s.State.DoString("return " + source); err != nil {
			t.Fatal(err)
		}
		if got := lualib.NameOf(s.State, s.State.Get(-1), help.Known); got != want {
			t.Errorf("%s is called %q", source, got)
		}
		s.State.Pop(1)
	}
}

// TestBare holds that completion works without a state and without a system.
func TestBare(t *testing.T) {
	s := &Source{}
	for _, line := range []string{"soc", "x.y", "recv(", `io.open("`, `require "`, "a:b", "socket("} {
		s.Complete("", line, len(line))
	}
	if got := texts(s.Complete("", "SOCK_ST", 7).Candidates); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// TestQuick holds that a long line is no reason to wait.
func TestQuick(t *testing.T) {
	s := newSource(t)
	for _, piece := range []string{"f(", "a.b.c", "{x=1,", "'", "[", "x = y + 1 ", "a.", "require ", "[=", "function f(a, ", "--[[ "} {
		line := strings.Repeat(piece, 10000/len(piece))
		began := time.Now()
		s.Complete(line, line+"soc", len(line)+3)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%d bytes of %q took %v", len(line), piece, took)
		}
	}
}

// BenchmarkLong completes at the end of a line of 10,000 bytes.
func BenchmarkLong(b *testing.B) {
	s := newSource(b)
	line := strings.Repeat("x = f(a, {b = 1}) ", 555) + "socket(AF_"
	for b.Loop() {
		s.Complete("", line, len(line))
	}
}

func FuzzComplete(f *testing.F) {
	for _, seed := range []string{"socket(AF_", `io.open("~/`, "server.clients[1].", `("x"):`, "fcntl(1, F_SETFL, {", "a:b.c(d, [", "]]."} {
		f.Add("local x =\n", seed, len(seed))
	}
	f.Add("io.open([[a\n", "b", 1) // the word begins in an earlier line
	f.Add("", "soc", 9)
	f.Add("", "soc", -1)
	s := newSource(f)
	f.Fuzz(func(t *testing.T, before, line string, place int) {
		r := s.Complete(before, line, place)
		if r.Start < 0 || r.Start > len(line) || r.Start > max(place, 0) {
			t.Fatalf("start %d of %q at %d", r.Start, line, place)
		}
		for _, c := range r.Candidates {
			if c.Text == "" || strings.ContainsAny(c.Text, "\x1b\n") {
				t.Fatalf("%q offers %q", line, c.Text)
			}
		}
	})
}
