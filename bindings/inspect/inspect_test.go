package inspect

import (
	"strings"
	"testing"
	"unicode/utf8"

	"sockrepl/bindings/kernel"
)

// line makes a record of names and values in turn.
func line(fields ...any) (r kernel.Record) {
	for i := 0; i < len(fields); i += 2 {
		r = append(r, kernel.Field{Name: fields[i].(string), Value: fields[i+1]})
	}
	return r
}

// lecture is what a table has in a lecture: a connection in both directions, and an epoll
// descriptor.
var lecture = []kernel.Record{
	line("fd", int64(3), "type", "tcp", "local", "127.0.0.1:7012", "state", "LISTEN", "queue", int64(1), "queue_limit", int64(4096)),
	line("fd", int64(4), "type", "tcp", "flags", "nonblock cloexec", "local", "127.0.0.1:48342", "remote", "127.0.0.1:7012",
		"state", "ESTABLISHED", "recvq", int64(0), "sendq", int64(2626560)),
	line("fd", int64(5), "type", "tcp6", "local", "[2001:db8::17]:37204", "remote", "[2001:db8::18]:48343", "state", "CLOSE_WAIT",
		"recvq", int64(27), "sendq", int64(0)),
	line("fd", int64(10), "type", "epoll", "access", "rw"),
}

// fits tells of lines that a terminal would break.
func fits(t *testing.T, text string, width int) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("at %d columns a line has %d: %s", width, n, line)
		}
	}
}

// TestNarrowTable: however narrow the terminal, each descriptor is a line, and the ports and
// the states are whole.
func TestNarrowTable(t *testing.T) {
	for _, width := range []int{40, 50, 60, 70, 80} {
		text := Table(lecture, width)
		fits(t, text, width)
		for _, want := range []string{":48342 ", ":7012 ", ":37204 ", ":48343 ", " LISTEN ", " ESTAB", " CLOSE_WAIT", "4096"} {
			if !strings.Contains(text, want) {
				t.Errorf("at %d columns there is no %q:\n%s", width, want, text)
			}
		}
	}
}

// TestConcessions: what a narrow terminal has no room for goes in turn.
func TestConcessions(t *testing.T) {
	for _, c := range []struct {
		width         int
		present, gone string
	}{
		{100, "1/4096|FLAGS|nonbl cloex|127.0.0.1:48342|2626560", "accept queue"},
		{80, "FLAGS|127.0.0.1:48342|2626560|accept queue and its limit", "QUEUE"},
		{60, "TYPE|RECV-Q|2626560", "FLAGS|127.0.0.1:48342"},
		{40, "2626k|RECV  SEND|:48342|10 epoll", "TYPE|FLAGS|RECV-Q"},
	} {
		text := Table(lecture, c.width)
		for _, want := range strings.Split(c.present, "|") {
			if !strings.Contains(text, want) {
				t.Errorf("at %d columns there is no %q:\n%s", c.width, want, text)
			}
		}
		for _, other := range strings.Split(c.gone, "|") {
			if strings.Contains(text, other) {
				t.Errorf("at %d columns there is %q:\n%s", c.width, other, text)
			}
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"127.0.0.1:48342", 15, "127.0.0.1:48342"},
		{"127.0.0.1:48342", 12, "12…0.1:48342"},
		{"127.0.0.1:48342", 7, "…:48342"},
		{"[::1]:48342", 3, ":48342"},
		{"/home/somebody/file", 10, "/hom…/file"},
		{"/home/somebody/file", 1, "/h…ile"},
		{"/tmp/a", 1, "/tmp/a"},
	} {
		if got := cut(c.text, c.width); got != c.want {
			t.Errorf("%s in %d columns: %s, not %s", c.text, c.width, got, c.want)
		}
	}
}

// TestHead: a narrow terminal breaks the first line of the picture between its words.
func TestHead(t *testing.T) {
	text := Picture(lecture[1], 40)
	fits(t, text, 40)
	if !strings.HasPrefix(text, "descriptor 4  tcp  ESTABLISHED\nnonblock cloexec\n") {
		t.Errorf("the picture begins\n%s", text)
	}
}

// TestPictureIn: in few rows there is less, but the buffers are there as long as they fit.
func TestPictureIn(t *testing.T) {
	rec := append(lecture[1], line("rcvbuf", int64(131072), "sndbuf", int64(3939840), "path", "/"+strings.Repeat("long", 30),
		"tcp_info", line("tcpi_rtt", int64(30), "tcpi_rttvar", int64(15), "tcpi_snd_cwnd", int64(10)),
		"options", line("TCP_NODELAY", int64(1)), "shared_with", []any{int64(9)})...)
	for rows, want := range map[int]string{
		9: "descriptor|send|tcp|options|shared",
		8: "descriptor|send|options|shared",
		7: "descriptor|send|shared",
		6: "descriptor|send",
		5: "descriptor|receive",
		1: "descriptor",
	} {
		lines := PictureIn(rec, 60, rows)
		text := strings.Join(lines, "\n")
		fits(t, text, 60)
		for _, label := range strings.Split(want, "|") {
			if len(lines) > rows || !strings.Contains("\n"+strings.ReplaceAll(text, "\n  ", "\n"), "\n"+label) {
				t.Errorf("in %d rows there is no %s:\n%s", rows, label, text)
			}
		}
	}
}

