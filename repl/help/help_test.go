package help

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sockrepl/bindings"
	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
	"golang.org/x/sys/unix"
)

// fits holds a page to its width, and against tabs and blanks at a line's end.
func fits(t *testing.T, name, text string, width int) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > width {
			t.Errorf("%s at %d columns: %d in %q", name, width, n, line)
		}
		if strings.ContainsAny(line, "\t\r") || strings.TrimRight(line, " ") != line {
			t.Errorf("%s: %q", name, line)
		}
	}
}

// TestWidth holds that every page fits its width.
func TestWidth(t *testing.T) {
	for _, width := range []int{20, 40, 80, 132} {
		fits(t, "the start", Start(width, Style{}), width)
		for _, name := range append(Names(), "nonblocking", "nothing at all like it", "xyzzy") {
			text, _ := Topic(name, width, Style{})
			fits(t, name, text, width)
		}
	}
	if n := strings.Count(Start(80, Style{}), "\n"); n > 23 {
		t.Errorf("the start has %d lines: no screen of 24", n)
	}
}

// TestNames holds that there is a page of each name, which begins with it or names it.
func TestNames(t *testing.T) {
	for _, name := range Names() {
		text, ok := Topic(name, 80, Style{})
		if !ok || strings.HasPrefix(text, "About ") {
			t.Errorf("%s: %.60q", name, text)
		}
	}
	for _, c := range calls.All() {
		if text, _ := Topic(c.Name, 80, Style{}); !strings.HasPrefix(text, c.Name+"(") {
			t.Errorf("%s: %.60q", c.Name, text)
		}
	}
}

