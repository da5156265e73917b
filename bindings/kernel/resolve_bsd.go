//go:build darwin || freebsd

package kernel

import "golang.org/x/sys/unix"

// transports are the combinations that getaddrinfo knows.
var transports = []transport{
	{unix.SOCK_STREAM, unix.IPPROTO_TCP, "tcp", true},
	{unix.SOCK_DGRAM, unix.IPPROTO_UDP, "udp", true},
	{unix.SOCK_STREAM, unix.IPPROTO_SCTP, "sctp", false},
	{unix.SOCK_SEQPACKET, unix.IPPROTO_SCTP, "sctp", false},
	{unix.SOCK_RAW, 0, "", true},
}