// TestTCPWords: what was not measured is not said, nor what a closed connection has no more.
func TestTCPWords(t *testing.T) {
	info := line("tcpi_rtt", int64(0), "tcpi_rttvar", int64(250000), "tcpi_snd_cwnd", int64(10), "tcpi_total_retrans", int64(0),
		"tcpi_unacked", int64(1), "tcpi_notsent_bytes", int64(2))
	for state, want := range map[string]string{
		"SYN_SENT": "window 10 segments, retransmits 0, unacknowledged 1 segment, not sent 2 bytes",
		"CLOSE":    "",
	} {
		text := Picture(line("fd", int64(3), "state", state, "tcp_info", info), 200)
		if _, got, _ := strings.Cut(text, "  tcp      "); got != want {
			t.Errorf("%s: %q, not %q", state, got, want)
		}
	}
	measured := line("tcpi_rtt", int64(30), "tcpi_rttvar", int64(15), "tcpi_total_retrans", int64(6), "tcpi_unacked", int64(1))
	text := Picture(line("fd", int64(3), "state", "CLOSE", "tcp_info", measured), 200)
	if !strings.HasSuffix(text, "tcp      round trip 0.030 ms (±0.015), retransmits 6") {
		t.Error(text)
	}
	probing := line("tcpi_total_retrans", int64(0), "tcpi_probes", int64(3), "tcpi_backoff", int64(2), "tcpi_snd_wnd", int64(0))
	text = Picture(line("fd", int64(3), "state", "ESTABLISHED", "tcp_info", probing), 200)
	if !strings.HasSuffix(text, "tcp      retransmits 0, probes 3, backoff 2, the peer takes 0 bytes") {
		t.Error(text)
	}
}

// TestOverfull: a queue longer than its limit is explained.
func TestOverfull(t *testing.T) {
	for n, want := range map[int64]bool{2: false, 3: true} {
		rec := line("fd", int64(3), "type", "tcp", "state", "LISTEN", "queue", n, "queue_limit", int64(2))
		for _, text := range []string{Table([]kernel.Record{rec}, 80), Picture(rec, 80)} {
			if strings.Contains(text, "one connection more") != want {
				t.Errorf("%d connections:\n%s", n, text)
			}
		}
	}
}

// TestSystemLines: what the kernel says of its own kinds of descriptors is in words.
func TestSystemLines(t *testing.T) {
	for _, c := range []struct {
		kind  string
		lines []any
		want  string
	}{
		{"epoll", []any{"tfd: 6 events: 80000019 data: 6 pos:0 ino:297f9c9", "tfd: 12 events: 40000000 data: ffffffffffffffff"},
			"  watches  descriptor 6: EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLET, data 6\n           descriptor 12: EPOLLONESHOT, data -1"},
		{"epoll", []any{"something new"}, "  watches  something new"},
		{"epoll", []any{"tfd: 6 events: 19"}, "  watches  tfd: 6 events: 19"},
		{"eventfd", []any{"eventfd-count: many"}, "  counter  many"},
		{"eventfd", []any{"eventfd-count: 1f", "eventfd-id: 5", "eventfd-semaphore: 0"}, "  counter  31 (a read takes all)"},
		{"eventfd", []any{"eventfd-count: 2", "eventfd-semaphore: 1"}, "  counter  2 (a semaphore: each read takes 1)"},
		{"timerfd", []any{"clockid: 1", "ticks: 0", "it_value: (0, 0)", "it_interval: (0, 0)"}, "  timer    CLOCK_MONOTONIC, disarmed"},
		{"timerfd", []any{"clockid: 1", "ticks: 1", "it_value: (2, 500000000)", "it_interval: (1, 500000000)"},
			"  timer    CLOCK_MONOTONIC, expires in 2.500 s, then each 1.5 s, 1 expiration to read"},
		{"inotify", []any{"inotify wd:1 ino:2"}, "  kernel   inotify wd:1 ino:2"},
	} {
		text := Picture(line("fd", int64(3), "type", c.kind, "fdinfo", c.lines), 100)
		if _, got, _ := strings.Cut(text, "\n"); got != c.want {
			t.Errorf("%s\n%s\nnot\n%s", c.kind, got, c.want)
		}
	}
}
