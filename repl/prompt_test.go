package repl_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestEvaluation: expressions print their values, statements run, locals last.
func TestEvaluation(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`40 + 2`, `42`,
		`= 40 + 2`, `42`,
		`=_`, `42`,
		`_ + 1`, `43`,
		`x = "a\r\n\0\27[31m"`, ``,
		`x`, `"a\r\n\000\027[31m"`,
		`1, nil, "b"`, "1\tnil\t\"b\"",
		`local y, z = 1`, ``,
		`y, z`, "1\tnil",
		`local function f(n) return n > 0 and f(n - 1) or "end" end`, ``,
		`f(3)`, `"end"`,
		`f`, `function (stdin:1)`,
		`("x"):rep(2048)`, `"`+strings.Repeat("x", 79)+"\n"+strings.Repeat("x", 80)+"\n"+strings.Repeat("x", 80)+"\n"+strings.Repeat("x", 80)+"\n"+strings.Repeat("x", 80)+"\nx…\" (2,048 bytes)",
		`{3, 1, z = {true}, a = "s", [10] = 2, ["no name"] = 1}`, `{3, 1, [10] = 2, a = "s", ["no name"] = 1, z = {true}}`,
		`t = {}; t.t = t`, ``,
		`t`, `{t = {cycle}}`,
		`local n = {} for i = 100, 130 do n[#n + 1] = i end n.x = 1`, ``,
		`n`, "{\n  "+numbered(100, 114)+",\n  "+numbered(115, 129)+",\n  130,\n  x = 1\n}",
		`recv`, `function recv(fd, count [, flags]) → data`,
		`io.write("no line end")`, "no line end\ntrue",
		`io.write("no line end") close(0x7fff)`, "no line end\nnil  close: EBADF (Bad file descriptor)  9\n"+
			"there is no such descriptor: it was closed already, or never opened",
		`write(1, "raw")`, "raw\n3",
		`return 7`, `7`,
		`hexdump("AB")`, "00000000  41 42"+strings.Repeat(" ", 45)+"|AB|\n00000002",
	)
	if got := s.answer(`listen(9999)`); !strings.HasPrefix(got, `nil  listen: EBADF (Bad file descriptor)  9`) {
		t.Errorf("a refusal is shown as %q", got)
	}
}

// numbered are the numbers from one to another.
func numbered(from, to int) string {
	var list []string
	for n := from; n <= to; n++ {
		list = append(list, strconv.Itoa(n))
	}
	return strings.Join(list, ", ")
}

// TestRefusals: what a line does not show is shown where it is a refusal.
func TestRefusals(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`fd = open("/nonexistent/f", O_RDONLY)`, "fd = nil  open: ENOENT (No such file or directory)  2\nthere is no such file",
		`local c = close(9999)`, "c = nil  close: EBADF (Bad file descriptor)  9\nthere is no such descriptor: it was closed already, or never opened",
		`close(9999) print("on") close(9999)`, "nil  close: EBADF (Bad file descriptor)  9\non\nnil  close: EBADF (Bad file descriptor)  9",
		`accept(9999)`, "nil  accept: EBADF (Bad file descriptor)  9\nno open descriptor, or not open for that",
		`accept(1)`, "nil  accept: ENOTSOCK (Socket operation on non-socket)  88\na descriptor, but no socket", // another errno
		`accept(9998)`, "nil  accept: EBADF (Bad file descriptor)  9",
		`a, m = close(9999)`, ``,
		`if not close(9999) then x = 1 end`, ``,
		`x = tonumber("no") y = ("a"):find("b")`, ``,
		`x = select("#", ...)`, ``,
		`x`, `0`,
		`for i = 1, 2 do close(9999) end`, ``,
	)
}

// TestUnprinted: where print fails it is said where it writes to.
func TestUnprinted(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`close(1)`, "0",
		`print("x")`, "stdin:1: print: EBADF (Bad file descriptor)\nprint writes to descriptor 1, whatever that is now",
	)
}

