package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// The flags that a call heeds which sends, and one which receives; not every system has all.
var (
	sendFlags = []string{"MSG_DONTWAIT", "MSG_NOSIGNAL", "MSG_MORE", "MSG_OOB", "MSG_DONTROUTE", "MSG_EOR", "MSG_CONFIRM"}
	recvFlags = []string{"MSG_DONTWAIT", "MSG_PEEK", "MSG_WAITALL", "MSG_TRUNC", "MSG_OOB", "MSG_ERRQUEUE"}
)

// What EAGAIN means to those calls.
var (
	nothingCame   = Err{unix.EAGAIN, "nothing has come, and O_NONBLOCK, MSG_DONTWAIT or SO_RCVTIMEO ends the wait"}
	bufferFull    = Err{unix.EAGAIN, "the send buffer is full (or it still connects), and O_NONBLOCK, MSG_DONTWAIT or SO_SNDTIMEO ends the wait"}
	nothingToRead = Err{unix.EAGAIN, "the descriptor is non-blocking and there is nothing to read"}
	noRoom        = Err{unix.EAGAIN, "the descriptor is non-blocking and has no room"}
)

// send(2), recv(2) and their kin; read(2), write(2), readv(2), writev(2).
var transferCalls = []Call{
	{
		Name: "send", Man: "send(2)", Class: Transfer,
		Params: P{FD("fd"), Bytes("data"), Flags("flags", "MSG_").Heeding(sendFlags...).Or(0)}, Answers: count,
		Doc: "Send data on a connected socket; answer how many bytes the kernel took.",
		Notes: []string{
			"A non-blocking socket may take a part: always send in a loop, data:sub(sent + 1).",
			"A blocking one answers when the kernel took everything, as Linux's does, or an interrupt came.",
			"A peer that is gone is EPIPE; SIGPIPE is never delivered (C differs).",
			"MSG_ZEROCOPY (Linux) is refused: the kernel reads the memory after the call, when Lua may have put another string there.",
		},
		Errs: E{
			bufferFull,
			{unix.EPIPE, "the peer has closed the connection, this side was shut down, or the socket was never connected"},
			{unix.ECONNRESET, "the peer ended the connection by force"},
			{unix.ENOTCONN, "the socket is not connected"},
			{unix.EMSGSIZE, "the datagram is too long"},
		},
		Example: "a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)\nprint(send(a, \"hello\")) --> 5",
		Wait:    kernel.Write,
		Do: func(f *kernel.Frame) error {
			return kernel.Send(f, f.FD(0), f.Str(1), f.Int(2))
		},
	},
	{
		Name: "sendto", Man: "send(2)", Class: Transfer,
		Params:  P{FD("fd"), Bytes("data"), Flags("flags", "MSG_").Heeding(append(sendFlags, "MSG_FASTOPEN")...).Or(0), Addr("address").Opt()},
		Answers: count,
		Doc:     "Send a datagram to an address; without one, to the connected peer.",
		Notes: []string{
			"With MSG_FASTOPEN (Linux) it connects a TCP socket and sends: a blocking one waits for the connection, another answers EINPROGRESS, as connect does.",
			"The first data after a connect that TCP_FASTOPEN_CONNECT has put off is answered for once it went with the SYN; C's call waits for the connection as well.",
		},
		Errs: E{
			bufferFull,
			{unix.EMSGSIZE, "the datagram is too long: 65,507 bytes fit into a UDP datagram over IPv4"},
			{unix.ECONNREFUSED, "an earlier datagram found nobody there"},
			{unix.EACCES, "a broadcast address needs SO_BROADCAST"},
		},
		Example: `a = socket(AF_INET, SOCK_DGRAM, 0)
b = socket(AF_INET, SOCK_DGRAM, 0)
bind(b, "127.0.0.1", 0)
print(sendto(a, "hello", 0, getsockname(b))) --> 5
print(recv(b, 100)) --> hello`,
		Wait: kernel.Write,
		Do: func(f *kernel.Frame) error {
			fd := f.FD(0)
			to, err := address(f, 3, fd)
			if err != nil {
				return err
			}
			return kernel.Sendto(f, fd, f.Str(1), f.Int(2), to)
		},
	},
	{
		Name: "recv", Man: "recv(2)", Class: Transfer,
		Params: P{FD("fd"), Size("count"), Flags("flags", "MSG_").Heeding(recvFlags...).Or(0)}, Answers: data,
		Doc: "Receive up to count bytes; wait until there are some. \"\" is the end of file.",
		Notes: []string{
			"A stream may answer fewer bytes than were asked for: receive in a loop.",
			"Where C answers the datagram's own length for MSG_TRUNC, this answers at most count bytes of it. On TCP the flag skips bytes: so many NULs are answered.",
		},
		Errs: E{
			nothingCame,
			{unix.ECONNRESET, "the peer ended the connection by force"},
			{unix.ENOTCONN, "the socket is not connected, or it is the listening one"},
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "hello")
print(recv(b, 2), recv(b, 100)) --> he	llo
close(a)
print(recv(b, 100) == "") --> true`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Recv(f, f.FD(0), f.Int(1), f.Int(2))
		},
	},
	{
		Name: "recvfrom", Man: "recv(2)", Class: Transfer,
		Params:  P{FD("fd"), Size("count"), Flags("flags", "MSG_").Heeding(recvFlags...).Or(0)},
		Answers: A{{"data", KindBytes}, {"address", KindPeer}},
		Doc:     "Receive a datagram, and answer who sent it.",
		Notes: []string{
			"What does not fit into count is lost; with MSG_TRUNC in recvmsg's flags one sees it.",
			"A stream socket does not say who sent: the address is nil.",
		},
		Errs: E{nothingCame},
		Example: `a = socket(AF_INET, SOCK_DGRAM, 0)
bind(a, "127.0.0.1", 0)
sendto(a, "to myself", 0, getsockname(a))
data, from = recvfrom(a, 100)
print(data, tostring(from) == tostring(getsockname(a))) --> to myself	true`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Recvfrom(f, f.FD(0), f.Int(1), f.Int(2))
		},
	},
	{
		Name: "read", Man: "read(2)", Class: Transfer,
		Params: P{FD("fd"), Size("count")}, Answers: data,
		Doc:     "Read up to count bytes from any descriptor. \"\" is the end of file.",
		Notes:   []string{"A terminal answers a line at a time; io.read has a buffer of its own, which read does not see."},
		Errs:    E{nothingToRead, {unix.EISDIR, "it is a directory"}},
		Example: "r, w = pipe()\nwrite(w, \"hello\")\nprint(read(r, 100)) --> hello",
		Wait:    kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.ReadFD(f, f.FD(0), f.Int(1))
		},
	},
	{
		Name: "write", Man: "write(2)", Class: Transfer,
		Params: P{FD("fd"), Bytes("data")}, Answers: count,
		Doc:     "Write data to any descriptor; answer how many bytes were taken.",
		Notes:   []string{"A non-blocking descriptor may take a part. A pipe takes up to PIPE_BUF (4,096) bytes whole or not at all."},
		Errs:    E{noRoom, {unix.EPIPE, "nobody reads from the pipe any more, or the socket is not connected, or not any more"}},
		Example: "r, w = pipe()\nprint(write(w, \"hello\")) --> 5",
		Wait:    kernel.Write,
		Do: func(f *kernel.Frame) error {
			return kernel.WriteFD(f, f.FD(0), f.Str(1))
		},
	},
	{
		Name: "pread", Man: "pread(2)", Class: Transfer,
		Params: P{FD("fd"), Size("count"), Long("offset")}, Answers: data,
		Doc:  "Read up to count bytes of a file from an offset on; the file's own offset stays. \"\" is the end of file.",
		Errs: E{{unix.ESPIPE, "a socket or a pipe has no offset"}, {unix.EINVAL, "the offset is negative"}},
		Example: `fd = assert(open(os.tmpname(), O_RDWR))
write(fd, "hello")
print(pread(fd, 3, 1), lseek(fd, 0, SEEK_CUR)) --> ell	5`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Pread(f, f.FD(0), f.Int(1), f.Args[2].Int)
		},
	},
	{
		Name: "pwrite", Man: "pwrite(2)", Class: Transfer,
		Params: P{FD("fd"), Bytes("data"), Long("offset")}, Answers: count,
		Doc:   "Write data into a file at an offset; the file's own offset stays. Answer how many bytes were taken.",
		Notes: []string{"On Linux data goes to the end of a file that is open with O_APPEND, whatever the offset."},
		Errs:  E{{unix.ESPIPE, "a socket or a pipe has no offset"}, {unix.EINVAL, "the offset is negative"}},
		Example: `fd = assert(open(os.tmpname(), O_RDWR))
write(fd, "hello")
print(pwrite(fd, "j", 0), pread(fd, 9, 0)) --> 1	jello`,
		Wait: kernel.Write,
		Do: func(f *kernel.Frame) error {
			return kernel.Pwrite(f, f.FD(0), f.Str(1), f.Args[2].Int)
		},
	},
	{
		Name: "readv", Man: "readv(2)", Class: Transfer,
		Params:  P{FD("fd"), {Name: "sizes", Kind: KindSizes}},
		Answers: A{{"count", KindInt}, {"buffers", KindAny}},
		Doc:     "Read into several buffers of the sizes given; answer how many bytes came, and the buffers.",
		Errs:    E{nothingToRead, {unix.EINVAL, "more than 1,024 buffers (IOV_MAX)"}},
		Example: "r, w = pipe()\nwrite(w, \"headbody\")\nn, parts = readv(r, {4, 100})\nprint(n, parts[1], parts[2]) --> 8	head	body",
		Wait:    kernel.Read,
		Do:      func(f *kernel.Frame) error { return kernel.Readv(f, f.FD(0)) },
	},
	{
		Name: "writev", Man: "writev(2)", Class: Transfer,
		Params:  P{FD("fd"), {Name: "buffers", Kind: KindStrings}},
		Answers: count,
		Doc:     "Write several strings one after the other, as one write.",
		Errs:    E{noRoom, {unix.EINVAL, "more than 1,024 buffers (IOV_MAX)"}},
		Example: "r, w = pipe()\nprint(writev(w, {\"head\", \"body\"})) --> 8\nprint(read(r, 100)) --> headbody",
		Wait:    kernel.Write,
		Do:      func(f *kernel.Frame) error { return kernel.Writev(f, f.FD(0)) },
	},
}
