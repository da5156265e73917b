package consts

import (
	"slices"
	"strings"
	"sync"
)

// A group is the constants among which a value is looked up: the names that one parameter of a call can take. It is
// nearly always a prefix; groups says where it is not.
type group struct {
	name  string // the prefix of its names; for an apart one just a name
	apart bool   // its members share the prefix of another group: TCP_ESTABLISHED is no option of TCP's
	own   string // names that belong to it whatever their prefix
	not   string // names with its prefix that no value is to be shown as; NAME* for all that begin so
	flags bool   // its values are sets of bits
	octal bool   // which are written as an octal number: permissions
	mask  string // the constant that covers the bits which are an enumeration among the flags
	also  string // the groups to try next
}

// groups is the one place that says what belongs together. The names under not are sizes, masks, limits, values of an
// option rather than options, or answers to another question; they stay constants, of their prefix's group.
var groups = []group{
	// Families, types, protocols.
	{name: "AF_", not: "AF_MAX AF_SYS_CONTROL"},
	{name: "PF_", not: "PF_MAX"},
	{name: "SOCK_", not: `SOCK_IOC_TYPE SOCK_MAXADDRLEN SOCK_BUF_LOCK_MASK SOCK_SNDBUF_LOCK SOCK_RCVBUF_LOCK
		SOCK_TXREHASH_*`},
	{name: "SOCK_FLAG", apart: true, own: "SOCK_NONBLOCK SOCK_CLOEXEC", flags: true},
	{name: "SOCK_DIAG", apart: true, own: "SOCK_DIAG_BY_FAMILY SOCK_DESTROY"},
	{name: "IPPROTO_", not: "IPPROTO_MAX IPPROTO_MAXID IPPROTO_DONE"},
	{name: "SHUT_"},
	{name: "SOMAXCONN", apart: true, own: "SOMAXCONN"},
	{name: "INADDR_"},
	{name: "VMADDR_CID_"},
	{name: "VMADDR_PORT_"},
	{name: "VMADDR_FLAG_", flags: true},

	// Options, by level. A level is a SOL_ or a protocol's number.
	{name: "SOL_", also: "IPPROTO_"},
	{name: "SO_", not: "SO_VENDOR SO_TRACKER_*"},
	{name: "SO_TS_", not: "SO_TS_CLOCK_MAX"},
	{name: "SO_VM_SOCKETS_"},
	{name: "LOCAL_", not: "LOCAL_VENDOR"},
	{name: "IP_", own: "SO_ORIGINAL_DST", also: "MCAST_", not: `IP_DEFAULT_* IP_DF IP_MF IP_RF IP_OFFMASK IP_MAXPACKET
		IP_MAX_* IP_MIN_* IP_MSS IP_USER_FLOW IP_PORTRANGE_*`},
	{name: "IP_PMTUDISC_"},
	{name: "IPV6_", also: "MCAST_", not: `IPV6_DEFAULT_* IPV6_DEFHLIM IPV6_HLIMDEC IPV6_FRAGTTL IPV6_MAX* IPV6_MIN_*
		IPV6_MMTU IPV6_FLOW IPV6_FLOWINFO_MASK IPV6_FLOWLABEL_* IPV6_FLOW_ECN_MASK IPV6_USER_FLOW IPV6_VERSION* IPV6_RTHDR_*
		IPV6_PORTRANGE_* IPV6_ADDR_MC_* IPV6_3542* IPV6_SOCKOPT_RESERVED1`},
	{name: "IPV6_PMTUDISC_"},
	{name: "MCAST_", not: "MCAST_EXCLUDE MCAST_INCLUDE MCAST_UNDEFINED"},
	{name: "TCP_", not: `TCP_ACCECN_* TCP_AO_* TCP_COOKIE_IN_ALWAYS TCP_COOKIE_OUT_NEVER TCP_COOKIE_MIN TCP_COOKIE_MAX
		TCP_COOKIE_PAIR_SIZE TCP_MD5SIG_FLAG_* TCP_MD5SIG_MAXKEYLEN TCP_REPAIR_OFF* TCP_REPAIR_ON TCP_S_DATA_*
		TCP_V4_FLOW TCP_V6_FLOW TCP_MSS* TCP_MINMSS TCP_MAXWIN TCP_MAX_* TCP_MAXHLEN TCP_MAXOLEN TCP_CA_NAME_MAX TCP_FUNCTION_NAME_LEN_MAX
		TCP_FASTOPEN_MIN_COOKIE_LEN TCP_FASTOPEN_MAX_COOKIE_LEN TCP_FASTOPEN_PSK_LEN TCP_LOG_ID_LEN TCP_VENDOR`},
	{name: "TCP_STATE", apart: true, own: `TCP_ESTABLISHED TCP_SYN_SENT TCP_SYN_RECV TCP_FIN_WAIT1 TCP_FIN_WAIT2
		TCP_TIME_WAIT TCP_CLOSE TCP_CLOSE_WAIT TCP_LAST_ACK TCP_LISTEN TCP_CLOSING`, also: "TCPS_"},
	{name: "TCPS_"},
	{name: "UDP_", not: "UDP_V4_FLOW UDP_V6_FLOW"},
	{name: "UDP_ENCAP_"},
	{name: "PACKET_"},
	{name: "PACKET_TYPE", apart: true, own: `PACKET_HOST PACKET_BROADCAST PACKET_MULTICAST PACKET_OTHERHOST PACKET_OUTGOING
		PACKET_LOOPBACK PACKET_USER PACKET_KERNEL PACKET_FASTROUTE`},
	{name: "PACKET_MR_"},
	{name: "PACKET_FANOUT_", not: "PACKET_FANOUT_DATA PACKET_FANOUT_FLAG_*"},
	{name: "NETLINK_", not: "NETLINK_UNUSED"},
	{name: "NETLINK_OPTION", apart: true, own: `NETLINK_ADD_MEMBERSHIP NETLINK_DROP_MEMBERSHIP NETLINK_PKTINFO
		NETLINK_BROADCAST_ERROR NETLINK_NO_ENOBUFS NETLINK_RX_RING NETLINK_TX_RING NETLINK_LISTEN_ALL_NSID
		NETLINK_LIST_MEMBERSHIPS NETLINK_CAP_ACK NETLINK_EXT_ACK NETLINK_GET_STRICT_CHK`},
	{name: "ICMP_OPTION", apart: true, own: "ICMP_FILTER"},
	{name: "ICMPV6_OPTION", apart: true, own: "ICMPV6_FILTER ICMP6_FILTER"},
	{name: "ICMPV6_FILTER_"},

	// Messages.
	{name: "MSG_", flags: true},
	{name: "SCM_"},
	{name: "SCM_TSTAMP_"},
	{name: "SOF_TIMESTAMPING_", flags: true, not: "SOF_TIMESTAMPING_LAST SOF_TIMESTAMPING_MASK"},
	{name: "SO_EE_"},
	{name: "SO_EE_ORIGIN_"},
	{name: "SO_EE_CODE_"},
	{name: "ICMP_", not: `ICMP_NET_* ICMP_HOST_* ICMP_PROT_UNREACH ICMP_PORT_UNREACH ICMP_FRAG_NEEDED ICMP_SR_FAILED
		ICMP_PKT_FILTERED ICMP_EXC_*`},
	{name: "ICMPV6_"},
	{name: "ICMP6_"},
	{name: "NLMSG_", not: "NLMSG_ALIGNTO NLMSG_HDRLEN NLMSG_MIN_TYPE"},
	{name: "NLM_F_", flags: true},
	{name: "RTM_", not: "RTM_BASE RTM_MAX RTM_NR_* RTM_VERSION"},
	{name: "RTM_F_", flags: true},
	{name: "RTMGRP_", flags: true},
	{name: "INET_DIAG_"},
	{name: "IFLA_", not: "IFLA_INFO_* IFLA_INET_* IFLA_INET6_* IFLA_VLAN_*"},
	{name: "IFA_", not: "IFA_MAX"},
	{name: "IFA_F_", flags: true},
	{name: "RTA_", not: "RTA_ALIGNTO RTA_MAX"},
	{name: "RTN_", not: "RTN_MAX"},
	{name: "RT_TABLE_", not: "RT_TABLE_MAX"},
	{name: "RT_SCOPE_"},
	{name: "RTPROT_"},
	{name: "RTNH_F_", flags: true},
	{name: "RTNLGRP_"},
	{name: "NLA_", not: "NLA_ALIGNTO NLA_HDRLEN"},
	{name: "NLA_F_", flags: true},
	{name: "NDA_"},
	{name: "NUD_", flags: true},
	{name: "NTF_", flags: true},
	{name: "ARPOP_"},
	{name: "IPTOS_", not: "IPTOS_ECN_* IPTOS_LOWCOST"},
	{name: "TCPI_OPT_", flags: true},
	{name: "ETH_P_", not: "ETH_P_802_3_MIN"},
	{name: "ARPHRD_"},

	// Descriptors and files.
	{name: "F_", not: "F_OK F_ALLOCATE* F_PEOFPOSMODE F_VOLPOSMODE"},
	{name: "F_LOCK_TYPE", apart: true, own: "F_RDLCK F_WRLCK F_UNLCK F_EXLCK F_SHLCK F_UNLCKSYS F_CANCEL"},
	{name: "F_OWNER_"},
	{name: "F_LOCKF", apart: true, own: "F_LOCK F_TLOCK F_ULOCK F_TEST"},
	{name: "LOCK_", flags: true},
	{name: "F_SEAL_", flags: true},
	{name: "FD_", flags: true, not: "FD_SETSIZE FD_NSFS_ROOT FD_PIDFS_ROOT"},
	{name: "O_", flags: true, mask: "O_ACCMODE", not: "O_ACCMODE O_LARGEFILE O_DP_*"},
	{name: "S_I", flags: true, octal: true, mask: "S_IFMT", not: "S_IFMT"},
	{name: "SEEK_", not: "SEEK_MAX"},
	{name: "SPLICE_F_", flags: true},
	{name: "EFD_", flags: true},
	{name: "TFD_", flags: true},
	{name: "MFD_", flags: true},
	{name: "CLOCK_"},
	{name: "RLIMIT_"},
	{name: "RLIM_"},
	{name: "LIMIT", apart: true, own: "IOV_MAX PIPE_BUF IFNAMSIZ"},
	{name: "PIDFD", apart: true, own: "PIDFD_NONBLOCK", flags: true},
	// inotify's are named one by one: IN_ may well begin a user's own name.
	{name: "INOTIFY", apart: true, flags: true, own: `IN_ACCESS IN_ATTRIB IN_CLOSE_WRITE IN_CLOSE_NOWRITE IN_CLOSE IN_CREATE
		IN_DELETE IN_DELETE_SELF IN_MODIFY IN_MOVE_SELF IN_MOVED_FROM IN_MOVED_TO IN_MOVE IN_OPEN IN_ALL_EVENTS IN_DONT_FOLLOW
		IN_EXCL_UNLINK IN_MASK_ADD IN_MASK_CREATE IN_ONESHOT IN_ONLYDIR IN_IGNORED IN_ISDIR IN_Q_OVERFLOW IN_UNMOUNT`},
	{name: "INOTIFY_INIT", apart: true, flags: true, own: "IN_NONBLOCK IN_CLOEXEC"},

	// Readiness.
	{name: "POLL", flags: true},
	{name: "EPOLL", flags: true},
	{name: "EPOLL_", flags: true, not: "EPOLL_IOC_TYPE"},
	{name: "EPOLL_CTL_"},
	{name: "EVFILT_"},
	{name: "EV_", flags: true, not: "EV_FLAG0 EV_FLAG1 EV_FLAG2 EV_SYSFLAGS"},
	{name: "NOTE_", flags: true, not: "NOTE_FFCTRLMASK NOTE_FFLAGSMASK NOTE_PCTRLMASK NOTE_PDATAMASK NOTE_EXIT_DETAIL_MASK"},

	// Requests of ioctl; all are looked through under FIO.
	{name: "FIO", also: "SIOC TIOC TUN"},
	{name: "SIOC"},
	{name: "TIOC"},
	// Named one by one: TUN may well begin a user's own name.
	{name: "TUN", apart: true, own: `TUNSETIFF TUNGETIFF TUNGETFEATURES TUNSETPERSIST TUNSETOWNER TUNSETGROUP TUNSETLINK TUNSETNOCSUM
		TUNSETDEBUG TUNSETOFFLOAD TUNSETSNDBUF TUNGETSNDBUF TUNSETVNETHDRSZ TUNGETVNETHDRSZ TUNSETVNETLE TUNSETVNETBE TUNSETQUEUE
		TUNSETIFINDEX TUNSETCARRIER IOCTL_VM_SOCKETS_GET_LOCAL_CID`},
	{name: "IFF_", flags: true, not: "IFF_VOLATILE IFF_CANTCHANGE IFF_DRV_*"},
	{name: "IFF_TUN", apart: true, flags: true, own: `IFF_TUN IFF_TAP IFF_NAPI IFF_NAPI_FRAGS IFF_NO_CARRIER IFF_MULTI_QUEUE
		IFF_ATTACH_QUEUE IFF_DETACH_QUEUE IFF_PERSIST IFF_NOFILTER IFF_NO_PI IFF_ONE_QUEUE IFF_VNET_HDR IFF_TUN_EXCL`},

	// Names, errors, processes.
	{name: "AI_", flags: true, not: "AI_DEFAULT"},
	{name: "NI_", flags: true, not: "NI_MAXHOST NI_MAXSERV"},
	{name: "EAI_"},
	{name: "E"},
	{name: "SIG"},
	{name: "SIG_", not: "SIG_BLOCK SIG_UNBLOCK SIG_SETMASK"},
	{name: "BPF_"},
	{name: "WAIT", apart: true, own: "WNOHANG WUNTRACED WCONTINUED WEXITED WSTOPPED WNOWAIT", flags: true},
	{name: "RUSAGE_"},
}