// TestUnfinished: whatever is unfinished goes on, and an empty line does not break it.
func TestUnfinished(t *testing.T) {
	s := open(t, setting{})
	for _, c := range []struct{ lines, want string }{
		{"if true then\r\rprint(1)\rend", "1"},
		{"print(\r2\r)", "2"},
		{"x = {\r1,\r}", ""},
		{"print [[\ra\r\rb]]", "a\n\nb"},
		{"--[[ a\rb ]] print(3)", "3"},
		{"print('a\\\rb')", "a\nb"},
		{"1 +\r2", "3"},
		{"function f()\rreturn 4\rend", ""},
		{"f(\r)", "4"},
	} {
		s.press("\x0c")
		s.until("an empty screen", func(text string) bool { return text == ">" })
		s.press(c.lines + "\r")
		want := ">"
		if c.want != "" {
			want = c.want + "\n>"
		}
		text := s.until("the answer "+want, func(text string) bool {
			return strings.HasSuffix(text, "\n"+want) && strings.Count(text, ">> ")+strings.Count(text, ">>\n") >= strings.Count(c.lines, "\r")
		})
		if strings.Contains(text, "stdin:") {
			t.Errorf("%q: %s", c.lines, text)
		}
	}
	s.enter("if x: print(x)")
	s.waitFor("> if x: print(x)\nLua writes then for : at line 1; Ctrl-C gives up the input\n>>")
	s.enter("")
	s.waitFor("the input\n>>\n>>")
	s.press(ctrlC)
	s.waitFor("\n>")
	s.expect(`"dropped"`, `"dropped"`)
}

