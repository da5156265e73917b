package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// sendmmsg(2) and recvmmsg(2): many datagrams with one system call.
var mmsgCalls = []Call{
	{
		Name: "sendmmsg", Man: "sendmmsg(2)", Class: Transfer, Message: 1,
		Params:  P{FD("fd"), Any("messages").As("array of messages {name=, iov=, control=}"), Flags("flags", "MSG_").Heeding(sendFlags...).Or(0)},
		Answers: A{{"count", KindInt}, {"lengths", KindAny}},
		Doc:     "Send several messages, each as sendmsg takes one; answer how many went, and how many bytes of each.",
		Notes: []string{
			"An error ends it: what went before is answered, and the error is lost if something went. The message after the last that went tells it when it is sent again.",
			"At most 1,024 go at once (IOV_MAX).",
		},
		Errs: E{bufferFull, {unix.EMSGSIZE, "the first datagram is too long"}},
		Example: `a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0)
n, lengths = sendmmsg(a, {{iov = {"one"}}, {iov = {"f", "our"}}})
print(n, lengths[1], lengths[2]) --> 2	3	4
print(recv(b, 100), recv(b, 100)) --> one	four`,
		Wait: kernel.Write,
		Do: func(f *kernel.Frame) error {
			return kernel.Sendmmsg(f, f.FD(0), f.Args[1].Any, f.Int(2), lookupHost)
		},
	},
	{
		Name: "recvmmsg", Man: "recvmmsg(2)", Class: Transfer,
		Params:  P{FD("fd"), Any("room").As("size, or table {iov=, control=},"), Count("vlen"), Flags("flags", "MSG_").Heeding(append(recvFlags, "MSG_CMSG_CLOEXEC", "MSG_WAITFORONE")...).Or(0)},
		Answers: A{{"count", KindInt}, {"messages", KindAny}},
		Doc:     "Receive up to vlen messages, each into room as recvmsg takes it; answer how many came, and an array of what recvmsg answers.",
		Notes: []string{
			"A blocking socket waits for all of them, with MSG_WAITFORONE for the first; then it takes what is there.",
			"A message has len besides, its bytes: with MSG_TRUNC the datagram's own length.",
			"C's timeout is left out: the kernel looks at it only when a message has come. SO_RCVTIMEO bounds the wait for one.",
		},
		Errs: E{nothingCame},
		Example: `a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0)
send(a, "one")
send(a, "two")
n, messages = recvmmsg(b, 100, 10, MSG_WAITFORONE)
print(n, messages[1].iov[1], messages[2].iov[1]) --> 2	one	two`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Recvmmsg(f, f.FD(0), f.Args[1].Any, f.Int(2), f.Int(3))
		},
	},
}
