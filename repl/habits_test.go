package repl_test

import "testing"

// TestHabits: what is right in C, and here means something else, is remarked once.
func TestHabits(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`s = socket(AF_INET, SOCK_STREAM, 0)`, "",
		`assert(bind(s, "127.0.0.1", htons(0)) == 0)`, "true\nhtons has turned the port's bytes round: calls take a port as it is, 7007",
		`d = socket(AF_INET, SOCK_STREAM, 0)`, "",
		`bind(d, "127.0.0.1", htons(0))`, "0",
		`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, "",
		`close(socket(SOCK_STREAM, AF_INET, 0))`, "0\nthe domain stands before the type, socket(AF_INET, SOCK_STREAM): the number is\nanother family's",
		`sendto(a, "x", "127.0.0.1", 7007)`, "stdin:1: bad argument #3 to 'sendto' (integer expected, got string)\nsendto(fd, data [, flags [, address]]) → count\nthe flags stand before the address: sendto(fd, data, 0, host, port)",
		`fds(a)`, "stdin:1: bad argument #1 to 'fds' (table such as {type=\"tcp\"} expected, got 5)\nfds() is the whole table, fdinfo(fd) one descriptor",
		`r, zero = {a}, {[0] = a, b}`, "",
		`zero[0] == a, r[2]`, "true    nil",
		`recv(r[0], 1)`, "stdin:1: bad argument #1 to 'recv' (descriptor expected, got nil)\nan array's first element is [1], its last [#t]: there is nothing at [0]",
		`getsockopt(a, SO_SNDBUF)`, "stdin:1: bad argument #3 to 'getsockopt' (integer expected, got no value)\ngetsockopt(fd, level, name [, size]) → value\nan option's level stands before it: SOL_SOCKET before SO_SNDBUF, IPPROTO_TCP\nbefore TCP_NODELAY",
		`send(a, "hello", MSG_DONTWAIT)`, "5",
		`send(a, "ab\r\n", 64)`, "4",
		`send(a, "ab\r\n", 4)`, "4\nsend's third argument is its flags: a string knows its own length, send(fd,\ndata)",
		`send(a, "ab\r\n", 4)`, "4",
		`setsockopt(s, SOL_SOCKET, TCP_NODELAY, 1)`, "0\nTCP, IP and IPv6 have levels of their own, IPPROTO_TCP for TCP_NODELAY: at\nSOL_SOCKET the number is another option's",
		`setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, 1)`, "0",
		`setsockopt(s, IPPROTO_TCP, TCP_NODELAY, 1)`, "0",
		`type(getsockopt(s, IPPROTO_IP, SO_ORIGINAL_DST))`, `"nil"`,
		`getsockopt(s, IPPROTO_TCP, SO_DEBUG)`, "1\nthe level of the SO_ options is SOL_SOCKET: at another the number is another\noption's",
		`if (connect(s, "127.0.0.1", 1) == -1) then exit() end`, "a call that is refused answers nil, not -1: if not connect(...) then",
		`string.pack("!H", 80)`, "\"P\\000\"\n! aligns, as C's compiler does, and is no byte order as Python's: network order\nis >",
		`print "a", "b"`, "a\nnil  b\nprint was given the first alone: several arguments have parentheses, print(a, b)",
		`data = "abc"`, "",
		`data[0]`, "nil\na string has no elements: s:sub(1, 1) is its first character, s:byte(1) the\nnumber of that",
		`data[1]`, "nil",
		`n, err = recv(a, 1, MSG_DONTWAIT)`, "",
		`if err == EAGAIN then print("again") end`, "the errno is the third answer, behind its message: n, message, err = recv(...)",
		`fcntl(a, F_SETFL, fcntl(a, F_GETFL) + O_NONBLOCK)`, "0\n+ adds a flag again that is set, which makes others of it: bit.bor(flags,\nO_NONBLOCK)",
		`fcntl(a, F_SETFL, O_NONBLOCK)`, "0",
		`fcntl(a, FD_CLOEXEC)`, "0\na command stands before the flags, F_SETFL before O_NONBLOCK: the number is\nanother command's, or none's",
		`c = assert socket(AF_INET, SOCK_STREAM, 0)`, "a call has parentheses, assert(socket(...)): without, these are two statements",
	)
	s = open(t, setting{})
	s.expect(
		`fd = socket(AF_INET, SOCK_STREAM, 99)`, "fd = nil  socket: EPROTONOSUPPORT (Protocol not supported)  93\nthe family has no such protocol, or none of that type",
		`if fd == -1 then exit() end`, "a call that is refused answers nil, not -1: if not connect(...) then",
		`local data, i = "abc", 2`, "",
		`for i = 1, 1 do print(data[i]) end`, "nil\na string has no elements: s:sub(1, 1) is its first character, s:byte(1) the\nnumber of that",
	)
}

// TestNoHabits: the same words in a comment, a string, another's method or a function of one's own are
// not remarked; a variable's length is.
func TestNoHabits(t *testing.T) {
	const remark = "\nsend's third argument is its flags: a string knows its own length, send(fd,\ndata)"
	s := open(t, setting{})
	s.expect(
		`x = 1 -- send(s, data, 4)`, "",
		`t = {1, 2} t[0] = nil if t[0] == nil and not t[0] then t[0] = t[0] or nil end`, "",
		`#string.pack("!4bi4", 1, 2), string.pack(">I2", 33), #"!H"`, `8       "\000!" 2`,
		`filter = {type = "tcp"}`, "",
		`#fds(filter)`, "0",
		`"connect(s, h, htons(80)), send(s, data, 4)"`, `"connect(s, h, htons(80)), send(s, data, 4)"`,
		`x = [[bind(s, h, htons(80))]]`, "",
		`redis = {send = function(...) return 1 end, connect = print}`, "",
		`redis.send(s, "x", 1)`, "1",
		`redis:send("x", "y", 1)`, "1",
		`redis.connect(htons(0))`, "0",
		`data = "ab" a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, "",
		`own, send = send, function() return 2 end`, "",
		`send(a, data, #data)`, "2",
		`send = own`, "",
		`send(a, data, 64)`, "2",
		`send(a, data, 3)`, "2"+remark,
		`n, err = recv(a, 1, MSG_DONTWAIT)`, "",
		`function again(err) return err == EAGAIN, err == -1, data[1] end`, "",
		`for _, data in ipairs({{1}}) do print(data[1], data == -1) end`, "1       false",
		`do local data = {1} print(data[1]) end`, "1",
		`for i = -1, 0 do if i == -1 then print(i) end end`, "-1",
		`if none ~= nil and none == -1 then print(none) end`, "",
		`n = -1 while n == -1 do n = nil end`, "",
		`do local open = function() return -1 end print(open() == -1) end`, "true",
		`data = "abc" function at(text, i) return string.sub(text, i, i) end`, "",
		`getmetatable("").__index = at`, "",
		`data[1]`, `"a"`,
		`getmetatable("").__index = string`, "",
		`data = {"a"}`, "",
		`data = data[1]`, "",
		`key = "len"`, "",
		`data[key] == string.len`, "true",
		`n = 5`, "",
		`n == -1`, "false",
		`err == "x", err ~= EAGAIN_TEXT`, "false   true",
		`t = {assert = assert} check = assert or (nil)`, "",
		"do check = assert\rprint(n) end", ">> print(n) end\n5",
		`function connect() return -1 end`, "",
		`connect(3) == -1`, "true",
	)
}

