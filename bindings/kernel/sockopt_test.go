package kernel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"net"
	"reflect"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// optionSocket makes a socket that the test closes.
func optionSocket(t testing.TB, domain, typ, protocol int) int {
	t.Helper()
	fd, err := unix.Socket(domain, typ, protocol)
	if err != nil {
		t.Skipf("socket(%d, %d, %d): %v", domain, typ, protocol, err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// tcpPair makes a connection over the loopback interface, and answers the client's
// descriptor and the server's side.
func tcpPair(t *testing.T) (int, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	to := &unix.SockaddrInet4{Port: l.Addr().(*net.TCPAddr).Port, Addr: [4]byte{127, 0, 0, 1}}
	connectTo(t, fd, to)
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return fd, c
}

// getOpt, setOpt and getRaw are the calls, on a task of their own.
func getOpt(t testing.TB, fd, level, name int) (any, error) {
	t.Helper()
	task := NewTask(0, "main")
	defer task.End()
	err := run(task, Never, func(f *Frame) error { return Getsockopt(f, fd, level, name) })
	return task.Frame.Out[0].Any, err
}

func setOpt(t testing.TB, fd, level, name int, value any) error {
	t.Helper()
	task := NewTask(0, "main")
	defer task.End()
	return run(task, Never, func(f *Frame) error { return Setsockopt(f, fd, level, name, value, 3) })
}

func getRaw(t testing.TB, fd, level, name, size int) (string, error) {
	t.Helper()
	task := NewTask(0, "main")
	defer task.End()
	err := run(task, Never, func(f *Frame) error { return GetsockoptRaw(f, fd, level, name, size, 3) })
	s, _ := task.Frame.Out[0].Any.(string)
	return s, err
}

func TestOptionsAreDeclaredOnce(t *testing.T) {
	seen := map[optionKey]bool{}
	for _, o := range Options() {
		key := optionKey{o.Level, o.Name, o.Family}
		if seen[key] {
			t.Errorf("level %d, option %d stands in the tables twice", o.Level, o.Name)
		}
		seen[key] = true
		if o.Shape == nil || o.Access == 0 || len(o.Shape.sizes) == 0 || o.Shape.decode == nil || o.Shape.encode == nil {
			t.Errorf("level %d, option %d: %+v is not whole", o.Level, o.Name, o.Shape)
		}
	}
}

// nativeInts are C ints, as bytes.
func nativeInts(numbers ...uint32) string {
	var b []byte
	for _, n := range numbers {
		b = binary.NativeEndian.AppendUint32(b, n)
	}
	return string(b)
}

// optionTrip is a value that an option is set to, and what it answers then.
type optionTrip struct {
	title       string
	fd          int
	level, name int
	set, want   any
}

func checkTrips(t *testing.T, trips []optionTrip) {
	t.Helper()
	for _, trip := range trips {
		t.Run(trip.title, func(t *testing.T) {
			err := setOpt(t, trip.fd, trip.level, trip.name, trip.set)
			if err == unix.EPERM || err == unix.ENOPROTOOPT {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, err := getOpt(t, trip.fd, trip.level, trip.name); err != nil || !reflect.DeepEqual(got, trip.want) {
				t.Errorf("set to %v: got %v, %v, want %v", trip.set, got, err, trip.want)
			}
		})
	}
}

func TestOptionRoundTrips(t *testing.T) {
	tcp := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	udp := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	checkTrips(t, []optionTrip{
		{"linger", tcp, unix.SOL_SOCKET, unix.SO_LINGER, Record{{"onoff", int64(1)}, {"linger", int64(5)}},
			Record{{"onoff", int64(1)}, {"linger", int64(5)}}},
		{"linger, bytes", tcp, unix.SOL_SOCKET, unix.SO_LINGER, nativeInts(1, 6),
			Record{{"onoff", int64(1)}, {"linger", int64(6)}}},
		{"timeout, whole", tcp, unix.SOL_SOCKET, unix.SO_RCVTIMEO, int64(2), 2.0},
		{"timeout, fraction", tcp, unix.SOL_SOCKET, unix.SO_SNDTIMEO, 2.5, 2.5},
		{"timeout, none", tcp, unix.SOL_SOCKET, unix.SO_RCVTIMEO, 0.0, 0.0},
		{"keepalive count", tcp, unix.IPPROTO_TCP, unix.TCP_KEEPCNT, int64(7), int64(7)},
		{"ttl", udp, unix.IPPROTO_IP, unix.IP_TTL, 33.0, int64(33)},
		{"multicast ttl", udp, unix.IPPROTO_IP, unix.IP_MULTICAST_TTL, int64(4), int64(4)},
		{"multicast loop off", udp, unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP, false, int64(0)},
		{"multicast loop on", udp, unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP, true, int64(1)},
		{"multicast interface", udp, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, "127.0.0.1", "127.0.0.1"},
	})
}

func TestFlagsAndAnswers(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	for _, on := range []any{true, int64(1)} {
		if err := setOpt(t, fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, on); err != nil {
			t.Fatal(err)
		}
		if got, err := getOpt(t, fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE); err != nil || got == int64(0) {
			t.Errorf("SO_KEEPALIVE set to %v is %v, %v", on, got, err)
		}
	}
	if got, err := getOpt(t, fd, unix.SOL_SOCKET, unix.SO_TYPE); err != nil || got != int64(unix.SOCK_STREAM) {
		t.Errorf("SO_TYPE is %v, %v", got, err)
	}
}

// A time above 0 must not become 0, which is no limit at all.
func TestSecondsRoundUp(t *testing.T) {
	for _, c := range []struct{ in, want float64 }{
		{1e-9, 1e-6}, {0.1, 0.1}, {0.9999999, 1}, {2.5, 2.5}, {0, 0}, {-0.5, -0.5}, {1e9 + 0.25, 1e9 + 0.25},
	} {
		b, err := encodeSeconds(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := decodeSeconds(b); got != c.want {
			t.Errorf("%v seconds became %v, want %v", c.in, got, c.want)
		}
	}
	for _, bad := range []any{math.NaN(), math.Inf(1), "1", nil, true} {
		if _, err := encodeSeconds(bad); err == nil {
			t.Errorf("%v is no time, and was taken", bad)
		}
	}
}

func TestWrongValuesAreArgErrors(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	for _, c := range []struct {
		level, name int
		value       any
		text        string
	}{
		{unix.SOL_SOCKET, unix.SO_LINGER, int64(5), "linger table {onoff=, linger=} expected, got 5"},
		{unix.SOL_SOCKET, unix.SO_LINGER, Record{{"onoff", true}}, "field 'linger' of the linger: integer expected, got nil"},
		{unix.SOL_SOCKET, unix.SO_LINGER, Record{{"onoff", true}, {"linger", int64(1)}, {"x", true}},
			"the linger has no field 'x' (it has linger, onoff)"},
		{unix.SOL_SOCKET, unix.SO_LINGER, []any{}, "field 'onoff' of the linger: integer expected, got nil"}, // Lua's {}
		{unix.SOL_SOCKET, unix.SO_LINGER, []any{int64(1)}, "linger table {onoff=, linger=} expected, got an array"},
		{unix.SOL_SOCKET, unix.SO_LINGER, Record{{"onoff", "no"}, {"lingr", int64(1)}}, "field 'onoff' of the linger: integer expected, got string"},
		{unix.SOL_SOCKET, unix.SO_LINGER, Record{{"onoff", true}, {"lingr", int64(1)}}, "the linger has no field 'lingr' (it has linger, onoff)"},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, true, "integer expected, got boolean"},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, int64(1 << 32), "integer from -2147483648 to 4294967295 expected, got 4294967296"},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, int64(-1<<31 - 1), "integer from -2147483648 to 4294967295 expected, got -2147483649"},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, 1.5, "integer expected, got 1.5"},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, int64(1 << 40), "integer from -2147483648 to 4294967295 expected, got 1099511627776"},
		{unix.SOL_SOCKET, unix.SO_REUSEADDR, Record{}, "integer or boolean expected, got table"},
		{unix.SOL_SOCKET, unix.SO_SNDTIMEO, Record{}, "time in seconds expected, got table"},
		{unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, Record{{"multiaddr", "nowhere"}},
			"field 'multiaddr' of the membership: IPv4 address expected, got string"},
		{unix.IPPROTO_IP, 250, Record{}, "integer, boolean or string of bytes expected, got table"},
	} {
		err := setOpt(t, fd, c.level, c.name, c.value)
		var arg *ArgError
		if !errors.As(err, &arg) || arg.Arg != 3 || arg.Text != c.text {
			t.Errorf("setsockopt(%d, %d, %v): %v, want %q", c.level, c.name, c.value, err, c.text)
		}
	}
}

