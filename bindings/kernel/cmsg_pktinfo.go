//go:build linux || darwin

package kernel

import (
	"math"
	"net/netip"

	"golang.org/x/sys/unix"
)

// pktinfo4Form is IP_PKTINFO: struct in_pktinfo, ip(7).
var pktinfo4Form = controlForm{
	decode: func(data []byte) Record {
		p, ok := structOf[unix.Inet4Pktinfo](data)
		if !ok {
			return nil
		}
		return Record{
			{"ifindex", int64(p.Ifindex)},
			{"spec_dst", netip.AddrFrom4(p.Spec_dst).String()},
			{"addr", netip.AddrFrom4(p.Addr).String()},
		}
	},
	encode: func(data []byte, r *Reader) []byte {
		any4 := netip.IPv4Unspecified()
		var p unix.Inet4Pktinfo
		setIndex(&p.Ifindex, r.Range("ifindex", 0, math.MinInt32, math.MaxUint32))
		p.Spec_dst = readIP(r, "spec_dst", "IPv4 address", any4).As4()
		p.Addr = readIP(r, "addr", "IPv4 address", any4).As4()
		return append(data, structBytes(&p)...)
	},
}

// setIndex sets ipi_ifindex, which is an int here and an unsigned int there.
func setIndex[T int32 | uint32](p *T, n int64) { *p = T(n) }
