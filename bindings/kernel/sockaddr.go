package kernel

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// sizeofStorage is the size of struct sockaddr_storage on every system.
const sizeofStorage = 128

// Sockaddr is an address as the kernel takes and gives it.
type Sockaddr struct {
	Len uint32
	Buf [sizeofStorage]byte
}

// family is what is known of one address family: how a Lua table's fields become
// bytes, and back, and how the address prints.
type family struct {
	name   string // as the error messages say it
	encode func(a *Sockaddr, r *Reader)
	decode func(a *Sockaddr) Record // all but the family
	text   func(a *Sockaddr) string
}

// families are those with fields of their own; every other has data, the bytes after
// the family. Filled by the init of the files that know them.
var families = map[int]*family{
	unix.AF_INET:  {"IPv4 address", nil, decodeInet, textInet},
	unix.AF_INET6: {"IPv6 address", nil, decodeInet, textInet},
	unix.AF_UNIX:  {"AF_UNIX address", encodeUnix, decodeUnix, textUnix},
}

var otherFamily = &family{"address", encodeOther, decodeOther, textOther}

func familyOf(number int) *family {
	if f := families[number]; f != nil {
		return f
	}
	return otherFamily
}

// Fields are the address's parts: family first.
func (a *Sockaddr) Fields() Record {
	if a.Len < offsetData {
		return nil
	}
	fields := Record{{"family", int64(a.Family())}}
	return append(fields, familyOf(a.Family()).decode(a)...)
}

// String writes the address for people: 127.0.0.1:80, [::1]:80, /tmp/s, @name.
func (a *Sockaddr) String() string {
	if a.Len < offsetData {
		return ""
	}
	return familyOf(a.Family()).text(a)
}

// offsetData is where what follows the family begins, on every system.
const offsetData = 2

func (a *Sockaddr) data() []byte { return a.Buf[offsetData:max(offsetData, min(a.Len, sizeofStorage))] }

// SetInet makes an IPv4 or IPv6 address: sockaddr_in and sockaddr_in6 of ip(7) and
// ipv6(7). An IPv4 address in an IPv6 family is mapped.
func (a *Sockaddr) SetInet(number int, ip netip.Addr, port int, flow, scope uint32) {
	clear(a.Buf[:])
	binary.BigEndian.PutUint16(a.Buf[2:], uint16(port))
	if number == unix.AF_INET {
		v4 := ip.As4()
		copy(a.Buf[4:], v4[:])
		a.setFamily(number, unix.SizeofSockaddrInet4)
		return
	}
	v6 := ip.As16()
	binary.BigEndian.PutUint32(a.Buf[4:], flow)
	copy(a.Buf[8:], v6[:])
	binary.NativeEndian.PutUint32(a.Buf[24:], scope)
	a.setFamily(number, unix.SizeofSockaddrInet6)
}

// Inet answers the parts of an IPv4 or IPv6 address. ok: it is one, and whole.
func (a *Sockaddr) Inet() (ip netip.Addr, port int, flow, scope uint32, ok bool) {
	port = int(binary.BigEndian.Uint16(a.Buf[2:]))
	switch {
	case a.Family() == unix.AF_INET && a.Len >= 8:
		ip = netip.AddrFrom4([4]byte(a.Buf[4:8]))
	case a.Family() == unix.AF_INET6 && a.Len >= 24:
		ip = netip.AddrFrom16([16]byte(a.Buf[8:24]))
		flow = binary.BigEndian.Uint32(a.Buf[4:])
		if a.Len >= 28 {
			scope = binary.NativeEndian.Uint32(a.Buf[24:])
		}
	default:
		return ip, 0, 0, 0, false
	}
	return ip, port, flow, scope, true
}

