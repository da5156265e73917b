package kernel

import "sync"

// tcpInfo is struct tcp_info of FreeBSD's <netinet/tcp.h>, which x/sys/unix lacks, as
// far as all its releases since 10 have it. What the header calls __tcpi_ is not
// filled in there, and has no name here.
type tcpInfo struct {
	State            uint8
	_                [4]uint8
	Options          uint8
	_                uint8 // the window scales
	Rto              uint32
	_                uint32
	Snd_mss, Rcv_mss uint32
	_                [5]uint32
	_                [2]uint32
	Last_data_recv   uint32
	_                [3]uint32
	Rtt, Rttvar      uint32
	Snd_ssthresh     uint32
	Snd_cwnd         uint32
	_                [3]uint32
	Rcv_space        uint32
	Snd_wnd          uint32
	Snd_bwnd         uint32
	Snd_nxt          uint32
	Rcv_nxt          uint32
	Toe_tid          uint32
	Snd_rexmitpack   uint32
	Rcv_ooopack      uint32
	Snd_zerowin      uint32
}

var tcpInfoMembers = sync.OnceValue(func() []member { return members(tcpInfo{}, "tcpi_") })

// offsetTCPInfoScales is the byte of the window scales, two bit fields.
const offsetTCPInfoScales = 6

// decodeTCPInfo makes a table of TCP_INFO. Times are in microseconds.
func decodeTCPInfo(b []byte) any {
	all := decodeMembers(b, tcpInfoMembers())
	if len(b) <= offsetTCPInfoScales {
		return all
	}
	const before = 2 // state, options
	r := append(Record{}, all[:before]...)
	r = append(r,
		Field{"tcpi_snd_wscale", bits8(b, offsetTCPInfoScales, 0, 4)},
		Field{"tcpi_rcv_wscale", bits8(b, offsetTCPInfoScales, 4, 4)})
	return append(r, all[before:]...)
}
