package kernel

import "golang.org/x/sys/unix"

// transports are the combinations that getaddrinfo knows, glibc's gaih_inet_typeproto.
// The first that fits what was asked for is the one that it answers.
var transports = []transport{
	{unix.SOCK_STREAM, unix.IPPROTO_TCP, "tcp", true},
	{unix.SOCK_DGRAM, unix.IPPROTO_UDP, "udp", true},
	{unix.SOCK_DCCP, unix.IPPROTO_DCCP, "dccp", false},
	{unix.SOCK_DGRAM, unix.IPPROTO_UDPLITE, "udplite", false},
	{unix.SOCK_STREAM, unix.IPPROTO_SCTP, "sctp", false},
	{unix.SOCK_SEQPACKET, unix.IPPROTO_SCTP, "sctp", false},
	{unix.SOCK_RAW, 0, "", true},
}
