package kernel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Shape says how the bytes of an option's value become a plain value, and back.
type Shape struct {
	Name   string // "linger"
	Expect string // what setsockopt takes, as its error says: "linger table {onoff=, linger=}"
	Group  string // of constants, where the value is one: "SOCK_"

	sizes  []int // what getsockopt is asked for; the next after EINVAL
	unit   int   // bytes for 1 of a size; 0 is 1
	open   bool  // the value may be longer than the first size
	text   bool  // a string is the value, not its bytes
	decode func(b []byte) any
	encode func(v any) ([]byte, error)

	// address: a string that is an address is one that lacks its table, and not a structure's bytes,
	// which the kernel would find an address in.
	address bool
	// pass makes the system call where the value is passed by a pointer in a structure.
	pass func(fd, level, name int, b []byte) error
}

// errShape: the value has not the type that the option takes.
var errShape = errors.New("wrong type")

// Encode makes the bytes of a value for setsockopt. A string is the bytes themselves
// where the option is not one that a string describes.
func (s *Shape) Encode(v any) ([]byte, error) {
	if raw, ok := v.(string); ok && !s.text {
		if _, err := netip.ParseAddr(raw); err == nil && s.address {
			return nil, fmt.Errorf("%s expected, got %q", s.Expect, raw)
		}
		if slices.Contains(scalars, s) && numeral().MatchString(raw) {
			return nil, fmt.Errorf("%s expected, got %s", s.Expect, Digits(raw))
		}
		return []byte(raw), s.checkUnits(len(raw))
	}
	b, err := s.encode(v)
	if err == errShape {
		got := TypeName(v)
		if list, ok := v.([]any); ok && len(list) > 0 {
			got = "an array"
		}
		err = fmt.Errorf("%s expected, got %s", s.Expect, got)
	}
	if err == nil {
		err = s.checkUnits(len(b))
	}
	return b, err
}

// checkUnits holds what is counted to whole units, as many as 16 bits can count.
func (s *Shape) checkUnits(size int) error {
	if s.unit > 1 && (size%s.unit != 0 || size/s.unit > math.MaxUint16) {
		return fmt.Errorf("at most %d units of %d bytes expected, got %d bytes", math.MaxUint16, s.unit, size)
	}
	return nil
}

// Decode makes a plain value of what getsockopt answered.
func (s *Shape) Decode(b []byte) any { return s.decode(b) }

// fixed is the shape of a value of one size.
func fixed(name, expect string, size int, decode func([]byte) any, encode func(any) ([]byte, error)) *Shape {
	return &Shape{Name: name, Expect: expect, sizes: []int{size}, decode: decode, encode: encode}
}

// The scalar shapes. A flag is a C int; true and false may stand for it.
var (
	shapeInt      = fixed("int", "integer", 4, decodeInt, encodeInt)
	shapeUnsigned = fixed("unsigned", "integer", 4, decodeUnsigned, encodeInt)
	shapeWide     = fixed("wide", "integer", 8, decodeUnsigned, encodeWide)
	shapeFlag     = fixed("flag", "integer or boolean", 4, decodeInt, encodeFlag)
	shapeFD       = fixed("descriptor", "descriptor", 4, decodeInt, encodeFD)
	shapeErrno    = constants("errno", "E")
	shapeSockType = constants("type", "SOCK_")
	shapeSeconds  = fixed("seconds", "time in seconds", 16, decodeSeconds, encodeSeconds)
	shapeLinger   = fixed("linger", "linger table {onoff=, linger=}", unix.SizeofLinger, decodeLinger, encodeLinger)
)

// scalars are those of which digits are a number that lacks its conversion: as bytes, "4096" would be
// 909,717,556.
var scalars = []*Shape{shapeInt, shapeUnsigned, shapeWide, shapeFlag, shapeFD, shapeSeconds}

// The shapes of values of many lengths. One that is not in the tables is asked for as
// more than an int, so that the answer's length tells what it is; then as an int,
// since some of the kernel's options take no other length.
var (
	shapeText    = &Shape{Name: "text", Expect: "string", sizes: []int{256}, open: true, text: true, decode: decodeText, encode: encodeText}
	shapeRaw     = &Shape{Name: "raw", Expect: "string of bytes", sizes: []int{1024}, open: true, decode: decodeRaw, encode: encodeNothing}
	shapeNumbers = &Shape{Name: "numbers", Expect: "string of bytes", sizes: []int{256}, open: true, decode: decodeNumbers, encode: encodeNothing}
	shapeUnknown = &Shape{Name: "unknown", Expect: "integer, boolean or string of bytes", sizes: []int{256, 4}, open: true,
		decode: decodeUnknown, encode: encodeFlag}
)

// constants is the shape of an int whose value is a constant of a group.
func constants(name, group string) *Shape {
	s := fixed(name, "integer", 4, decodeInt, encodeInt)
	s.Group = group
	return s
}

// decodeInt takes the length that the kernel answered: the BSDs have options of one
// byte (IP_MULTICAST_TTL).
func decodeInt(b []byte) any {
	if len(b) == 4 {
		return int64(int32(binary.NativeEndian.Uint32(b)))
	}
	return decodeUnsigned(b)
}