// TestAccess: what the table says can be set the kernel knows as such, and refuses to set the others.
func TestAccess(t *testing.T) {
	fds := map[int]int{
		unix.SOL_SOCKET:   optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0),
		unix.IPPROTO_TCP:  optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0),
		unix.IPPROTO_IP:   optionSocket(t, unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_UDP),
		unix.IPPROTO_IPV6: optionSocket(t, unix.AF_INET6, unix.SOCK_RAW, unix.IPPROTO_UDP),
	}
	var zeros [16]byte
	for _, row := range commonOptions {
		for _, name := range row.names {
			if _, err := unix.GetsockoptInt(fds[row.level], row.level, name); err == unix.ENOPROTOOPT && row.access == Both {
				continue // this system has it not
			}
			err := setOption(fds[row.level], row.level, name, unsafe.Pointer(&zeros), len(zeros))
			if refused := err == unix.ENOPROTOOPT; refused != (row.access&Set == 0) && name != unix.SO_SNDLOWAT { // the BSDs set that one
				t.Errorf("level %d, option %d: %v, and the table says %b", row.level, name, err, row.access)
			}
		}
	}
}

// TestIntegerBounds: what a C int can hold, and an unsigned one, is taken.
func TestIntegerBounds(t *testing.T) {
	for n, want := range map[int64]uint32{math.MinInt32: 0x80000000, -1: 0xffffffff, math.MaxUint32: 0xffffffff} {
		if b, err := shapeInt.Encode(n); err != nil || string(b) != nativeInts(want) {
			t.Errorf("%d: %x, %v", n, b, err)
		}
	}
}

