package kernel

import (
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// End is one end of a connection, a pipe or an eventfd, with what it takes to recognise the other.
type End struct {
	Kind      string // tcp, udp (of IPv6, too), unix, pipe, eventfd
	Inode     uint64 // 0: the system does not tell it
	Listening bool
	Datagrams bool

	Local, Remote netip.AddrPort // of an Internet socket; IPv4 mapped to IPv6 is IPv4
	Path          string         // of a Unix socket
	PeerPath      string         // the path that a datagram goes to
	Peer          uint64         // the inode of a Unix socket's other end; 0: unknown, see FindPeer
	Writes        bool           // of a pipe: this is the end to write to
}

// EndOf answers what a descriptor is an end of. ok is false for a file, a terminal, and what else
// has no other end.
func EndOf(fd int) (e End, ok bool) {
	fd = Visible(fd)
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return e, false
	}
	d := description{fd: fd, stat: &st}
	e.Inode = st.Ino
	switch d.kind = d.kindOf(); strings.TrimSuffix(d.kind, "6") {
	case "pipe":
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		e.Kind, e.Writes = "pipe", err == nil && flags&unix.O_ACCMODE != unix.O_RDONLY
		return e, true
	case "unix":
		e.Kind = "unix"
	case "tcp", "udp", "mptcp", "sctp", "inet":
		e.Kind = strings.TrimSuffix(d.kind, "6")
	case "eventfd":
		e.Kind = "eventfd"
		e.Inode, ok = eventNumber(fd)
		return e, ok
	default:
		return e, false
	}
	e.Datagrams = d.socktype == unix.SOCK_DGRAM
	n, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN)
	e.Listening = err == nil && n != 0
	e.name(fd)
	return e, true
}

// name asks for the addresses.
func (e *End) name(fd int) {
	var a Sockaddr
	if sockname(unix.SYS_GETSOCKNAME, fd, &a) == nil {
		e.Local, e.Path = a.AddrPort(), a.UnixPath()
	}
	if sockname(unix.SYS_GETPEERNAME, fd, &a) == nil {
		e.Remote = a.AddrPort()
	}
}

// internetPeers are the descriptors of this process that are the other end of an Internet socket.
func internetPeers(fd int) (peers []int) {
	own, ok := EndOf(fd)
	if !ok || !own.Remote.IsValid() {
		return nil
	}
	for _, other := range OpenDescriptors() {
		e, ok := EndOf(other)
		if ok && e.Kind == own.Kind && e.Local == own.Remote && e.Remote == own.Local {
			peers = append(peers, other)
		}
	}
	return peers
}

// FindPeer finds the other end of a Unix socket, which costs a question to the kernel.
func (e *End) FindPeer() {
	if e.Kind == "unix" && e.Peer == 0 {
		e.Peer = unixPeer(e.Inode)
	}
}

// AddrPort is an IPv4 or IPv6 address as Go has it; IPv4 that is mapped to IPv6 is IPv4. Of
// another one, and of none, it is not valid.
func (a *Sockaddr) AddrPort() netip.AddrPort {
	if a.Len < offsetData {
		return netip.AddrPort{}
	}
	ip, port, _, _, ok := a.Inet()
	if !ok {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(port))
}

// UnixPath is the path of a Unix address, "" of another.
func (a *Sockaddr) UnixPath() string {
	if a.Len < offsetData || a.Family() != unix.AF_UNIX {
		return ""
	}
	return a.Path()
}

// Occurrence is that a descriptor became ready, as a call says that answers events.
type Occurrence struct {
	FD       int // -1: none, or the system does not tell which
	Writable bool
}

// Partners are the addresses that a call has moved data to, where it was given any: sendmmsg has
// one for each message.
func Partners(f *Frame) []Sockaddr {
	if list := f.batch.partners(f.done); list != nil {
		return list
	}
	if f.Addr.Len > 0 {
		return []Sockaddr{f.Addr}
	}
	return nil
}
