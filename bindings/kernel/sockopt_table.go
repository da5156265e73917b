package kernel

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Option is a socket option: where it stands, and what its value looks like.
type Option struct {
	Level, Name int
	Shape       *Shape
	Access      Access
	// Family is the address family that the option is of, where its level and name
	// are another option's, too, on sockets of other families; 0 elsewhere.
	Family int
}

// Access says what an option can be used for.
type Access uint8

// What getsockopt and setsockopt do with an option.
const (
	Get      Access = 1 << iota // it can be read, and that changes nothing
	Set                         // it can be set
	Consumes                    // reading takes something away or makes something: an error, a counter, a descriptor
	Both     = Get | Set
)

// optionRow declares the options of one level that have one shape.
type optionRow struct {
	level  int
	access Access
	shape  *Shape
	names  []int
}

// The tables are commonOptions, which every system has, systemOptions, and
// familyOptions, those whose numbers are told apart by the socket's family.
var commonOptions = []optionRow{
	{unix.SOL_SOCKET, Both, shapeFlag, []int{
		unix.SO_DEBUG, unix.SO_REUSEADDR, unix.SO_REUSEPORT, unix.SO_DONTROUTE, unix.SO_BROADCAST,
		unix.SO_KEEPALIVE, unix.SO_OOBINLINE, unix.SO_TIMESTAMP,
	}},
	{unix.SOL_SOCKET, Both, shapeInt, []int{unix.SO_SNDBUF, unix.SO_RCVBUF, unix.SO_RCVLOWAT, unix.SO_SNDLOWAT}},
	{unix.SOL_SOCKET, Both, shapeLinger, []int{unix.SO_LINGER}},
	{unix.SOL_SOCKET, Both, shapeSeconds, []int{unix.SO_RCVTIMEO, unix.SO_SNDTIMEO}},
	{unix.SOL_SOCKET, Get, shapeFlag, []int{unix.SO_ACCEPTCONN}},
	{unix.SOL_SOCKET, Get, shapeSockType, []int{unix.SO_TYPE}},
	{unix.SOL_SOCKET, Consumes, shapeErrno, []int{unix.SO_ERROR}},

	{unix.IPPROTO_TCP, Both, shapeFlag, []int{unix.TCP_NODELAY}},
	{unix.IPPROTO_TCP, Both, shapeInt, []int{unix.TCP_MAXSEG, unix.TCP_KEEPINTVL, unix.TCP_KEEPCNT, unix.TCP_FASTOPEN}},

	{unix.IPPROTO_IP, Both, shapeFlag, []int{
		unix.IP_HDRINCL, unix.IP_RECVOPTS, unix.IP_RECVTTL, unix.IP_RECVTOS, unix.IP_MULTICAST_LOOP,
	}},
	{unix.IPPROTO_IP, Both, shapeInt, []int{unix.IP_TOS, unix.IP_TTL, unix.IP_MULTICAST_TTL}},
	{unix.IPPROTO_IP, Both, shapeRaw, []int{unix.IP_OPTIONS}},
	{unix.IPPROTO_IP, Both, shapeMulticastIf, []int{unix.IP_MULTICAST_IF}},
	{unix.IPPROTO_IP, Set, shapeMembership, []int{unix.IP_ADD_MEMBERSHIP, unix.IP_DROP_MEMBERSHIP}},
	{unix.IPPROTO_IP, Set, shapeSourceMembership, []int{
		unix.IP_ADD_SOURCE_MEMBERSHIP, unix.IP_DROP_SOURCE_MEMBERSHIP, unix.IP_BLOCK_SOURCE, unix.IP_UNBLOCK_SOURCE,
	}},
	{unix.IPPROTO_IP, Set, shapeGroup, []int{unix.MCAST_JOIN_GROUP, unix.MCAST_LEAVE_GROUP}},
	{unix.IPPROTO_IP, Set, shapeSourceGroup, groupSources},

	{unix.IPPROTO_IPV6, Both, shapeFlag, []int{
		unix.IPV6_V6ONLY, unix.IPV6_MULTICAST_LOOP, unix.IPV6_DONTFRAG, unix.IPV6_RECVPKTINFO, unix.IPV6_RECVHOPLIMIT,
		unix.IPV6_RECVTCLASS, unix.IPV6_RECVHOPOPTS, unix.IPV6_RECVDSTOPTS, unix.IPV6_RECVRTHDR, unix.IPV6_RECVPATHMTU,
	}},
	{unix.IPPROTO_IPV6, Both, shapeInt, []int{
		unix.IPV6_UNICAST_HOPS, unix.IPV6_MULTICAST_HOPS, unix.IPV6_TCLASS, unix.IPV6_CHECKSUM,
	}},
	{unix.IPPROTO_IPV6, Both, shapeIndex, []int{unix.IPV6_MULTICAST_IF}},
	{unix.IPPROTO_IPV6, Both, shapeRaw, []int{
		unix.IPV6_PKTINFO, unix.IPV6_HOPOPTS, unix.IPV6_DSTOPTS, unix.IPV6_RTHDR, unix.IPV6_RTHDRDSTOPTS, unix.IPV6_NEXTHOP,
	}},
	{unix.IPPROTO_IPV6, Get, shapeRaw, []int{unix.IPV6_PATHMTU}},
	{unix.IPPROTO_IPV6, Set, shapeMembership6, []int{unix.IPV6_JOIN_GROUP, unix.IPV6_LEAVE_GROUP}},
	{unix.IPPROTO_IPV6, Set, shapeGroup, []int{unix.MCAST_JOIN_GROUP, unix.MCAST_LEAVE_GROUP}},
	{unix.IPPROTO_IPV6, Set, shapeSourceGroup, groupSources},
}

// groupSources are the protocol-independent options of RFC 3678 that name a source.
var groupSources = []int{
	unix.MCAST_JOIN_SOURCE_GROUP, unix.MCAST_LEAVE_SOURCE_GROUP, unix.MCAST_BLOCK_SOURCE, unix.MCAST_UNBLOCK_SOURCE,
}

// Options are all options that the program knows on this system, level by level. The
// slice is the same every time: read it only.
var Options = sync.OnceValue(func() []Option {
	var all []Option
	for _, row := range append(append([]optionRow{}, commonOptions...), systemOptions...) {
		all = append(all, row.options(0)...)
	}
	for _, row := range familyOptions {
		all = append(all, row.options(unix.AF_UNIX)...)
	}
	return all
})

func (row *optionRow) options(family int) []Option {
	list := make([]Option, len(row.names))
	for i, name := range row.names {
		list[i] = Option{row.level, name, row.shape, row.access, family}
	}
	return list
}

type optionKey struct{ level, name, family int }

var optionIndex = sync.OnceValue(func() map[optionKey]*Option {
	index := map[optionKey]*Option{}
	all := Options()
	for i := range all {
		o := &all[i]
		index[optionKey{o.Level, o.Name, o.Family}] = o
	}
	return index
})

// unknownOption is every option that the tables do not have.
var unknownOption = &Option{Shape: shapeUnknown}

// lookupOption answers what is known of an option of that socket.
func lookupOption(fd, level, name int) *Option {
	return OptionOf(level, name, optionFamily(fd, level))
}

// OptionOf answers what is known of an option; one that is not in the tables has the
// shape of a C int, or of bytes if it is longer. family is 0, or AF_UNIX where the
// level is SOL_LOCAL and the socket is of that family.
func OptionOf(level, name, family int) *Option {
	if o := optionIndex()[optionKey{level, name, family}]; o != nil {
		return o
	}
	return unknownOption
}
