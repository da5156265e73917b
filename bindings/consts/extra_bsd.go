//go:build darwin || freebsd

package consts

import "golang.org/x/sys/unix"

// extraBSD is what macOS and FreeBSD share.
var extraBSD = []Const{
	// <sys/socket.h> defines each PF_ as the AF_.
	{"PF_UNSPEC", unix.AF_UNSPEC},
	{"PF_LOCAL", unix.AF_LOCAL},
	{"PF_UNIX", unix.AF_UNIX},
	{"PF_INET", unix.AF_INET},
	{"PF_INET6", unix.AF_INET6},
	{"PF_ROUTE", unix.AF_ROUTE},
	{"PF_LINK", unix.AF_LINK},

	// <netdb.h>, flags of getaddrinfo; AI_NUMERICSERV differs.
	{"AI_PASSIVE", 0x0001},
	{"AI_CANONNAME", 0x0002},
	{"AI_NUMERICHOST", 0x0004},
	{"AI_ALL", 0x0100},
	{"AI_V4MAPPED_CFG", 0x0200},
	{"AI_ADDRCONFIG", 0x0400},
	{"AI_V4MAPPED", 0x0800},
	{"AI_DEFAULT", 0x0600},

	// <netdb.h>, getnameinfo; NI_NUMERICSCOPE differs.
	{"NI_NOFQDN", 1},
	{"NI_NUMERICHOST", 2},
	{"NI_NAMEREQD", 4},
	{"NI_NUMERICSERV", 8},
	{"NI_DGRAM", 16},
	{"NI_MAXHOST", 1025},
	{"NI_MAXSERV", 32},

	// <netdb.h>, errors of both.
	{"EAI_ADDRFAMILY", 1},
	{"EAI_AGAIN", 2},
	{"EAI_BADFLAGS", 3},
	{"EAI_FAIL", 4},
	{"EAI_FAMILY", 5},
	{"EAI_MEMORY", 6},
	{"EAI_NODATA", 7},
	{"EAI_NONAME", 8},
	{"EAI_SERVICE", 9},
	{"EAI_SOCKTYPE", 10},
	{"EAI_SYSTEM", 11},
	{"EAI_BADHINTS", 12},
	{"EAI_PROTOCOL", 13},
	{"EAI_OVERFLOW", 14},

	// <netinet/tcp_fsm.h>: 4.4BSD's states of a connection, in an order of their own.
	{"TCPS_CLOSED", 0},
	{"TCPS_LISTEN", 1},
	{"TCPS_SYN_SENT", 2},
	{"TCPS_SYN_RECEIVED", 3},
	{"TCPS_ESTABLISHED", 4},
	{"TCPS_CLOSE_WAIT", 5},
	{"TCPS_FIN_WAIT_1", 6},
	{"TCPS_CLOSING", 7},
	{"TCPS_LAST_ACK", 8},
	{"TCPS_FIN_WAIT_2", 9},
	{"TCPS_TIME_WAIT", 10},

	// <netinet/ip_icmp.h>.
	{"ICMP_IREQ", 15},
	{"ICMP_IREQREPLY", 16},

	// <sys/syslimits.h>.
	{"PIPE_BUF", 512},

	// <sys/filio.h>: _IOR('f', 127, int), _IOW('f', 126, int), _IOW('f', 125, int).
	{"FIONREAD", 0x4004667f},
	{"FIONBIO", 0x8004667e},
	{"FIOASYNC", 0x8004667d},
}
