package kernel

import (
	"encoding/binary"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// controlForms are the kinds whose data is known: socket(7), unix(7), ip(7), ipv6(7),
// udp(7), tcp(7) and, for the timestamps, Documentation/networking/timestamping.rst.
var controlForms = map[controlKind]controlForm{
	rightsKind:                                  rightsForm,
	{unix.SOL_SOCKET, unix.SCM_CREDENTIALS}:     credentialsForm,
	{unix.SOL_SOCKET, unix.SCM_PIDFD}:           pidfdForm,
	{unix.SOL_SOCKET, unix.SCM_TIMESTAMP}:       timevalForm,
	{unix.SOL_SOCKET, unix.SCM_TIMESTAMPNS}:     timespecForm,
	{unix.SOL_SOCKET, unix.SCM_TIMESTAMPING}:    timestampingForm,
	{unix.SOL_SOCKET, unix.SO_TIMESTAMP_NEW}:    timevalForm,
	{unix.SOL_SOCKET, unix.SO_TIMESTAMPNS_NEW}:  timespecForm,
	{unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW}: timestampingForm,
	{unix.SOL_SOCKET, unix.SO_RXQ_OVFL}:         integerForm[uint32](),
	{unix.SOL_SOCKET, unix.SO_MARK}:             integerForm[uint32](),
	{unix.SOL_SOCKET, unix.SO_PRIORITY}:         integerForm[uint32](),
	{unix.IPPROTO_IP, unix.IP_PKTINFO}:          pktinfo4Form,
	{unix.IPPROTO_IP, unix.IP_TTL}:              integerForm[int32](),
	{unix.IPPROTO_IP, unix.IP_TOS}:              tosForm,
	{unix.IPPROTO_IP, unix.IP_ORIGDSTADDR}:      sockaddrForm,
	{unix.IPPROTO_IP, unix.IP_RECVFRAGSIZE}:     integerForm[int32](),
	{unix.IPPROTO_IP, unix.IP_RECVERR}:          errorForm,
	{unix.IPPROTO_IPV6, unix.IPV6_PKTINFO}:      pktinfo6Form,
	{unix.IPPROTO_IPV6, unix.IPV6_HOPLIMIT}:     integerForm[int32](),
	{unix.IPPROTO_IPV6, unix.IPV6_TCLASS}:       integerForm[int32](),
	{unix.IPPROTO_IPV6, unix.IPV6_ORIGDSTADDR}:  sockaddrForm,
	{unix.IPPROTO_IPV6, unix.IPV6_RECVFRAGSIZE}: integerForm[int32](),
	{unix.IPPROTO_IPV6, unix.IPV6_RECVERR}:      errorForm,
	{unix.IPPROTO_UDP, unix.UDP_SEGMENT}:        integerForm[uint16](),
	{unix.IPPROTO_UDP, unix.UDP_GRO}:            integerForm[int32](),
	{unix.IPPROTO_TCP, unix.TCP_CM_INQ}:         integerForm[int32](),
	{unix.SOL_PACKET, unix.PACKET_TX_TIMESTAMP}: errorForm,
	{unix.SOL_NETLINK, unix.NETLINK_PKTINFO}:    integerForm[uint32](),
}

// credentialsForm is SCM_CREDENTIALS: struct ucred, unix(7). What is not given is the
// process's own, which every process may pass.
var credentialsForm = controlForm{
	decode: func(data []byte) Record {
		c, ok := structOf[unix.Ucred](data)
		if !ok {
			return nil
		}
		return Record{{"pid", int64(c.Pid)}, {"uid", int64(c.Uid)}, {"gid", int64(c.Gid)}}
	},
	encode: func(data []byte, r *Reader) []byte {
		c := unix.Ucred{
			Pid: int32(r.Range("pid", int64(os.Getpid()), math.MinInt32, math.MaxInt32)),
			Uid: uint32(r.Range("uid", int64(os.Geteuid()), 0, math.MaxUint32)),
			Gid: uint32(r.Range("gid", int64(os.Getegid()), 0, math.MaxUint32)),
		}
		return append(data, structBytes(&c)...)
	},
}

// pidfdForm is SCM_PIDFD: a descriptor of the sending process (SO_PASSPIDFD), or a
// negated errno (scm_pidfd_recv in include/net/scm.h).
var pidfdForm = controlForm{
	decode: func(data []byte) Record {
		fd, ok := structOf[int32](data)
		if !ok {
			return nil
		}
		return Record{{"fd", int64(fd)}}
	},
	encode: func(data []byte, r *Reader) []byte {
		fd := int32(Visible(r.neededInt("fd")))
		return append(data, structBytes(&fd)...)
	},
}

// timespecForm is SCM_TIMESTAMPNS.
var timespecForm = controlForm{
	decode: func(data []byte) Record {
		ts, ok := structOf[unix.Timespec](data)
		return timespecRecord(ts, ok)
	},
	encode: func(data []byte, r *Reader) []byte { return appendTimespec(data, r) },
}

func timespecRecord(ts unix.Timespec, ok bool) Record {
	if !ok || ts.Nsec < 0 || ts.Nsec >= 1e9 {
		return nil
	}
	return timeRecord(ts.Sec, ts.Nsec)
}

func appendTimespec(data []byte, r *Reader) []byte {
	sec, nsec := readTime(r)
	ts := unix.Timespec{Sec: sec, Nsec: nsec}
	return append(data, structBytes(&ts)...)
}

// stampNames are the three times of struct scm_timestamping. The kernel has not used
// the second for long.
var stampNames = [3]string{"software", "legacy", "hardware"}

// timestampingForm is SCM_TIMESTAMPING; a time that was not taken is zero.
var timestampingForm = controlForm{
	decode: func(data []byte) Record {
		stamps, ok := structOf[[3]unix.Timespec](data)
		if !ok {
			return nil
		}
		rec := make(Record, 0, len(stamps))
		for i, ts := range stamps {
			stamp := timespecRecord(ts, true)
			if stamp == nil {
				return nil
			}
			rec = append(rec, Field{stampNames[i], stamp})
		}
		return rec
	},
	encode: func(data []byte, r *Reader) []byte {
		for _, name := range stampNames {
			rec, ok := asRecord(r.Any(name))
			if !ok && r.Has(name) {
				r.fail(name, "time", r.Any(name))
			}
			stamp := NewReader(rec, "time")
			if data = appendTimespec(data, stamp); r.err == nil {
				r.err = stamp.Done()
			}
		}
		return data
	},
}

// tosForm is IP_TOS: the kernel gives one byte and takes an int (ip_cmsg_recv_tos and
// ip_cmsg_send in net/ipv4/ip_sockglue.c).
var tosForm = controlForm{
	decode: func(data []byte) Record {
		if len(data) == 1 {
			return Record{{"value", int64(data[0])}}
		}
		return integerForm[int32]().decode(data)
	},
	encode: integerForm[int32]().encode,
}

// sockaddrForm is a kind whose data is an address: where a packet was meant to go
// before it was redirected.
var sockaddrForm = controlForm{
	decode: func(data []byte) Record {
		a := storedAddr(data)
		if a == nil {
			return nil
		}
		return Record{{"value", a}}
	},
	encode: func(data []byte, r *Reader) []byte {
		a := readSockaddr(r, "value")
		if a == nil {
			r.fail("value", "address", nil)
			return data
		}
		return append(data, a.Buf[:a.Len]...)
	},
}

// storedAddr makes an address of the kernel's bytes; nil if it is none, or AF_UNSPEC.
func storedAddr(data []byte) *Sockaddr {
	if len(data) < offsetData || len(data) > sizeofStorage || binary.NativeEndian.Uint16(data) == unix.AF_UNSPEC {
		return nil
	}
	a := &Sockaddr{Len: uint32(len(data))}
	copy(a.Buf[:], data)
	return a
}

// errorForm is IP_RECVERR and its kin: struct sock_extended_err, and behind it the
// address that the error came from (SO_EE_OFFENDER), ip(7). The fields have C's names,
// with their ee_: type and data are the control message's own.
var errorForm = controlForm{decode: decodeError, encode: encodeError}

const sizeofExtendedErr = 16

func decodeError(data []byte) Record {
	if len(data) < sizeofExtendedErr {
		return nil
	}
	e, _ := structOf[unix.SockExtendedErr](data[:sizeofExtendedErr])
	rec := Record{
		{"ee_errno", int64(e.Errno)}, {"ee_origin", int64(e.Origin)}, {"ee_type", int64(e.Type)},
		{"ee_code", int64(e.Code)}, {"ee_info", int64(e.Info)}, {"ee_data", int64(e.Data)},
	}
	if a := storedAddr(data[sizeofExtendedErr:]); a != nil {
		rec = append(rec, Field{"offender", a})
	}
	return rec
}

func encodeError(data []byte, r *Reader) []byte {
	e := unix.SockExtendedErr{
		Errno:  uint32(r.Range("ee_errno", 0, 0, math.MaxUint32)),
		Origin: uint8(r.Range("ee_origin", 0, 0, math.MaxUint8)),
		Type:   uint8(r.Range("ee_type", 0, 0, math.MaxUint8)),
		Code:   uint8(r.Range("ee_code", 0, 0, math.MaxUint8)),
		Info:   uint32(r.Range("ee_info", 0, 0, math.MaxUint32)),
		Data:   uint32(r.Range("ee_data", 0, 0, math.MaxUint32)),
	}
	data = append(data, structBytes(&e)...)
	if a := readSockaddr(r, "offender"); a != nil {
		data = append(data, a.Buf[:a.Len]...)
	}
	return data
}
