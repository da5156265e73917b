package inspect

import (
	"fmt"
	"strings"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
)

func thousands(n int64) string { return kernel.Thousands(int(n)) }

// socketType writes SOCK_STREAM as stream.
func socketType(n int64) string {
	name, ok := consts.NameOf("SOCK_", n)
	if !ok {
		return fmt.Sprint(n)
	}
	return strings.ToLower(strings.TrimPrefix(name, "SOCK_"))
}

// counted writes "1 byte", "2 bytes".
func counted(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return thousands(n) + " " + what
}

// tcpWords puts TCP_INFO's figures into words: those that this system has. Of a connection
// that is closed only what was measured is true.
func tcpWords(info kernel.Record, closed bool) []string {
	// say writes the first of the figures that there is.
	say := func(text func(int64) string, names ...string) string {
		for _, name := range names {
			if n, ok := figure(info, name); ok {
				return text(int64(n))
			}
		}
		return ""
	}
	retransmits := say(func(n int64) string {
		if closed && n == 0 {
			return ""
		}
		return "retransmits " + thousands(n)
	}, "tcpi_total_retrans", "tcpi_snd_rexmitpack", "tcpi_txretransmitpackets")
	if closed {
		return []string{roundTrip(info), retransmits}
	}
	return []string{
		roundTrip(info),
		say(func(n int64) string { return "window " + counted(n, "segment") }, "tcpi_snd_cwnd"),
		say(func(n int64) string { return "segment size " + thousands(n) }, "tcpi_snd_mss", "tcpi_maxseg"),
		retransmits,
		say(some("probes"), "tcpi_probes"),
		say(some("backoff"), "tcpi_backoff"),
		say(func(n int64) string { return "unacknowledged " + counted(n, "segment") }, "tcpi_unacked"),
		say(func(n int64) string { return "not sent " + counted(n, "byte") }, "tcpi_notsent_bytes"),
		say(func(n int64) string { return "the peer takes " + counted(n, "byte") }, "tcpi_snd_wnd"),
	}
}

// some writes a figure that is nearly always 0, and nothing then: probes without an answer of
// keepalive or of a closed window, how often the timeout was doubled.
func some(what string) func(int64) string {
	return func(n int64) string {
		if n == 0 {
			return ""
		}
		return what + " " + thousands(n)
	}
}

func figure(info kernel.Record, name string) (float64, bool) {
	switch n := info.Get(name).(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// roundTrip is the smoothed time and its variation, in milliseconds; nothing as long as none
// was measured.
func roundTrip(info kernel.Record) string {
	if rtt, _ := figure(info, "tcpi_srtt"); rtt > 0 { // macOS, in milliseconds
		return fmt.Sprintf("round trip %g ms", rtt)
	}
	rtt, _ := figure(info, "tcpi_rtt")
	if rtt == 0 {
		return ""
	}
	variation, _ := figure(info, "tcpi_rttvar")
	return fmt.Sprintf("round trip %.3f ms (±%.3f)", rtt/1000, variation/1000)
}

// OptionName names an option: SO_REUSEADDR, or its level and number.
func OptionName(level, name int) string {
	if group, ok := consts.OptionGroup(int64(level)); ok {
		if text, ok := consts.NameOf(group, int64(name)); ok {
			return text
		}
	}
	text, ok := consts.NameOf("SOL_", int64(level))
	if !ok {
		text = fmt.Sprint(level)
	}
	return fmt.Sprintf("%s:%d", text, name)
}

// Changes writes what is otherwise than before, on one line: names and values of the
// fields that a line of the table has. The first time, with nothing before, all of them.
func Changes(before, now kernel.Record) string {
	var parts []string
	for _, name := range [...]string{"type", "flags", "local", "remote", "state", "recvq", "recv_memory", "drops", "sendq",
		"queue", "rcvbuf", "sndbuf", "offset", "size", "error_pending"} {
		a, b := Text(before.Get(name)), Text(now.Get(name))
		if a != b {
			parts = append(parts, name+"="+b)
		}
	}
	return strings.Join(parts, " ")
}
