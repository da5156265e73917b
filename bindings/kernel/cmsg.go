package kernel

import (
	"fmt"
	"math"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A control message, cmsg(3), is a Record with level and type, and either fields of
// its own or, where its form is not known here, data: the bytes as they are.

// controlKind is cmsg_level and cmsg_type.
type controlKind struct{ level, typ int }

// controlForm is what is known of the data of one kind.
type controlForm struct {
	decode func(data []byte) Record             // nil: the data is not of this form
	encode func(data []byte, r *Reader) []byte  // appends to data
	passes func(rec Record, passed []int) []int // appends the descriptors that are passed
}

// parseControl takes control data apart. It is the kernel's, but where the room was
// short its end is missing: a message that is cut is answered as far as it goes, and
// never dropped, since descriptors in it are open in this process.
func parseControl(b []byte) []any {
	messages := []any{}
	for len(b) >= unix.CmsgLen(0) {
		var h unix.Cmsghdr
		copy(structBytes(&h), b)
		if uint64(h.Len) < uint64(unix.CmsgLen(0)) {
			break
		}
		end := int(min(uint64(h.Len), uint64(len(b))))
		data := b[unix.CmsgLen(0):end]
		messages = append(messages, decodeControl(controlKind{int(h.Level), int(h.Type)}, data))
		b = b[min(unix.CmsgSpace(len(data)), len(b)):]
	}
	return messages
}

func decodeControl(kind controlKind, data []byte) Record {
	rec := Record{{"level", int64(kind.level)}, {"type", int64(kind.typ)}}
	if form, known := controlForms[kind]; known {
		if fields := form.decode(data); fields != nil {
			return append(rec, fields...)
		}
	}
	return append(rec, Field{"data", string(data)})
}

// appendControl adds a control message to b, and the descriptors that it passes to
// passed.
func appendControl(b []byte, passed []int, rec Record) ([]byte, []int, error) {
	r := NewReader(rec, "control message")
	kind := controlKind{r.neededInt("level"), r.neededInt("type")}
	start := len(b)
	b = append(b, make([]byte, unix.CmsgLen(0))...)
	form, known := controlForms[kind]
	raw, isRaw := rec.Get("data").(string)
	switch {
	case r.err != nil:
	case isRaw && len(rec) > 3:
		r.err = fmt.Errorf("the control message has data and other fields: either or")
	case isRaw && kind == rightsKind:
		r.err = fmt.Errorf("SCM_RIGHTS takes the field 'fds', not data")
	case isRaw || !known:
		r.Has("data")
		if b = append(b, raw...); !isRaw {
			r.fail("data", "string", rec.Get("data"))
		}
	default:
		if b = form.encode(b, r); form.passes != nil {
			passed = form.passes(rec, passed)
		}
	}
	return finishControl(b, start, kind), passed, r.Done()
}

var rightsKind = controlKind{unix.SOL_SOCKET, unix.SCM_RIGHTS}

// finishControl writes the header of the message that begins at start, and pads the
// message as CMSG_NXTHDR expects it.
func finishControl(b []byte, start int, kind controlKind) []byte {
	size := len(b) - start - unix.CmsgLen(0)
	h := unix.Cmsghdr{Level: int32(kind.level), Type: int32(kind.typ)}
	h.SetLen(unix.CmsgLen(size))
	copy(b[start:], structBytes(&h))
	for len(b) < start+unix.CmsgSpace(size) {
		b = append(b, 0)
	}
	return b
}

// structBytes are the bytes of a C structure.
func structBytes[T any](p *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(p)), unsafe.Sizeof(*p))
}

// structOf answers the C structure that the data is; ok: it has its size.
func structOf[T any](data []byte) (v T, ok bool) {
	ok = len(data) == int(unsafe.Sizeof(v))
	copy(structBytes(&v), data)
	return v, ok
}

// rightsForm is SCM_RIGHTS, unix(7). A part of a number at the end is none.
var rightsForm = controlForm{decodeRights, encodeRights, passedRights}

const sizeofFD = 4

func decodeRights(data []byte) Record {
	fds := make([]any, len(data)/sizeofFD)
	for i := range fds {
		fd, _ := structOf[int32](data[i*sizeofFD:][:sizeofFD])
		fds[i] = int64(fd)
		noteLowWater(int(fd))
	}
	return Record{{"fds", fds}}
}

