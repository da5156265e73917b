package consts

import "golang.org/x/sys/unix"

var extraSystem = []Const{
	// glibc <netdb.h>, flags of getaddrinfo.
	{"AI_PASSIVE", 0x0001},
	{"AI_CANONNAME", 0x0002},
	{"AI_NUMERICHOST", 0x0004},
	{"AI_V4MAPPED", 0x0008},
	{"AI_ALL", 0x0010},
	{"AI_ADDRCONFIG", 0x0020},
	{"AI_IDN", 0x0040},
	{"AI_CANONIDN", 0x0080},
	{"AI_NUMERICSERV", 0x0400},

	// glibc <netdb.h>, getnameinfo.
	{"NI_NUMERICHOST", 1},
	{"NI_NUMERICSERV", 2},
	{"NI_NOFQDN", 4},
	{"NI_NAMEREQD", 8},
	{"NI_DGRAM", 16},
	{"NI_IDN", 32},
	{"NI_MAXHOST", 1025},
	{"NI_MAXSERV", 32},

	// glibc <netdb.h>, errors of both.
	{"EAI_BADFLAGS", -1},
	{"EAI_NONAME", -2},
	{"EAI_AGAIN", -3},
	{"EAI_FAIL", -4},
	{"EAI_NODATA", -5},
	{"EAI_FAMILY", -6},
	{"EAI_SOCKTYPE", -7},
	{"EAI_SERVICE", -8},
	{"EAI_ADDRFAMILY", -9},
	{"EAI_MEMORY", -10},
	{"EAI_SYSTEM", -11},
	{"EAI_OVERFLOW", -12},
	{"EAI_INPROGRESS", -100},
	{"EAI_CANCELED", -101},
	{"EAI_NOTCANCELED", -102},
	{"EAI_ALLDONE", -103},
	{"EAI_INTR", -104},
	{"EAI_IDN_ENCODE", -105},

	// include/uapi/asm-generic/fcntl.h, F_SETOWN_EX.
	{"F_OWNER_TID", 0},
	{"F_OWNER_PID", 1},
	{"F_OWNER_PGRP", 2},

	// include/net/tcp_states.h; glibc has them in <netinet/tcp.h>.
	{"TCP_ESTABLISHED", 1},
	{"TCP_SYN_SENT", 2},
	{"TCP_SYN_RECV", 3},
	{"TCP_FIN_WAIT1", 4},
	{"TCP_FIN_WAIT2", 5},
	{"TCP_TIME_WAIT", 6},
	{"TCP_CLOSE", 7},
	{"TCP_CLOSE_WAIT", 8},
	{"TCP_LAST_ACK", 9},
	{"TCP_LISTEN", 10},
	{"TCP_CLOSING", 11},

	// include/uapi/linux/tcp.h: tcpi_options of TCP_INFO.
	{"TCPI_OPT_TIMESTAMPS", 1},
	{"TCPI_OPT_SACK", 2},
	{"TCPI_OPT_WSCALE", 4},
	{"TCPI_OPT_ECN", 8},
	{"TCPI_OPT_ECN_SEEN", 16},
	{"TCPI_OPT_SYN_DATA", 32},

	// glibc <netinet/ip.h>: what IP_TOS takes, RFC 2474, RFC 2597, RFC 3246.
	{"IPTOS_ECN_NOT_ECT", 0x00},
	{"IPTOS_DSCP_AF11", 0x28},
	{"IPTOS_DSCP_AF12", 0x30},
	{"IPTOS_DSCP_AF13", 0x38},
	{"IPTOS_DSCP_AF21", 0x48},
	{"IPTOS_DSCP_AF22", 0x50},
	{"IPTOS_DSCP_AF23", 0x58},
	{"IPTOS_DSCP_AF31", 0x68},
	{"IPTOS_DSCP_AF32", 0x70},
	{"IPTOS_DSCP_AF33", 0x78},
	{"IPTOS_DSCP_AF41", 0x88},
	{"IPTOS_DSCP_AF42", 0x90},
	{"IPTOS_DSCP_AF43", 0x98},
	{"IPTOS_DSCP_EF", 0xb8},
	{"IPTOS_CLASS_CS0", 0x00},
	{"IPTOS_CLASS_CS1", 0x20},
	{"IPTOS_CLASS_CS2", 0x40},
	{"IPTOS_CLASS_CS3", 0x60},
	{"IPTOS_CLASS_CS4", 0x80},
	{"IPTOS_CLASS_CS5", 0xa0},
	{"IPTOS_CLASS_CS6", 0xc0},
	{"IPTOS_CLASS_CS7", 0xe0},
	{"IPTOS_LOWCOST", 0x02},
	{"IPTOS_MINCOST", 0x02},

	// glibc <net/if_arp.h>.
	{"ARPOP_RREQUEST", 3},
	{"ARPOP_RREPLY", 4},
	{"ARPOP_InREQUEST", 8},
	{"ARPOP_InREPLY", 9},
	{"ARPOP_NAK", 10},

	// include/uapi/linux/limits.h.
	{"PIPE_BUF", 4096},

	// include/uapi/linux/icmp.h: Linux's own names of the types, and the codes of ICMP_DEST_UNREACH and ICMP_TIME_EXCEEDED.
	{"ICMP_DEST_UNREACH", 3},
	{"ICMP_SOURCE_QUENCH", 4},
	{"ICMP_TIME_EXCEEDED", 11},
	{"ICMP_PARAMETERPROB", 12},
	{"ICMP_TIMESTAMP", 13},
	{"ICMP_TIMESTAMPREPLY", 14},
	{"ICMP_INFO_REQUEST", 15},
	{"ICMP_INFO_REPLY", 16},
	{"ICMP_ADDRESS", 17},
	{"ICMP_ADDRESSREPLY", 18},
	{"ICMP_EXT_ECHO", 42},
	{"ICMP_EXT_ECHOREPLY", 43},
	{"ICMP_NET_UNREACH", 0},
	{"ICMP_HOST_UNREACH", 1},
	{"ICMP_PROT_UNREACH", 2},
	{"ICMP_PORT_UNREACH", 3},
	{"ICMP_FRAG_NEEDED", 4},
	{"ICMP_SR_FAILED", 5},
	{"ICMP_NET_UNKNOWN", 6},
	{"ICMP_HOST_UNKNOWN", 7},
	{"ICMP_PKT_FILTERED", 13},
	{"ICMP_EXC_TTL", 0},
	{"ICMP_EXC_FRAGTIME", 1},

	// include/uapi/linux/icmpv6.h; glibc's <netinet/icmp6.h> says ICMP6_FILTER for ICMPV6_FILTER.
	{"ICMPV6_DEST_UNREACH", 1},
	{"ICMPV6_PKT_TOOBIG", 2},
	{"ICMPV6_TIME_EXCEED", 3},
	{"ICMPV6_PARAMPROB", 4},
	{"ICMPV6_ECHO_REQUEST", 128},
	{"ICMPV6_ECHO_REPLY", 129},
	{"ICMP6_FILTER", unix.ICMPV6_FILTER},

	// include/uapi/asm-generic/poll.h; amd64 and arm64 use it unchanged.
	{"POLLRDNORM", 0x0040},
	{"POLLRDBAND", 0x0080},
	{"POLLWRNORM", 0x0100},
	{"POLLWRBAND", 0x0200},
	{"POLLMSG", 0x0400},

	// include/uapi/asm-generic/ioctls.h; amd64 and arm64 use it unchanged. FIONREAD is TIOCINQ by another name.
	{"FIONREAD", unix.TIOCINQ},
	{"FIONBIO", 0x5421},
	{"FIOASYNC", 0x5452},
}

// errnoTextMissing answers the texts of strerror that Go's table lacks.
func errnoTextMissing(e int64) string {
	if e == int64(unix.EHWPOISON) {
		return "memory page has hardware error" // glibc's
	}
	return ""
}
