package kernel

import (
	"encoding/binary"
	"errors"
	"math"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestIoctlInterfaceNumbers(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Skip(err)
	}
	if n, _, err := doIoctl(t, fd, unix.SIOCGIFINDEX, "lo"); n != int64(lo.Index) || err != nil {
		t.Error("SIOCGIFINDEX: ", n, err)
	}
	if name, _, err := doIoctl(t, fd, unix.SIOCGIFNAME, int64(lo.Index)); name != "lo" || err != nil {
		t.Error("SIOCGIFNAME: ", name, err)
	}
	if mac, _, err := doIoctl(t, fd, unix.SIOCGIFHWADDR, "lo"); mac != strings.Repeat("\x00", 6) || err != nil {
		t.Errorf("SIOCGIFHWADDR: %q, %v", mac, err)
	}
	if n, _, err := doIoctl(t, fd, unix.SIOCGIFTXQLEN, "lo"); err != nil || n.(int64) < 0 {
		t.Error("SIOCGIFTXQLEN: ", n, err)
	}
}

func TestIoctlQueues(t *testing.T) {
	fd, c := tcpPair(t)
	if _, err := c.Write([]byte("12345")); err != nil {
		t.Fatal(err)
	}
	pollFor(t, fd, unix.POLLIN)
	if n, _, err := doIoctl(t, fd, unix.SIOCINQ, nil); n != int64(5) || err != nil {
		t.Error("SIOCINQ: ", n, err)
	}
	for _, req := range []uint{unix.SIOCOUTQ, unix.SIOCOUTQNSD} {
		if n, _, err := doIoctl(t, fd, req, nil); n != int64(0) || err != nil {
			t.Errorf("request 0x%x: %v, %v", req, n, err)
		}
	}
}

func TestIoctlStamp(t *testing.T) {
	a := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err := unix.Bind(a, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, _ := unix.Getsockname(a)
	if _, _, err := doIoctl(t, a, unix.SIOCGSTAMP, nil); err != unix.ENOENT {
		t.Errorf("before a packet: %v, want ENOENT", err)
	}
	// The first request has the socket take stamps; the kernel makes them for all
	// sockets, and begins in its own time.
	if err := unix.Sendto(a, []byte("x"), 0, name); err != nil {
		t.Fatal(err)
	}
	readFrom(t, a, make([]byte, 10))
	for _, req := range []uint{unix.SIOCGSTAMP_OLD, unix.SIOCGSTAMP_NEW, unix.SIOCGSTAMPNS_OLD, unix.SIOCGSTAMPNS_NEW} {
		at, _, err := doIoctl(t, a, req, nil)
		if err != nil || math.Abs(at.(float64)-float64(time.Now().UnixNano())/1e9) > 60 {
			t.Errorf("request 0x%x: %v, %v", req, at, err)
		}
	}
}

func TestIoctlTerminal(t *testing.T) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	defer unix.Close(fd)
	if _, _, err := doIoctl(t, fd, unix.TIOCSWINSZ, Record{{"ws_row", int64(12)}, {"ws_col", int64(34)}}); err != nil {
		t.Fatal(err)
	}
	want := Record{{"ws_row", int64(12)}, {"ws_col", int64(34)}, {"ws_xpixel", int64(0)}, {"ws_ypixel", int64(0)}}
	if w, _, err := doIoctl(t, fd, unix.TIOCGWINSZ, nil); err != nil || !reflect.DeepEqual(w, want) {
		t.Error("TIOCGWINSZ: ", w, err)
	}
	// Requests that the tables do not have: one whose number does not tell the size
	// (struct termios has 36 bytes), and one that does.
	r, termios, err := doIoctl(t, fd, unix.TCGETS, strings.Repeat("\x00", 36))
	if r != int64(0) || err != nil || len(termios) != 36 || strings.Trim(termios, "\x00") == "" {
		t.Errorf("TCGETS: %v, %q, %v", r, termios, err)
	}
	if _, data, err := doIoctl(t, fd, unix.TIOCGPTLCK, ""); err != nil || len(data) != 4 || binary.NativeEndian.Uint32([]byte(data)) != 1 {
		t.Errorf("TIOCGPTLCK: %q, %v", data, err)
	}
	if n, _, err := doIoctl(t, fd, unix.TCFLSH, int64(unix.TCIFLUSH)); n != int64(0) || err != nil {
		t.Error("TCFLSH: ", n, err)
	}
}

// What could make the kernel write to an address of the program's choice is refused.
func TestIoctlRefusesAddresses(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	for _, req := range []uint{
		unix.SIOCETHTOOL, unix.SIOCGIFCONF, unix.SIOCBONDINFOQUERY, unix.SIOCGHWTSTAMP, unix.SIOCDEVPRIVATE, unix.SIOCGIFBR,
		0xc020660b, // FS_IOC_FIEMAP: writes as many extents as the structure says
	} {
		for _, arg := range []any{strings.Repeat("a", 40), int64(1 << 40), int64(1 << 16)} {
			if _, _, err := doIoctl(t, fd, req, arg); !errors.As(err, new(*ArgError)) {
				t.Errorf("ioctl(0x%x, %v): %v, want an ArgError", req, arg, err)
			}
		}
	}
	if _, _, err := doIoctl(t, fd, unix.SIOCGIFMAP, int64(1)); err != unix.EFAULT {
		t.Errorf("SIOCGIFMAP at address 1: %v, want EFAULT", err)
	}
}