// encodeRights passes descriptors; in place of one of the program's own, one that no
// process has.
func encodeRights(data []byte, r *Reader) []byte {
	if !r.Has("fds") {
		r.fail("fds", "array of descriptors", nil)
	}
	for _, v := range r.List("fds") {
		fd, ok := AsInt(v)
		if !ok || fd != int64(int32(fd)) {
			r.fail("fds", "array of descriptors", v)
			break
		}
		n := int32(Visible(int(fd)))
		data = append(data, structBytes(&n)...)
	}
	return data
}

func passedRights(rec Record, passed []int) []int {
	fds, _ := rec.Get("fds").([]any)
	for _, v := range fds {
		fd, _ := AsInt(v)
		passed = append(passed, int(fd))
	}
	return passed
}

// integerForm is a kind whose data is one integer, of type T as the kernel takes it.
func integerForm[T int32 | uint32 | uint16 | uint8]() controlForm {
	low, high := int64(0), int64(^T(0))
	if high < 0 {
		low, high = math.MinInt32, math.MaxInt32
	}
	return controlForm{
		decode: func(data []byte) Record {
			v, ok := structOf[T](data)
			if !ok {
				return nil
			}
			return Record{{"value", int64(v)}}
		},
		encode: func(data []byte, r *Reader) []byte {
			if !r.Has("value") {
				r.fail("value", "integer", nil)
			}
			v := T(r.Range("value", 0, low, high))
			return append(data, structBytes(&v)...)
		},
	}
}

// timevalForm is SCM_TIMESTAMP, socket(7).
var timevalForm = controlForm{
	decode: func(data []byte) Record {
		tv, ok := structOf[unix.Timeval](data)
		if !ok || tv.Usec < 0 || tv.Usec >= 1e6 {
			return nil
		}
		return timeRecord(tv.Sec, int64(tv.Usec)*1000)
	},
	encode: func(data []byte, r *Reader) []byte {
		sec, nsec := readTime(r)
		tv := unix.NsecToTimeval(nsec)
		tv.Sec = sec
		return append(data, structBytes(&tv)...)
	},
}

// timeRecord is a time: in seconds for people, and exactly.
func timeRecord(sec, nsec int64) Record {
	return Record{{"seconds", float64(sec) + float64(nsec)/1e9}, {"sec", sec}, {"nsec", nsec}}
}

// readTime takes the exact time, or else seconds.
func readTime(r *Reader) (sec, nsec int64) {
	const longest = 1 << 53
	seconds := r.Num("seconds", 0)
	exact := r.Has("sec")
	sec, nsec = r.Int("sec", 0), r.Range("nsec", 0, 0, 1e9-1)
	if exact || r.err != nil {
		return sec, nsec
	}
	if !(math.Abs(seconds) < longest) {
		r.fail("seconds", "time", seconds)
		return 0, 0
	}
	whole := math.Floor(seconds)
	return int64(whole), min(int64(math.Round((seconds-whole)*1e9)), 1e9-1)
}

// pktinfo6Form is IPV6_PKTINFO: struct in6_pktinfo, RFC 3542 section 6.
var pktinfo6Form = controlForm{
	decode: func(data []byte) Record {
		p, ok := structOf[unix.Inet6Pktinfo](data)
		if !ok {
			return nil
		}
		return Record{{"addr", netip.AddrFrom16(p.Addr).String()}, {"ifindex", int64(p.Ifindex)}}
	},
	encode: func(data []byte, r *Reader) []byte {
		p := unix.Inet6Pktinfo{Ifindex: uint32(r.Range("ifindex", 0, 0, math.MaxUint32))}
		p.Addr = readIP(r, "addr", "IPv6 address", netip.IPv6Unspecified()).As16()
		return append(data, structBytes(&p)...)
	},
}

// readIP takes an address in numbers, of the family of the one that it has if absent.
func readIP(r *Reader, name, want string, or netip.Addr) netip.Addr {
	s := r.Str(name, "")
	if s == "" {
		return or
	}
	ip, err := netip.ParseAddr(s)
	if err != nil || ip.Is4() != or.Is4() || ip.Zone() != "" {
		r.fail(name, want, s)
		return or
	}
	return ip
}

// readSockaddr takes a whole address: a table, or one that the kernel filled in.
func readSockaddr(r *Reader, name string) *Sockaddr {
	switch v := r.Any(name).(type) {
	case nil:
	case *Sockaddr:
		return v
	case Record:
		f := Frame{Peer: Peer{Set: true, Table: v}, fd: -1}
		a, err := f.FixedAddress(messageArg)
		if err == nil {
			return a
		}
		if r.err == nil {
			r.err = fmt.Errorf("field '%s': %w", name, err)
		}
	default:
		r.fail(name, "address", v)
	}
	return nil
}