// TestErrors: an error says where it is, names what it is about, and what was meant.
func TestErrors(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`x = = 3`, "stdin:1:5: unexpected symbol near '='\n  x = = 3\n      ^",
		`if x != 3 then end`, "stdin:1:6: 'then' expected near '!' (Lua writes ~= for !=)\n  if x != 3 then end\n       ^",
		`s = "abc`, "stdin:1:5: unterminated string near '\"abc'\n  s = \"abc\n      ^",
		`>>> import socket`, "stdin:1:1: unexpected symbol near '>' (Python's prompt is no part of the line)\n  >>> import socket\n  ^",
		`send(3, "a”)`, "stdin:1:9: unterminated string near '\"a”)' (a quote is \" or ')\n  send(3, \"a”)\n          ^",
		`send(3, "it’s)`, "stdin:1:9: unterminated string near '\"it’s)'\n  send(3, \"it’s)\n          ^",
		`send(3, 'a\nb)`, "stdin:1:9: unterminated string near ''a\\nb)'\n  send(3, 'a\\nb)\n          ^",
		`while True:`, "stdin:1: '<name>' expected near '<eof>' (Lua writes do for : at line 1)",
		`if (s == -1) {`, "stdin:1: unexpected symbol near '<eof>' (Lua writes then for {)",
		`#define PORT 8000`, "stdin:1:1: unexpected symbol near '#' (Lua has no #include and #define: the\ncalls and constants are there)\n  #define PORT 8000\n  ^",
		`# no more than a comment`, "",
		`bind(3, 127.0.0.1, 80)`, "stdin:1:9: malformed number near '127.0.0.1' (an address is a string:\n\"127.0.0.1\")\n  bind(3, 127.0.0.1, 80)\n          ^",
		`bind(3 "127.0.0.1", 80)`, "stdin:1:8: ')' expected near '\"127.0.0.1\"' (is a comma missing?)\n  bind(3 \"127.0.0.1\", 80)\n         ^",
		`for i in {1} do end`, "stdin:1: attempt to call a table value (for iterator; \"in\" takes a function:\npairs(t) or ipairs(t))",
		`listen(nothing)`, "stdin:1: bad argument #1 to 'listen' (descriptor expected, got nil; global\n'nothing' is nil)",
		`conect(1)`, "stdin:1: attempt to call a nil value (global 'conect'; did you mean connect?)",
		`string.frmat("x")`, "stdin:1: attempt to call a nil value (field 'frmat'; did you mean format?)",
		`SOCK_STERAM`, "stdin:1: undefined constant 'SOCK_STERAM' (did you mean SOCK_STREAM?)",
		`conect`, "nil  (no variable has this name; did you mean connect?)",
		`sock`, "nil  (to load the module: sock = require \"sock\")",
		`require "sockk"`, "stdin:1: module 'sockk' not found:\n        no field package.preload['sockk']\n        no file './sockk.lua'\n        no file '/usr/local/share/lua/5.1/sockk.lua'\n        no file '/usr/local/share/lua/5.1/sockk/init.lua'\n        no embedded module 'lib/sockk.lua'\ndid you mean require \"sock\"?",
		`require "socket"`, "stdin:1: module 'socket' not found:\n        no field package.preload['socket']\n        no file './socket.lua'\n        no file '/usr/local/share/lua/5.1/socket.lua'\n        no file '/usr/local/share/lua/5.1/socket/init.lua'\n        no embedded module 'lib/socket.lua'\nthe calls are there without a module: socket(domain, type [, protocol]) → fd",
		`send(3, b"x")`, "stdin:1: attempt to call a nil value (global 'b'; b\"...\" is Python's: here a\nstring is bytes, and string.format fills in)",
		`do local ok, e = pcall(string.rep, nil) error(e, 0) end`, "stdin:1: bad argument #1 to 'rep' (string expected, got nil)",
		`string.rep(x)`, "stdin:1: bad argument #1 to 'rep' (string expected, got nil; global 'x' is nil)",
		`io.stdout:write({})`, "stdin:1: bad argument #1 to 'write' (string expected, got table)",
		`io.open("x", {})`, "stdin:1: bad argument #2 to 'open' (string expected, got table)",
		`write(1, {})`, "stdin:1: bad argument #2 to 'write' (string expected, got table)\nwrite(fd, data) → count",
		`mutex():lock("x")`, "stdin:1: bad argument #2 to 'lock' (no argument expected, got string)\nlock(mutex) → 0",
		`do local o = {} o:fnd("x") end`, "stdin:1: attempt to call a nil value (method 'fnd')",
		`do local o = {find_all = 1} o:findall("x") end`, "stdin:1: attempt to call a nil value (method 'findall'; did you mean find_all?)",
		`do local o = "x" o:fnd("x") end`, "stdin:1: attempt to call a nil value (method 'fnd'; did you mean find?)",
		`io.stdout:upperr()`, "stdin:1: attempt to call a nil value (method 'upperr')",
		`io.stdout:wrte()`, "stdin:1: attempt to call a nil value (method 'wrte'; did you mean write?)",
		`mutex():subb()`, "stdin:1: attempt to call a nil value (method 'subb')",
		`f(5)`, "stdin:1: attempt to call a nil value (global 'f')",
		`f("x" .. 5)`, "stdin:1: attempt to call a nil value (global 'f')",
		`require "timers"`, "the module timers: new; help \"timers\" tells more",
		`setsockopt(3, SO_REUSEADDR, 1)`, "stdin:1: bad argument #4 to 'setsockopt' (value expected, got no value)\nsetsockopt(fd, level, name, value) → 0\nan option's level stands before it: SOL_SOCKET before SO_SNDBUF, IPPROTO_TCP\nbefore TCP_NODELAY",
		`close(3, 4)`, "stdin:1: bad argument #2 to 'close' (no argument expected, got 4)\nclose(fd) → 0",
		`close((function() return 3, 4 end)())`, "stdin:1: bad argument #2 to 'close' (no argument expected; if it is a second\nvalue of a call, put that call in parentheses: close((f())))\nclose(fd) → 0",
		`select(3, nil, nil, 0)`, "0\nafter a number select is Lua's own, and answers further arguments; to wait:\nselect({fd})",
		`none = {}`, ``,
		`select(none, nil, nil, 0)`, "{}      {}      {}",
		`exit`, "function exit([status])  (exit() calls it)",
		`peek`, "function peek(fd [, n]) → text",
		`mine = exit`, "",
		`mine`, "function exit([status])",
		`check`, "nil  (to run the demo: run \"check\")",
		`check()`, "stdin:1: attempt to call a nil value (global 'check'; to run the demo: run\n\"check\")",
		`run check`, "stdin:1:5: '=' expected near 'check' (a name stands in quotes: run \"check\")\n  run check\n      ^",
		`loop.run()`, "stdin:1: attempt to index a nil value (global 'loop'; to load the module: loop =\nrequire \"loop\")",
		`local a; a.b = 1`, "stdin:1: attempt to index a nil value (global 'a')",
		`error({code = 5})`, "error object {code = 5}",
		`x == 3 || y`, "stdin:1:8: '<eof>' expected near '|' (Lua writes or for ||)\n  x == 3 || y\n         ^",
		`run "echo_selct"`, "stdin:1: run: cannot open echo_selct: No such file or directory, and it is no\ndemo (did you mean echo_select?)",
		`run "check echo_client mine.lua"`, "stdin:1: run: cannot open check echo_client mine.lua: No such file or directory,\nand it is no demo (the words are arguments: run(\"check\", \"echo_client\",\n\"mine.lua\"))",
		`s = 3; s:connect("x")`, "stdin:1: attempt to index a number value (global 's'; a descriptor is a number,\nwithout methods: connect(s, ...))",
		`s:close()`, "stdin:1: attempt to index a number value (global 's'; a descriptor is a number,\nwithout methods: close(s))",
		`s:recv(10)`, "stdin:1: attempt to index a number value (global 's'; a descriptor is a number,\nwithout methods: recv(s, ...))",
		`s:getpid()`, "stdin:1: attempt to index a number value (global 's'; a descriptor is a number,\nwithout methods: getpid() → pid)",
		`for i in 1, 3 do end`, "stdin:1: attempt to call a number value (for iterator; numbers are counted so:\nfor i = 1, 3 do)",
		`for c in "abc" do end`, "stdin:1: attempt to call a string value (for iterator; \"in\" takes a function:\ns:gmatch(\".\"))",
		`run /tmp/x.lua`, "stdin:1: attempt to perform arithmetic on a function value (global 'run'; a name\nstands in quotes: run \"...\")",
		`(3):connect("x")`, "stdin:1: attempt to index a number value (a descriptor is a number, without\nmethods: connect(fd, ...))",
		`s.x = 1`, "stdin:1: attempt to index a number value (global 's'; a number has no fields)",
		`socket.socket()`, "stdin:1: attempt to index a function value (global 'socket'; socket is a\nfunction: socket(...); constants are globals, too)",
		`c = channel()`, "stdin:1: attempt to call a table value (global 'channel'; channel.make() makes\none)",
		`len("x")`, "stdin:1: attempt to call a nil value (global 'len')\nPython's len(data) is here: #data",
		`len`, "nil  (Python's len(data) is here: #data)",
		`s:hex()`, "stdin:1: attempt to index a number value (global 's'; a number has no fields)\nPython's data.hex() is here: hexdump(data)",
		`select(s)`, "after a number select is Lua's own, and answers further arguments; to wait:\nselect({fd})",
		`recv("x")`, "stdin:1: bad argument #1 to 'recv' (descriptor expected, got string)\nrecv(fd, count [, flags]) → data",
		`s = 3; connect(s "::1", 7007)`, "stdin:1: attempt to call a number value (global 's'; is a comma missing?)",
		`s = socket(AF_INET, SOCK_STREAM, 0)`, "",
		`connect(s, "localhost:7007")`, "stdin:1: bad argument #3 to 'connect' (port expected, got no value: host and\nport are two arguments, \"localhost\", 7007)",
		`connect(s, "localhost")`, "stdin:1: bad argument #3 to 'connect' (port expected, got no value)\nconnect(fd, address) → 0",
		`close(s)`, "0",
		`send(3, "x", 1, 0)`, "stdin:1: bad argument #4 to 'send' (no argument expected, got 0)\nC's n = send(fd, buf, len, 0) is here: n = send(fd, data); the rest is\ndata:sub(n + 1)",
		`recv(3, buf, 9, 0)`, "stdin:1: bad argument #2 to 'recv' (size expected, got nil; global 'buf' is nil)\nC's n = recv(fd, buf, sizeof buf, 0) is here: data = recv(fd, 4096); \"\" is the\nend",
		`setsockopt(3, SOL_SOCKET, SO_LINGER, 1)`, "stdin:1: bad argument #4 to 'setsockopt' (linger table {onoff=, linger=}\nexpected, got 1)",
		`d = "x"; d:uper()`, "stdin:1: attempt to call a nil value (method 'uper'; did you mean upper?)",
		`do local d = "x" d:fnd("y") end`, "stdin:1: attempt to call a nil value (method 'fnd'; did you mean find?)",
		`read(3, buf, 9)`, "stdin:1: bad argument #2 to 'read' (size expected, got nil; global 'buf' is nil)\nread(fd, count) → data",
		`connect(3, {"127.0.0.1", 7007})`, "stdin:1: bad argument #2 to 'connect' (address expected, whose fields have\nnames: {addr = \"127.0.0.1\", port = 7007})",
		`connect(3, {"/tmp/s"})`, "stdin:1: bad argument #2 to 'connect' (address expected, whose fields have\nnames: {path = \"/tmp/s\"})",
		`connect(3, {"::1", port = 7007})`, "stdin:1: bad argument #2 to 'connect' (a table with named fields expected, got\nthe key 1)",
		`bind(3, 7007)`, "stdin:1: bad argument #2 to 'bind' (address expected (a table, a host and a\nport, or a path), got 7007: the host stands before the port, \"127.0.0.1\", 7007)",
	)
	s.expect(
		`struct.pack(">I2", 1)`, "stdin:1: attempt to index a nil value (global 'struct')\nPython's struct.pack(\">IH\", a, b), struct.unpack(\">IH\", data) are here:\nstring.pack(\">I4I2\", a, b), a, b = string.unpack(\">I4I2\", data); ! becomes >",
		`getenv("HOME")`, "stdin:1: attempt to call a nil value (global 'getenv')\nC's getenv(\"HOME\"), setenv are here: os.getenv(\"HOME\"); a child's are\nexec(\"prog\", {env = {NAME = \"value\"}})",
		`("x"):strip()`, "stdin:1: attempt to call a nil value (method 'strip')\nPython's text.strip(), text.rstrip() are here: text:match(\"^%s*(.-)%s*$\")",
		`os.getpid()`, "stdin:1: attempt to call a nil value (field 'getpid'; getpid is a global:\ngetpid(...))",
		`t = {} t.listen()`, "stdin:1: attempt to call a nil value (field 'listen'; listen is a global:\nlisten(...))",
		`os.listdir(".")`, "stdin:1: attempt to call a nil value (field 'listdir')\nPython's os.listdir(path), os.unlink(path), os.mkdir(path) are here:\nscandir(path), unlink(path), mkdir(path)",
		`recv_until(3, "x")`, "stdin:1: attempt to call a nil value (global 'recv_until'; did you mean\nrequire(\"loop\").recv_until or require(\"sock\").recv_until?)",
		`ss -tn`, "stdin:1: attempt to perform arithmetic on a nil value (global 'ss')\nThe shell's ss, netstat, lsof are here: fds(), and fdinfo(fd) for one descriptor",
		`"x" .. ("y" + "z")`, "stdin:1: attempt to perform arithmetic on a string value (strings are joined\nwith .., and filled in by string.format)",
		`ping localhost`, "stdin:1:6: '=' expected near 'localhost'\n  ping localhost\n       ^\nThe shell's ping is here: run(\"ping\", host)",
		`check echo_client`, "stdin:1:7: '=' expected near 'echo_client'\n  check echo_client\n        ^\nto run the demo: run(\"check\", \"echo_client\")",
		`!ls -l`, "stdin:1:1: unexpected symbol near '!'\n  !ls -l\n  ^\nThe shell's ls is here: scandir \".\"",
		`function ping(host) end`, "",
		`ping localhost`, "stdin:1:6: '=' expected near 'localhost' (a call has parentheses:\nping(localhost))\n  ping localhost\n       ^\nThe shell's ping is here: run(\"ping\", host)",
		`ping = nil`, "",
	)
	s.enter("function g(n) return n.x.y end")
	got := s.answer("g({})")
	want := "stdin:1: attempt to index a nil value (field 'x')\n  stdin:1: in g\n  stdin:1: in the chunk\nwhere() shows the stack with its locals"
	if got != want {
		t.Errorf("a traceback is\n%s", got)
	}
	got = s.answer("where()")
	want = "stdin:1: in g\n    | function g(n) return n.x.y end\n    n = {}\nstdin:1: in the chunk\n    | g({})"
	if got != want {
		t.Errorf("where() shows\n%s", got)
	}
	s.expect(`where()[1].locals[1].name`, `"n"`)
	s.enter("co = coroutine.wrap(function(a) local b = a * 2 g({b}) end)")
	s.answer("co(5)")
	got = s.answer("where()")
	want = `stdin:1: in g
    | function g(n) return n.x.y end
    n = {10}
stdin:1: in a function
    | co = coroutine.wrap(function(a) local b = a * 2 g({b}) end)
    a = 5
    b = 10
resumed by:
[built in]: in co
stdin:1: in the chunk
    | co(5)`
	if got != want {
		t.Errorf("where() shows of a coroutine\n%s", got)
	}
}

