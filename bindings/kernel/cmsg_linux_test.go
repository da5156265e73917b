package kernel

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// stampKind and its kin are kinds of control messages that have a form.
var (
	stampKind    = controlKind{unix.SOL_SOCKET, unix.SCM_TIMESTAMP}
	stampNSKind  = controlKind{unix.SOL_SOCKET, unix.SCM_TIMESTAMPNS}
	stampsKind   = controlKind{unix.SOL_SOCKET, unix.SCM_TIMESTAMPING}
	credKind     = controlKind{unix.SOL_SOCKET, unix.SCM_CREDENTIALS}
	pidfdKind    = controlKind{unix.SOL_SOCKET, unix.SCM_PIDFD}
	ttlKind      = controlKind{unix.IPPROTO_IP, unix.IP_TTL}
	tosKind      = controlKind{unix.IPPROTO_IP, unix.IP_TOS}
	pktinfoKind  = controlKind{unix.IPPROTO_IP, unix.IP_PKTINFO}
	pktinfo6Kind = controlKind{unix.IPPROTO_IPV6, unix.IPV6_PKTINFO}
	origKind     = controlKind{unix.IPPROTO_IP, unix.IP_ORIGDSTADDR}
	errorKind    = controlKind{unix.IPPROTO_IP, unix.IP_RECVERR}
	segmentKind  = controlKind{unix.IPPROTO_UDP, unix.UDP_SEGMENT}
	nobodysKind  = controlKind{99, 98}
)

// message is a control message of a kind with these fields.
func (k controlKind) message(fields ...Field) Record {
	return append(Record{{"level", int64(k.level)}, {"type", int64(k.typ)}}, fields...)
}

// TestControlRoundTrip: what a control message is given is what the other side reads.
func TestControlRoundTrip(t *testing.T) {
	loopback := Record{{"family", int64(unix.AF_INET)}, {"addr", "127.0.0.3"}, {"port", int64(9)}}
	for _, test := range []struct {
		kind  controlKind
		given Record
		want  string
	}{
		{stampKind, Record{{"seconds", 1.5}}, "seconds=1.5 sec=1 nsec=500000000"},
		{stampKind, Record{{"sec", int64(3)}, {"nsec", int64(999_999_000)}}, "seconds=3.999999 sec=3 nsec=999999000"},
		{stampNSKind, Record{{"seconds", -1.25}}, "seconds=-1.25 sec=-2 nsec=750000000"},
		{stampNSKind, Record{{"seconds", 7.0}, {"sec", int64(3)}, {"nsec", int64(5)}}, "seconds=3.000000005 sec=3 nsec=5"},
		{stampNSKind, nil, "seconds=0 sec=0 nsec=0"},
		{stampsKind, Record{{"software", Record{{"sec", int64(1)}}}, {"hardware", Record{{"seconds", 2.5}}}},
			"software=[{seconds 1} {sec 1} {nsec 0}] legacy=[{seconds 0} {sec 0} {nsec 0}] hardware=[{seconds 2.5} {sec 2} {nsec 500000000}]"},
		{credKind, Record{{"pid", int64(1)}, {"uid", int64(2)}, {"gid", int64(3)}}, "pid=1 uid=2 gid=3"},
		{credKind, nil, fmt.Sprintf("pid=%d uid=%d gid=%d", os.Getpid(), os.Geteuid(), os.Getegid())},
		{pidfdKind, Record{{"fd", int64(5)}}, "fd=5"},
		{rightsKind, Record{{"fds", []any{int64(1), int64(2)}}}, "fds=[1 2]"},
		{ttlKind, Record{{"value", int64(64)}}, "value=64"},
		{ttlKind, Record{{"value", int64(-1)}}, "value=-1"},
		{tosKind, Record{{"value", int64(16)}}, "value=16"},
		{segmentKind, Record{{"value", int64(65535)}}, "value=65535"},
		{pktinfoKind, Record{{"ifindex", int64(2)}, {"spec_dst", "127.0.0.1"}, {"addr", "127.0.0.2"}}, "ifindex=2 spec_dst=127.0.0.1 addr=127.0.0.2"},
		{pktinfoKind, nil, "ifindex=0 spec_dst=0.0.0.0 addr=0.0.0.0"},
		{pktinfo6Kind, Record{{"ifindex", int64(2)}, {"addr", "::1"}}, "addr=::1 ifindex=2"},
		{pktinfo6Kind, nil, "addr=:: ifindex=0"},
		{origKind, Record{{"value", loopback}}, "value=127.0.0.3:9"},
		{errorKind, Record{{"ee_errno", int64(1)}, {"ee_origin", int64(2)}, {"ee_type", int64(3)}, {"ee_code", int64(4)},
			{"ee_info", int64(5)}, {"ee_data", int64(6)}, {"offender", loopback}},
			"ee_errno=1 ee_origin=2 ee_type=3 ee_code=4 ee_info=5 ee_data=6 offender=127.0.0.3:9"},
		{errorKind, nil, "ee_errno=0 ee_origin=0 ee_type=0 ee_code=0 ee_info=0 ee_data=0"},
		{nobodysKind, Record{{"data", "abc"}}, "data=abc"},
		{ttlKind, Record{{"data", "abc"}}, "data=abc"},
		{stampKind, Record{{"data", string(structBytes(&unix.Timeval{Sec: 1, Usec: 1e6}))}}, "data=\x01" + strings.Repeat("\x00", 7) + "@B\x0f" + strings.Repeat("\x00", 5)},
		{stampKind, Record{{"data", string(structBytes(&unix.Timeval{Usec: -1}))}}, "data=" + strings.Repeat("\x00", 8) + strings.Repeat("\xff", 8)},
		{stampNSKind, Record{{"data", string(structBytes(&unix.Timespec{Nsec: 1e9}))}}, "data=" + strings.Repeat("\x00", 8) + "\x00\xca\x9a;" + strings.Repeat("\x00", 4)},
	} {
		// Another message stands behind it: its place follows from the length of the first.
		b, _, err := appendControl(nil, nil, test.kind.message(test.given...))
		if err == nil {
			b, _, err = appendControl(b, nil, ttlKind.message(Field{"value", int64(7)}))
		}
		if err != nil {
			t.Errorf("%v: %v", test.given, err)
			continue
		}
		read := parseControl(b)
		if len(read) != 2 || fmt.Sprint(read[1]) != fmt.Sprint(ttlKind.message(Field{"value", int64(7)})) {
			t.Errorf("%v: read as %v", test.given, read)
			continue
		}
		var words []string
		for _, f := range read[0].(Record)[2:] {
			words = append(words, fmt.Sprintf("%s=%v", f.Name, f.Value))
		}
		if got := strings.Join(words, " "); got != test.want {
			t.Errorf("%v: got %q, not %q", test.given, got, test.want)
		}
	}
}