func TestTopic(t *testing.T) {
	for name, want := range map[string][]string{
		"recv":                     {"recv(fd, count [, flags]) → data", "recv(2)", "EAGAIN", "socketpair", "MSG_PEEK", "recvfrom"},
		"recv(2)":                  {"recv(fd, count"},
		"recv()":                   {"recv(fd, count"},
		" recv ":                   {"recv(fd, count"},
		"RECV":                     {"recv(fd, count"},
		"AF_":                      {"socket(domain)", "AF_INET6", "sixteen bytes"},
		"AF_INET6":                 {"Fields of its addresses", "scope_id  the index"},
		"TCP":                      {"TCP_NODELAY", "setsockopt(name) with IPPROTO_TCP"},
		"SO_REUSEADDR":             {"SO_REUSEADDR = ", "must be set before bind", "setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1)", "SO_REUSEPORT", "SOL_SOCKET"},
		"so_reuseaddr":             {"SO_REUSEADDR = "},
		"MSG_PEEK":                 {"(0x2)", "recv(flags)"},
		"S_IRUSR":                  {"(0400)"},
		"ECONNREFUSED":             {"Connection refused", "Usual causes", "connect  nobody listens"},
		"guide":                    {"guide([chapter])", "3. Where data sits", "12. The questions", "goes on"},
		"keys":                     {"Ctrl-R", "search the history", "Ctrl-Z", "stops the program"},
		"errors":                   {"ECONNREFUSED", "nobody listens"},
		"Sockets":                  {"accept ", "listen "},
		"sockets":                  {"accept "},
		"string":                   {"pack(format, ...)", "gsub(s, pattern"},
		"bit32":                    {"Lua's bit arshift(a, n) Shift"},
		"bit32.bor":                {"bit.bor(a, ...)"},
		"string:rep":               {"string.rep(s, n)"},
		"pairs":                    {"pairs(t)"},
		"TCP_":                     {"Constants TCP_", "\n Others TCP_"},
		"backlog":                  {"listen(fd [, backlog]) → 0 listen(2)"}, // the only one that has it
		"queue":                    {"accept Take a connection from a listening socket's queue; wait for one if it is empty.", "fds A listening socket has queue, the connections that", "Also "},
		"loop":                     {"spawn A new task that", "stop loop.run answers after", "at_end f(task) is called", "writable Until a transfer would not block"},
		"loop.writable":            {"loop.writable(fd [, seconds]) loop Until a transfer"},
		"loop.join":                {"loop.join(task [, seconds]) loop Waits for its end"},
		"sock":                     {`require "sock"`, "recv_until", "listen"},
		"sock.send_all":            {"sock.send_all(fd, data)", "one send may take a part only"},
		"echo_select":              {"echo server on select", "usage: echo_select", `run "echo_select"`},
		"calls":                    {"Sockets", "accept, "},
		"demos":                    {"http_get"},
		"modules":                  {"sock"},
		"lua":                      {"coroutine", "wrap"},
		"constants":                {"POLL", "poll(entries.events)"},
		"non-blocking":             {"O_NONBLOCK", "EAGAIN", "fcntl"},
		"nonblocking":              {"O_NONBLOCK", "EAGAIN", "EINPROGRESS"},
		"broken pipe":              {"EPIPE"},
		"EAGAIN":                   {"accept, accept4 the listening", "read, readv", "r, w = pipe2(O_NONBLOCK)\n print(select(3, read(r, 1)) == EAGAIN)", "recv, recvfrom, recvmmsg, recvmsg\n nothing has come"},
		"EWOULDBLOCK":              {"The number is shown as EAGAIN"},
		"blocking":                 {"EWOULDBLOCK another name of EAGAIN"},
		"select":                   {"seconds]]]]) select(2)\n → readable, writable, exceptional\n"},
		"EINTR":                    {"fault", "errno = EINTR"},
		"end of file":              {"recv ", "shutdown "},
		"how do I time out a recv": {"SO_RCVTIMEO"},
		"nagle":                    {"TCP_NODELAY"},
		"for":                      {"for i = 1, 3 do print(i) end"},
		"elseif":                   {"Only nil and false do not hold"},
		"python":                   {`s.connect(("example.org", 80))`, `connect(s, "example.org", 80)`},
		"c":                        {"n = recv(fd, buf, sizeof buf, 0)", "data = recv(fd, 4096)"},
		"recvv":                    {"Did you mean recv"},
		"SO_REUSEADR":              {"Did you mean SO_REUSEADDR"},
		"echo_selct":               {"Did you mean echo_select"},
		"qqqqqqqqqq":               {"There is nothing", `help "calls"`},
		"\x1b[31m":                 {"There is nothing"},
		"":                         {"There is nothing"},
	} {
		text, ok := Topic(name, 80, Style{})
		flat := strings.Join(strings.Fields(text), " ")
		for _, part := range want {
			if !strings.Contains(flat, strings.Join(strings.Fields(part), " ")) {
				t.Errorf("help %q lacks %q:\n%s", name, part, text)
			}
		}
		if missing := strings.HasPrefix(text, "There is nothing"); ok == missing {
			t.Errorf("help %q answers %v:\n%s", name, ok, text)
		}
		if strings.Contains(text, "\x1b") {
			t.Errorf("help %q writes an escape: %q", name, text)
		}
	}
}

// TestFirst holds what a search shows at its top.
func TestFirst(t *testing.T) {
	for query, want := range map[string]string{
		"keepalive": "KEEPALIVE", "traceroute": "TIME_EXCEEDED", "congestion": "TCP_CONGESTION",
		"connection refused": "ECONNREFUSED", "duplicate": "dup", "multicast": "MULTICAST",
		"reuse address": "SO_REUSEADDR", "faults": "fault", "fault injection": "fault", "short write": "fault",
		"chaos": "fault", "drop": "fault", "delay": "fault", "lossy": "peers.lossy", "drop datagrams": "peers.lossy",
		"display": "show", "print a table": "show",
		"packet loss": "peers.lossy", "lost packets": "peers.lossy", "why does recv block": "recv", "short count": "fault",
		"thread for each client": "thread", "event loop": "loop", "how do I close a socket": "close", "zombie": "waitpid",
		"how do I time out a recv": "SO_RCVTIMEO", "socket buffer": "SO_RCVBUF", "descriptor table": "fds", "race": "lost_update",
		"half-close": "shutdown", "half close": "shutdown", "edge triggered": "EPOLLET", "localhost": "INADDR_LOOPBACK",
		"ephemeral port": "bind", "three-way handshake": "accept", "deadlock": "lock", "level-triggered": "EPOLLET",
		"what blocks": "O_NONBLOCK", "clear screen": "keys",
	} {
		hits := find(query)
		if len(hits) == 0 {
			t.Errorf("nothing about %q", query)
			continue
		}
		found := false
		for _, h := range hits[:min(4, len(hits))] {
			found = found || strings.Contains(h.entry.name, want)
		}
		if !found {
			t.Errorf("%q finds %s first, not %s", query, hits[0].entry.name, want)
		}
	}
}