// TestOverwritten: who gives a call's name to a variable is told so where the call is made.
func TestOverwritten(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`socket = socket(AF_INET, SOCK_STREAM, 0)`, "",
		`socket(AF_INET, SOCK_STREAM, 0)`, "stdin:1: attempt to call a number value (global 'socket'; the program has given\nsocket another value)\nreset() brings the calls back, and closes what is open",
		`close = nil; close(3)`, "stdin:1: attempt to call a nil value (global 'close'; the program has given\nclose another value)\nreset() brings the calls back, and closes what is open",
		`reset()`, "",
		`close(socket(AF_INET, SOCK_STREAM, 0))`, "0",
	)
}

// TestRefusedBefore: an error about the nil that a refused call has answered says which call that was,
// and why; assert's tells the usual cause. What was done since is no such call.
func TestRefusedBefore(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`#recv(9999, 1)`, "stdin:1: attempt to get length of a nil value (the last call was refused: recv:\nEBADF (Bad file descriptor))\nno open descriptor, or not open for that",
		`recv(9999, 1):upper()`, "stdin:1: attempt to index a nil value (the last call was refused: recv: EBADF\n(Bad file descriptor))",
		`n = 1 + recv(9999, 1)`, "stdin:1: attempt to perform arithmetic on a nil value (the last call was\nrefused: recv: EBADF (Bad file descriptor))",
		`x = tonumber(recv(9999, 1))`, "stdin:1: bad argument #2 to 'tonumber' (number expected, got string; the last\ncall was refused: recv: EBADF (Bad file descriptor))",
		`do local d = recv(9999, 1) string.rep(d, 2) end`, "stdin:1: bad argument #1 to 'rep' (string expected, got nil; local 'd' is nil;\nthe last call was refused: recv: EBADF (Bad file descriptor))",
		`do local d, m = recv(9999, 1) string.rep("x", m) end`, "stdin:1: bad argument #2 to 'rep' (number expected, got string; the last call\nwas refused: recv: EBADF (Bad file descriptor))",
		`do recv(9999, 1) string.rep("x", "y") end`, "stdin:1: bad argument #2 to 'rep' (number expected, got string)",
		`close(socket(AF_INET, SOCK_STREAM, 0)); x.y = 1`, "stdin:1: attempt to index a nil value (global 'x')",
		`do recv(9999, 1) close(socket(AF_INET, SOCK_STREAM, 0)) x.y = 1 end`, "stdin:1: attempt to index a nil value (global 'x')",
		`x.y = 1`, "stdin:1: attempt to index a nil value (global 'x')",
		`assert(bind(socket(AF_UNIX, SOCK_STREAM, 0), "/nonexistent/s"))`, "bind: ENOENT (No such file or directory)\na Unix socket's path: its folder is not there",
		`assert(bind(3, "/nonexistent/s"))`, "bind: ENOENT (No such file or directory)",
	)
}

