package kernel

import "golang.org/x/sys/unix"

// offsetGroup is where gr_group stands in struct group_req.
const offsetGroup = 8

var shapeTCPInfo = fixed("tcp_info", "string of bytes", 1024, decodeTCPInfo, encodeNothing)

// systemOptions are FreeBSD's own: setsockopt(2), tcp(4), ip(4), ip6(4).
var systemOptions = []optionRow{
	{unix.SOL_SOCKET, Both, shapeFlag, []int{
		unix.SO_NOSIGPIPE, unix.SO_USELOOPBACK, unix.SO_BINTIME, unix.SO_NO_OFFLOAD, unix.SO_NO_DDP, unix.SO_REUSEPORT_LB,
		unix.SO_RERROR,
	}},
	{unix.SOL_SOCKET, Both, shapeUnsigned, []int{unix.SO_MAX_PACING_RATE}},
	{unix.SOL_SOCKET, Both, shapeInt, []int{unix.SO_TS_CLOCK}},
	{unix.SOL_SOCKET, Set, shapeInt, []int{unix.SO_SETFIB}},
	{unix.SOL_SOCKET, Set, shapeUnsigned, []int{unix.SO_USER_COOKIE}},
	{unix.SOL_SOCKET, Both, shapeRaw, []int{unix.SO_ACCEPTFILTER}},
	{unix.SOL_SOCKET, Get, constants("domain", "AF_"), []int{unix.SO_DOMAIN}},
	{unix.SOL_SOCKET, Get, constants("protocol", "IPPROTO_"), []int{unix.SO_PROTOCOL}},
	{unix.SOL_SOCKET, Get, shapeInt, []int{unix.SO_LISTENQLIMIT, unix.SO_LISTENQLEN, unix.SO_LISTENINCQLEN}},

	{unix.IPPROTO_TCP, Both, shapeFlag, []int{unix.TCP_NOPUSH, unix.TCP_NOOPT}},
	{unix.IPPROTO_TCP, Both, shapeInt, []int{unix.TCP_KEEPIDLE, unix.TCP_KEEPINIT, unix.TCP_DELACK, unix.TCP_MAXBURST}},
	{unix.IPPROTO_TCP, Both, shapeText, []int{unix.TCP_CONGESTION}},
	{unix.IPPROTO_TCP, Get, shapeTCPInfo, []int{unix.TCP_INFO}},

	{unix.IPPROTO_IP, Both, shapeFlag, []int{
		unix.IP_RECVDSTADDR, unix.IP_RECVIF, unix.IP_RECVRETOPTS, unix.IP_RECVORIGDSTADDR, unix.IP_DONTFRAG, unix.IP_BINDANY,
		unix.IP_ONESBCAST,
	}},
	{unix.IPPROTO_IP, Both, shapeInt, []int{unix.IP_MINTTL, unix.IP_PORTRANGE}},

	{unix.IPPROTO_IPV6, Both, shapeFlag, []int{unix.IPV6_AUTOFLOWLABEL, unix.IPV6_BINDANY, unix.IPV6_USE_MIN_MTU}},
	{unix.IPPROTO_IPV6, Both, shapeInt, []int{unix.IPV6_PORTRANGE, unix.IPV6_PREFER_TEMPADDR}},

	{unix.IPPROTO_ICMPV6, Both, shapeRaw, []int{unix.ICMP6_FILTER}},
}

var familyOptions = []optionRow{
	{unix.SOL_LOCAL, Get, shapeCred, []int{unix.LOCAL_PEERCRED}},
	{unix.SOL_LOCAL, Both, shapeFlag, []int{unix.LOCAL_CREDS, unix.LOCAL_CONNWAIT}},
}