// TestReset: the session's descriptors are closed and its variables gone; what is the
// program's own stays.
func TestReset(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`a = socket(AF_INET, SOCK_STREAM, 0)`, ``,
		`print, recv = nil`, ``,
		`fault{"socket", errno = ENOMEM}`, `0`,
		`reset()`, ``,
		`a, recv ~= nil`, "nil\ttrue",
		`socket(AF_INET, SOCK_STREAM, 0)`, `3`,
	)
}

// TestEdit: what comes back from the editor runs.
func TestEdit(t *testing.T) {
	home := t.TempDir()
	editor := filepath.Join(home, "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nsed -i \"s/$1/$2/\" \"$3\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	s := open(t, setting{home: home, env: []string{"EDITOR=" + editor + " 40 50"}})
	s.expect(
		`40 + 2`, `42`,
		`edit()`, `52`,
		`40 + 3`, `43`,
		`-- no input of its own`, ``,
		`edit()`, `53`,
		`function h() return 40 end`, ``,
		`edit(h)`, ``,
		`h()`, `50`,
		`edit "recv"`, `stdin:1: edit: the function is built in: it has no source in Lua`,
	)
	if err := os.WriteFile(filepath.Join(home, "f.lua"), []byte("print(40)"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.expect(`edit "f.lua"`, `50`)
	s.enter(`save "saved.lua"`)
	const want = `-- 40 + 2
-- 50 + 2
-- 40 + 3
-- no input of its own
-- 50 + 3
function h() return 40 end
function h() return 50 end
h()
print(50)
`
	if saved, err := os.ReadFile(filepath.Join(home, "saved.lua")); err != nil || !strings.HasSuffix(string(saved), want) {
		t.Errorf("%v: what is saved is\n%s", err, saved)
	}
}

// TestInit: the start-up file runs before the prompt, unless it is not to.
func TestInit(t *testing.T) {
	home := t.TempDir()
	folder := filepath.Join(home, ".config", "sockrepl")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "init.lua"), []byte("welcomed = 'by init'"), 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, setting{home: home}).expect(`welcomed`, `"by init"`)
	open(t, setting{home: home, args: []string{"--no-init"}}).expect(`welcomed`, `nil`)
}