// TestControlMistakes: what a control message does not take is named.
func TestControlMistakes(t *testing.T) {
	for _, test := range []struct {
		given Record
		want  string
	}{
		{Record{{"type", int64(1)}}, "field 'level' of the control message: integer expected, got nil"},
		{Record{{"level", int64(1)}}, "field 'type' of the control message: integer expected, got nil"},
		{ttlKind.message(), "field 'value' of the control message: integer expected, got nil"},
		{ttlKind.message(Field{"value", int64(1 << 31)}), "-2147483648 to 2147483647 expected, got 2147483648"},
		{segmentKind.message(Field{"value", int64(1 << 16)}), "0 to 65535 expected, got 65536"},
		{segmentKind.message(Field{"value", int64(-1)}), "0 to 65535 expected, got -1"},
		{ttlKind.message(Field{"value", int64(1)}, Field{"data", "x"}), "has data and other fields: either or"},
		{ttlKind.message(Field{"value", int64(1)}, Field{"ttl", int64(1)}), "the control message has no field 'ttl'"},
		{rightsKind.message(Field{"data", "x"}), "SCM_RIGHTS takes the field 'fds', not data"},
		{rightsKind.message(), "field 'fds' of the control message: array of descriptors expected, got nil"},
		{rightsKind.message(Field{"fds", []any{int64(1), "2"}}), "array of descriptors expected, got string"},
		{rightsKind.message(Field{"fds", []any{int64(1 << 32)}}), "array of descriptors expected, got 4294967296"},
		{pidfdKind.message(), "field 'fd' of the control message: integer expected, got nil"},
		{stampKind.message(Field{"seconds", "x"}), "field 'seconds' of the control message: number expected, got string"},
		{stampKind.message(Field{"seconds", 1e300}), "field 'seconds' of the control message: time expected, got 1e+300"},
		{stampKind.message(Field{"nsec", int64(1e9)}), "0 to 999999999 expected, got 1000000000"},
		{stampsKind.message(Field{"software", int64(5)}), "field 'software' of the control message: time expected, got 5"},
		{stampsKind.message(Field{"software", Record{{"usec", int64(5)}}}), "the time has no field 'usec'"},
		{pktinfoKind.message(Field{"addr", "::1"}), "field 'addr' of the control message: IPv4 address expected"},
		{pktinfo6Kind.message(Field{"addr", "127.0.0.1"}), "field 'addr' of the control message: IPv6 address expected"},
		{pktinfo6Kind.message(Field{"addr", "fe80::1%1"}), "field 'addr' of the control message: IPv6 address expected"},
		{origKind.message(), "field 'value' of the control message: address expected, got nil"},
		{origKind.message(Field{"value", int64(5)}), "field 'value' of the control message: address expected, got 5"},
		{errorKind.message(Field{"offender", Record{{"family", int64(unix.AF_INET)}, {"addr", "a name"}}}), "field 'offender': "},
		{nobodysKind.message(), "field 'data' of the control message: string expected, got nil"},
		{nobodysKind.message(Field{"data", int64(1)}), "field 'data' of the control message: string expected, got 1"},
	} {
		if _, _, err := appendControl(nil, nil, test.given); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v, not %q", test.given, err, test.want)
		}
	}
}

// TestTOSByte: the kernel gives the type of service as one byte, and takes an int.
func TestTOSByte(t *testing.T) {
	if got := fmt.Sprint(decodeControl(tosKind, []byte{16})[2:]); got != "[{value 16}]" {
		t.Errorf("one byte is %s", got)
	}
}
