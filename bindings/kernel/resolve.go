package kernel

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Hints are what getaddrinfo is to answer: struct addrinfo's first fields.
type Hints struct{ Family, Socktype, Protocol, Flags int }

// DefaultHints stand for hints that are absent.
func DefaultHints() Hints { return Hints{Flags: aiDefault} }

// transport is a socket type with its protocol.
type transport struct {
	socktype, protocol int
	name               string // in /etc/services; "": raw, any protocol and no service
	usual              bool   // answered without being asked for
}

// end is what an entry of the answer has besides its address. (It has nothing to do with End.)
type end struct{ socktype, protocol, port int }

// host is an address, with its scope id apart, as sockaddr_in6 has it.
type host struct {
	ip    netip.Addr
	scope uint32
}

// Getaddrinfo is getaddrinfo(3), and answers one array of entries. Which errors come
// before which others is glibc's order.
func Getaddrinfo(f *Frame, node, service *string, h Hints) error {
	node, service = given(node), given(service)
	if node == nil && service == nil {
		return eai(eaiNoname)
	}
	h, err := h.check(node)
	if err != nil {
		return err
	}
	ends, err := h.ends(service)
	if err != nil {
		return err
	}
	hosts, canon, err := h.hosts(f.Task, node)
	if err == ErrInterrupted {
		return f.stopped(&Op{Name: "getaddrinfo"})
	}
	if err != nil {
		return about(node, err)
	}
	f.AnswerAny(0, entries(hosts, ends, canon))
	return nil
}

// given takes "*" for absent, as glibc does.
func given(s *string) *string {
	if s != nil && *s == "*" {
		return nil
	}
	return s
}

func entries(hosts []host, ends []end, canon string) []any {
	list := make([]any, 0, len(hosts)*len(ends))
	for _, a := range hosts {
		for _, e := range ends {
			r := Record{
				{"family", int64(ipFamily(a.ip))}, {"socktype", int64(e.socktype)}, {"protocol", int64(e.protocol)},
				{"addr", a.ip.String()}, {"port", int64(e.port)},
			}
			if a.scope != 0 {
				r = append(r, Field{"scope_id", int64(a.scope)})
			}
			if canon != "" && len(list) == 0 {
				r = append(r, Field{"canonname", canon})
			}
			list = append(list, r)
		}
	}
	return list
}

