package kernel

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// InetPton is inet_pton(3): text to packed bytes. C answers 0 for a text that is no
// address, which is EINVAL here.
func InetPton(f *Frame, af int, text string) error {
	if af != unix.AF_INET && af != unix.AF_INET6 {
		return unix.EAFNOSUPPORT
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ipFamily(ip) != af || ip.Zone() != "" {
		return unix.EINVAL
	}
	f.AnswerStr(0, string(ip.AsSlice()))
	return nil
}

// InetNtop is inet_ntop(3): packed bytes to text.
func InetNtop(f *Frame, af int, packed string) error {
	size := 0
	switch af {
	case unix.AF_INET:
		size = 4
	case unix.AF_INET6:
		size = 16
	default:
		return unix.EAFNOSUPPORT
	}
	if len(packed) != size {
		return badArg(1, "%d bytes expected, got %d", size, len(packed))
	}
	ip, _ := netip.AddrFromSlice([]byte(packed))
	f.AnswerStr(0, ntop(ip))
	return nil
}

// ntop writes an address as inet_ntop does: ::1.2.3.4 keeps its dots, which Go writes
// for ::ffff:1.2.3.4 only.
func ntop(ip netip.Addr) string {
	b := ip.As16()
	if ip.Is6() && [12]byte(b[:12]) == [12]byte{} && (b[12] != 0 || b[13] != 0) {
		return "::" + netip.AddrFrom4([4]byte(b[12:])).String()
	}
	return ip.WithZone("").String()
}

// InetAton is inet_aton(3): an IPv4 address in any of its forms to packed bytes.
func InetAton(f *Frame, text string) error {
	// glibc ends at a blank, whatever follows.
	if i := strings.IndexAny(text, " \t\n\v\f\r"); i > 0 {
		text = text[:i]
	}
	ip, ok := aton(text)
	if !ok {
		return unix.EINVAL
	}
	f.AnswerStr(0, string(ip[:]))
	return nil
}

// aton reads the forms of inet_aton(3): a, a.b, a.b.c and a.b.c.d, where the last part
// fills all bytes that are left, each decimal, octal (017) or hexadecimal (0xf).
func aton(text string) (ip [4]byte, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) > len(ip) {
		return ip, false
	}
	last := len(parts) - 1
	for i, part := range parts {
		width := 8
		if i == last {
			width = 8 * (len(ip) - last)
		}
		n, ok := atonPart(part, width)
		if !ok {
			return ip, false
		}
		if i < last {
			ip[i] = byte(n)
			continue
		}
		for j := len(ip) - 1; j >= last; j-- {
			ip[j] = byte(n)
			n >>= 8
		}
	}
	return ip, true
}

// atonPart reads a number as strtoul with base 0 does, which knows neither Go's 0b and
// 0o nor its underscores.
func atonPart(s string, width int) (uint64, bool) {
	base := 10
	switch {
	case len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X"):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0':
		base = 8
	}
	if s == "" || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, width)
	return n, err == nil
}

// InetNtoa is inet_ntoa(3).
func InetNtoa(f *Frame, packed string) error {
	if len(packed) != 4 {
		return badArg(0, "4 bytes expected, got %d", len(packed))
	}
	f.AnswerStr(0, netip.AddrFrom4([4]byte([]byte(packed))).String())
	return nil
}

// Swap16 is htons(3) and ntohs(3), which do the same.
func Swap16(f *Frame, n int) error {
	if n < 0 || n > 0xffff {
		return badArg(0, "0 to 65535 expected, got %d", n)
	}
	var b [2]byte
	binary.NativeEndian.PutUint16(b[:], uint16(n))
	f.Answer(0, int(binary.BigEndian.Uint16(b[:])))
	return nil
}

// Swap32 is htonl(3) and ntohl(3).
func Swap32(f *Frame, n int) error {
	if n < 0 || n > 0xffffffff {
		return badArg(0, "0 to 4294967295 expected, got %d", n)
	}
	var b [4]byte
	binary.NativeEndian.PutUint32(b[:], uint32(n))
	f.Answer(0, int(binary.BigEndian.Uint32(b[:])))
	return nil
}
