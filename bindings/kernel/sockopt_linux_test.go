package kernel

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"sockrepl/bindings/built"

	"golang.org/x/sys/unix"
)

// acceptAll is a program of several instructions that lets every packet pass.
var acceptAll = []any{
	Record{{"code", int64(unix.BPF_LD | unix.BPF_W | unix.BPF_ABS)}, {"jt", int64(0)}, {"jf", int64(0)}, {"k", int64(0)}},
	Record{{"code", int64(unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K)}, {"jt", int64(0)}, {"jf", int64(0)}, {"k", int64(0xffffffff)}},
	Record{{"code", int64(unix.BPF_RET | unix.BPF_K)}, {"jt", int64(0)}, {"jf", int64(0)}, {"k", int64(0x40000)}},
}

// dropAll is a program that lets none pass; a field that is left out is 0.
var dropAll = []any{Record{{"code", int64(unix.BPF_RET | unix.BPF_K)}}}

func attachAnyFilter(t *testing.T, fd int) {
	t.Helper()
	err := setOpt(t, fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, acceptAll)
	if err != nil && err != unix.EPERM { // unprivileged programs share a limit (net.core.bpf_jit_limit)
		t.Fatal(err)
	}
}

// closeMade closes the descriptor that SO_PEERPIDFD makes, whatever was asked of it.
func closeMade(t testing.TB, _, level, name int, v any, err error) {
	t.Helper()
	if err != nil || level != unix.SOL_SOCKET || name != unix.SO_PEERPIDFD {
		return
	}
	switch fd := v.(type) {
	case int64:
		unix.Close(int(fd))
	case string:
		if len(fd) == 4 {
			unix.Close(int(int32(binary.NativeEndian.Uint32([]byte(fd)))))
		}
	}
}

func TestLinuxRoundTrips(t *testing.T) {
	tcp := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	udp := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	udp6 := optionSocket(t, unix.AF_INET6, unix.SOCK_DGRAM, 0)
	index, err := interfaceIndex("lo")
	if err != nil {
		t.Skip("no interface lo: ", err)
	}
	lo := binary.BigEndian.Uint32(binary.NativeEndian.AppendUint32(nil, uint32(index))) // htonl
	txtime := Record{{"clockid", int64(unix.CLOCK_MONOTONIC)}, {"flags", int64(1)}}
	checkTrips(t, []optionTrip{
		{"flag", tcp, unix.SOL_SOCKET, unix.SO_REUSEADDR, true, int64(1)},
		{"nodelay", tcp, unix.IPPROTO_TCP, unix.TCP_NODELAY, int64(1), int64(1)},
		{"user timeout", tcp, unix.SOL_TCP, unix.TCP_USER_TIMEOUT, int64(1234), int64(1234)},
		{"keepalive idle", tcp, unix.SOL_TCP, unix.TCP_KEEPIDLE, int64(11), int64(11)},
		{"low-water mark, unsigned", tcp, unix.SOL_TCP, unix.TCP_NOTSENT_LOWAT, int64(0xfffffff0), int64(0xfffffff0)},
		{"congestion control", tcp, unix.SOL_TCP, unix.TCP_CONGESTION, "reno", "reno"},
		{"fast open", tcp, unix.SOL_TCP, unix.TCP_FASTOPEN_CONNECT, true, int64(1)},
		{"pacing rate, wide", tcp, unix.SOL_SOCKET, unix.SO_MAX_PACING_RATE, int64(1 << 40), uint64(1 << 40)},
		{"pacing rate, all ones", tcp, unix.SOL_SOCKET, unix.SO_MAX_PACING_RATE, int64(-1), ^uint64(0)},
		{"mark, unsigned", tcp, unix.SOL_SOCKET, unix.SO_MARK, int64(0xdeadbeef), int64(0xdeadbeef)},
		{"pacing rate, more than an int64", tcp, unix.SOL_SOCKET, unix.SO_MAX_PACING_RATE, uint64(1<<63 + 5), uint64(1<<63 + 5)},
		{"device", tcp, unix.SOL_SOCKET, unix.SO_BINDTODEVICE, "lo", "lo"},
		{"no device", tcp, unix.SOL_SOCKET, unix.SO_BINDTODEVICE, "", ""},
		{"txtime", udp, unix.SOL_SOCKET, unix.SO_TXTIME, txtime, txtime},
		{"buffer is doubled", tcp, unix.SOL_SOCKET, unix.SO_RCVBUF, int64(8192), int64(16384)},
		{"multicast interface by name", udp, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, "lo", "0.0.0.0"},
		{"multicast interface by index", udp, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, int64(1), "0.0.0.0"},
		{"unicast interface by name", udp, unix.SOL_IP, unix.IP_UNICAST_IF, "lo", int64(lo)},
		{"no unicast interface", udp, unix.SOL_IP, unix.IP_UNICAST_IF, int64(0), int64(0)},
		{"unicast interface by index", udp, unix.SOL_IP, unix.IP_UNICAST_IF, int64(lo), int64(lo)},
		{"IPv6 unicast interface", udp6, unix.SOL_IPV6, unix.IPV6_UNICAST_IF, "lo", int64(lo)},
		{"device by index", udp, unix.SOL_SOCKET, unix.SO_BINDTOIFINDEX, "lo", int64(index)},
		{"path MTU", udp, unix.SOL_IP, unix.IP_MTU_DISCOVER, int64(unix.IP_PMTUDISC_DO), int64(unix.IP_PMTUDISC_DO)},
		{"IPv6 only", udp6, unix.SOL_IPV6, unix.IPV6_V6ONLY, true, int64(1)},
		{"IPv6 multicast interface by name", udp6, unix.SOL_IPV6, unix.IPV6_MULTICAST_IF, "lo", int64(index)},
		{"IPv6 multicast interface", udp6, unix.SOL_IPV6, unix.IPV6_MULTICAST_IF, int64(1), int64(1)},
		{"filter", udp, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, acceptAll, acceptAll},
	})
	raw := optionSocket(t, unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP)
	checkTrips(t, []optionTrip{{"ICMP filter", raw, unix.SOL_RAW, unix.ICMP_FILTER, int64(0xfffffffe), int64(0xfffffffe)}})
}

