package kernel

import (
	"errors"
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// doIoctl makes the call, and answers both answers.
func doIoctl(t testing.TB, fd int, req uint, arg any) (any, string, error) {
	t.Helper()
	task := NewTask(0, "main")
	defer task.End()
	err := run(task, Never, onFD(fd, func(f *Frame, fd int) error { return Ioctl(f, fd, int(req), arg) }))
	return task.Frame.Out[0].Any, task.Frame.Out[1].Str, err
}

func TestIoctlCounts(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	if _, err := unix.Write(a, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if n, _, err := doIoctl(t, b, fionread, nil); n != int64(5) || err != nil {
		t.Error("FIONREAD: ", n, err)
	}
	if n, _, err := doIoctl(t, -1, fionread, nil); err != unix.EBADF {
		t.Errorf("on -1: %v, %v, want EBADF", n, err)
	}
}

func TestIoctlNonblocking(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	for _, c := range []struct {
		arg  any
		want int
	}{{true, unix.O_NONBLOCK}, {int64(0), 0}, {int64(1), unix.O_NONBLOCK}, {false, 0}} {
		if _, _, err := doIoctl(t, a, fionbio, c.arg); err != nil {
			t.Fatal(err)
		}
		if flags, _ := unix.FcntlInt(uintptr(a), unix.F_GETFL, 0); flags&unix.O_NONBLOCK != c.want {
			t.Errorf("FIONBIO %v: the flags are 0x%x", c.arg, flags)
		}
	}
}

func TestIoctlAtmark(t *testing.T) {
	fd, c := tcpPair(t)
	if n, _, err := doIoctl(t, fd, unix.SIOCATMARK, nil); n != int64(0) || err != nil {
		t.Error("SIOCATMARK: ", n, err)
	}
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	_ = raw.Control(func(peer uintptr) { err = unix.Sendto(int(peer), []byte("!"), unix.MSG_OOB, nil) })
	if err != nil {
		t.Fatal(err)
	}
	pollFor(t, fd, unix.POLLPRI)
	if n, _, err := doIoctl(t, fd, unix.SIOCATMARK, nil); n != int64(1) || err != nil {
		t.Error("SIOCATMARK at the mark: ", n, err)
	}
}

func TestIoctlInterfaces(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	list, _, err := doIoctl(t, fd, unix.SIOCGIFCONF, nil)
	if err != nil {
		t.Fatal(err)
	}
	var name string
	for _, entry := range list.([]any) {
		r := entry.(Record)
		if a := r.Get("addr").(*Sockaddr); a.String() == "127.0.0.1:0" {
			name = r.Get("name").(string)
		}
	}
	if name == "" {
		t.Fatalf("no interface has 127.0.0.1: %v", list)
	}
	if a, _, err := doIoctl(t, fd, unix.SIOCGIFADDR, name); err != nil || a.(*Sockaddr).String() != "127.0.0.1:0" {
		t.Error("SIOCGIFADDR: ", a, err)
	}
	if a, _, err := doIoctl(t, fd, unix.SIOCGIFNETMASK, name); err != nil || a.(*Sockaddr).String() != "255.0.0.0:0" {
		t.Error("SIOCGIFNETMASK: ", a, err)
	}
	if n, _, err := doIoctl(t, fd, unix.SIOCGIFFLAGS, name); err != nil || n.(int64)&unix.IFF_LOOPBACK == 0 {
		t.Error("SIOCGIFFLAGS: ", n, err)
	}
	if n, _, err := doIoctl(t, fd, unix.SIOCGIFMTU, name); err != nil || n.(int64) < 1280 {
		t.Error("SIOCGIFMTU: ", n, err)
	}
	if _, _, err := doIoctl(t, fd, unix.SIOCGIFADDR, "nosuchif0"); err != unix.ENODEV && err != unix.ENXIO {
		t.Errorf("no such interface: %v", err)
	}
}

func TestIoctlArguments(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	const void = 0x5499               // takes no memory by its number
	const readsAndWrites = 0xc0085499 // a request that says that it takes 8 bytes
	for _, c := range []struct {
		req  uint
		arg  any
		text string
	}{
		{fionread, int64(0), "no value expected, got 0: what the kernel fills in is the answer"},
		{fionbio, "x", "integer or boolean expected, got string"},
		{fionbio, nil, "integer or boolean expected, got no value"},
		{unix.SIOCGIFADDR, int64(1), "interface name expected, got 1"},
		{unix.SIOCGIFADDR, "a name of 16 byt", "interface name of at most 15 bytes expected, got 16"},
		{unix.SIOCGIFCONF, "x", "no value expected, got string: what the kernel fills in is the answer"},
		{unix.TIOCSWINSZ, int64(1), "window size table {ws_row=, ws_col=} expected, got 1"},
		{readsAndWrites, int64(1), "string of 8 bytes expected, got 1"},
		{readsAndWrites, nil, "string of 8 bytes expected, got no value"},
		{void, int64(1 << 16), "integer from -65535 to 65535 expected for a request that is not known, got 65536"},
		{void, Record{}, "integer or string expected, got table"},
		{0x2285, "x", "no string expected: the request 0x2285 is not one whose structure is known to hold no addresses"},
	} {
		_, _, err := doIoctl(t, a, c.req, c.arg)
		var arg *ArgError
		if !errors.As(err, &arg) || arg.Arg != 2 || arg.Text != c.text {
			t.Errorf("ioctl(0x%x, %v): %v, want %q", c.req, c.arg, err, c.text)
		}
	}
}
