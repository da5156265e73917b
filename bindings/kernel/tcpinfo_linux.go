package kernel

import (
	"sync"

	"golang.org/x/sys/unix"
)

// tcpInfoMembers are struct tcp_info's, include/uapi/linux/tcp.h.
var tcpInfoMembers = sync.OnceValue(func() []member { return members(unix.TCPInfo{}, "tcpi_") })

// tcpInfoBits are its bit fields, which x/sys/unix's type leaves out: two bytes that
// follow tcpi_options.
const offsetTCPInfoBits = 6

// decodeTCPInfo makes a table of what the kernel knows of a connection. Times are in
// the kernel's units: microseconds, but tcpi_last_* in milliseconds.
func decodeTCPInfo(b []byte) any {
	all := decodeMembers(b, tcpInfoMembers())
	if len(b) < offsetTCPInfoBits+2 {
		return all
	}
	const before = 6 // state, ca_state, retransmits, probes, backoff, options
	r := append(Record{}, all[:before]...)
	r = append(r,
		Field{"tcpi_snd_wscale", bits8(b, offsetTCPInfoBits, 0, 4)},
		Field{"tcpi_rcv_wscale", bits8(b, offsetTCPInfoBits, 4, 4)},
		Field{"tcpi_delivery_rate_app_limited", bits8(b, offsetTCPInfoBits+1, 0, 1)},
		Field{"tcpi_fastopen_client_fail", bits8(b, offsetTCPInfoBits+1, 1, 2)})
	return append(r, all[before:]...)
}