func TestMembershipForms(t *testing.T) {
	udp := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	udp6 := optionSocket(t, unix.AF_INET6, unix.SOCK_DGRAM, 0)
	lo, err := interfaceIndex("lo")
	if err != nil || lo == 0 {
		t.Skip("no interface lo: ", err)
	}
	blocking := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err := setOpt(t, blocking, unix.SOL_IP, unix.MCAST_JOIN_GROUP, Record{{"group", "239.9.9.5"}, {"interface", "lo"}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		title                  string
		fd, level, join, leave int
		join1                  Record
		leave1                 Record // the same membership in another form
	}{
		{"by name", udp, unix.SOL_IP, unix.IP_ADD_MEMBERSHIP, unix.IP_DROP_MEMBERSHIP,
			Record{{"multiaddr", "239.9.9.1"}, {"interface", "lo"}}, Record{{"multiaddr", "239.9.9.1"}, {"ifindex", int64(lo)}}},
		{"source", udp, unix.SOL_IP, unix.IP_ADD_SOURCE_MEMBERSHIP, unix.IP_DROP_SOURCE_MEMBERSHIP,
			Record{{"multiaddr", "239.9.9.2"}, {"interface", "127.0.0.1"}, {"sourceaddr", "127.0.0.9"}},
			Record{{"multiaddr", "239.9.9.2"}, {"interface", "127.0.0.1"}, {"sourceaddr", "127.0.0.9"}}},
		{"group", udp, unix.SOL_IP, unix.MCAST_JOIN_GROUP, unix.MCAST_LEAVE_GROUP,
			Record{{"group", "239.9.9.3"}, {"interface", "lo"}}, Record{{"group", "239.9.9.3"}, {"ifindex", int64(lo)}}},
		{"source group", udp, unix.SOL_IP, unix.MCAST_JOIN_SOURCE_GROUP, unix.MCAST_LEAVE_SOURCE_GROUP,
			Record{{"group", "239.9.9.4"}, {"source", "127.0.0.9"}, {"interface", "lo"}},
			Record{{"group", "239.9.9.4"}, {"source", "127.0.0.9"}, {"interface", "lo"}}},
		{"IPv6", udp6, unix.SOL_IPV6, unix.IPV6_JOIN_GROUP, unix.IPV6_LEAVE_GROUP,
			Record{{"multiaddr", "ff02::4242"}, {"interface", "lo"}}, Record{{"multiaddr", "ff02::4242"}, {"ifindex", int64(lo)}}},
		{"IPv6 group", udp6, unix.SOL_IPV6, unix.MCAST_JOIN_GROUP, unix.MCAST_LEAVE_GROUP,
			Record{{"group", "ff02::4243"}, {"interface", "lo"}}, Record{{"group", "ff02::4243"}, {"interface", "lo"}}},
		{"IPv6 source group", udp6, unix.SOL_IPV6, unix.MCAST_JOIN_SOURCE_GROUP, unix.MCAST_LEAVE_SOURCE_GROUP,
			Record{{"group", "ff02::4244"}, {"source", "::1"}, {"interface", "lo"}},
			Record{{"group", "ff02::4244"}, {"source", "::1"}, {"ifindex", int64(lo)}}},
		{"blocked source", blocking, unix.SOL_IP, unix.MCAST_BLOCK_SOURCE, unix.MCAST_UNBLOCK_SOURCE,
			Record{{"group", "239.9.9.5"}, {"source", "127.0.0.9"}, {"interface", "lo"}},
			Record{{"group", "239.9.9.5"}, {"source", "127.0.0.9"}, {"interface", "lo"}}},
	} {
		t.Run(c.title, func(t *testing.T) {
			if err := setOpt(t, c.fd, c.level, c.join, c.join1); err != nil {
				t.Fatal("join: ", err)
			}
			if err := setOpt(t, c.fd, c.level, c.join, c.join1); err == nil {
				t.Error("joined twice")
			}
			if err := setOpt(t, c.fd, c.level, c.leave, c.leave1); err != nil {
				t.Fatal("leave: ", err)
			}
			if err := setOpt(t, c.fd, c.level, c.leave, c.leave1); err == nil {
				t.Error("left twice")
			}
		})
	}
}

func TestFilterDrops(t *testing.T) {
	a, b := pair(t, unix.SOCK_DGRAM)
	_ = unix.SetNonblock(b, true)
	if err := setOpt(t, b, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, dropAll); err != nil {
		t.Skip(err)
	}
	_, _ = unix.Write(a, []byte("dropped"))
	if err := setOpt(t, b, unix.SOL_SOCKET, unix.SO_DETACH_FILTER, int64(0)); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Write(a, []byte("kept")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	if got := readFrom(t, b, buf); got != "kept" {
		t.Errorf("received %q", got)
	}
	for _, bad := range []any{int64(1), "seven b", []any{int64(1)}, []any{Record{{"code", int64(1 << 16)}}}} {
		if err := setOpt(t, b, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, bad); !errors.As(err, new(*ArgError)) {
			t.Errorf("filter %v: %v, want an ArgError", bad, err)
		}
	}
	if err := setOpt(t, b, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, "\x06\x00\x00\x00\x00\x00\x00\x00"); err != nil && err != unix.EPERM {
		t.Errorf("packed filter: %v", err)
	}
	// The kernel counts the instructions, and refuses room for less than all; who asks, bytes.
	two := "\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"
	if err := setOpt(t, b, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, two); err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int]int{1: 1, 8: 8, 16: 16, 100: 16} {
		if got, err := getRaw(t, b, unix.SOL_SOCKET, unix.SO_GET_FILTER, size); err != nil || got != two[:want] {
			t.Errorf("%d bytes of a filter of two instructions: %q, %v", size, got, err)
		}
	}
}

func TestOptionAnswers(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	cred := Record{{"pid", int64(os.Getpid())}, {"uid", int64(os.Getuid())}, {"gid", int64(os.Getgid())}}
	for _, c := range []struct {
		name int
		want any
	}{
		{unix.SO_PEERCRED, cred},
		{unix.SO_DOMAIN, int64(unix.AF_UNIX)},
		{unix.SO_PROTOCOL, int64(0)},
		{unix.SO_ACCEPTCONN, int64(0)},
	} {
		if got, err := getOpt(t, a, unix.SOL_SOCKET, c.name); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("option %d is %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	if got, err := getOpt(t, a, unix.SOL_SOCKET, unix.SO_MEMINFO); err != nil || len(got.([]any)) < 8 {
		t.Errorf("SO_MEMINFO is %v, %v", got, err)
	}
	if got, err := getOpt(t, a, unix.SOL_SOCKET, unix.SO_COOKIE); err != nil || got.(uint64) == 0 {
		t.Errorf("SO_COOKIE is %v, %v", got, err)
	}
	fd, c := tcpPair(t)
	if got, err := getOpt(t, fd, unix.SOL_SOCKET, unix.SO_PEERNAME); err != nil || fmt.Sprint(got) != c.LocalAddr().String() {
		t.Errorf("SO_PEERNAME is %v, %v, want %v", got, err, c.LocalAddr())
	}
	if got, err := getOpt(t, fd, unix.SOL_TCP, unix.TCP_ULP); err != nil || got != "" {
		t.Errorf("TCP_ULP is %q, %v", got, err)
	}
}

// An option of more than 4 bytes that is not in the tables answers its bytes.
func TestUnknownOption(t *testing.T) {
	fd, _ := tcpPair(t)
	task := newTask(t)
	b, err := task.Frame.option(fd, unix.SOL_TCP, unix.TCP_INFO, shapeUnknown)
	if s, ok := shapeUnknown.Decode(b).(string); err != nil || !ok || len(s) < 200 {
		t.Errorf("TCP_INFO as an unknown option is %d bytes, %v", len(b), err)
	}
	b, err = task.Frame.option(fd, unix.SOL_TCP, unix.TCP_NODELAY, shapeUnknown)
	if got := shapeUnknown.Decode(b); err != nil || got != int64(0) {
		t.Errorf("TCP_NODELAY as an unknown option is %v, %v", got, err)
	}
	// The kernel says nothing of what it leaves out: an answer as long as the room may be a part of one.
	b, err = task.Frame.option(fd, unix.SOL_TCP, unix.TCP_INFO, &Shape{sizes: []int{100}, open: true})
	if err != nil || len(b) < 200 {
		t.Errorf("TCP_INFO in room for 100 bytes is %d bytes, %v", len(b), err)
	}
	if _, err := getOpt(t, fd, unix.SOL_TCP, 255); err != unix.ENOPROTOOPT {
		t.Errorf("option 255: %v, want ENOPROTOOPT", err)
	}
}

func TestTCPInfo(t *testing.T) {
	fd, c := tcpPair(t)
	if _, err := unix.Write(fd, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 10)); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	v, err := getOpt(t, fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		t.Fatal(err)
	}
	r := v.(Record)
	whole, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"tcpi_state":      int64(1),
		"tcpi_snd_mss":    int64(whole.Snd_mss),
		"tcpi_rcv_wscale": r.Get("tcpi_snd_wscale"), // both ends are this machine's
		"tcpi_bytes_sent": uint64(5),
		"tcpi_snd_wnd":    int64(whole.Snd_wnd),
	} {
		if got := r.Get(name); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if r.Get("tcpi_snd_wscale").(int64) == 0 {
		t.Error("tcpi_snd_wscale is 0")
	}
	names := make([]string, 8)
	for i := range names {
		names[i] = r[i].Name
	}
	if got := strings.Join(names, " "); got != "tcpi_state tcpi_ca_state tcpi_retransmits tcpi_probes tcpi_backoff "+
		"tcpi_options tcpi_snd_wscale tcpi_rcv_wscale" {
		t.Errorf("the fields begin with %s", got)
	}
}

// A kernel that knows less fills in less: fields that it did not fill are not there.
func TestShortTCPInfo(t *testing.T) {
	for size, last := range map[int]string{
		1: "tcpi_state", 8: "tcpi_fastopen_client_fail", 12: "tcpi_rto", 104: "tcpi_total_retrans", 111: "tcpi_total_retrans",
		112: "tcpi_pacing_rate",
	} {
		r := decodeTCPInfo(make([]byte, size)).(Record)
		if got := r[len(r)-1].Name; got != last {
			t.Errorf("%d bytes end with %s, want %s", size, got, last)
		}
	}
}

func TestPacketOptions(t *testing.T) {
	fd := optionSocket(t, unix.AF_PACKET, unix.SOCK_RAW, 0)
	promisc := Record{{"interface", "lo"}, {"type", int64(unix.PACKET_MR_PROMISC)}}
	if err := setOpt(t, fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, promisc); err != nil {
		t.Fatal(err)
	}
	if err := setOpt(t, fd, unix.SOL_PACKET, unix.PACKET_DROP_MEMBERSHIP, promisc); err != nil {
		t.Error(err)
	}
	none := Record{{"ifindex", int64(1 << 30)}, {"type", int64(unix.PACKET_MR_PROMISC)}}
	if err := setOpt(t, fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, none); err != unix.ENODEV {
		t.Errorf("joined on no interface: %v, want ENODEV", err)
	}
	v, err := getOpt(t, fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if r, ok := v.(Record); err != nil || !ok || len(r) != 2 || r[0].Name != "packets" || r[1].Name != "drops" {
		t.Errorf("PACKET_STATISTICS is %v, %v", v, err)
	}
}

func TestWideOptionRefuses(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	for _, bad := range []any{true, 1.5, Record{}} {
		if err := setOpt(t, fd, unix.SOL_SOCKET, unix.SO_MAX_PACING_RATE, bad); !errors.As(err, new(*ArgError)) {
			t.Errorf("a rate of %v: %v, want an ArgError", bad, err)
		}
	}
}

// TestPacketMembershipValues: the address of a membership has room for 8 bytes, and of several
// mistakes the first is told.
func TestPacketMembershipValues(t *testing.T) {
	for _, c := range []struct {
		value Record
		bytes string
		text  string
	}{
		{Record{{"ifindex", int64(1)}, {"type", int64(2)}, {"address", "12345678"}}, "\x01\x00\x00\x00\x02\x00\x08\x0012345678", ""},
		{Record{{"ifindex", int64(1)}, {"type", int64(0)}, {"address", "123456"}}, "\x01\x00\x00\x00\x00\x00\x06\x00123456\x00\x00", ""},
		{Record{{"type", int64(2)}, {"address", "123456789"}}, "", "field 'address' of the membership: at most 8 bytes expected, got 9"},
		{Record{{"address", "123456789"}}, "", "field 'type' of the membership: integer expected, got nil"},
		{Record{{"type", int64(2)}, {"interface", int64(1)}}, "",
			"field 'interface' of the membership: an interface's name (a number is ifindex=) expected, got 1"},
		{Record{{"type", int64(2)}, {"ifindex", "1"}, {"interface", "nosuchif0"}}, "",
			"field 'ifindex' of the membership: integer expected, got the string \"1\", of which tonumber makes a number"},
	} {
		b, err := encodePacketMembership(c.value)
		if c.text == "" && (err != nil || string(b) != c.bytes) || c.text != "" && (err == nil || err.Error() != c.text) {
			t.Errorf("%v: %q, %v", c.value, b, err)
		}
	}
}

// What could make the kernel write to an address of the program's choice is refused.
func TestPointersAreRefused(t *testing.T) {
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0)
	for _, o := range Options() {
		if o.Shape != shapePointers {
			continue
		}
		for _, v := range []any{strings.Repeat("x", 200), int64(1), true, Record{}} {
			if err := setOpt(t, fd, o.Level, o.Name, v); !errors.As(err, new(*ArgError)) {
				t.Errorf("level %d, option %d, value %v: %v, want an ArgError", o.Level, o.Name, v, err)
			}
		}
	}
}

// Every option that can be read is read on a socket of each kind: the shape fits what
// the kernel answers.
func TestEveryShapeFits(t *testing.T) {
	fds := []int{
		optionSocket(t, unix.AF_INET6, unix.SOCK_STREAM, 0),
		optionSocket(t, unix.AF_INET, unix.SOCK_DGRAM, 0),
		optionSocket(t, unix.AF_NETLINK, unix.SOCK_RAW, 0),
	}
	tcp, _ := tcpPair(t)
	a, _ := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	for _, o := range Options() {
		for _, fd := range append(fds, tcp, a) {
			if o.Access&Get == 0 {
				continue
			}
			v, err := task.Frame.readOption(fd, &o)
			if _, isBytes := v.(string); err == nil && isBytes && o.Shape != shapeRaw && o.Shape != shapeText && o.Shape != shapeMulticastIf {
				t.Errorf("level %d, option %d: %s answered bytes: %q", o.Level, o.Name, o.Shape.Name, v)
			}
		}
	}
}

// TestPythonAgrees asks Python's socket module for the same bytes.
func TestPythonAgrees(t *testing.T) {
	python := built.Tool(t, "python3")
	const program = `
import socket, struct
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 7))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 2, 500000))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10000)
for level, name in ((1, 13), (1, 20), (6, 1), (1, 8), (1, 3), (6, 13), (0, 2), (6, 2)):
    print(level, name, s.getsockopt(level, name, 16).hex())
`
	out, err := exec.Command(python, "-c", program).Output()
	if err != nil {
		t.Skip("python3: ", err)
	}
	fd := optionSocket(t, unix.AF_INET, unix.SOCK_STREAM, 0)
	for _, set := range []struct {
		level, name int
		value       any
	}{
		{unix.SOL_SOCKET, unix.SO_LINGER, Record{{"onoff", true}, {"linger", int64(7)}}},
		{unix.SOL_SOCKET, unix.SO_RCVTIMEO, 2.5},
		{unix.IPPROTO_TCP, unix.TCP_NODELAY, true},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, int64(10000)},
	} {
		if err := setOpt(t, fd, set.level, set.name, set.value); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(string(out)) {
		var level, name int
		var want string
		_, _ = fmt.Sscan(line, &level, &name, &want)
		got, err := getRaw(t, fd, level, name, 16)
		if err != nil || hex.EncodeToString([]byte(got)) != want {
			t.Errorf("level %d, option %d: %x, %v; Python has %s", level, name, got, err, want)
		}
	}
}
