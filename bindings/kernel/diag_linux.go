package kernel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// What only sock_diag(7) tells: include/uapi/linux/unix_diag.h, inet_diag.h.

var errNoDiag = errors.New("sock_diag has no answer")

var native = binary.NativeEndian

// diagnose sends sock_diag a request, and has take look at the answers until it is content.
func diagnose(flags int, request []byte, take func(answer []byte) bool) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return err
	}
	fd = Own(fd)
	defer disown(fd)
	message := native.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(request)))
	message = native.AppendUint16(message, unix.SOCK_DIAG_BY_FAMILY)
	message = native.AppendUint16(message, uint16(unix.NLM_F_REQUEST|flags))
	message = append(message, make([]byte, 8)...) // sequence, port
	err = unix.Sendto(fd, append(message, request...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
	if err != nil {
		return err
	}
	buf := make([]byte, 1<<15)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err != nil {
			return err
		}
		if ended, err := answers(buf[:n], take); ended {
			return err
		}
	}
}

// answers hands on the messages of a datagram; ended: there is nothing more to come.
func answers(b []byte, take func(answer []byte) bool) (ended bool, err error) {
	for len(b) >= unix.SizeofNlMsghdr {
		size := int(native.Uint32(b))
		if size < unix.SizeofNlMsghdr || size > len(b) || native.Uint16(b[4:]) != unix.SOCK_DIAG_BY_FAMILY {
			return true, errNoDiag // the end of them, or an error
		}
		if take(b[unix.SizeofNlMsghdr:size]) {
			return true, nil
		}
		b = b[min((size+3)&^3, len(b)):]
	}
	return false, nil
}

// unixSocket is what unix_diag tells.
type unixSocket struct {
	peer           uint32
	rqueue, wqueue uint32
	hasQueue       bool
}

const (
	udiagShowPeer  = 4  // UDIAG_SHOW_PEER
	udiagShowRqlen = 16 // UDIAG_SHOW_RQLEN
	unixDiagPeer   = 2  // UNIX_DIAG_PEER
	unixDiagRqlen  = 4  // UNIX_DIAG_RQLEN
	sizeofUnixMsg  = 16 // struct unix_diag_msg
)

// unixDiag asks for one Unix socket.
func unixDiag(inode uint64) (s unixSocket, err error) {
	req := []byte{unix.AF_UNIX, 0, 0, 0}          // family, protocol, padding
	req = native.AppendUint32(req, 0)             // states: for dumps
	req = native.AppendUint32(req, uint32(inode)) // udiag_ino
	req = native.AppendUint32(req, udiagShowPeer|udiagShowRqlen)
	req = append(req, bytes.Repeat([]byte{0xff}, 8)...) // any cookie
	err = diagnose(0, req, func(b []byte) bool {
		s = parseUnixDiag(b)
		return true
	})
	return s, err
}

func parseUnixDiag(b []byte) (s unixSocket) {
	for b = b[min(sizeofUnixMsg, len(b)):]; len(b) >= unix.SizeofNlAttr; {
		size, kind := int(native.Uint16(b)), native.Uint16(b[2:])
		if size < unix.SizeofNlAttr || size > len(b) {
			break
		}
		data := b[unix.SizeofNlAttr:size]
		switch {
		case kind == unixDiagPeer && len(data) >= 4:
			s.peer = native.Uint32(data)
		case kind == unixDiagRqlen && len(data) >= 8:
			s.rqueue, s.wqueue, s.hasQueue = native.Uint32(data), native.Uint32(data[4:]), true
		}
		b = b[min((size+3)&^3, len(b)):]
	}
	return s
}

// tcpSocket is what inet_diag tells.
type tcpSocket struct {
	remote Sockaddr
	wqueue uint32
}

const sizeofInetMsg = 72 // struct inet_diag_msg

// tcpDiag looks for a socket by its inode among those of a family, state and port. To ask for
// the one its peer would have to be known.
func tcpDiag(domain, state int, local *Sockaddr, inode uint64) (s tcpSocket, err error) {
	req := []byte{byte(domain), unix.IPPROTO_TCP, 0, 0}
	req = native.AppendUint32(req, 1<<state)
	id := make([]byte, 48) // struct inet_diag_sockid: the port is its first member
	if local != nil {
		copy(id, local.Buf[2:4])
	}
	err = diagnose(unix.NLM_F_DUMP, slices.Concat(req, id), func(b []byte) bool { return s.find(domain, inode, b) })
	return s, err
}

// find takes the answer that is of the socket.
func (s *tcpSocket) find(domain int, inode uint64, b []byte) bool {
	if len(b) < sizeofInetMsg || uint64(native.Uint32(b[68:])) != inode {
		return false
	}
	port, ip := int(binary.BigEndian.Uint16(b[6:])), netip.AddrFrom16([16]byte(b[24:40]))
	if domain == unix.AF_INET {
		ip = netip.AddrFrom4([4]byte(b[24:28]))
	}
	scope := uint32(0)
	if ip.IsLinkLocalUnicast() {
		scope = native.Uint32(b[40:])
	}
	s.remote.SetInet(domain, ip, port, 0, scope)
	s.wqueue = native.Uint32(b[60:])
	return true
}
