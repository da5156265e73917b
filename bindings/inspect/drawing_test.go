package inspect

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sockrepl/bindings/kernel"
)

// widest is how wide a text is.
func widest(text string) (n int) {
	for line := range strings.SplitSeq(text, "\n") {
		n = max(n, utf8.RuneCountInString(line))
	}
	return n
}

// TestExactWidth: what fits to the column stays as it is, and one column less gives up something.
func TestExactWidth(t *testing.T) {
	lines := []kernel.Record{lecture[0]}
	whole := Table(lines, 1000)
	if n := widest(whole); Table(lines, n) != whole || Table(lines, n-1) == whole {
		t.Errorf("%d columns:\n%s\nand one less:\n%s", n, Table(lines, n), Table(lines, n-1))
	}
	if text := Table(nil, 80); text != "FD  TYPE" {
		t.Errorf("a table without a line: %q", text)
	}
}

// TestAddressBeforeFlags: addresses are cut down to what 127.0.0.1 takes before the flags go.
func TestAddressBeforeFlags(t *testing.T) {
	lines, found := []kernel.Record{lecture[1], lecture[2]}, false
	for width := range 100 {
		text := Table(lines, width)
		found = found || strings.Contains(text, "FLAGS") && slices.ContainsFunc(strings.Fields(text), func(cell string) bool {
			return strings.HasSuffix(cell, ":37204") && utf8.RuneCountInString(cell) == wholeAddress
		})
	}
	if !found {
		t.Error("at no width the address is as wide as 127.0.0.1 and the flags are there")
	}
}

// TestFoldedType: the type that stands where others have an address is cut as those are.
func TestFoldedType(t *testing.T) {
	text := Table([]kernel.Record{lecture[1], line("fd", int64(10), "type", "averylongtype")}, 30)
	if !strings.Contains(text, "10 ave…pe") && !strings.Contains(text, "10 av…ype") {
		t.Errorf("in 30 columns:\n%s", text)
	}
}

func TestInThousands(t *testing.T) {
	for text, want := range map[string]string{"9999": "9999", "10000": "10k", "2626560m": "2626km", "12345+": "12k+", "1/4096": "1/4096"} {
		if got := inThousands(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// TestMarks: a number of something else than bytes has a mark that is explained; 0 is 0 of anything.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		fields []any
		want   string
	}{
		{[]any{"sendq", int64(768), "sendq_unit", "buffer memory"}, "FD  TYPE  SEND-Q\n 3  unix    768m\n(m buffer memory, which is more than the bytes)"},
		{[]any{"recvq", int64(5), "recvq_unit", "first datagram"}, "FD  TYPE  RECV-Q\n 3  unix      5+\n(+ the first datagram only)"},
		{[]any{"sendq", int64(0), "sendq_unit", "buffer memory"}, "FD  TYPE  SEND-Q\n 3  unix       0"},
		{[]any{"path", "\x1b[31m"}, "FD  TYPE  LOCAL\n 3  unix  \\027[31m"},
		{[]any{"queue", int64(3)}, "FD  TYPE  QUEUE\n 3  unix     3/"}, // the limit is not known
	} {
		rec := line(append([]any{"fd", int64(3), "type", "unix"}, c.fields...)...)
		if got := Table([]kernel.Record{rec}, 80); got != c.want {
			t.Errorf("%v:\n%s\nnot\n%s", c.fields, got, c.want)
		}
	}
}

// TestBuffers: how full the buffers are, and what is to be said of them besides.
func TestBuffers(t *testing.T) {
	info := line("tcpi_total_retrans", int64(1))
	for _, c := range []struct {
		fields []any
		width  int
		want   string
	}{
		{[]any{"recvq", int64(1), "rcvbuf", int64(1000000)}, 60, "  receive  [#...................] 1 of 1,000,000"},
		{[]any{"recvq", int64(1), "rcvbuf", int64(1000000)}, 59, "  receive  [#.........] 1 of 1,000,000"},
		{[]any{"recvq", int64(0), "rcvbuf", int64(1000)}, 60, "  receive  [....................] 0 of 1,000"},
		{[]any{"recvq", int64(2000), "rcvbuf", int64(1000)}, 60, "  receive  [####################] 2,000 of 1,000"},
		{[]any{"recvq", int64(512), "rcvbuf", int64(9), "pipe_size", int64(1024)}, 60, "  receive  [##########..........] 512 of 1,024"},
		{[]any{"recvq", int64(7), "recvq_unit", "first datagram"}, 60, "  receive  7 (first datagram)"},
		{[]any{"recv_memory", int64(768), "recvq", int64(5), "drops", int64(1)}, 60,
			"  receive  768 (buffer memory)\n           the first datagram has 5 bytes\n           dropped 1 datagram"},
		{[]any{"recv_memory", int64(0), "recvq", int64(0), "drops", int64(0)}, 60, "  receive  0 (buffer memory)"},
		{[]any{"sendq", int64(0), "peer_recvq", int64(5)}, 60, "  send     0\n           the peer has 5 bytes to receive"},
		{[]any{"queue", int64(0), "queue_limit", int64(5), "tcp_info", info}, 60, "  queue    [....................] 0 of 5"},
		{[]any{"options", line("TCP_CONGESTION", "re\x1bno", "SO_KEEPALIVE", int64(1))}, 60, "  options  TCP_CONGESTION=\"re\\027no\", SO_KEEPALIVE=1"},
		{[]any{"state", "ESTABLISHED", "tcp_info", line("tcpi_rtt", int64(0), "tcpi_total_retrans", int64(0), "tcpi_probes", int64(0))}, 60,
			"  tcp      retransmits 0"},
		{[]any{"state", "CLOSED", "tcp_info", line("tcpi_snd_cwnd", int64(10), "tcpi_total_retrans", int64(2), "tcpi_probes", int64(0))}, 60,
			"  tcp      retransmits 2"},
	} {
		_, got, _ := strings.Cut(Picture(line(append([]any{"fd", int64(3)}, c.fields...)...), c.width), "\n")
		if got != c.want {
			t.Errorf("%v:\n%s\nnot\n%s", c.fields, got, c.want)
		}
	}
}

// TestWrapped: a line is as long as it may be, and broken at the blank behind it.
func TestWrapped(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"ab cd", 5, "ab cd"},
		{"ab cd", 4, "ab\n cd"},
		{"abcd ef", 4, "abcd\n ef"},
		{"abcde", 4, "abcde"},
		{"ü ü ü", 3, "ü ü\n ü"},
	} {
		if got := Wrapped(c.text, c.width, " "); got != c.want {
			t.Errorf("%q in %d: %q", c.text, c.width, got)
		}
	}
	if got := wrap("ab cd ef", 5); !slices.Equal(got, []string{"ab cd", "ef"}) {
		t.Errorf("%q", got)
	}
}

// TestChanges: what has changed, what is gone, and nothing of what is as before.
func TestChanges(t *testing.T) {
	before := line("type", "udp", "local", "127.0.0.1:7", "remote", "127.0.0.1:8", "recvq", int64(0), "drops", int64(0), "recv_memory", int64(0))
	now := line("type", "udp", "local", "127.0.0.1:7", "recvq", int64(5), "drops", int64(2), "recv_memory", int64(768))
	if got := Changes(before, now); got != "remote= recvq=5 recv_memory=768 drops=2" {
		t.Errorf("%q", got)
	}
	if got := Changes(nil, before); got != "type=udp local=127.0.0.1:7 remote=127.0.0.1:8 recvq=0 recv_memory=0 drops=0" {
		t.Errorf("the first time: %q", got)
	}
}
