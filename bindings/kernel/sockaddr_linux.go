package kernel

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"
)

const (
	sizeofPath  = 108 // sun_path, unix(7)
	hasAbstract = true
	afPacket    = unix.AF_PACKET
)

// Family answers sa_family.
func (a *Sockaddr) Family() int { return int(binary.NativeEndian.Uint16(a.Buf[:])) }

func (a *Sockaddr) setFamily(number, length int) {
	binary.NativeEndian.PutUint16(a.Buf[:], uint16(number))
	a.Len = uint32(length)
}

// domainOf answers the socket's address family.
func domainOf(fd int) (int, error) {
	return unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
}

func init() {
	families[unix.AF_PACKET] = &family{"AF_PACKET address", encodePacket, decodePacket, textPacket}
	families[unix.AF_NETLINK] = &family{"AF_NETLINK address", encodeNetlink, decodeNetlink, textNetlink}
	families[unix.AF_VSOCK] = &family{"AF_VSOCK address", encodeVsock, decodeVsock, textVsock}
}

const maxUint32 = 1<<32 - 1

// packet(7): struct sockaddr_ll. The protocol is given in host order, as ETH_P_IP is.
func encodePacket(a *Sockaddr, r *Reader) {
	protocol := r.Range("protocol", 0, 0, 0xffff)
	ifindex := r.Range("ifindex", 0, 0, 1<<31-1)
	hatype := r.Range("hatype", 0, 0, 0xffff)
	pkttype := r.Range("pkttype", 0, 0, 0xff)
	addr := r.Str("addr", "")
	if len(addr) > 8 && r.err == nil {
		r.err = fmt.Errorf("field 'addr' of the AF_PACKET address: at most 8 bytes expected, got %d", len(addr))
		return
	}
	binary.BigEndian.PutUint16(a.Buf[2:], uint16(protocol))
	binary.NativeEndian.PutUint32(a.Buf[4:], uint32(ifindex))
	binary.NativeEndian.PutUint16(a.Buf[8:], uint16(hatype))
	a.Buf[10] = byte(pkttype)
	a.Buf[11] = byte(copy(a.Buf[12:20], addr))
	a.setFamily(unix.AF_PACKET, unix.SizeofSockaddrLinklayer)
}

func decodePacket(a *Sockaddr) Record {
	if a.Len < 12 {
		return decodeOther(a)
	}
	return Record{
		{"protocol", int64(binary.BigEndian.Uint16(a.Buf[2:]))},
		{"ifindex", int64(int32(binary.NativeEndian.Uint32(a.Buf[4:])))},
		{"hatype", int64(binary.NativeEndian.Uint16(a.Buf[8:]))},
		{"pkttype", int64(a.Buf[10])},
		{"addr", string(a.Buf[12 : 12+min(int(a.Buf[11]), 8)])},
	}
}

func textPacket(a *Sockaddr) string {
	index := binary.NativeEndian.Uint32(a.Buf[4:])
	return fmt.Sprintf("%s % x", ScopeName(index), a.Buf[12:12+min(int(a.Buf[11]), 8)])
}

// netlink(7): struct sockaddr_nl.
func encodeNetlink(a *Sockaddr, r *Reader) {
	binary.NativeEndian.PutUint32(a.Buf[4:], uint32(r.Range("pid", 0, 0, maxUint32)))
	binary.NativeEndian.PutUint32(a.Buf[8:], uint32(r.Range("groups", 0, 0, maxUint32)))
	a.setFamily(unix.AF_NETLINK, unix.SizeofSockaddrNetlink)
}

func decodeNetlink(a *Sockaddr) Record {
	if a.Len < unix.SizeofSockaddrNetlink {
		return decodeOther(a)
	}
	return Record{
		{"pid", int64(binary.NativeEndian.Uint32(a.Buf[4:]))},
		{"groups", int64(binary.NativeEndian.Uint32(a.Buf[8:]))},
	}
}

func textNetlink(a *Sockaddr) string {
	return fmt.Sprintf("netlink:%d", binary.NativeEndian.Uint32(a.Buf[4:]))
}

// vsock(7): struct sockaddr_vm.
func encodeVsock(a *Sockaddr, r *Reader) {
	binary.NativeEndian.PutUint32(a.Buf[4:], uint32(r.Range("port", 0, 0, maxUint32)))
	binary.NativeEndian.PutUint32(a.Buf[8:], uint32(r.Range("cid", 0, 0, maxUint32)))
	a.setFamily(unix.AF_VSOCK, unix.SizeofSockaddrVM)
}

func decodeVsock(a *Sockaddr) Record {
	if a.Len < 12 {
		return decodeOther(a)
	}
	return Record{
		{"cid", int64(binary.NativeEndian.Uint32(a.Buf[8:]))},
		{"port", int64(binary.NativeEndian.Uint32(a.Buf[4:]))},
	}
}

func textVsock(a *Sockaddr) string {
	return fmt.Sprintf("vsock:%d:%d", binary.NativeEndian.Uint32(a.Buf[8:]), binary.NativeEndian.Uint32(a.Buf[4:]))
}
