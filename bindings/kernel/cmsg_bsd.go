//go:build darwin || freebsd

package kernel

import (
	"encoding/binary"
	"math"
	"net/netip"

	"golang.org/x/sys/unix"
)

// controlForms are the kinds whose data is known: unix(4), ip(4), ip6(4) and the
// timestamps of setsockopt(2). What only one of the systems has is added by its file.
var controlForms = map[controlKind]controlForm{
	rightsKind:                              rightsForm,
	{unix.SOL_SOCKET, unix.SCM_CREDS}:       credsForm,
	{unix.SOL_SOCKET, unix.SCM_TIMESTAMP}:   timevalForm,
	{unix.IPPROTO_IP, unix.IP_RECVTTL}:      integerForm[uint8](),
	{unix.IPPROTO_IP, unix.IP_RECVTOS}:      integerForm[uint8](),
	{unix.IPPROTO_IP, unix.IP_TOS}:          integerForm[uint8](),
	{unix.IPPROTO_IP, unix.IP_RECVDSTADDR}:  destinationForm,
	{unix.IPPROTO_IPV6, unix.IPV6_PKTINFO}:  pktinfo6Form,
	{unix.IPPROTO_IPV6, unix.IPV6_HOPLIMIT}: integerForm[int32](),
	{unix.IPPROTO_IPV6, unix.IPV6_TCLASS}:   integerForm[int32](),
}

// sizeofCmsgcred is the size of struct cmsgcred: four ids, a count and sixteen groups.
const sizeofCmsgcred = 84

// credsForm is SCM_CREDS: struct cmsgcred. The kernel fills it in, so that what the
// sender gives does not matter. A struct sockcred (LOCAL_CREDS) stays raw.
var credsForm = controlForm{
	decode: func(data []byte) Record {
		if len(data) != sizeofCmsgcred {
			return nil
		}
		id := func(i int) int64 { return int64(binary.NativeEndian.Uint32(data[4*i:])) }
		return Record{{"pid", id(0)}, {"uid", id(1)}, {"euid", id(2)}, {"gid", id(3)}}
	},
	encode: func(data []byte, r *Reader) []byte {
		for _, name := range [...]string{"pid", "uid", "euid", "gid"} {
			n := uint32(r.Range(name, 0, 0, math.MaxUint32))
			data = append(data, structBytes(&n)...)
		}
		return append(data, make([]byte, sizeofCmsgcred-16)...)
	},
}

// destinationForm is IP_RECVDSTADDR, on FreeBSD IP_SENDSRCADDR as well: struct in_addr.
var destinationForm = controlForm{
	decode: func(data []byte) Record {
		ip, ok := structOf[[4]byte](data)
		if !ok {
			return nil
		}
		return Record{{"addr", netip.AddrFrom4(ip).String()}}
	},
	encode: func(data []byte, r *Reader) []byte {
		ip := readIP(r, "addr", "IPv4 address", netip.IPv4Unspecified()).As4()
		return append(data, ip[:]...)
	},
}