func decodeInet(a *Sockaddr) Record {
	ip, port, flow, scope, ok := a.Inet()
	if !ok {
		return decodeOther(a)
	}
	r := Record{{"addr", ip.String()}, {"port", int64(port)}}
	if flow != 0 {
		r = append(r, Field{"flowinfo", int64(flow)})
	}
	if scope != 0 {
		r = append(r, Field{"scope_id", int64(scope)})
	}
	return r
}

func textInet(a *Sockaddr) string {
	ip, port, _, scope, ok := a.Inet()
	if !ok {
		return textOther(a)
	}
	if scope != 0 {
		return fmt.Sprintf("[%s%%%s]:%d", ip, ScopeName(scope), port)
	}
	if ip.Is6() {
		return "[" + ip.String() + "]:" + strconv.Itoa(port)
	}
	return ip.String() + ":" + strconv.Itoa(port)
}

// SetUnix makes a Unix address (unix(7)). A path that begins with "@" or a NUL byte
// is abstract; an empty one is the unnamed address, which binds to a name of the
// kernel's choice.
func (a *Sockaddr) SetUnix(path string) error {
	abstract := strings.HasPrefix(path, "@") || strings.HasPrefix(path, "\x00")
	if err := checkPath(path, abstract); err != nil {
		return err
	}
	clear(a.Buf[:])
	n := copy(a.Buf[offsetData:], path)
	if abstract {
		a.Buf[offsetData] = 0
	} else if n > 0 && n < sizeofPath {
		n++ // the NUL at the end
	}
	a.setFamily(unix.AF_UNIX, offsetData+n)
	return nil
}

func checkPath(path string, abstract bool) error {
	switch {
	case len(path) > sizeofPath:
		return fmt.Errorf("a path of at most %d bytes expected, got %d", sizeofPath, len(path))
	case abstract && !hasAbstract:
		return fmt.Errorf("abstract names are Linux's: this system has none")
	case !abstract && strings.Contains(path, "\x00"):
		return fmt.Errorf("a path without NUL bytes expected")
	}
	return nil
}

// Path answers a Unix address's path; an abstract one begins with "@". The file "@x" is
// therefore "./@x", as SetUnix would have to be given it.
func (a *Sockaddr) Path() string {
	data := a.data()
	if len(data) > 0 && data[0] == 0 && hasAbstract {
		return "@" + string(data[1:])
	}
	path, _, _ := strings.Cut(string(data), "\x00")
	if strings.HasPrefix(path, "@") {
		return "./" + path
	}
	return path
}

func encodeUnix(a *Sockaddr, r *Reader) {
	if err := a.SetUnix(r.Str("path", "")); err != nil && r.err == nil {
		r.err = fmt.Errorf("field 'path': %w", err)
	}
}

func decodeUnix(a *Sockaddr) Record { return Record{{"path", a.Path()}} }

func textUnix(a *Sockaddr) string {
	if path := a.Path(); path != "" {
		return Escape(path)
	}
	return "(unnamed)"
}

func encodeOther(a *Sockaddr, r *Reader) {
	data := r.Str("data", "")
	number := a.Family()
	if len(data) > sizeofStorage-offsetData {
		r.err = fmt.Errorf("field 'data': at most %d bytes expected, got %d", sizeofStorage-offsetData, len(data))
		return
	}
	copy(a.Buf[offsetData:], data)
	a.setFamily(number, offsetData+len(data))
}

func decodeOther(a *Sockaddr) Record { return Record{{"data", string(a.data())}} }

func textOther(a *Sockaddr) string {
	return fmt.Sprintf("family %d: %x", a.Family(), a.data())
}

// Escape makes bytes fit to be shown: what is not printable ASCII becomes \ddd.
func Escape(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return escapeFrom(s, i)
		}
	}
	return s
}

func escapeFrom(s string, i int) string {
	var b strings.Builder
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			fmt.Fprintf(&b, "\\%03d", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// EscapeText is Escape for text of several lines: line ends, tabs and UTF-8 stay.
func EscapeText(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, "\\%03d", s[i])
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "\\%03d", c)
			}
		}
	}
	return b.String()
}
