package kernel

import (
	"errors"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// IfNametoindex is if_nametoindex(3).
func IfNametoindex(f *Frame, name string) error {
	index, err := interfaceIndex(name)
	f.Answer(0, index)
	return err
}

// IfIndextoname is if_indextoname(3).
func IfIndextoname(f *Frame, index int) error {
	name, err := interfaceName(index)
	f.AnswerStr(0, name)
	return err
}

// interfacesError is why the kernel does not tell the interfaces; where Go does not say, the
// error that if_nameindex(3) has.
func interfacesError(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return unix.ENOBUFS
}

// IfNameindex is if_nameindex(3).
func IfNameindex(f *Frame) error {
	list, err := net.Interfaces()
	if err != nil {
		return interfacesError(err)
	}
	all := make([]any, len(list))
	for i, n := range list {
		all[i] = Record{{"if_index", int64(n.Index)}, {"if_name", n.Name}}
	}
	f.AnswerAny(0, all)
	return nil
}

// interfaceFlags are the IFF_ flags that Go tells of.
var interfaceFlags = []struct {
	is   net.Flags
	flag int64
}{
	{net.FlagUp, unix.IFF_UP}, {net.FlagBroadcast, unix.IFF_BROADCAST}, {net.FlagLoopback, unix.IFF_LOOPBACK},
	{net.FlagPointToPoint, unix.IFF_POINTOPOINT}, {net.FlagMulticast, unix.IFF_MULTICAST}, {net.FlagRunning, unix.IFF_RUNNING},
}

// Getifaddrs is getifaddrs(3) of the Internet addresses: a record for each, with the flags of
// its interface.
func Getifaddrs(f *Frame) error {
	list, err := net.Interfaces()
	if err != nil {
		return interfacesError(err)
	}
	all := []any{}
	for _, n := range list {
		flags := int64(0)
		for _, known := range interfaceFlags {
			if n.Flags&known.is != 0 {
				flags |= known.flag
			}
		}
		addresses, err := n.Addrs()
		if err != nil {
			return interfacesError(err)
		}
		for _, a := range addresses {
			if ip, ok := a.(*net.IPNet); ok {
				all = append(all, Record{{"ifa_name", n.Name}, {"ifa_flags", flags},
					{"ifa_addr", internetAddress(ip.IP, n.Index)}, {"ifa_netmask", internetAddress(net.IP(ip.Mask), 0)}})
			}
		}
	}
	f.AnswerAny(0, all)
	return nil
}

// internetAddress is an address as the calls take it, with port 0. One that is valid on its
// link alone has the link's number with it.
func internetAddress(address net.IP, index int) Record {
	ip, _ := netip.AddrFromSlice(address)
	number, scope := unix.AF_INET6, 0
	if ip = ip.Unmap(); ip.Is4() {
		number = unix.AF_INET
	} else if ip.IsLinkLocalUnicast() {
		scope = index
	}
	var a Sockaddr
	a.SetInet(number, ip, 0, 0, uint32(scope))
	return a.Fields()
}
