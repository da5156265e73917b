package inspect

import (
	"fmt"
	"strconv"
	"strings"

	"sockrepl/bindings/consts"
)

// system says what the kernel tells beyond the usual of some kinds: the lines of
// proc_pid_fdinfo(5), in words where they are known.
func (p *picture) system() {
	var lines []string
	for _, line := range list(p.rec.Get("fdinfo")) {
		lines = append(lines, Text(line))
	}
	switch p.rec.Get("type") {
	case "epoll":
		for i, line := range lines {
			lines[i] = watched(line)
		}
		p.each("watches", lines)
	case "eventfd":
		p.line("counter", counter(members(lines)))
	case "timerfd":
		p.line("timer", timer(members(lines)))
	default:
		p.each("kernel", lines)
	}
}

// each adds texts below each other, with one label.
func (p *picture) each(label string, texts []string) {
	for _, text := range texts {
		p.line(label, text)
		label = ""
	}
}

// members are the lines' values by their names.
func members(lines []string) map[string]string {
	m := map[string]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		m[name] = value
	}
	return m
}

// watched says which descriptor an epoll instance watches, for which events, and what comes
// back with them: "tfd: 3 events: 19 data: 3 pos:0 ...", of which all but the first number is
// hexadecimal.
func watched(line string) string {
	var fd int
	var events uint32
	var data uint64
	if n, _ := fmt.Sscanf(line, "tfd: %d events: %x data: %x", &fd, &events, &data); n < 3 {
		return line
	}
	names := strings.ReplaceAll(consts.FlagNames("EPOLL", int64(events)), "|", " | ") // to be broken there
	return fmt.Sprintf("descriptor %d: %s, data %d", fd, names, int64(data))
}

// counter is what an eventfd counts; the kernel writes it in hexadecimal.
func counter(m map[string]string) string {
	n, err := strconv.ParseUint(m["eventfd-count"], 16, 64)
	switch {
	case err != nil:
		return m["eventfd-count"]
	case m["eventfd-semaphore"] == "1":
		return fmt.Sprintf("%d (a semaphore: each read takes 1)", n)
	}
	return fmt.Sprintf("%d (a read takes all)", n)
}

// timer says when a timerfd expires next, and how often it has since it was read.
func timer(m map[string]string) string {
	clock := m["clockid"]
	if n, err := strconv.ParseInt(clock, 10, 64); err == nil {
		if name, ok := consts.NameOf("CLOCK_", n); ok {
			clock = name
		}
	}
	parts := []string{clock, "disarmed"}
	if next := seconds(m["it_value"]); next > 0 {
		parts[1] = fmt.Sprintf("expires in %.3f s", next)
	}
	if every := seconds(m["it_interval"]); every > 0 {
		parts = append(parts, fmt.Sprintf("then each %g s", every))
	}
	if ticks, err := strconv.ParseInt(m["ticks"], 10, 64); err == nil && ticks > 0 {
		parts = append(parts, counted(ticks, "expiration")+" to read")
	}
	return strings.Join(parts, ", ")
}

// seconds reads "(2, 500000000)".
func seconds(text string) float64 {
	var whole, nano int64
	if _, err := fmt.Sscanf(text, "(%d, %d)", &whole, &nano); err != nil {
		return 0
	}
	return float64(whole) + float64(nano)/1e9
}
