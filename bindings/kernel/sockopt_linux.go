package kernel

import (
	"encoding/binary"
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// Where the fields of struct ip_mreq_source and struct group_req stand.
const (
	offsetSource = 8
	offsetGroup  = 8
)

// shapeUnicastIf is an interface's index in network byte order, ip(7): a number is passed as it is,
// as C passes it.
var shapeUnicastIf = &Shape{Name: "unicast interface", Expect: "interface's name, or htonl of its index",
	sizes: []int{4}, text: true, decode: decodeUnsigned, encode: encodeUnicastIf}

func encodeUnicastIf(v any) ([]byte, error) {
	name, ok := v.(string)
	if !ok {
		return encodeInt(v)
	}
	index, err := interfaceIndex(name)
	return binary.BigEndian.AppendUint32(nil, uint32(index)), err
}

// optionFamily: on Linux a level and a name are one option.
func optionFamily(fd, level int) int { return 0 }

var familyOptions []optionRow

// systemOptions are Linux's own: socket(7), tcp(7), udp(7), ip(7), ipv6(7), packet(7),
// netlink(7), and what the manual does not have yet from include/uapi.
var systemOptions = []optionRow{
	{unix.SOL_SOCKET, Both, shapeFlag, []int{
		unix.SO_NO_CHECK, unix.SO_BSDCOMPAT, unix.SO_PASSCRED, unix.SO_PASSSEC, unix.SO_PASSPIDFD, unix.SO_PASSRIGHTS,
		unix.SO_TIMESTAMPNS, unix.SO_TIMESTAMP_NEW, unix.SO_TIMESTAMPNS_NEW, unix.SO_RXQ_OVFL, unix.SO_WIFI_STATUS,
		unix.SO_NOFCS, unix.SO_LOCK_FILTER, unix.SO_SELECT_ERR_QUEUE, unix.SO_ZEROCOPY, unix.SO_PREFER_BUSY_POLL,
		unix.SO_RCVMARK, unix.SO_RCVPRIORITY, unix.SO_INQ,
	}},
	{unix.SOL_SOCKET, Both, shapeInt, []int{
		unix.SO_PRIORITY, unix.SO_PEEK_OFF, unix.SO_BUSY_POLL, unix.SO_BUSY_POLL_BUDGET, unix.SO_INCOMING_CPU,
		unix.SO_TIMESTAMPING, unix.SO_TIMESTAMPING_NEW, unix.SO_BUF_LOCK, unix.SO_RESERVE_MEM,
		unix.SO_TXREHASH,
	}},
	{unix.SOL_SOCKET, Both, shapeUnsigned, []int{unix.SO_MARK}},
	{unix.SOL_SOCKET, Both, shapeWide, []int{unix.SO_MAX_PACING_RATE}},
	{unix.SOL_SOCKET, Both, shapeText, []int{unix.SO_BINDTODEVICE}},
	{unix.SOL_SOCKET, Both, shapeIndex, []int{unix.SO_BINDTOIFINDEX}},
	{unix.SOL_SOCKET, Both, shapeSeconds, []int{unix.SO_RCVTIMEO_NEW, unix.SO_SNDTIMEO_NEW}},
	{unix.SOL_SOCKET, Both, shapeTxtime, []int{unix.SO_TXTIME}},
	{unix.SOL_SOCKET, Both, shapeFilter, []int{unix.SO_ATTACH_FILTER}},
	{unix.SOL_SOCKET, Set, shapeFilter, []int{unix.SO_ATTACH_REUSEPORT_CBPF}},
	{unix.SOL_SOCKET, Set, shapeFD, []int{unix.SO_ATTACH_BPF, unix.SO_ATTACH_REUSEPORT_EBPF}},
	{unix.SOL_SOCKET, Set, shapeInt, []int{
		unix.SO_SNDBUFFORCE, unix.SO_RCVBUFFORCE, unix.SO_DETACH_FILTER, unix.SO_DETACH_REUSEPORT_BPF, unix.SO_CNX_ADVICE,
	}},
	{unix.SOL_SOCKET, Get, constants("domain", "AF_"), []int{unix.SO_DOMAIN}},
	{unix.SOL_SOCKET, Get, constants("protocol", "IPPROTO_"), []int{unix.SO_PROTOCOL}},
	{unix.SOL_SOCKET, Get, shapeInt, []int{unix.SO_BPF_EXTENSIONS}},
	{unix.SOL_SOCKET, Get, shapeUnsigned, []int{unix.SO_INCOMING_NAPI_ID}},
	{unix.SOL_SOCKET, Get, shapeWide, []int{unix.SO_COOKIE, unix.SO_NETNS_COOKIE}},
	{unix.SOL_SOCKET, Get, shapeNumbers, []int{unix.SO_MEMINFO, unix.SO_PEERGROUPS}},
	{unix.SOL_SOCKET, Get, shapeCred, []int{unix.SO_PEERCRED}},
	{unix.SOL_SOCKET, Get, shapeText, []int{unix.SO_PEERSEC}},
	{unix.SOL_SOCKET, Get, shapeAddress, []int{unix.SO_PEERNAME}},
	{unix.SOL_SOCKET, Consumes, shapeFD, []int{unix.SO_PEERPIDFD}},

	{unix.SOL_TCP, Both, shapeFlag, []int{
		unix.TCP_CORK, unix.TCP_QUICKACK, unix.TCP_THIN_LINEAR_TIMEOUTS, unix.TCP_REPAIR, unix.TCP_FASTOPEN_CONNECT,
		unix.TCP_FASTOPEN_NO_COOKIE, unix.TCP_INQ, unix.TCP_SAVE_SYN,
	}},
	{unix.SOL_TCP, Both, shapeInt, []int{
		unix.TCP_KEEPIDLE, unix.TCP_SYNCNT, unix.TCP_LINGER2, unix.TCP_DEFER_ACCEPT, unix.TCP_WINDOW_CLAMP,
		unix.TCP_USER_TIMEOUT, unix.TCP_REPAIR_QUEUE, unix.TCP_TX_DELAY, unix.TCP_RTO_MAX_MS, unix.TCP_RTO_MIN_US,
		unix.TCP_DELACK_MAX_US,
	}},
	{unix.SOL_TCP, Both, shapeUnsigned, []int{unix.TCP_NOTSENT_LOWAT, unix.TCP_TIMESTAMP, unix.TCP_QUEUE_SEQ}},
	{unix.SOL_TCP, Both, shapeText, []int{unix.TCP_CONGESTION, unix.TCP_ULP}},
	{unix.SOL_TCP, Both, shapeRaw, []int{unix.TCP_FASTOPEN_KEY}},
	{unix.SOL_TCP, Get, shapeTCPInfo, []int{unix.TCP_INFO}},
	{unix.SOL_TCP, Get, shapeRaw, []int{unix.TCP_CC_INFO}},
	{unix.SOL_TCP, Consumes, shapeRaw, []int{unix.TCP_SAVED_SYN, unix.TCP_ZEROCOPY_RECEIVE}},
	{unix.SOL_TCP, Set, shapeRaw, []int{unix.TCP_MD5SIG, unix.TCP_MD5SIG_EXT, unix.TCP_REPAIR_OPTIONS}},

	{unix.SOL_UDP, Both, shapeFlag, []int{unix.UDP_CORK, unix.UDP_GRO, unix.UDP_NO_CHECK6_TX, unix.UDP_NO_CHECK6_RX}},
	{unix.SOL_UDP, Both, shapeInt, []int{unix.UDP_SEGMENT}},
	{unix.SOL_UDP, Both, constants("encapsulation", "UDP_ENCAP_"), []int{unix.UDP_ENCAP}},

	{unix.SOL_IP, Both, shapeFlag, []int{
		unix.IP_PKTINFO, unix.IP_RECVERR, unix.IP_RECVERR_RFC4884, unix.IP_RETOPTS, unix.IP_FREEBIND, unix.IP_TRANSPARENT,
		unix.IP_RECVORIGDSTADDR, unix.IP_NODEFRAG, unix.IP_CHECKSUM, unix.IP_BIND_ADDRESS_NO_PORT, unix.IP_RECVFRAGSIZE,
		unix.IP_PASSSEC, unix.IP_ROUTER_ALERT, unix.IP_MULTICAST_ALL,
	}},
	{unix.SOL_IP, Both, constants("path MTU discovery", "IP_PMTUDISC_"), []int{unix.IP_MTU_DISCOVER}},
	{unix.SOL_IP, Both, shapeInt, []int{unix.IP_MINTTL}},
	{unix.SOL_IP, Both, shapeUnicastIf, []int{unix.IP_UNICAST_IF}},
	{unix.SOL_IP, Both, shapeUnsigned, []int{unix.IP_LOCAL_PORT_RANGE}},
	{unix.SOL_IP, Get, shapeInt, []int{unix.IP_MTU}},
	{unix.SOL_IP, Get, constants("protocol", "IPPROTO_"), []int{unix.IP_PROTOCOL}},
	{unix.SOL_IP, Get, shapeRaw, []int{unix.IP_PKTOPTIONS}},
	{unix.SOL_IP, Get, shapeAddress, []int{unix.SO_ORIGINAL_DST}},
	{unix.SOL_IP, Set, shapeRaw, []int{unix.IP_MSFILTER, unix.IP_IPSEC_POLICY, unix.IP_XFRM_POLICY, unix.MCAST_MSFILTER}},
	{unix.SOL_IP, Set, shapePointers, []int{iptReplace, arptReplace, ebtEntries, ebtCounters}},

	{unix.SOL_IPV6, Both, shapeFlag, []int{
		unix.IPV6_RECVERR, unix.IPV6_RECVERR_RFC4884, unix.IPV6_FREEBIND, unix.IPV6_TRANSPARENT, unix.IPV6_HDRINCL,
		unix.IPV6_AUTOFLOWLABEL, unix.IPV6_RECVORIGDSTADDR, unix.IPV6_RECVFRAGSIZE, unix.IPV6_MULTICAST_ALL,
		unix.IPV6_ROUTER_ALERT_ISOLATE, unix.IPV6_2292PKTINFO, unix.IPV6_2292HOPLIMIT, unix.IPV6_2292HOPOPTS,
		unix.IPV6_2292DSTOPTS, unix.IPV6_2292RTHDR,
	}},
	{unix.SOL_IPV6, Both, shapeInt, []int{
		unix.IPV6_MTU, unix.IPV6_ROUTER_ALERT, unix.IPV6_MINHOPCOUNT, unix.IPV6_ADDR_PREFERENCES,
	}},
	{unix.SOL_IPV6, Both, shapeUnicastIf, []int{unix.IPV6_UNICAST_IF}},
	{unix.SOL_IPV6, Both, constants("path MTU discovery", "IPV6_PMTUDISC_"), []int{unix.IPV6_MTU_DISCOVER}},
	{unix.SOL_IPV6, Both, constants("family", "AF_"), []int{unix.IPV6_ADDRFORM}},
	{unix.SOL_IPV6, Get, shapeAddress, []int{unix.SO_ORIGINAL_DST}},
	{unix.SOL_IPV6, Both, shapeRaw, []int{unix.IPV6_2292PKTOPTIONS}},
	{unix.SOL_IPV6, Set, shapeMembership6, []int{unix.IPV6_JOIN_ANYCAST, unix.IPV6_LEAVE_ANYCAST}},
	{unix.SOL_IPV6, Set, shapeRaw, []int{unix.IPV6_IPSEC_POLICY, unix.IPV6_XFRM_POLICY, unix.MCAST_MSFILTER}},
	{unix.SOL_IPV6, Set, shapePointers, []int{iptReplace}},

	{unix.SOL_RAW, Both, shapeUnsigned, []int{unix.ICMP_FILTER}},
	{unix.SOL_ICMPV6, Both, shapeRaw, []int{unix.ICMPV6_FILTER}},
	{unix.SOL_RDS, Set, shapePointers, []int{rdsGetMR, rdsGetMRForDest}},
	{unix.SOL_XDP, Set, shapePointers, []int{unix.XDP_UMEM_REG}},

	{unix.SOL_PACKET, Both, shapeFlag, []int{
		unix.PACKET_AUXDATA, unix.PACKET_ORIGDEV, unix.PACKET_LOSS, unix.PACKET_VNET_HDR, unix.PACKET_QDISC_BYPASS,
		unix.PACKET_IGNORE_OUTGOING, unix.PACKET_TX_HAS_OFF,
	}},
	{unix.SOL_PACKET, Both, shapeInt, []int{
		unix.PACKET_VERSION, unix.PACKET_RESERVE, unix.PACKET_TIMESTAMP, unix.PACKET_FANOUT, unix.PACKET_VNET_HDR_SZ,
	}},
	{unix.SOL_PACKET, Set, shapeInt, []int{unix.PACKET_COPY_THRESH}},
	{unix.SOL_PACKET, Set, shapePacketMembership, []int{unix.PACKET_ADD_MEMBERSHIP, unix.PACKET_DROP_MEMBERSHIP}},
	{unix.SOL_PACKET, Set, shapeFilter, []int{unix.PACKET_FANOUT_DATA}},
	{unix.SOL_PACKET, Set, shapeRaw, []int{unix.PACKET_RX_RING, unix.PACKET_TX_RING}},
	{unix.SOL_PACKET, Consumes, shapePacketStats, []int{unix.PACKET_STATISTICS}},

	{unix.SOL_NETLINK, Both, shapeFlag, []int{
		unix.NETLINK_PKTINFO, unix.NETLINK_BROADCAST_ERROR, unix.NETLINK_NO_ENOBUFS, unix.NETLINK_LISTEN_ALL_NSID,
		unix.NETLINK_CAP_ACK, unix.NETLINK_EXT_ACK, unix.NETLINK_GET_STRICT_CHK,
	}},
	{unix.SOL_NETLINK, Set, shapeInt, []int{unix.NETLINK_ADD_MEMBERSHIP, unix.NETLINK_DROP_MEMBERSHIP}},
	{unix.SOL_NETLINK, Get, shapeNumbers, []int{unix.NETLINK_LIST_MEMBERSHIPS}},

	{unix.AF_VSOCK, Both, shapeWide, []int{
		unix.SO_VM_SOCKETS_BUFFER_SIZE, unix.SO_VM_SOCKETS_BUFFER_MIN_SIZE, unix.SO_VM_SOCKETS_BUFFER_MAX_SIZE,
	}},
	{unix.AF_VSOCK, Both, shapeSeconds, []int{unix.SO_VM_SOCKETS_CONNECT_TIMEOUT, unix.SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW}},
}

// Options whose structure holds an address that the kernel writes to later, which a
// program could set to any number: include/uapi/linux/netfilter_ipv4/ip_tables.h (the
// same number in netfilter_ipv6), netfilter_arp/arp_tables.h, netfilter_bridge/ebtables.h, rds.h.
const (
	iptReplace      = 64
	arptReplace     = 96
	ebtEntries      = 128
	ebtCounters     = 129
	rdsGetMR        = 2
	rdsGetMRForDest = 7
)

var (
	// A string is no value for them, either, and shapePointers says so.
	shapePointers = &Shape{Name: "pointers", Expect: "no value (the structure holds addresses of C's)", sizes: []int{1024},
		open: true, text: true, decode: decodeRaw, encode: encodeNothing}
	shapeCred    = fixed("credentials", "string of bytes", unix.SizeofUcred, decodeCred, encodeNothing)
	shapeTxtime  = fixed("txtime", "txtime table {clockid=, flags=}", 8, decodeTxtime, encodeTxtime)
	shapeTCPInfo = fixed("tcp_info", "string of bytes", unix.SizeofTCPInfo, decodeTCPInfo, encodeNothing)
	// SO_PEERNAME refuses a length beyond the address's own (net/core/sock.c).
	shapeAddress = &Shape{Name: "address", Expect: "string of bytes", sizes: []int{110, 28, 20, 16, 12, 2},
		decode: decodeAddress, encode: encodeNothing}
	shapePacketMembership = fixed("packet membership", "membership table {ifindex= or interface=, type=, address=}", 16,
		decodeRaw, encodePacketMembership)
	shapePacketStats = fixed("packet statistics", "string of bytes", unix.SizeofTpacketStatsV3, decodePacketStats, encodeNothing)
)

func decodeCred(b []byte) any {
	if len(b) < unix.SizeofUcred {
		return string(b)
	}
	return Record{
		{"pid", int64(int32(binary.NativeEndian.Uint32(b)))},
		{"uid", int64(binary.NativeEndian.Uint32(b[4:]))},
		{"gid", int64(binary.NativeEndian.Uint32(b[8:]))},
	}
}

func decodeTxtime(b []byte) any {
	if len(b) < 8 {
		return string(b)
	}
	return Record{
		{"clockid", int64(int32(binary.NativeEndian.Uint32(b)))},
		{"flags", int64(binary.NativeEndian.Uint32(b[4:]))},
	}
}

func encodeTxtime(v any) ([]byte, error) {
	r, err := readerOf(v, "txtime")
	if err != nil {
		return nil, err
	}
	b := binary.NativeEndian.AppendUint32(nil, uint32(r.needed("clockid", math.MinInt32, math.MaxInt32)))
	return binary.NativeEndian.AppendUint32(b, uint32(r.Range("flags", 0, 0, math.MaxUint32))), r.Done()
}

func decodeAddress(b []byte) any {
	a := &Sockaddr{Len: uint32(min(len(b), sizeofStorage))}
	copy(a.Buf[:], b)
	return a
}

// struct packet_mreq, packet(7).
func encodePacketMembership(v any) ([]byte, error) {
	r, err := readerOf(v, "membership")
	if err != nil {
		return nil, err
	}
	b := binary.NativeEndian.AppendUint32(make([]byte, 0, unix.SizeofPacketMreq), r.index())
	b = binary.NativeEndian.AppendUint16(b, uint16(r.needed("type", 0, math.MaxUint16)))
	address := r.Str("address", "")
	if len(address) > 8 && r.err == nil {
		r.err = fmt.Errorf("field 'address' of the membership: at most 8 bytes expected, got %d", len(address))
	}
	b = binary.NativeEndian.AppendUint16(b, uint16(len(address)))
	b = append(b, address...)
	return b[:cap(b)], r.Done()
}

// struct tpacket_stats, with one field more where the version is TPACKET_V3.
func decodePacketStats(b []byte) any {
	return decodeWords(b, "packets", "drops", "freeze_q_cnt")
}

// decodeWords names the 32-bit words of a structure, as far as it goes.
func decodeWords(b []byte, names ...string) any {
	var r Record
	for i, name := range names {
		if len(b) < 4*i+4 {
			break
		}
		r = append(r, Field{name, int64(binary.NativeEndian.Uint32(b[4*i:]))})
	}
	return r
}
