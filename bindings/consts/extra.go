package consts

// The tables of the extra files hold what x/sys/unix lacks, each group with the header that it is from. Those of this
// file are the same on every system; the others stand in extra_linux.go, extra_bsd.go, extra_darwin.go, extra_freebsd.go.
// The generator reads the names of these tables for znames.go.
var extraEverywhere = []Const{
	// <netinet/in.h>, in host byte order, as C's are: htonl(INADDR_LOOPBACK).
	{"INADDR_ANY", 0},
	{"INADDR_BROADCAST", 0xffffffff},
	{"INADDR_NONE", 0xffffffff},
	{"INADDR_LOOPBACK", 0x7f000001},
	{"INADDR_UNSPEC_GROUP", 0xe0000000},
	{"INADDR_ALLHOSTS_GROUP", 0xe0000001},
	{"INADDR_ALLRTRS_GROUP", 0xe0000002},
	{"INADDR_MAX_LOCAL_GROUP", 0xe00000ff},

	// <netinet/ip_icmp.h>: the names of RFC 792's message types that all systems share.
	{"ICMP_ECHOREPLY", 0},
	{"ICMP_UNREACH", 3},
	{"ICMP_SOURCEQUENCH", 4},
	{"ICMP_REDIRECT", 5},
	{"ICMP_ECHO", 8},
	{"ICMP_ROUTERADVERT", 9},
	{"ICMP_ROUTERSOLICIT", 10},
	{"ICMP_TIMXCEED", 11},
	{"ICMP_PARAMPROB", 12},
	{"ICMP_TSTAMP", 13},
	{"ICMP_TSTAMPREPLY", 14},
	{"ICMP_MASKREQ", 17},
	{"ICMP_MASKREPLY", 18},

	// <netinet/icmp6.h>, RFC 3542 section 2.2.
	{"ICMP6_DST_UNREACH", 1},
	{"ICMP6_PACKET_TOO_BIG", 2},
	{"ICMP6_TIME_EXCEEDED", 3},
	{"ICMP6_PARAM_PROB", 4},
	{"ICMP6_ECHO_REQUEST", 128},
	{"ICMP6_ECHO_REPLY", 129},

	// <net/if_arp.h>, RFC 826.
	{"ARPOP_REQUEST", 1},
	{"ARPOP_REPLY", 2},

	// <netinet/ip.h>: what IP_TOS takes, RFC 1349 and RFC 3168.
	{"IPTOS_LOWDELAY", 0x10},
	{"IPTOS_THROUGHPUT", 0x08},
	{"IPTOS_RELIABILITY", 0x04},
	{"IPTOS_ECN_MASK", 0x03},
	{"IPTOS_ECN_ECT1", 0x01},
	{"IPTOS_ECN_ECT0", 0x02},
	{"IPTOS_ECN_CE", 0x03},

	// <limits.h>, <sys/uio.h>.
	{"IOV_MAX", 1024},

	// <sys/resource.h>. What the systems' own value is, all bits or all but the sign, no Lua number holds; -1 stands for it,
	// as in glibc's and Linux's headers.
	{"RLIM_INFINITY", -1},

	// <signal.h>: the two dispositions that are no function.
	{"SIG_DFL", 0},
	{"SIG_IGN", 1},
}