// TestAnswerLengths: a kernel may answer fewer bytes than an int has, and words that are not all there.
func TestAnswerLengths(t *testing.T) {
	one, two := binary.NativeEndian.AppendUint16(nil, 300), binary.NativeEndian.AppendUint64(nil, 1<<40)
	for _, c := range []struct {
		shape *Shape
		b     []byte
		want  any
	}{
		{shapeInt, []byte{0xff}, int64(255)},
		{shapeInt, one, int64(300)},
		{shapeInt, two, uint64(1 << 40)},
		{shapeInt, []byte("abc"), "abc"},
		{shapeNumbers, []byte(nativeInts(1, 2)), []any{int64(1), int64(2)}},
		{shapeNumbers, []byte(nativeInts(1, 2) + "a"), []any{int64(1), int64(2)}},
	} {
		if got := c.shape.Decode(c.b); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s of %x: %v, not %v", c.shape.Name, c.b, got, c.want)
		}
	}
}

func TestMembership(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	group := Record{{"multiaddr", "239.1.2.3"}, {"interface", "127.0.0.1"}}
	if err := setOpt(t, fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, group); err != nil {
		t.Skip(err)
	}
	if err := setOpt(t, fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, group); err != unix.EADDRINUSE {
		t.Errorf("joined twice: %v, want EADDRINUSE", err)
	}
	if err := setOpt(t, fd, unix.IPPROTO_IP, unix.IP_DROP_MEMBERSHIP, group); err != nil {
		t.Error(err)
	}
	if err := setOpt(t, fd, unix.IPPROTO_IP, unix.IP_DROP_MEMBERSHIP, group); err != unix.EADDRNOTAVAIL {
		t.Errorf("left twice: %v, want EADDRNOTAVAIL", err)
	}
	none := Record{{"multiaddr", "239.1.2.3"}, {"interface", "nosuchif0"}}
	if err := setOpt(t, fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, none); !errors.As(err, new(unix.Errno)) {
		t.Errorf("joined on no interface: %v, want the kernel's refusal", err)
	}
}

