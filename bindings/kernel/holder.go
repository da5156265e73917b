package kernel

import (
	"strings"

	"golang.org/x/sys/unix"
)

// Sought is an address that bind was asked for.
type Sought struct {
	addr     Sockaddr
	socktype int
}

// Sought answers what the call of bind that was made with the frame asked for.
func (f *Frame) Sought(fd int) *Sought {
	socktype, err := unix.GetsockoptInt(Visible(fd), unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return nil
	}
	return &Sought{f.Addr, socktype}
}

// Holder answers the first of the user's descriptors whose socket has the address, or a part of it; ok:
// there is one. A connection that accept made has the address of the socket that listens, which comes before
// it, and of a Unix socket only the name. IPv6 sockets that take IPv4 connections are not looked at for an
// IPv4 address.
func (s *Sought) Holder() (fd int, ok bool) {
	for _, other := range OpenDescriptors() {
		var a, peer Sockaddr
		socktype, err := unix.GetsockoptInt(other, unix.SOL_SOCKET, unix.SO_TYPE)
		if err != nil || socktype != s.socktype || sockname(unix.SYS_GETSOCKNAME, other, &a) != nil || !s.addr.meets(&a) {
			continue
		}
		if sockname(unix.SYS_GETPEERNAME, other, &peer) != nil {
			return other, true
		}
		if !ok && a.Family() != unix.AF_UNIX {
			fd, ok = other, true
		}
	}
	return fd, ok
}

// HasFile tells whether the address is a Unix socket's path, whose file stays when the socket is closed.
func (s *Sought) HasFile() bool {
	return s.HasName() && !strings.HasPrefix(s.addr.Path(), "@")
}

// HasName tells whether the address is a Unix socket's, a path or an abstract name.
func (s *Sought) HasName() bool { return s.addr.Family() == unix.AF_UNIX }

// meets tells whether two sockets of a type can't have both addresses.
func (a *Sockaddr) meets(other *Sockaddr) bool {
	if a.Family() != other.Family() {
		return false
	}
	if a.Family() == unix.AF_UNIX {
		return a.Path() != "" && a.Path() == other.Path()
	}
	ip, port, _, _, ok := a.Inet()
	theirs, theirPort, _, _, isInet := other.Inet()
	return ok && isInet && port != 0 && port == theirPort && (ip == theirs || ip.IsUnspecified() || theirs.IsUnspecified())
}