// TestReadings holds that a search names the chapters of the guide that have what is asked for.
func TestReadings(t *testing.T) {
	for query, want := range map[string]string{
		"why does recv block": "guide(4)  What recv and send do", "busy loop": "guide(9)", "short count": "guide(5)",
		"process for each client": "guide(8)", "see the buffers": "guide(3)", "peer to peer": "guide(11)",
	} {
		text, _ := Topic(query, 80, Style{})
		if _, chapters, _ := strings.Cut(text, "\nIn the guide\n"); !strings.HasPrefix(strings.TrimSpace(chapters), want) {
			t.Errorf("help %q does not name %s first:\n%s", query, want, text)
		}
	}
	if text, _ := Topic("xyzzy", 80, Style{}); strings.Contains(text, "In the guide") {
		t.Errorf("a chapter about nothing:\n%s", text)
	}
}

// TestTerms holds that a word of the field's is explained, in whatever form it is asked for.
func TestTerms(t *testing.T) {
	for query, want := range map[string]string{
		"fd": "A descriptor (fd) is ", "Descriptor": "A descriptor (fd) is ", "what is a file descriptor?": "A descriptor (fd) is ",
		"ports": "A port is ", "addresses": "An address is ", "how does blocking work": "A call blocks while ",
		"non-blocking": "A call blocks while ",
	} {
		text, _ := Topic(query, 80, Style{})
		if _, page, _ := strings.Cut(text, "\n"); !strings.HasPrefix(page, want) {
			t.Errorf("help %q does not begin with %q:\n%s", query, want, text)
		}
	}
	for _, query := range []string{"socket", "xyzzy", "reuse a port"} {
		if text := termOf(query); text != "" {
			t.Errorf("%q is explained: %s", query, text)
		}
	}
	if text, _ := Topic("port", 80, Style{}); strings.Contains(text, "NOSUPPORT") {
		t.Errorf("a port is found in NOSUPPORT:\n%s", text)
	}
}

// TestScreen holds that what a search finds fits a screen, so that the best is not scrolled away.
func TestScreen(t *testing.T) {
	for _, query := range []string{"nonblocking", "blocking", "fd", "port", "what is a socket", "socket buffer", "busy loop", "time", "descriptor table"} {
		if text, _ := Topic(query, 80, Style{}); strings.Count(text, "\n") > 24 {
			t.Errorf("help %q has %d lines", query, strings.Count(text, "\n"))
		}
	}
}

// TestStatements holds that the examples of Lua's words are Lua, and that each word has one.
func TestStatements(t *testing.T) {
	for name, s := range statements {
		if fault, found := grammar.Diagnose(s.example); found {
			t.Errorf("the example of %s: %v", name, fault)
		}
	}
	for word, whole := range partOf {
		if _, ok := statements[whole]; !ok || !lex.IsKeyword(word) {
			t.Errorf("%s is shown as %s", word, whole)
		}
	}
}

// TestStructs holds that C's structs lead to what is written in their place.
func TestStructs(t *testing.T) {
	for _, name := range []string{"struct sockaddr_in", "sockaddr_in", "sockaddr"} {
		if text, _ := Topic(name, 80, Style{}); !strings.HasPrefix(text, "C's struct sockaddr, ") {
			t.Errorf("help %q:\n%s", name, text)
		}
	}
}

// TestForeign holds that help knows what the parser tells of other languages' words and signs, and Lua's
// own signs.
func TestForeign(t *testing.T) {
	for name, want := range map[string]string{
		"struct":   "Lua has tables for structs; an address: ",
		"import":   "Nothing is imported: ",
		"!=":       "Lua writes ~= for !=\n",
		"int":      "Lua writes local for int\nPython's int(text), str(n) are here: ",
		"del":      "About \"del\"\nx = nil forgets a variable\n",
		"malloc()": "C's memset(buf, 0, n), bzero, malloc",
		"try":      "About \"try\"\nLua has no try: ok, err = pcall(f, ...)\n  script.try ",
		"void":     "About \"void\"\nLua writes function for void\n", // and no page of ARPHRD_VOID, which has the word
		"==":       "operators ",
		"..":       "operators ",
	} {
		if text, _ := Topic(name, 80, Style{}); !strings.HasPrefix(text, want) {
			t.Errorf("help %q:\n%s", name, text)
		}
	}
}

