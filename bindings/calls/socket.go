package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// socket(2), bind(2), listen(2), accept(2), connect(2), shutdown(2), close(2) and the
// names of sockets.
var socketCalls = []Call{
	{
		Name: "socket", Man: "socket(2)", Class: Sockets,
		Params:  P{Enum("domain", "AF_"), SockType("type"), Enum("protocol", "IPPROTO_").Or(0)},
		Answers: newFD,
		Doc:     "Make a socket and answer its descriptor.",
		Errs: E{
			{unix.EAFNOSUPPORT, "the kernel has no such address family"},
			{unix.EPROTONOSUPPORT, "the family has no such protocol, or none of that type"},
			{unix.ESOCKTNOSUPPORT, "the family has no such type"},
			{unix.EPERM, "SOCK_RAW and AF_PACKET need root, or CAP_NET_RAW"},
			{unix.EACCES, "a ping socket, SOCK_DGRAM with IPPROTO_ICMP: the user's group is not in net.ipv4.ping_group_range"},
			{unix.EMFILE, "the process has as many descriptors as it may (ulimit -n)"},
		},
		Example: "fd = socket(AF_INET, SOCK_STREAM, 0)\nprint(fd >= 0) --> true",
		Do:      threeInts(kernel.Socket),
	},
	{
		Name: "socketpair", Man: "socketpair(2)", Class: Sockets,
		Params:  P{Enum("domain", "AF_"), SockType("type"), Enum("protocol", "IPPROTO_").Or(0)},
		Answers: A{{"fd", KindNewFD}, {"fd", KindNewFD}},
		Doc:     "Make two sockets that are connected to each other.",
		Errs:    E{{unix.EOPNOTSUPP, "only AF_UNIX (and AF_TIPC) sockets come in pairs"}},
		Example: "a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)\nsend(a, \"hello\")\nprint(recv(b, 100)) --> hello",
		Do:      threeInts(kernel.Socketpair),
	},
	{
		Name: "bind", Man: "bind(2)", Class: Sockets,
		Params: P{FD("fd"), Addr("address")}, Answers: zero,
		Doc: "Give a socket its own address.",
		Notes: []string{
			"Port 0 lets the kernel choose one; getsockname tells which.",
			"A Unix socket's path stays when the socket is closed: os.remove(path).",
		},
		Errs: E{
			{unix.EADDRINUSE, "another socket has the address, or an earlier one's connections are still ending: take another port, or 0; SO_REUSEADDR helps if the earlier one had it, too; of a Unix socket the path is there already: os.remove(path)"},
			{unix.EADDRNOTAVAIL, "no interface of this machine has the address"},
			{unix.EACCES, "ports below 1,024 need root"},
			{unix.EINVAL, "the socket has an address already"},
			{unix.ENOENT, "a Unix socket's path: its folder is not there"},
		},
		Example: "fd = socket(AF_INET, SOCK_STREAM, 0)\nassert(bind(fd, \"127.0.0.1\", 0))\nprint(getsockname(fd).addr) --> 127.0.0.1",
		Do:      fdAddr(kernel.Bind),
	},
	{
		Name: "listen", Man: "listen(2)", Class: Sockets,
		Params: P{FD("fd"), Int("backlog").Or(unix.SOMAXCONN)}, Answers: zero,
		Doc: "Make a socket passive: it takes connections, which accept answers.",
		Notes: []string{
			"The kernel cuts backlog to net.core.somaxconn.",
			"Linux queues one connection more than backlog says; a SYN that comes after that has no answer, and the client sends it again.",
		},
		Errs: E{
			{unix.EOPNOTSUPP, "the socket is not of a type that is connected"},
			{unix.EADDRINUSE, "another socket listens on the port"},
			{unix.EINVAL, "the socket is connected: one that listens is another one"},
		},
		Example: "l = socket(AF_INET, SOCK_STREAM, 0)\nassert(bind(l, \"127.0.0.1\", 0))\nassert(listen(l, 16))",
		Do:      fdInt(kernel.Listen),
	},
	{
		Name: "accept", Man: "accept(2)", Class: Sockets,
		Params: P{FD("fd")}, Answers: A{{"fd", KindNewFD}, {"address", KindPeer}},
		Doc: "Take a connection from a listening socket's queue; wait for one if it is empty.",
		Notes: []string{
			"On Linux the new descriptor does not inherit O_NONBLOCK from the listening one; on BSD it does.",
		},
		Errs: E{
			{unix.EAGAIN, "the listening socket is non-blocking and the queue is empty"},
			{unix.EOPNOTSUPP, "the socket is of a type without connections: recvfrom tells who sent"},
			{unix.EINVAL, "the socket does not listen: call listen first"},
			{unix.ECONNABORTED, "the client went away while it was in the queue"},
			{unix.EMFILE, "the process has as many descriptors as it may"},
		},
		Example: `l = socket(AF_INET, SOCK_STREAM, 0)
bind(l, "127.0.0.1", 0)
listen(l)
c = socket(AF_INET, SOCK_STREAM, 0)
connect(c, getsockname(l))
fd, from = accept(l)
print(tostring(from) == tostring(getsockname(c))) --> true`,
		Wait: kernel.Read,
		Do:   func(f *kernel.Frame) error { return kernel.Accept(f, f.FD(0), 0) },
	},
	{
		Name: "connect", Man: "connect(2)", Class: Sockets,
		Params: P{FD("fd"), Addr("address")}, Answers: zero,
		Doc: "Connect a socket to an address; a datagram socket only notes whom it talks to.",
		Notes: []string{
			"After Ctrl-C the connection goes on being made in the kernel.",
			"{family=AF_UNSPEC} dissolves a datagram socket's association.",
		},
		Errs: E{
			{unix.ECONNREFUSED, "nobody listens there"},
			{unix.EINPROGRESS, "the socket is non-blocking, or its SO_SNDTIMEO has passed: wait until it is writable, then ask for SO_ERROR"},
			{unix.ETIMEDOUT, "no answer came"},
			{unix.ENETUNREACH, "there is no route to the network"},
			{unix.EISCONN, "the socket is connected already, or it listens"},
			{unix.ENOENT, "there is no socket at the path"},
			{unix.EAGAIN, "a Unix socket is non-blocking, or its SO_SNDTIMEO has passed, and the listener's queue is full"},
		},
		Example: `l = socket(AF_INET, SOCK_STREAM, 0)
bind(l, "127.0.0.1", 0)
listen(l)
c = socket(AF_INET, SOCK_STREAM, 0)
assert(connect(c, "127.0.0.1", getsockname(l).port))`,
		Wait: kernel.Write,
		Do:   fdAddr(kernel.Connect),
	},
	{
		Name: "shutdown", Man: "shutdown(2)", Class: Sockets,
		Params: P{FD("fd"), Enum("how", "SHUT_").As("SHUT_RD, SHUT_WR or SHUT_RDWR")}, Answers: zero,
		Doc:     "End one direction of a connection, or both: after SHUT_WR the peer reads the end of file.",
		Errs:    E{{unix.ENOTCONN, "the socket is not connected"}},
		Example: "a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)\nshutdown(a, SHUT_WR)\nprint(#recv(b, 100)) --> 0",
		Do:      fdInt(kernel.Shutdown),
	},
	{
		Name: "close", Man: "close(2)", Class: Descriptors,
		Params: P{FD("fd")}, Answers: zero,
		Doc: "Close a descriptor. The last one of a connection ends it.",
		Notes: []string{
			"A call of another thread that is blocked on the descriptor ends with EBADF, or with the bytes that it had moved.",
		},
		Errs:    E{{unix.EBADF, "there is no such descriptor: it was closed already, or never opened"}},
		Example: "fd = socket(AF_INET, SOCK_STREAM, 0)\nprint(close(fd)) --> 0\nprint(close(fd)) --> nil	close: EBADF (Bad file descriptor)	9",
		Do:      fd(kernel.Close),
	},
	{
		Name: "getsockname", Man: "getsockname(2)", Class: Sockets,
		Params: P{FD("fd")}, Answers: peerName,
		Doc:     "Answer a socket's own address.",
		Example: "fd = socket(AF_INET, SOCK_STREAM, 0)\nprint(getsockname(fd)) --> 0.0.0.0:0",
		Do:      fd(kernel.Getsockname),
	},
	{
		Name: "getpeername", Man: "getpeername(2)", Class: Sockets,
		Params: P{FD("fd")}, Answers: peerName,
		Doc:     "Answer the address of the socket's peer.",
		Errs:    E{{unix.ENOTCONN, "the socket is not connected"}},
		Example: "fd = socket(AF_INET, SOCK_STREAM, 0)\nprint((select(2, getpeername(fd)))) --> getpeername: ENOTCONN (Transport endpoint is not connected)",
		Do:      fd(kernel.Getpeername),
	},
}
