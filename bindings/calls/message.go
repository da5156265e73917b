package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// sendmsg(2) and recvmsg(2), with control data, cmsg(3).
var messageCalls = []Call{
	{
		Name: "sendmsg", Man: "sendmsg(2)", Class: Transfer, Message: 1,
		Params: P{FD("fd"), Table("msg").As("table {name=, iov=, control=}"), Flags("flags", "MSG_").Heeding(append(sendFlags, "MSG_FASTOPEN")...).Or(0)}, Answers: count,
		Doc: "Send a message {name=, iov=, control=}: several buffers, an address, control data.",
		Notes: []string{
			"iov is an array of strings, control an array of {level=, type=, ...}: fds for SCM_RIGHTS; pid, uid, gid for SCM_CREDENTIALS; data, raw bytes, for any. recvmsg has the fields of the others.",
			"SCM_RIGHTS needs a byte of data with it on a stream.",
		},
		Errs: E{
			bufferFull,
			{unix.EBADF, "a descriptor in the control data is not open"},
			{unix.EPERM, "credentials that are not this process's own need root"},
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
r, w = pipe()
sendmsg(a, {iov = {"x"}, control = {{level = SOL_SOCKET, type = SCM_RIGHTS, fds = {w}}}})
n, msg = recvmsg(b, {iov = {10}, control = 100})
write(msg.control[1].fds[1], "through the other number")
print(read(r, 100)) --> through the other number`,
		Wait: kernel.Write,
		Do: func(f *kernel.Frame) error {
			return kernel.Sendmsg(f, f.FD(0), f.Args[1].Any, f.Int(2), lookupHost)
		},
	},
	{
		Name: "recvmsg", Man: "recvmsg(2)", Class: Transfer, Message: 1,
		Params:  P{FD("fd"), Any("room").As("size, or table {iov=, control=},"), Flags("flags", "MSG_").Heeding(append(recvFlags, "MSG_CMSG_CLOEXEC")...).Or(0)},
		Answers: A{{"count", KindInt}, {"msg", KindAny}},
		Doc:     "Receive a message into {iov=sizes, control=bytes}, and answer {name=, iov=, control=, flags=}.",
		Notes: []string{
			"A number instead of the table is the size of one buffer, without room for control data.",
			"Too little room for control data sets MSG_CTRUNC in flags, for the data itself MSG_TRUNC.",
			"control is an array of {level=, type=, ...}. SCM_RIGHTS has fds; SCM_CREDENTIALS pid, uid, gid; SCM_PIDFD fd; SCM_TIMESTAMP and SCM_TIMESTAMPNS seconds, and sec and nsec; SCM_TIMESTAMPING such a table as software, legacy and hardware; IP_PKTINFO ifindex, spec_dst, addr; IPV6_PKTINFO ifindex, addr; IP_RECVERR and IPV6_RECVERR ee_errno, ee_origin, ee_type, ee_code, ee_info, ee_data, offender; IP_TTL, IP_TOS, IPV6_HOPLIMIT, IP_ORIGDSTADDR and the other single values value; all else data, the bytes.",
			"MSG_CMSG_CLOEXEC sets FD_CLOEXEC on descriptors that come by SCM_RIGHTS.",
		},
		Errs: E{nothingCame},
		Example: `a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0)
send(a, "headbody")
n, msg = recvmsg(b, {iov = {4, 2}})
print(n, msg.iov[1], msg.iov[2], msg.flags == MSG_TRUNC) --> 6	head	bo	true`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Recvmsg(f, f.FD(0), f.Args[1].Any, f.Int(2))
		},
	},
}