func decodeUnsigned(b []byte) any {
	switch len(b) {
	case 1:
		return int64(b[0])
	case 2:
		return int64(binary.NativeEndian.Uint16(b))
	case 4:
		return int64(binary.NativeEndian.Uint32(b))
	case 8:
		return binary.NativeEndian.Uint64(b)
	}
	return string(b)
}

func encodeInt(v any) ([]byte, error) {
	n, ok := AsInt(v)
	if !ok {
		return nil, errShape
	}
	if n < math.MinInt32 || n > math.MaxUint32 {
		return nil, fmt.Errorf("integer from %d to %d expected, got %d", math.MinInt32, uint32(math.MaxUint32), n)
	}
	return binary.NativeEndian.AppendUint32(nil, uint32(n)), nil
}

func encodeWide(v any) ([]byte, error) {
	if n, ok := v.(uint64); ok {
		return binary.NativeEndian.AppendUint64(nil, n), nil
	}
	n, ok := AsInt(v)
	if !ok {
		return nil, errShape
	}
	return binary.NativeEndian.AppendUint64(nil, uint64(n)), nil
}

func encodeFlag(v any) ([]byte, error) {
	if on, ok := v.(bool); ok {
		v = int64(0)
		if on {
			v = int64(1)
		}
	}
	return encodeInt(v)
}

// encodeFD hides the program's own descriptors.
func encodeFD(v any) ([]byte, error) {
	b, err := encodeInt(v)
	if err == nil {
		fd := Visible(int(int32(binary.NativeEndian.Uint32(b))))
		binary.NativeEndian.PutUint32(b, uint32(fd))
	}
	return b, err
}

// A struct timeval of two longs, as every 64-bit system has it; macOS has an int and
// padding for the microseconds.
func decodeSeconds(b []byte) any {
	if len(b) < 16 {
		return string(b)
	}
	sec := int64(binary.NativeEndian.Uint64(b))
	usec := int32(binary.NativeEndian.Uint32(b[8:]))
	return float64(sec) + float64(usec)/1e6
}

// encodeSeconds rounds up to microseconds: 0 means no limit, which a short time must
// not become. What is out of the kernel's range is for the kernel to refuse (EDOM).
func encodeSeconds(v any) ([]byte, error) {
	seconds, ok := v.(float64)
	if n, isInt := v.(int64); isInt {
		seconds, ok = float64(n), true
	}
	switch {
	case !ok:
		return nil, errShape
	case math.IsNaN(seconds) || math.Abs(seconds) >= 1<<62:
		return nil, fmt.Errorf("time in seconds expected, got %v (0 is no limit)", seconds)
	}
	whole := math.Floor(seconds)
	sec, usec := int64(whole), roundUp((seconds-whole)*1e6)
	if usec >= 1e6 {
		sec, usec = sec+1, 0
	}
	b := binary.NativeEndian.AppendUint64(nil, uint64(sec))
	return binary.NativeEndian.AppendUint64(b, uint64(usec)), nil
}

// roundUp rounds up, but for what is only the error of a binary fraction: 0.1 seconds
// are 100,000 microseconds.
func roundUp(usec float64) int64 {
	if near := math.Round(usec); near > 0 && math.Abs(usec-near) < 1e-3 {
		return int64(near)
	}
	return int64(math.Ceil(usec))
}

func decodeLinger(b []byte) any {
	if len(b) < unix.SizeofLinger {
		return string(b)
	}
	return Record{
		{"onoff", int64(int32(binary.NativeEndian.Uint32(b)))},
		{"linger", int64(int32(binary.NativeEndian.Uint32(b[4:])))},
	}
}

func encodeLinger(v any) ([]byte, error) {
	r, err := readerOf(v, "linger")
	if err != nil {
		return nil, err
	}
	onoff := int64(0)
	if on, ok := r.rec.Get("onoff").(bool); !ok {
		onoff = r.needed("onoff", math.MinInt32, math.MaxInt32)
	} else if r.Has("onoff") && on {
		onoff = 1
	}
	linger := r.needed("linger", math.MinInt32, math.MaxInt32)
	b := binary.NativeEndian.AppendUint32(nil, uint32(onoff))
	return binary.NativeEndian.AppendUint32(b, uint32(linger)), r.Done()
}

// decodeText cuts the NULs that the kernel appends.
func decodeText(b []byte) any {
	text, _, _ := strings.Cut(string(b), "\x00")
	return text
}

func encodeText(v any) ([]byte, error) {
	text, ok := v.(string)
	if !ok {
		return nil, errShape
	}
	return []byte(text), nil
}

func decodeRaw(b []byte) any { return string(b) }

func encodeNothing(any) ([]byte, error) { return nil, errShape }

func decodeNumbers(b []byte) any {
	list := make([]any, 0, len(b)/4)
	for ; len(b) >= 4; b = b[4:] {
		list = append(list, int64(binary.NativeEndian.Uint32(b)))
	}
	return list
}

func decodeUnknown(b []byte) any {
	if len(b) == 4 {
		return decodeInt(b)
	}
	return string(b)
}
