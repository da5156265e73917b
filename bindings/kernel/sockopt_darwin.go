package kernel

import "golang.org/x/sys/unix"

// offsetGroup is where gr_group stands in struct group_req: <netinet/in.h> packs it
// to 4 bytes.
const offsetGroup = 4

var shapeTCPInfo = fixed("tcp_connection_info", "string of bytes", 1024, decodeTCPInfo, encodeNothing)

// systemOptions are macOS's own: setsockopt(2), tcp(4), ip(4), <sys/socket.h>.
var systemOptions = []optionRow{
	{unix.SOL_SOCKET, Both, shapeLinger, []int{unix.SO_LINGER_SEC}},
	{unix.SOL_SOCKET, Both, shapeFlag, []int{
		unix.SO_NOSIGPIPE, unix.SO_USELOOPBACK, unix.SO_TIMESTAMP_MONOTONIC, unix.SO_REUSESHAREUID, unix.SO_RANDOMPORT,
		unix.SO_DONTTRUNC, unix.SO_WANTMORE, unix.SO_NOADDRERR, unix.SO_NOTIFYCONFLICT, unix.SO_WANTOOBFLAG,
	}},
	{unix.SOL_SOCKET, Both, shapeInt, []int{unix.SO_NET_SERVICE_TYPE}},
	{unix.SOL_SOCKET, Get, shapeInt, []int{unix.SO_NREAD, unix.SO_NWRITE, unix.SO_NUMRCVPKT}},

	{unix.IPPROTO_TCP, Both, shapeFlag, []int{unix.TCP_NOPUSH, unix.TCP_NOOPT, unix.TCP_ENABLE_ECN, unix.TCP_SENDMOREACKS}},
	{unix.IPPROTO_TCP, Both, shapeInt, []int{
		unix.TCP_KEEPALIVE, unix.TCP_CONNECTIONTIMEOUT, unix.TCP_RXT_CONNDROPTIME, unix.TCP_RXT_FINDROP, unix.TCP_NOTSENT_LOWAT,
	}},
	{unix.IPPROTO_TCP, Get, shapeTCPInfo, []int{unix.TCP_CONNECTION_INFO}},

	{unix.IPPROTO_IP, Both, shapeFlag, []int{
		unix.IP_RECVDSTADDR, unix.IP_RECVIF, unix.IP_RECVRETOPTS, unix.IP_RECVPKTINFO, unix.IP_DONTFRAG, unix.IP_STRIPHDR,
	}},
	{unix.IPPROTO_IP, Both, shapeInt, []int{unix.IP_PORTRANGE}},
	{unix.IPPROTO_IP, Both, shapeIndex, []int{unix.IP_BOUND_IF, unix.IP_MULTICAST_IFINDEX}},

	{unix.IPPROTO_IPV6, Both, shapeFlag, []int{unix.IPV6_AUTOFLOWLABEL, unix.IPV6_USE_MIN_MTU}},
	{unix.IPPROTO_IPV6, Both, shapeInt, []int{unix.IPV6_PORTRANGE, unix.IPV6_PREFER_TEMPADDR}},
	{unix.IPPROTO_IPV6, Both, shapeIndex, []int{unix.IPV6_BOUND_IF}},

	{unix.IPPROTO_ICMPV6, Both, shapeRaw, []int{unix.ICMP6_FILTER}},
}

var familyOptions = []optionRow{
	{unix.SOL_LOCAL, Get, shapeCred, []int{unix.LOCAL_PEERCRED}},
	{unix.SOL_LOCAL, Get, shapeInt, []int{unix.LOCAL_PEERPID, unix.LOCAL_PEEREPID}},
	{unix.SOL_LOCAL, Get, shapeRaw, []int{unix.LOCAL_PEERUUID, unix.LOCAL_PEEREUUID, unix.LOCAL_PEERTOKEN}},
}