// preferred are the names that win over others of the same value in their group; elsewhere the alphabet decides.
const preferred = `AF_UNIX PF_UNIX AF_ISDN SOL_IP SOL_TCP SOL_UDP IPPROTO_IP
	SO_RCVTIMEO SO_SNDTIMEO SO_TIMESTAMP SO_TIMESTAMPNS SO_TIMESTAMPING SO_ATTACH_FILTER SO_DETACH_FILTER
	IP_RETOPTS IP_MTU_DISCOVER IPV6_JOIN_GROUP IPV6_LEAVE_GROUP IPV6_V6ONLY TCP_INQ NETLINK_SOCK_DIAG PACKET_USER
	ICMP_SOURCE_QUENCH ICMPV6_FILTER O_NONBLOCK O_SYNC S_IRUSR S_IWUSR S_IXUSR POLLOUT WUNTRACED
	NLM_F_ROOT NLM_F_EXCL NLM_F_CREATE RTM_NEWVLAN IFF_LINK2 SIOCDEVPRIVATE SIOCPROTOPRIVATE
	NOTE_DELETE NOTE_WRITE NOTE_EXTEND NOTE_ATTRIB NOTE_LINK NOTE_RENAME NOTE_REVOKE NOTE_EXEC NOTE_FORK NOTE_EXIT
	EOPNOTSUPP EUCLEAN SIGTHR`

