package kernel

import "golang.org/x/sys/unix"

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
// there is one. IPv6 sockets that take IPv4 connections are not looked at for an IPv4 address.
func (s *Sought) Holder() (fd int, ok bool) {
	for _, fd := range OpenDescriptors() {
		var a Sockaddr
		socktype, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
		if err == nil && socktype == s.socktype && sockname(unix.SYS_GETSOCKNAME, fd, &a) == nil && s.addr.meets(&a) {
			return fd, true
		}
	}
	return 0, false
}

// IsPath tells whether the address is a Unix socket's, whose file stays when the socket is closed.
func (s *Sought) IsPath() bool { return s.addr.Family() == unix.AF_UNIX }

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