// TestErrors holds that the list of errors tells first of those that have more than the system's words, and
// how an errno comes.
func TestErrors(t *testing.T) {
	text, _ := Topic("errno", 80, Style{})
	told, others, _ := strings.Cut(text, "\nOthers\n")
	if !strings.Contains(told, "\n  EPERM  ") || strings.Contains(told, "ESRCH") || !strings.Contains(others, "ESRCH, ") {
		t.Errorf("help \"errno\":\n%s", text)
	}
	if !strings.Contains(others, "C's errno is here: the third answer") {
		t.Errorf("help \"errno\" does not tell where the errno is:\n%s", others)
	}
}

// TestNumber holds what a number is taken for.
func TestNumber(t *testing.T) {
	noName, _ := consts.Lookup("EAI_NONAME")
	for n, want := range map[int64]string{
		int64(unix.EDOM): "33 is taken for an errno.\nA constant is only a number here: help \"AF_INET\" shows it, or AF_INET?\n\nEDOM = 33 ",
		99999:            "A constant is only a number here: help \"AF_INET\" shows it, or AF_INET?\n",
	} {
		if text := Number(n, 80, Style{}); !strings.HasPrefix(text, want) {
			t.Errorf("help(%d):\n%s", n, text)
		}
	}
	if text := Number(noName, 80, Style{}); noName < 0 && !strings.Contains(text, " is taken for an error of getaddrinfo.\n") {
		t.Errorf("help(EAI_NONAME):\n%s", text)
	}
	for name, want := range map[string]string{"1": "EPERM = 1 ", "0x1": "EPERM = 1 ", "99999": "There is nothing"} {
		if text, _ := Topic(name, 80, Style{}); !strings.HasPrefix(text, want) {
			t.Errorf("help %q:\n%s", name, text)
		}
	}
}