// TestHolder: where an own descriptor has the address that bind was asked for, it is named, also if a module
// has called bind; a fault is told from the kernel.
func TestHolder(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`d = socket(AF_INET, SOCK_DGRAM, 0)`, "",
		`l = socket(AF_INET, SOCK_STREAM, 0)`, "",
		`bind(l, "127.0.0.1", 0) port = getsockname(l).port`, "",
		`bind(d, "127.0.0.1", port)`, "0",
		`bind(socket(AF_INET, SOCK_STREAM, 0), "0.0.0.0", port)`, "nil  bind: EADDRINUSE (Address already in use)  98\ndescriptor 4 has that address: close(4), or another port",
		`listen(l)`, "0",
		`s, m, e = require("sock").listen("127.0.0.1", port)`, "",
		`e == EADDRINUSE`, "true",
		`s = require("sock").listen("127.0.0.1", port)`, "s = nil  bind: EADDRINUSE (Address already in use)  98\ndescriptor 4 has that address: close(4), or another port",
		`connect(socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", port)`, "0",
		`s = accept(4)`, "",
		`s == 7, dup2(4, 20), dup2(s, 4)`, "true    20      4", // a connection before the socket that listens
		`bind(socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", port)`, "nil  bind: EADDRINUSE (Address already in use)  98\ndescriptor 20 has that address: close(20), or another port",
		`dup2(20, 4), close(20), close(6), close(s)`, "4       0       0       0",
		`path = os.tmpname() os.remove(path)`, "",
		`u = socket(AF_UNIX, SOCK_STREAM, 0)`, "",
		`bind(u, path)`, "0",
		`u == 6, bind(socket(AF_UNIX, SOCK_STREAM, 0), path)`, "true    nil     \"bind: EADDRINUSE (Address already in use)\"     98",
		`bind(socket(AF_UNIX, SOCK_STREAM, 0), path)`, "nil  bind: EADDRINUSE (Address already in use)  98\ndescriptor 6 has that address: another, or close(6) and os.remove(path)",
		`listen(u)`, "0",
		`c = socket(AF_UNIX, SOCK_STREAM, 0)`, "",
		`connect(c, path)`, "0",
		`s = accept(u)`, "", // which has the name, too, and holds nothing
		`close(u)`, "0",
		`assert(bind(socket(AF_UNIX, SOCK_STREAM, 0), path))`, "bind: EADDRINUSE (Address already in use)\nanother socket has the address, or an earlier one's connections are still\nending: take another port, or 0; SO_REUSEADDR helps if the earlier one had it,\ntoo; of a Unix socket the path is there already: os.remove(path)",
		`os.remove(path)`, "true",
		`n = socket(AF_UNIX, SOCK_STREAM, 0) name = "@sockrepl-" .. getpid()`, "",
		`bind(n, name)`, "0",
		`n == 12, bind(c, name)`, "true    nil     \"bind: EADDRINUSE (Address already in use)\"     98",
		`bind(socket(AF_UNIX, SOCK_STREAM, 0), name)`, "nil  bind: EADDRINUSE (Address already in use)  98\ndescriptor 12 has that address: another, or close(12)",
		`fault{"close", errno = EIO, times = 1}`, "0",
		`close(4)`, "nil  close: EIO (Input/output error)  5\na fault has refused it; fault(false) ends those that are set",
		`fault(false)`, "1",
		`fault{"listen", errno = EADDRINUSE}`, "0",
		`listen(4)`, "nil  listen: EADDRINUSE (Address already in use)  98\na fault has refused it; fault(false) ends those that are set",
		`listen(4)`, "nil  listen: EADDRINUSE (Address already in use)  98",
		`fault(false)`, "2",
		`fault{"close", errno = EIO} function f() return nil, x, EBADF end`, "",
		`do close(4) end x = "listen: EBADF (Bad)"; f()`, "nil  listen: EBADF (Bad)  9\nno open descriptor, or not open for that",
	)
}