func TestRawOption(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	for size, want := range map[int]int{0: 0, 4: 4, 8: 8, 100: 8} {
		if got, err := getRaw(t, fd, unix.SOL_SOCKET, unix.SO_LINGER, size); err == nil && len(got) != want {
			t.Errorf("SO_LINGER of %d bytes answered %d, want %d", size, len(got), want)
		}
	}
	if got, err := getRaw(t, fd, unix.SOL_SOCKET, unix.SO_LINGER, largestOption); err != nil || len(got) != 8 {
		t.Errorf("the largest size: %d bytes, %v", len(got), err)
	}
	for _, size := range []int{-1, largestOption + 1} {
		if _, err := getRaw(t, fd, unix.SOL_SOCKET, unix.SO_LINGER, size); !errors.As(err, new(*ArgError)) {
			t.Errorf("a size of %d: %v, want an ArgError", size, err)
		}
	}
}

// TestOptionRefused: what the kernel refuses is an error however an option is asked for; what it takes
// answers 0.
func TestOptionRefused(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	for _, c := range []struct {
		fd, name int
		want     error
	}{{-1, unix.SO_REUSEADDR, unix.EBADF}, {fd, 0x7ffe, unix.ENOPROTOOPT}} {
		if v, err := getOpt(t, c.fd, unix.SOL_SOCKET, c.name); err != c.want {
			t.Errorf("get: %v, %v, want %v", v, err, c.want)
		}
		for _, size := range []int{0, 4, 100} {
			if v, err := getRaw(t, c.fd, unix.SOL_SOCKET, c.name, size); err != c.want {
				t.Errorf("get, %d bytes: %q, %v, want %v", size, v, err, c.want)
			}
		}
		if err := setOpt(t, c.fd, unix.SOL_SOCKET, c.name, int64(1)); err != c.want {
			t.Errorf("set: %v, want %v", err, c.want)
		}
		o := *lookupOption(c.fd, unix.SOL_SOCKET, c.name)
		o.Level, o.Name = unix.SOL_SOCKET, c.name
		if v, err := newTask(t).Frame.readOption(c.fd, &o); err != c.want {
			t.Errorf("read: %v, %v, want %v", v, err, c.want)
		}
	}
	if _, err := getRaw(t, fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 0); errors.As(err, new(*ArgError)) {
		t.Errorf("no bytes: %v", err)
	}
	task := newTask(t)
	if err := run(task, Never, func(f *Frame) error { return Setsockopt(f, fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, int64(1), 3) }); err != nil ||
		!task.Frame.Out[0].Set || task.Frame.Out[0].Int != 0 {
		t.Errorf("set: %v, answers %v", err, task.Frame.Out[0])
	}
}

func TestErrorIsConsumed(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	nobody := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	to := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	if err := unix.Bind(nobody, to); err != nil {
		t.Fatal(err)
	}
	name, _ := unix.Getsockname(nobody)
	_ = unix.SetNonblock(fd, true)
	if err := unix.Connect(fd, name); err == unix.EINPROGRESS {
		pollFor(t, fd, unix.POLLOUT)
	} else {
		t.Skip("connect refused at once: ", err)
	}
	for _, want := range []int64{int64(unix.ECONNREFUSED), 0} {
		if got, err := getOpt(t, fd, unix.SOL_SOCKET, unix.SO_ERROR); err != nil || got != want {
			t.Errorf("SO_ERROR is %v, %v, want %d", got, err, want)
		}
	}
}

