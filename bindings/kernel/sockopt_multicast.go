package kernel

import (
	"encoding/binary"
	"math"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Multicast: ip(7), ipv6(7), RFC 3678. Groups can be joined and left, not asked for.
var (
	shapeMembership       = membership("membership", "membership table {multiaddr=, interface= or ifindex=}", 12, encodeMembership)
	shapeSourceMembership = membership("source membership", "membership table {multiaddr=, interface=, sourceaddr=}", 12,
		encodeSourceMembership)
	shapeMembership6 = membership("IPv6 membership", "membership table {multiaddr=, interface= or ifindex=}",
		unix.SizeofIPv6Mreq, encodeMembership6)
	shapeGroup       = membership("group", "group table {group=, interface= or ifindex=}", sizeofGroupReq, encodeGroup)
	shapeSourceGroup = membership("source group", "group table {group=, source=, interface= or ifindex=}",
		sizeofGroupReq+sizeofStorage, encodeSourceGroup)
	shapeIndex = &Shape{Name: "interface index", Expect: "interface's index or name", sizes: []int{4}, text: true,
		decode: decodeInt, encode: encodeIndex}
	shapeMulticastIf = &Shape{Name: "interface", Expect: "interface's address, name or index", sizes: []int{4}, text: true,
		decode: decodeMulticastIf, encode: encodeMulticastIf}
)

// membership is the shape of a structure of addresses.
func membership(name, expect string, size int, encode func(any) ([]byte, error)) *Shape {
	s := fixed(name, expect, size, decodeRaw, encode)
	s.address = true
	return s
}

const sizeofGroupReq = offsetGroup + sizeofStorage

// ip4 reads a field that is an IPv4 address.
func (r *Reader) ip4(name string) [4]byte {
	ip, err := netip.ParseAddr(r.Str(name, ""))
	if err != nil || !ip.Is4() {
		r.fail(name, "IPv4 address", r.rec.Get(name))
		return [4]byte{}
	}
	return ip.As4()
}

// index reads an interface given as ifindex= or as the name interface=; 0 lets the
// kernel choose one.
func (r *Reader) index() uint32 {
	index := r.Range("ifindex", 0, 0, math.MaxInt32)
	if v := r.rec.Get("interface"); v != nil {
		if _, isName := v.(string); !isName {
			r.fail("interface", "an interface's name (a number is ifindex=)", v)
		}
	}
	name := r.Str("interface", "")
	if name == "" || r.err != nil {
		return uint32(index)
	}
	n, err := interfaceIndex(name)
	if err != nil {
		r.err = err
	}
	return uint32(n)
}

// mreqn makes a struct ip_mreqn, or the older ip_mreq where no index is needed, which
// all kernels take.
func mreqn(group, address [4]byte, index uint32) []byte {
	b := append(group[:], address[:]...)
	if index != 0 {
		b = binary.NativeEndian.AppendUint32(b, index)
	}
	return b
}

func encodeMembership(v any) ([]byte, error) {
	r, err := readerOf(v, "membership")
	if err != nil {
		return nil, err
	}
	group := r.ip4("multiaddr")
	address, index := [4]byte{}, uint32(0)
	name, _ := r.rec.Get("interface").(string)
	if ip, err := netip.ParseAddr(name); err == nil && ip.Is4() && r.Has("interface") {
		address = ip.As4()
		index = uint32(r.Range("ifindex", 0, 0, math.MaxInt32))
	} else {
		index = r.index()
	}
	return mreqn(group, address, index), r.Done()
}

// The order of struct ip_mreq_source's fields differs between the systems.
func encodeSourceMembership(v any) ([]byte, error) {
	r, err := readerOf(v, "membership")
	if err != nil {
		return nil, err
	}
	var b [12]byte
	group, source := r.ip4("multiaddr"), r.ip4("sourceaddr")
	copy(b[:], group[:])
	copy(b[offsetSource:], source[:])
	if r.Has("interface") {
		address := r.ip4("interface")
		copy(b[12-offsetSource:], address[:])
	}
	return b[:], r.Done()
}

func encodeMembership6(v any) ([]byte, error) {
	r, err := readerOf(v, "membership")
	if err != nil {
		return nil, err
	}
	ip, err := netip.ParseAddr(r.Str("multiaddr", ""))
	if err != nil || !ip.Is6() {
		r.fail("multiaddr", "IPv6 address", r.rec.Get("multiaddr"))
		return nil, r.Done()
	}
	group := ip.As16()
	return binary.NativeEndian.AppendUint32(group[:], r.index()), r.Done()
}

func encodeGroup(v any) ([]byte, error) { return encodeGroupReq(v, "group") }

func encodeSourceGroup(v any) ([]byte, error) { return encodeGroupReq(v, "group", "source") }

// encodeGroupReq makes a struct group_req, or group_source_req: an index and addresses.
func encodeGroupReq(v any, fields ...string) ([]byte, error) {
	r, err := readerOf(v, "group")
	if err != nil {
		return nil, err
	}
	b := make([]byte, offsetGroup, sizeofGroupReq+sizeofStorage)
	for _, field := range fields {
		ip, err := netip.ParseAddr(r.Str(field, ""))
		if err != nil {
			r.fail(field, "address", r.rec.Get(field))
			return nil, r.Done()
		}
		var a Sockaddr
		a.SetInet(familyOfIP(ip), ip, 0, 0, 0)
		b = append(b, a.Buf[:]...)
	}
	binary.NativeEndian.PutUint32(b, r.index())
	return b, r.Done()
}

func familyOfIP(ip netip.Addr) int {
	if ip.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// decodeMulticastIf: the kernel answers the interface's address, also where it was
// set by its index.
func decodeMulticastIf(b []byte) any {
	if len(b) < 4 {
		return string(b)
	}
	return netip.AddrFrom4([4]byte(b[:4])).String()
}

func encodeMulticastIf(v any) ([]byte, error) {
	if index, ok := AsInt(v); ok && index >= 0 && index <= math.MaxInt32 {
		return ifOnly(uint32(index)), nil
	}
	name, ok := v.(string)
	if !ok {
		return nil, errShape
	}
	if ip, err := netip.ParseAddr(name); err == nil && ip.Is4() {
		address := ip.As4()
		return address[:], nil
	}
	index, err := interfaceIndex(name)
	return ifOnly(uint32(index)), err
}

// encodeIndex makes an interface's index, which may be given by its name.
func encodeIndex(v any) ([]byte, error) {
	name, ok := v.(string)
	if !ok {
		return encodeInt(v)
	}
	index, err := interfaceIndex(name)
	return binary.NativeEndian.AppendUint32(nil, uint32(index)), err
}

// ifOnly is a struct ip_mreqn with nothing but an index.
func ifOnly(index uint32) []byte {
	b := make([]byte, unsafe.Sizeof(unix.IPMreqn{}))
	binary.NativeEndian.PutUint32(b[8:], index)
	return b
}
