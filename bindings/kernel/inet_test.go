package kernel

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// atonTexts are forms of inet_aton(3), right and wrong, with their bytes; "" is none.
var atonTexts = []struct{ text, want string }{
	{"127.0.0.1", "\x7f\x00\x00\x01"}, {"127.1", "\x7f\x00\x00\x01"}, {"127.0.1", "\x7f\x00\x00\x01"},
	{"2130706433", "\x7f\x00\x00\x01"}, {"0x7f000001", "\x7f\x00\x00\x01"}, {"0177.0.0.01", "\x7f\x00\x00\x01"},
	{"0X7F.0x1", "\x7f\x00\x00\x01"}, {"1.2.65535", "\x01\x02\xff\xff"}, {"1.16777215", "\x01\xff\xff\xff"},
	{"4294967295", "\xff\xff\xff\xff"}, {"0", "\x00\x00\x00\x00"}, {"00", "\x00\x00\x00\x00"},
	{"0.0.0.0", "\x00\x00\x00\x00"}, {"255.255.255.255", "\xff\xff\xff\xff"}, {"1.2.3.4 rest", "\x01\x02\x03\x04"},
	{"1.2.3.4\n", "\x01\x02\x03\x04"},
	{"", ""}, {" 1.2.3.4", ""}, {"1.2.3.", ""}, {".1", ""}, {"1..2", ""}, {"1.2.3.4.5", ""}, {"256.1", ""},
	{"1.2.3.256", ""}, {"1.2.65536", ""}, {"1.16777216", ""}, {"4294967296", ""}, {"08", ""}, {"0x", ""},
	{"0xg", ""}, {"1.2.3.4x", ""}, {"+1", ""}, {"-1", ""}, {"1_0", ""}, {"0b1", ""}, {"0o1", ""}, {"::1", ""},
	{"localhost", ""}, {"1.2.3.4\x00", ""},
}

func TestInetAton(t *testing.T) {
	for _, c := range atonTexts {
		f := &Frame{}
		err := InetAton(f, c.text)
		if (err == nil) != (c.want != "") || err != nil && err != unix.EINVAL || f.Out[0].Str != c.want {
			t.Errorf("%q: %x, %v; want %x", c.text, f.Out[0].Str, err, c.want)
		}
	}
}

func TestInetPtonNtop(t *testing.T) {
	for _, c := range []struct {
		af         int
		text, back string // what inet_ntop makes of it; "": no address
	}{
		{unix.AF_INET, "1.2.3.4", "1.2.3.4"},
		{unix.AF_INET, "1.2.3", ""}, {unix.AF_INET, "01.2.3.4", ""}, {unix.AF_INET, "::1", ""}, {unix.AF_INET, "", ""},
		{unix.AF_INET6, "::1", "::1"}, {unix.AF_INET6, "::", "::"}, {unix.AF_INET6, "1:0:0:2::3", "1:0:0:2::3"},
		{unix.AF_INET6, "::ffff:1.2.3.4", "::ffff:1.2.3.4"}, {unix.AF_INET6, "::1.2.3.4", "::1.2.3.4"},
		{unix.AF_INET6, "::0.0.0.5", "::5"}, {unix.AF_INET6, "1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
		{unix.AF_INET6, "FE80::A", "fe80::a"}, {unix.AF_INET6, "fe80::1%lo", ""}, {unix.AF_INET6, "1.2.3.4", ""},
	} {
		f := &Frame{}
		err := InetPton(f, c.af, c.text)
		if c.back == "" {
			if err != unix.EINVAL {
				t.Errorf("inet_pton(%q): %x, %v; want EINVAL", c.text, f.Out[0].Str, err)
			}
			continue
		}
		packed := f.Out[0].Str
		if err == nil {
			err = InetNtop(f, c.af, packed)
		}
		if err != nil || f.Out[0].Str != c.back {
			t.Errorf("%q: %x, %q, %v; want %q", c.text, packed, f.Out[0].Str, err, c.back)
		}
	}
	if err := InetPton(&Frame{}, unix.AF_UNIX, "x"); err != unix.EAFNOSUPPORT {
		t.Errorf("inet_pton(AF_UNIX): %v", err)
	}
	if err := InetNtop(&Frame{}, unix.AF_UNIX, "x"); err != unix.EAFNOSUPPORT {
		t.Errorf("inet_ntop(AF_UNIX): %v", err)
	}
}

func TestInetMistakes(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"inet_ntop", InetNtop(&Frame{}, unix.AF_INET, "abc"), "4 bytes expected, got 3"},
		{"inet_ntop", InetNtop(&Frame{}, unix.AF_INET6, "abcd"), "16 bytes expected, got 4"},
		{"inet_ntoa", InetNtoa(&Frame{}, "12345"), "4 bytes expected, got 5"},
		{"htons", Swap16(&Frame{}, 65536), "0 to 65535 expected, got 65536"},
		{"htons", Swap16(&Frame{}, -1), "0 to 65535 expected, got -1"},
		{"htonl", Swap32(&Frame{}, 1<<32), "0 to 4294967295 expected, got 4294967296"},
		{"htonl", Swap32(&Frame{}, -1), "0 to 4294967295 expected, got -1"},
		{"getservbyport", Getservbyport(&Frame{}, 65536, ""), "0 to 65535 expected, got 65536"},
	} {
		var mistake *ArgError
		if !errors.As(c.err, &mistake) || !strings.Contains(mistake.Text, c.want) {
			t.Errorf("%s: %v, want %q", c.name, c.err, c.want)
		}
	}
}

func TestByteOrder(t *testing.T) {
	f := &Frame{}
	for n, want := range map[int][]byte{0x1234: {0x12, 0x34}, 0xffff: {0xff, 0xff}, 1: {0, 1}} {
		if err := Swap16(f, n); err != nil || f.Out[0].Int != int64(binary.NativeEndian.Uint16(want)) {
			t.Errorf("htons(%#x): %#x, %v", n, f.Out[0].Int, err)
		}
	}
	for n, want := range map[int][]byte{0x12345678: {0x12, 0x34, 0x56, 0x78}, 0xffffffff: {255, 255, 255, 255}} {
		if err := Swap32(f, n); err != nil || f.Out[0].Int != int64(binary.NativeEndian.Uint32(want)) {
			t.Errorf("htonl(%#x): %#x, %v", n, f.Out[0].Int, err)
		}
	}
}

// TestPathLikeAbstract: a file called "@x" is not to be taken for the abstract name.
func TestPathLikeAbstract(t *testing.T) {
	var a Sockaddr
	if err := a.SetUnix("?x"); err != nil {
		t.Fatal(err)
	}
	a.Buf[offsetData] = '@' // as the kernel tells a name that another program has bound
	if got := a.Path(); got != "./@x" {
		t.Errorf("the file is %q", got)
	}
	if err := a.SetUnix("@x"); err == nil && a.Path() != "@x" {
		t.Errorf("the abstract name is %q", a.Path())
	}
}
