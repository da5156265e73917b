package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// getsockopt(2), setsockopt(2), fcntl(2) and ioctl(2).
var optionCalls = []Call{
	{
		Name: "getsockopt", Man: "getsockopt(2)", Class: Options,
		Params:  P{FD("fd"), Enum("level", "SOL_"), Enum("name", "SO_"), Size("size").Opt()},
		Answers: A{{"value", KindAny}},
		Doc:     "Answer the value of a socket's option.",
		Notes: []string{
			"The option decides the value's form: a number, a string, a table as setsockopt takes it; times are in seconds, 0 is no limit. With a size it is a string of at most so many bytes.",
			"An option that is not known is a number if it has 4 bytes, else a string.",
			"SO_RCVBUF and SO_SNDBUF answer twice what was set on Linux: the kernel doubles it for its own bookkeeping.",
			"Reading SO_ERROR clears it: after a non-blocking connect ask once, and keep the answer. PACKET_STATISTICS begins anew, too, and SO_PEERPIDFD makes a descriptor.",
		},
		Errs: E{
			{unix.ENOPROTOOPT, "the level has no such option, or the socket has no such level: TCP_ options need a TCP socket"},
			{unix.EOPNOTSUPP, "the socket's family has no options of that level"},
			{unix.EINVAL, "the option can't be read now, or its size must be another"},
			{unix.ENOTCONN, "the option is one of a connection"},
			{unix.ENOTSOCK, "the descriptor is no socket"},
		},
		Example: `fd = socket(AF_INET, SOCK_STREAM, 0)
print(getsockopt(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM) --> true
print(getsockopt(fd, SOL_SOCKET, SO_LINGER).onoff) --> 0
print(#getsockopt(fd, SOL_SOCKET, SO_LINGER, 100)) --> 8`,
		Do: getsockopt,
	},
	{
		Name: "setsockopt", Man: "setsockopt(2)", Class: Options,
		Params: P{FD("fd"), Enum("level", "SOL_"), Enum("name", "SO_"), Any("value")}, Answers: zero,
		Doc: "Set an option of a socket.",
		Notes: []string{
			"The option decides what value it takes: a number (true and false for one that is on or off), a time in seconds, a string, a table: {onoff=1, linger=5}, {multiaddr=\"239.1.2.3\", interface=\"127.0.0.1\"}. A string is the option's bytes where no text is expected, unless it is a number in quotes.",
			"SO_REUSEADDR must be set before bind: it is bind that looks at it.",
			"TCP_NODELAY sends small pieces at once, where Nagle's algorithm would wait for the peer's acknowledgement of the last.",
			"SO_RCVTIMEO and SO_SNDTIMEO bound how long a call blocks, which then ends with EAGAIN. A time above 0 is never rounded to 0, which is no limit; Linux rounds up to its clock tick, and takes a negative time for one that is over at once.",
			"SO_RCVLOWAT has a blocking recv on a stream wait for so many bytes, on Linux; not where another process sets it on a socket that both have, unless it came with the mark already. On TCP the kernel counts anew for bytes that come while recv waits: fewer than the mark that lay there before do not wake it together with them.",
			"With SO_LINGER {onoff=1, linger=0} close throws away what is not sent yet and resets the connection: the peer gets ECONNRESET.",
			"SO_ATTACH_FILTER (Linux) takes a program of the packet filter, an array of {code=bit.bor(BPF_LD, BPF_H, BPF_ABS), jt=0, jf=0, k=12}.",
			"Options whose structure holds addresses of C's (iptables' tables, AF_XDP's memory) can't be set.",
		},
		Errs: E{
			{unix.ENOPROTOOPT, "the level has no such option, or only answers it"},
			{unix.EINVAL, "the value is out of range, has another length, or comes too late or too early"},
			{unix.EDOM, "the time is out of the kernel's range"},
			{unix.EPERM, "the option needs root, or CAP_NET_ADMIN or CAP_NET_RAW"},
			{unix.ENODEV, "there is no such interface, or none that has the address"},
			{unix.EADDRINUSE, "the socket has joined the group already"},
			{unix.EADDRNOTAVAIL, "the socket has not joined the group that it is to leave"},
			{unix.ENOENT, "there is no such congestion control (TCP_CONGESTION)"},
		},
		Example: `fd = socket(AF_INET, SOCK_STREAM, 0)
print(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1)) --> 0
setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, true)
setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, 2.5)
setsockopt(fd, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5})
print(getsockopt(fd, SOL_SOCKET, SO_LINGER).linger) --> 5`,
		Do: func(f *kernel.Frame) error {
			return kernel.Setsockopt(f, f.FD(0), f.Int(1), f.Int(2), f.Args[3].Any, 3)
		},
	},
	{
		Name: "fcntl", Man: "fcntl(2)", Class: Options,
		Params:  P{FD("fd"), Enum("cmd", "F_"), Any("arg").Opt()},
		Answers: A{{"result", KindAny}},
		Doc:     "Read or change what belongs to a descriptor: its flags, its locks, its owner; or duplicate it.",
		Notes: []string{
			"F_SETFL sets all the flags: a bare O_NONBLOCK drops the others. Get them first, and join.",
			"O_NONBLOCK belongs to the open file description, which duplicates and children share; FD_CLOEXEC belongs to the descriptor.",
			"A lock is a table {type=F_WRLCK, whence=SEEK_SET, start=0, len=0}; all but type may be left out, and len=0 reaches to the end of the file. F_GETLK answers such a table.",
			"F_SETLKW waits, and Ctrl-C ends the wait. It tries with F_SETLK first.",
			"F_GETOWN answers a process group as a negative number. F_GETOWN_EX (Linux) answers an owner, {type=F_OWNER_PID, pid=}, F_SETOWN_EX takes one.",
			"The owner gets SIGURG for urgent data, and with O_ASYNC SIGIO when there is something to do, which ends a process that does not hear it: call signal(SIGIO, w) first.",
		},
		Errs: E{
			{unix.EBADF, "there is no such descriptor, or it is not open for reading (F_RDLCK) or writing (F_WRLCK)"},
			{unix.EINVAL, "there is no such command, or the argument is out of range"},
			{unix.EAGAIN, "another process has the lock"},
			{unix.EACCES, "another process has the lock"},
			{unix.EDEADLK, "the process that has the lock waits for one of this one's"},
			{unix.EPERM, "O_APPEND can't be cleared on an append-only file; a pipe's size is above the system's limit"},
			{unix.EBUSY, "the pipe holds more than the size that it is to have"},
			{unix.EMFILE, "the process has as many descriptors as it may"},
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
flags = fcntl(a, F_GETFL)
print(fcntl(a, F_SETFL, bit.bor(flags, O_NONBLOCK))) --> 0
print(select(3, recv(a, 1)) == EAGAIN) --> true
print(fcntl(b, F_DUPFD, 100)) --> 100`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Fcntl(f, f.FD(0), f.Int(1), f.Args[2].Any)
		},
	},
	{
		Name: "ioctl", Man: "ioctl(2)", Class: Options,
		Params:  P{FD("fd"), Enum("request", "FIO"), Any("arg").Opt()},
		Answers: A{{"result", KindAny}, {"data", KindBytes}},
		Doc:     "Make a request of a socket or a device that no other call makes: how much is waiting to be read, an interface's address.",
		Notes: []string{
			"What the kernel fills in is the answer: FIONREAD a count, SIOCGIFADDR (given a name) an address, SIOCGIFCONF an array of {name=, addr=}, TIOCGWINSZ a table {ws_row=, ws_col=}.",
			"Any other request takes a number below 65,536, or a string: the structure's bytes, answered as the kernel left them after the result. A string shorter than the structure is filled up with NULs.",
			"A number is refused where the kernel would write to it as an address, and a string for a request whose structure may hold addresses itself (SIOCETHTOOL, and those of devices other than terminals and tun).",
			"On Linux FIONREAD of a UDP socket is the length of the first datagram, not of all.",
		},
		Errs: E{
			{unix.ENOTTY, "the descriptor's kind has no such request"},
			{unix.EINVAL, "the socket's state has no such answer: FIONREAD of a listening socket"},
			{unix.ENODEV, "there is no such interface"},
			{unix.ENXIO, "there is no such interface (macOS and FreeBSD)"},
			{unix.EADDRNOTAVAIL, "the interface has no IPv4 address"},
			{unix.EPERM, "changing an interface needs root, or CAP_NET_ADMIN"},
			{unix.EFAULT, "the request takes a string, not a number"},
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "hello")
n = ioctl(b, FIONREAD)
print(n) --> 5
assert(ioctl(b, FIONBIO, true))`,
		Do: func(f *kernel.Frame) error {
			return kernel.Ioctl(f, f.FD(0), f.Int(1), f.Args[2].Any)
		},
	},
}

// getsockopt answers the value in its own form, or the bytes where a size is given.
func getsockopt(f *kernel.Frame) error {
	const size = 3
	fd, level, name := f.FD(0), f.Int(1), f.Int(2)
	if f.Has(size) {
		return kernel.GetsockoptRaw(f, fd, level, name, f.Int(size), size)
	}
	return kernel.Getsockopt(f, fd, level, name)
}