// TestOptionMemory asks for every number, and looks that the kernel wrote nothing
// behind what it was given: the buffer is part of a larger one that is marked.
func TestOptionMemory(t *testing.T) {
	const space, mark = 1 << 17, 0xa5
	levels := []int{unix.SOL_SOCKET, unix.IPPROTO_TCP, unix.IPPROTO_IP, unix.IPPROTO_IPV6}
	task := newTask(t)
	for _, domain := range []int{unix.AF_INET, unix.AF_INET6} {
		for _, typ := range []int{unix.SOCK_STREAM, unix.SOCK_DGRAM} {
			fd := optionSocket(t, domain, typ, 0)
			attachAnyFilter(t, fd)
			for _, level := range levels {
				for name := range 256 {
					for _, size := range []int{-1, 0, 1, 3, 4, 5, 8, 16, 64, 1000} {
						used := optionSpace(lookupOption(fd, level, name).Shape, size)
						task.Frame.buf = bytes.Repeat([]byte{mark}, space)
						err := run(task, Never, func(f *Frame) error {
							if size < 0 {
								return Getsockopt(f, fd, level, name)
							}
							return GetsockoptRaw(f, fd, level, name, size, 3)
						})
						if rest := task.Frame.buf[used:]; bytes.Count(rest, []byte{mark}) != len(rest) {
							t.Fatalf("level %d, option %d, size %d: wrote beyond %d bytes (%v)", level, name, size, used, err)
						}
						closeMade(t, fd, level, name, task.Frame.Out[0].Any, err)
					}
				}
			}
		}
	}
}

// TestOptionBuffer: an option that reads its buffer first finds nothing there that another call has left.
func TestOptionBuffer(t *testing.T) {
	task := newTask(t)
	task.Frame.buf = bytes.Repeat([]byte{0xa5}, 64)
	if _, _, errno := task.Frame.getOption(-1, unix.SOL_SOCKET, unix.SO_TYPE, 64, 0); errno != unix.EBADF {
		t.Error(errno)
	}
	if b := task.Frame.buf[:64]; !bytes.Equal(b, make([]byte, 64)) {
		t.Errorf("the kernel was given %x", b)
	}
}

// optionSpace is how many bytes the kernel may write to; size is -1 for the sizes of
// the shape itself.
func optionSpace(s *Shape, size int) int {
	if size >= 0 && s.unit <= 1 {
		return max(size, 8)
	}
	most := 8
	for _, n := range s.sizes {
		most = max(most, n*max(s.unit, 1))
	}
	if s.open && size < 0 {
		most = max(most, largerOption)
	}
	return most
}

// FuzzSockopt sets and gets any option with any value: nothing panics, and all errors
// are the kernel's or say which argument is wrong.
func FuzzSockopt(f *testing.F) {
	for _, o := range Options() {
		f.Add(o.Level, o.Name, uint8(o.Name), int64(o.Level), "onoff")
	}
	f.Fuzz(func(t *testing.T, level, name int, kind uint8, n int64, s string) {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fds[0])
		defer unix.Close(fds[1])
		tcp := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
		for _, fd := range []int{fds[0], tcp} {
			checkFuzzed(t, setOpt(t, fd, level, name, fuzzedValue(kind, n, s)))
			v, err := getOpt(t, fd, level, name)
			checkFuzzed(t, err)
			closeMade(t, fd, level, name, v, err)
			_, err = getRaw(t, fd, level, name, int(n&0xfff))
			checkFuzzed(t, err)
			checkFcntlGets(t, fd)
		}
	})
}

// fuzzedValue makes one value of each type that an argument may have.
func fuzzedValue(kind uint8, n int64, s string) any {
	names := []string{"onoff", "linger", "multiaddr", "interface", "ifindex", "code", "k", "type", "address", "group", s}
	record := Record{{names[int(kind)%len(names)], n}, {names[int(kind/16)%len(names)], s}}
	values := []any{
		n, math.Float64frombits(uint64(n)), s, n&1 == 0, nil, uint64(n), record, Record{}, []any{record, n, s}, []any{}, &Sockaddr{},
	}
	return values[int(kind)%len(values)]
}

func checkFuzzed(t *testing.T, err error) {
	t.Helper()
	if err != nil && !errors.As(err, new(unix.Errno)) && !errors.As(err, new(*ArgError)) {
		t.Fatalf("%T: %v", err, err)
	}
}

// checkFcntlGets makes the requests of fcntl that change nothing.
func checkFcntlGets(t *testing.T, fd int) {
	t.Helper()
	task := NewTask(0, "main")
	defer task.End()
	for _, cmd := range []int{unix.F_GETFD, unix.F_GETFL, unix.F_GETOWN, unix.F_GETLK} {
		checkFuzzed(t, run(task, Read, onFD(fd, func(f *Frame, fd int) error { return Fcntl(f, fd, cmd, nil) })))
	}
}
