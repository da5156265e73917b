package inspect

import (
	"fmt"
	"strings"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
)

func thousands(n int64) string { return kernel.Thousands(int(n)) }

func thousands64(v any) string {
	n, _ := kernel.AsInt(v)
	return thousands(n)
}

// socketType writes SOCK_STREAM as stream.
func socketType(n int64) string {
	name, ok := consts.NameOf("SOCK_", n)
	if !ok {
		return fmt.Sprint(n)
	}
	return strings.ToLower(strings.TrimPrefix(name, "SOCK_"))
}

// tcpWords puts TCP_INFO's figures into words: those that this system has.
func tcpWords(info kernel.Record) []string {
	number := func(name string) (float64, bool) {
		switch n := info.Get(name).(type) {
		case int64:
			return float64(n), true
		case float64:
			return n, true
		}
		return 0, false
	}
	count := func(format string, names ...string) string {
		for _, name := range names {
			if n, ok := number(name); ok {
				return fmt.Sprintf(format, thousands(int64(n)))
			}
		}
		return ""
	}
	return []string{
		roundTrip(number),
		count("window %s segments", "tcpi_snd_cwnd"),
		count("segment size %s", "tcpi_snd_mss", "tcpi_maxseg"),
		count("retransmits %s", "tcpi_total_retrans", "tcpi_snd_rexmitpack", "tcpi_txretransmitpackets"),
		count("unacknowledged %s segments", "tcpi_unacked"),
		count("not sent %s bytes", "tcpi_notsent_bytes"),
		count("the peer takes %s bytes", "tcpi_snd_wnd"),
	}
}

// roundTrip is the smoothed time and its variation, in milliseconds.
func roundTrip(number func(string) (float64, bool)) string {
	if rtt, ok := number("tcpi_srtt"); ok { // macOS, in milliseconds
		return fmt.Sprintf("round trip %g ms", rtt)
	}
	rtt, ok := number("tcpi_rtt")
	if !ok {
		return ""
	}
	variation, _ := number("tcpi_rttvar")
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
		switch {
		case a == b:
		case b == "":
			parts = append(parts, name+"=")
		default:
			parts = append(parts, name+"="+b)
		}
	}
	return strings.Join(parts, " ")
}
