package kernel

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"
)

// Peer is an address argument as it was given: a table, or the short form of a host
// and a port, or a path. Which family the short form has follows from the socket, so
// that it is made into a Sockaddr only when the call runs.
type Peer struct {
	Set   bool
	Short bool   // host and port, or a path
	Host  string // or the path
	Port  int
	// HasPort: the short form had a port.
	HasPort bool
	Table   Record
}

// Lookup resolves a name: getaddrinfo, through the gate. Package calls sets it.
type Lookup func(t *Task, host string, family int) (*Sockaddr, error)

// Address makes the address argument into f.Addr. arg is its position, for errors; fd
// the socket, whose family the short form and a table without one take. A host that
// is no literal is looked up.
func (f *Frame) Address(arg, fd int, lookup Lookup) (*Sockaddr, error) {
	p := &f.Peer
	switch {
	case !p.Set:
		return nil, nil
	case f.Addr.Len > 0: // made in an earlier round
		return &f.Addr, nil
	}
	var err error
	if p.Short {
		err = f.shortAddress(arg, fd, lookup)
	} else {
		err = f.tableAddress(arg, fd, lookup)
	}
	return &f.Addr, err
}

// shortAddress makes f.Addr of a host and a port, or a path.
func (f *Frame) shortAddress(arg, fd int, lookup Lookup) error {
	p := &f.Peer
	number, err := domainOf(fd)
	if err != nil {
		return err
	}
	switch number {
	case unix.AF_UNIX:
		if p.HasPort {
			return badArg(arg+1, "no port expected: the socket is of family AF_UNIX")
		}
		if err := f.Addr.SetUnix(p.Host); err != nil {
			return badArg(arg, "%v", err)
		}
		return nil
	case unix.AF_INET, unix.AF_INET6:
		if !p.HasPort && !isRaw(fd) { // there the port says nothing, raw(7)
			return badArg(arg+1, "port expected, got no value%s", portWithin(p.Host))
		}
		return f.inet(number, p.Host, p.Port, 0, 0, lookup)
	}
	return badArg(arg, "table expected for a socket of family %d, an %s", number, familyOf(number).name)
}

func isRaw(fd int) bool {
	typ, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	return err == nil && typ == unix.SOCK_RAW
}

// tableAddress makes f.Addr of a table.
func (f *Frame) tableAddress(arg, fd int, lookup Lookup) error {
	r := NewReader(f.Peer.Table, "address")
	number := int(r.Range("family", -1, -1, 0xffff))
	// An entry that getaddrinfo answered says more than an address.
	for _, extra := range [...]string{"socktype", "protocol", "canonname"} {
		if f.Peer.Table.Get("protocol") != nil && number == afPacket {
			break
		}
		r.Has(extra)
	}
	if number == -1 && r.err == nil {
		var err error
		if number, err = f.impliedFamily(fd); err != nil {
			return err
		}
	}
	if number == unix.AF_INET || number == unix.AF_INET6 {
		return f.inetTable(arg, number, r, lookup)
	}
	known := familyOf(number)
	r.what = known.name
	clear(f.Addr.Buf[:])
	f.Addr.setFamily(number, offsetData)
	known.encode(&f.Addr, r)
	err := r.Done()
	if err != nil {
		f.Addr.Len = 0 // there is none: the trace shows what was given
	}
	return asArg(arg, err)
}

// impliedFamily is the family of a table that names none.
func (f *Frame) impliedFamily(fd int) (int, error) {
	if f.Peer.Table.Get("path") != nil {
		return unix.AF_UNIX, nil
	}
	return domainOf(fd)
}

func (f *Frame) inetTable(arg, number int, r *Reader, lookup Lookup) error {
	r.what = familyOf(number).name
	host, port, flow, scope := r.inet(number)
	if err := r.Done(); err != nil {
		return asArg(arg, err)
	}
	return f.inet(number, host, port, flow, scope, lookup)
}

// inet takes the fields of an IPv4 or IPv6 address.
func (r *Reader) inet(number int) (host string, port int, flow, scope uint32) {
	host = r.Str("addr", "")
	port = int(r.Range("port", 0, 0, 65535))
	if number == unix.AF_INET6 {
		flow = uint32(r.Range("flowinfo", 0, 0, 1<<32-1))
		scope = uint32(r.Range("scope_id", 0, 0, 1<<32-1))
	}
	return host, port, flow, scope
}

// inet makes an IPv4 or IPv6 address of a host, which may be a name. An empty one is
// the wildcard address, as in Python.
func (f *Frame) inet(number int, host string, port int, flow, scope uint32, lookup Lookup) error {
	ip, zone, ok := literal(number, host)
	if !ok {
		found, err := lookup(f.Task, host, number)
		if err != nil {
			return err
		}
		ip, _, _, zone, _ = found.Inet()
	}
	if scope == 0 {
		scope = zone
	}
	f.Addr.SetInet(number, ip, port, flow, scope)
	return nil
}

// literal reads an address written in numbers, of the family given. The zone of
// fe80::1%eth0 is the interface's index.
func literal(number int, host string) (ip netip.Addr, scope uint32, ok bool) {
	if host == "" {
		if number == unix.AF_INET {
			return netip.IPv4Unspecified(), 0, true
		}
		return netip.IPv6Unspecified(), 0, true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Is4() != (number == unix.AF_INET) {
		return ip, 0, false
	}
	if zone := ip.Zone(); zone != "" {
		scope, ok = scopeID(zone)
		return ip.WithZone(""), scope, ok
	}
	return ip, 0, true
}

// scopeID answers the index of an interface that is given by name or number.
func scopeID(zone string) (uint32, bool) {
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n), true
	}
	index, err := interfaceIndex(zone)
	return uint32(index), err == nil
}

// ScopeName answers an interface's name, or its number if it has none.
func ScopeName(scope uint32) string {
	if name, err := interfaceName(int(scope)); err == nil {
		return Escape(name)
	}
	return fmt.Sprint(scope)
}

// asArg makes a mistake in a table the argument's error.
func asArg(arg int, err error) error {
	if err == nil {
		return nil
	}
	return &ArgError{arg, err.Error()}
}

// FixedAddress makes an address without a socket, for getnameinfo.
func (f *Frame) FixedAddress(arg int) (*Sockaddr, error) {
	return f.Address(arg, -1, func(*Task, string, int) (*Sockaddr, error) {
		return nil, badArg(arg, "an address in numbers expected")
	})
}

// portWithin is what is said of a host that has its port behind it, as in a URL.
func portWithin(host string) string {
	name, port, err := net.SplitHostPort(host)
	if _, notNumber := strconv.ParseUint(port, 10, 16); err != nil || notNumber != nil {
		return ""
	}
	return fmt.Sprintf(": host and port are two arguments, %q, %s", name, port)
}