// groupMaps are the groups by what leads to them.
type groupMaps struct {
	byName   map[string]*group
	byPrefix map[string]*group
	byOwn    map[string]*group
}

var grouped = sync.OnceValue(func() groupMaps {
	m := groupMaps{map[string]*group{}, map[string]*group{}, map[string]*group{}}
	for i := range groups {
		g := &groups[i]
		m.byName[g.name] = g
		if !g.apart {
			m.byPrefix[g.name] = g
		}
		for _, name := range strings.Fields(g.own) {
			m.byOwn[name] = g
		}
	}
	return m
})

// groupOf finds the group of a name, by its longest prefix if none claims it.
func groupOf(name string) *group {
	if g := grouped().byOwn[name]; g != nil {
		return g
	}
	for end := len(name) - 1; end > 0; end-- {
		if g := grouped().byPrefix[name[:end]]; g != nil && g.continues(name[end]) {
			return g
		}
	}
	return nil
}

// continues tells whether a name goes on after the prefix as the group's names do: POLL_TIMEOUT is none of POLLIN's.
func (g *group) continues(next byte) bool {
	return strings.HasSuffix(g.name, "_") || next != '_'
}

// excludes tells whether a name of the group is one that no value is shown as.
func (g *group) excludes(name string) bool {
	for pattern := range strings.FieldsSeq(g.not) {
		stem, open := strings.CutSuffix(pattern, "*")
		if pattern == name || open && strings.HasPrefix(name, stem) {
			return true
		}
	}
	return false
}