func ipFamily(ip netip.Addr) int {
	if ip.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// check refuses what no answer could fit, and narrows the family by AI_ADDRCONFIG.
func (h Hints) check(node *string) (Hints, error) {
	if h.Flags&^aiKnown != 0 || h.Flags&aiCanonname != 0 && node == nil {
		return h, eai(eaiBadflags)
	}
	if h.Family != unix.AF_UNSPEC && h.Family != unix.AF_INET && h.Family != unix.AF_INET6 {
		return h, eai(eaiFamily)
	}
	if h.Flags&aiAddrconfig == 0 {
		return h, nil
	}
	v4, v6 := configured()
	switch {
	case h.Family == unix.AF_INET && !v4, h.Family == unix.AF_INET6 && !v6:
		return h, eai(eaiNoname)
	case h.Family == unix.AF_UNSPEC && v4 && !v6:
		h.Family = unix.AF_INET
	case h.Family == unix.AF_UNSPEC && v6 && !v4:
		h.Family = unix.AF_INET6
	}
	return h, nil
}

// configured tells which kinds of address the machine has, the loopback's left out:
// AI_ADDRCONFIG of getaddrinfo(3).
func configured() (v4, v6 bool) {
	addrs, err := net.InterfaceAddrs()
	if err != nil { // who can't tell leaves nothing out: glibc's sysdeps/unix/sysv/linux/check_pf.c
		return true, true
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() {
			is4 := n.IP.To4() != nil
			v4, v6 = v4 || is4, v6 || !is4
		}
	}
	return v4, v6
}

// ends answers the socket types that fit, with the service's port.
func (h Hints) ends(service *string) ([]end, error) {
	if service == nil || *service == "" {
		return h.fitting(service, false, func(transport) (int, bool) { return 0, true })
	}
	if digits, ok := numeric(*service); ok {
		port, err := strconv.ParseUint(digits, 10, 16)
		return h.fitting(service, false, func(t transport) (int, bool) { return int(port), err == nil && (t.name != "" || h.any()) })
	}
	if h.Flags&aiNumericserv != 0 {
		return nil, about(service, eai(eaiNoname))
	}
	return h.fitting(service, true, func(t transport) (int, bool) {
		if t.name == "" {
			return 0, false
		}
		s, ok := serviceByName(*service, t.name)
		return s.Port, ok
	})
}

// numeric reads a port as strtoul does, which C uses.
func numeric(s string) (digits string, ok bool) {
	digits = strings.TrimPrefix(strings.TrimLeft(s, " \t\n\v\f\r"), "+")
	return digits, digits != "" && strings.Trim(digits, "0123456789") == ""
}

// any tells that neither a type nor a protocol was asked for: the usual ones are
// answered then, with a port even for SOCK_RAW.
func (h Hints) any() bool { return h.Socktype == 0 && h.Protocol == 0 }

// fitting answers the transports that fit and that port knows: all if none was asked
// for, the first otherwise. unusual ones are looked for only by a service's name.
func (h Hints) fitting(service *string, unusual bool, port func(transport) (int, bool)) ([]end, error) {
	var list []end
	matched := false
	for _, t := range transports {
		if !h.fits(t) || h.any() && !t.usual && !unusual {
			continue
		}
		matched = true
		if n, ok := port(t); ok {
			list = append(list, end{t.socktype, h.protocolOf(t), n})
		}
		if !h.any() {
			break
		}
	}
	switch {
	case !matched && h.Socktype != 0:
		return nil, eai(eaiSocktype)
	case len(list) == 0:
		return nil, about(service, eai(eaiService))
	}
	return list, nil
}

func (h Hints) fits(t transport) bool {
	return (h.Socktype == 0 || h.Socktype == t.socktype) &&
		(h.Protocol == 0 || t.name == "" || h.Protocol == t.protocol)
}

func (h Hints) protocolOf(t transport) int {
	if t.name == "" {
		return h.Protocol
	}
	return t.protocol
}

// hosts answers the addresses, and the canonical name if it was asked for.
func (h Hints) hosts(t *Task, node *string) ([]host, string, error) {
	if node == nil {
		return h.local(), "", nil
	}
	if ip, zone, ok := numericHost(*node); ok {
		a, err := h.convert(host{ip: ip})
		if err == nil {
			a.scope, err = scopeOf(ip, zone)
		}
		return []host{a}, h.canon(*node), err
	}
	if h.Flags&aiNumerichost != 0 {
		return nil, "", eai(eaiNoname)
	}
	return h.named(t, *node)
}

// canon keeps the name if it was asked for.
func (h Hints) canon(name string) string {
	if h.Flags&aiCanonname == 0 {
		return ""
	}
	return name
}

// local answers the wildcard addresses or the loopback's, in the order in which
// glibc's sorting leaves them.
func (h Hints) local() []host {
	v4, v6 := host{ip: netip.AddrFrom4([4]byte{127, 0, 0, 1})}, host{ip: netip.IPv6Loopback()}
	if h.Flags&aiPassive != 0 {
		v4.ip, v6.ip = netip.IPv4Unspecified(), netip.IPv6Unspecified()
	}
	switch {
	case h.Family == unix.AF_INET:
		return []host{v4}
	case h.Family == unix.AF_INET6:
		return []host{v6}
	case h.Flags&aiPassive == 0 && reachable(v6.ip):
		return []host{v6, v4}
	}
	return []host{v4, v6}
}

// reachable tells whether there is a route: rule 1 of RFC 6724 section 6. Connecting
// a datagram socket sends nothing.
func reachable(ip netip.Addr) bool {
	fd, err := unix.Socket(ipFamily(ip), unix.SOCK_DGRAM, 0)
	if err != nil {
		return false
	}
	defer func() { _ = unix.Close(fd) }()
	return unix.Connect(fd, dnsSockaddr(netip.AddrPortFrom(ip, 53))) == nil
}

// numericHost reads an address written in numbers: inet_aton's forms, or IPv6, whose
// zone is answered apart, with its "%".
func numericHost(node string) (ip netip.Addr, zone string, ok bool) {
	if v4, ok := aton(node); ok {
		return netip.AddrFrom4(v4), "", true
	}
	text := node
	if i := strings.IndexByte(node, '%'); i >= 0 {
		text, zone = node[:i], node[i:]
	}
	ip, err := netip.ParseAddr(text)
	return ip, zone, err == nil && ip.Is6()
}

// scopeOf reads the zone: an interface's name where the address is of a link, a number
// everywhere.
func scopeOf(ip netip.Addr, zone string) (uint32, error) {
	if zone == "" {
		return 0, nil
	}
	name := zone[1:]
	if _, err := strconv.ParseUint(name, 10, 32); err != nil && !ofLink(ip) {
		return 0, eai(eaiNoname)
	}
	scope, ok := scopeID(name)
	if !ok {
		return 0, eai(eaiNoname)
	}
	return scope, nil
}

func ofLink(ip netip.Addr) bool { return ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() }

// convert fits an address to the family asked for.
func (h Hints) convert(a host) (host, error) {
	switch {
	case h.Family == unix.AF_UNSPEC || h.Family == ipFamily(a.ip):
		return a, nil
	case h.Family == unix.AF_INET && a.ip.Is4In6():
		return host{ip: a.ip.Unmap()}, nil
	case h.Family == unix.AF_INET6 && h.Flags&aiV4mapped != 0:
		return host{ip: netip.AddrFrom16(a.ip.As16())}, nil
	}
	return a, eai(eaiAddrfamily)
}

// named asks the hosts file and DNS.
func (h Hints) named(t *Task, node string) ([]host, string, error) {
	var found []host
	canon := ""
	err := t.resolve(func(ctx context.Context, r *net.Resolver) (err error) {
		if found, err = h.ask(ctx, r, node); err == nil && h.Flags&aiCanonname != 0 {
			canon = canonical(ctx, r, node)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return found, canon, nil
}

// ask answers the name's addresses in the order of RFC 6724. IPv6 alone is asked for
// together with IPv4, since the resolver leaves out the zone otherwise.
func (h Hints) ask(ctx context.Context, r *net.Resolver, node string) ([]host, error) {
	var list []host
	if h.Family == unix.AF_INET {
		ips, err := r.LookupNetIP(ctx, "ip4", node)
		for _, ip := range ips {
			list = append(list, host{ip: ip.Unmap()})
		}
		return list, err
	}
	addrs, err := r.LookupIPAddr(ctx, node)
	for _, a := range addrs {
		ip, _ := netip.AddrFromSlice(a.IP)
		scope, _ := scopeID(a.Zone)
		list = append(list, host{ip.Unmap(), scope})
	}
	if list = h.ofFamily(list); err == nil && len(list) == 0 {
		err = &net.DNSError{IsNotFound: true}
	}
	return list, err
}

// canonical follows the aliases: each CNAME's answer may tell the next one only.
func canonical(ctx context.Context, r *net.Resolver, name string) string {
	const longest = 8 // glibc's resolver gives up sooner or later, too
	for range longest {
		next, err := r.LookupCNAME(ctx, name)
		next = strings.TrimSuffix(next, ".")
		if err != nil || next == "" || next == name {
			break
		}
		name = next
	}
	return name
}

// ofFamily leaves the addresses of the family, mapped ones among them as AI_V4MAPPED
// and AI_ALL say.
func (h Hints) ofFamily(found []host) []host {
	if h.Family == unix.AF_UNSPEC {
		return found
	}
	var list, mapped []host
	for _, a := range found {
		if ipFamily(a.ip) == h.Family {
			list, mapped = append(list, a), append(mapped, a)
		} else if a, err := h.convert(a); err == nil {
			mapped = append(mapped, a)
		}
	}
	if len(list) == 0 || h.Flags&aiAll != 0 {
		return mapped
	}
	return list
}
