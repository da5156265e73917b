//go:build linux || freebsd

package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

var accept4Calls = []Call{
	{
		Name: "accept4", Man: "accept4(2)", Class: Sockets,
		Params:  P{FD("fd"), Flags("flags", "SOCK_FLAG")},
		Answers: A{{"fd", KindNewFD}, {"address", KindPeer}},
		Doc:     "Accept a connection and set SOCK_NONBLOCK or SOCK_CLOEXEC on the new descriptor.",
		Errs: E{
			{unix.EAGAIN, "the listening socket is non-blocking and the queue is empty"},
			{unix.EINVAL, "the socket does not listen, or there is no such flag"},
		},
		Example: `l = socket(AF_INET, SOCK_STREAM, 0)
bind(l, "127.0.0.1", 0)
listen(l)
c = socket(AF_INET, SOCK_STREAM, 0)
connect(c, getsockname(l))
fd = accept4(l, SOCK_NONBLOCK)
print(fcntl(fd, F_GETFL) == bit.bor(O_RDWR, O_NONBLOCK)) --> true`,
		Wait: kernel.Read,
		Do:   func(f *kernel.Frame) error { return kernel.Accept(f, f.FD(0), f.Int(1)) },
	},
}