// isCapital tells whether a text is of capitals, digits and underscores.
func isCapital(text string) bool {
	for _, c := range []byte(text) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// Groups answers the known groups, sorted: prefixes ("AF_", "POLL", "E"), and names for the groups that share another's
// prefix ("TCP_STATE", "SOCK_FLAG", "PACKET_TYPE").
func Groups() []string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.name
	}
	slices.Sort(names)
	return names
}

// Group answers the group of a name: "SO_" for SO_RCVBUF, "EPOLL" for EPOLLIN, "TCP_STATE" for TCP_ESTABLISHED. A name
// that is no constant has the group of its longest known prefix; only with "E" it must be an error of some system.
func Group(name string) (string, bool) {
	g := groupOf(name)
	if g == nil || g.name == "E" && !isSomewhere(name) {
		return "", false
	}
	return g.name, true
}

// isSomewhere tells whether a name is a constant of this system or another.
func isSomewhere(name string) bool {
	if _, ok := Lookup(name); ok {
		return true
	}
	_, ok := elsewhere()[name]
	return ok
}

// KnownPrefix tells whether a reader would take an all-capitals name for a constant: it has a prefix with an underscore
// ("SO_", "AF_"), or that of POLLIN, EPOLLIN, SIGINT, FIONREAD and the ioctl requests. E, N, DEBUG and EVENTS have none.
func KnownPrefix(name string) bool {
	if _, apart := grouped().byOwn[name]; apart {
		return true
	}
	g := groupOf(name)
	return g != nil && g.name != "E" && isCapital(name)
}