// TestLine holds the line that completion shows beside a name.
func TestLine(t *testing.T) {
	for name, want := range map[string]string{
		"socket": "Make a socket and answer its descriptor.", "bit32.bor": Line("bit.bor"), "EWOULDBLOCK": "another name of EAGAIN",
		"fcntl": "Read or change what belongs to a descriptor: its flags, its locks, its owner; or duplicate it.", "Sockets": "", "nosuch": "",
		"recv": "Receive up to count bytes; wait until there are some.", // not its second sentence
		"keys": "What the keys of the prompt do.",
	} {
		if got := Line(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if Line("bit.bor") == "" {
		t.Error("bit.bor has no line")
	}
	if !Known("socket") || Known("sockett") {
		t.Error("Known does not know")
	}
	contents := Contents()
	for _, name := range []string{"socket", "Sockets", "string", "keys", "sock", "echo_select"} {
		if !slices.Contains(contents, name) {
			t.Errorf("%s is none of the contents", name)
		}
	}
	if slices.Contains(contents, "AF_INET") || slices.Contains(contents, "string.rep") {
		t.Error("the contents have constants or Lua's functions")
	}
}

func TestHint(t *testing.T) {
	eai, _ := consts.Lookup("EAI_NONAME")
	for _, c := range []struct {
		call  string
		errno int
		want  string
	}{
		{"connect", int(unix.ECONNREFUSED), "nobody listens there"},
		{"listen", int(unix.ECONNREFUSED), "nobody listens at that address and port"},
		{"no_such_call", int(unix.ECONNREFUSED), "nobody listens at that address and port"},
		{"getaddrinfo", int(eai), "no such host or service"},
		{"no_such_call", int(unix.ENOTEMPTY), "something is in it"},
		{"no_such_call", int(unix.EISDIR), ""}, // for two reasons
		{"recv", 9999, ""},
		{"recv", 0, ""},
	} {
		if got := Hint(c.call, c.errno); got != c.want {
			t.Errorf("Hint(%s, %d) = %q, not %q", c.call, c.errno, got, c.want)
		}
	}
	for _, c := range calls.All() {
		for _, e := range c.Errs {
			if Hint(c.Name, int(e.Errno)) == "" {
				t.Errorf("%s: no hint for %v", c.Name, e.Errno)
			}
		}
	}
}

func TestSynopsis(t *testing.T) {
	mark := func(s string) string { return "<" + s + ">" }
	for marked, want := range map[string]string{ // | is the cursor; the usage must begin so
		"recv(|":                                 "recv(<fd>, count [, flags]) → data",
		"recv(fd, |":                             "recv(fd, <count> [, flags]) → data",
		"recv(fd, 10, |":                         "recv(fd, count [, <flags>]) → data",
		"recv(fd|, 10, 2)":                       "recv(<fd>, count",
		"recv(fd, 10, 2)|":                       "",
		"recv(fd, 10, 2, 3, |":                   "recv(fd, count [, flags])",
		"x = send(fd, (1 + |":                    "send(fd, <data>",
		"poll({{fd=c, events=|":                  "poll(<entries>",
		"poll({{fd=c}, {}}, |":                   "poll(entries [, <milliseconds>])",
		"socket(AF_INET, bit.bor(SOCK_STREAM, |": "bit.bor(a, <...>)",
		"string.format(|":                        "string.format(<format> [, ...])",
		"string.format('%d', 1, 2, |":            "string.format(format [, <...>])",
		"string.find(s, p, |":                    "string.find(s, pattern [, <init> [, plain]])",
		"print(|":                                "print(<...>)",
		"connect(c, getsockname(|":               "getsockname(<fd>)",
		"connect(c, getsockname(l), |":           "connect(fd, address)",
		"f:recv(|":                               "",
		"loop.recv(fd, 1, |":                     "loop.recv(fd, count [, <seconds>])",
		"loop.writable(fd, |":                    "loop.writable(fd [, <seconds>])",
		"sock.recv_exact(fd, |":                  "sock.recv_exact(fd, <count>)",
		"unknown(|":                              "",
		"f()(|":                                  "",
		"send(fd, unknown(|":                     "",
		"function recv(|":                        "",
		"pcall(function() |":                     "",
		"recv(function() end, |":                 "recv(fd, <count>",
		`send(fd, "a, b, (|`:                     "send(fd, <data>",
		"recv( -- x|":                            "",
		"recv( --[[ , ]] |":                      "recv(<fd>",
		"getpid(|":                               "getpid() → pid",
		"":                                       "",
		"hexdump(data, |":                        "hexdump(data [, <width>])",
		"send(fd, (|":                            "send(fd, <data>",
		"send(fd, f()(|":                         "",
		"send(fd, (f)(|":                         "",
		"send(fd, t[1](|":                        "",
		`send(fd, require"x"(|`:                  "",
		"send(fd, c:receive(|":                   "",
		"send(fd, {c = (|":                       "send(fd, <data>",
		"show(|":                                 "show([<values...>])",
		"show(1, 2, |":                           "show([<values...>])",
		"fork(|":                                 "fork()",
		"math.pi(|":                              "",
		"string.rep('x', 2, 3, |":                "string.rep(s, n",
		"os.clock(|":                             "os.clock()",
	} {
		place := max(strings.IndexByte(marked, '|'), 0)
		got, _ := Synopsis(strings.Replace(marked, "|", "", 1), place, mark)
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%q: %q, not %q", marked, got, want)
		}
	}
	for line, want := range map[string]string{ // * is anything
		"setsockopt(fd, IPPROTO_TCP, ": "a constant, or its number: TCP_*",
		"setsockopt(fd, SOL_SOCKET, ":  "a constant, or its number: SO_*",
		"shutdown(fd, ":                "a constant, or its number: SHUT_RD, SHUT_WR, SHUT_RDWR",
		"recv(":                        "a descriptor: an integer",
		"recv(fd, 1, ":                 "constants joined with bit.bor, or their number: MSG_*, ...; may be left out",
		"watch(fd, 1, ":                "a count of drawings; may be left out",
		"guide(":                       "a number of a chapter; may be left out",
		"generation(":                  "a number of a descriptor; may be left out",
		"open(path, flags, ":           "constants joined with bit.bor, or their number: S_IXOTH, S_IWOTH, S_IROTH, S_IRWXO, S_IXGRP, ...; 0666 unless given",
		"sendmsg(fd, ":                 "a table {name=, iov=, control=}",
		"exec('x', 1, 2, ":             "any value of Lua's; any number of them",
		"socket(":                      "a constant, or its number: AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_*, ...",
		"recv(fd, 1, 2, ":              "",
		"string.rep(":                  luaFunction("string.rep").line,
		"sock.recv_exact(":             "That many bytes; one recv may answer fewer.",
	} {
		_, got := Synopsis(line, len(line), mark)
		begin, end, some := strings.Cut(want, "*")
		if got != want && !(some && strings.HasPrefix(got, begin) && strings.HasSuffix(got, end)) {
			t.Errorf("%q takes %q, not %q", line, got, want)
		}
	}
}

// leftOut are functions of the Lua library that are not spoken of: gopher-lua's own, and
// what only says that it is missing.
const leftOut = " channel _GOPHER_LUA_VERSION package.loadlib string.dump string.__index "

// TestLua holds that each function of Lua's library has its line, and no other.
func TestLua(t *testing.T) {
	L, env := bindings.NewState(bindings.Options{})
	defer env.Close(L)
	present := map[string]bool{}
	note := func(name string, v lua.LValue) {
		present[name] = true
		if luaFunction(name) == nil && calls.Lookup(name) == nil && !strings.Contains(leftOut, " "+name+" ") {
			t.Errorf("%s has no line in lua.txt", name)
		}
	}
	L.G.Global.ForEach(func(k, v lua.LValue) {
		table, isTable := v.(*lua.LTable)
		switch {
		case consts.Doc(k.String()) != "", isConstant(k.String()), strings.Contains(leftOut, " "+k.String()+" "):
		case isTable && k.String() != "_G":
			table.ForEach(func(field, f lua.LValue) { note(k.String()+"."+field.String(), f) })
		default:
			note(k.String(), v)
		}
	})
	for _, f := range luaFunctions() {
		if !present[f.name] && !strings.HasPrefix(f.name, "file:") {
			t.Errorf("there is no %s", f.name)
		}
	}
}

func isConstant(name string) bool {
	_, ok := consts.Lookup(name)
	return ok
}

// TestStyle holds that colour changes no line's width.
func TestStyle(t *testing.T) {
	mark := func(s string) string { return "\x1b[1m" + s + "\x1b[m" }
	for _, name := range []string{"recv", "SO_LINGER", "nonblocking", "sock", "echo_select", "AF_"} {
		want, _ := Topic(name, 60, Style{})
		got, _ := Topic(name, 60, Style{mark, mark, mark})
		if !strings.Contains(got, "\x1b[1m") {
			t.Errorf("%s has no colour", name)
		}
		if strings.NewReplacer("\x1b[1m", "", "\x1b[m", "").Replace(got) != want {
			t.Errorf("%s is another page with colour", name)
		}
	}
}

func FuzzSynopsis(f *testing.F) {
	for _, seed := range []string{"recv(fd, ", "string.format('", "poll({{fd=", "f()(", "setsockopt(fd, 6, "} {
		f.Add(seed, len(seed))
	}
	mark := func(s string) string { return "<" + s + ">" }
	f.Fuzz(func(t *testing.T, line string, place int) {
		Synopsis(line, place, mark)
		text, _ := Topic(line, 40, Style{})
		fits(t, line, text, 40)
	})
}

// TestExampleWith: a constant's example is code that is whole, and begins where a call's does.
func TestExampleWith(t *testing.T) {
	found := 0
	for _, group := range consts.Groups() {
		for _, c := range consts.Members(group) {
			example := exampleWith(c.Name)
			if example == "" {
				continue
			}
			found++
			if _, err := parse.Parse(strings.NewReader(example), ""); err != nil {
				t.Errorf("%s: %v in\n%s", c.Name, err, example)
			}
			if !isWord(example, c.Name) {
				t.Errorf("no %s in\n%s", c.Name, example)
			}
			begins := func(c *calls.Call) bool { return strings.HasPrefix(c.Example, example) }
			if !slices.ContainsFunc(calls.All(), begins) {
				t.Errorf("%s: no call's example begins\n%s", c.Name, example)
			}
		}
	}
	if found < 20 {
		t.Errorf("%d constants have an example", found)
	}
}
