package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// straceStyle writes as strace(1) does.
type straceStyle struct {
	most int // bytes of a string
}

func (s straceStyle) bytes(text string) string {
	if len(text) > s.most {
		return `"` + cEscape(text[:s.most]) + `"...`
	}
	return `"` + cEscape(text) + `"`
}

func (straceStyle) text(text string) string { return `"` + cEscape(text) + `"` }

// cEscape escapes as C and strace do: octal digits, as few as what follows allows.
func cEscape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if at := strings.IndexByte("\n\r\t\v\f\"\\", c); at >= 0 {
			b.WriteByte('\\')
			b.WriteByte(`nrtvf"\`[at])
			continue
		}
		if c >= ' ' && c <= '~' {
			b.WriteByte(c)
			continue
		}
		if i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '7' {
			fmt.Fprintf(&b, "\\%03o", c)
		} else {
			fmt.Fprintf(&b, "\\%o", c)
		}
	}
	return b.String()
}

func (straceStyle) constants(text string) string { return text }
func (straceStyle) mode(n int64) string          { return fmt.Sprintf("%#03o", n) }
func (straceStyle) number(x float64) string      { return strconv.FormatFloat(x, 'f', -1, 64) }
func (straceStyle) list(items []string) string   { return "[" + strings.Join(items, ", ") + "]" }
func (straceStyle) set(items []string) string    { return "[" + strings.Join(items, " ") + "]" }
func (straceStyle) optionValue(text string) string {
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "[") {
		return text
	}
	return "[" + text + "]"
}
func (straceStyle) null() string { return "NULL" }

func (straceStyle) opaqueCall(begun string) string { return begun }

// cNames are C's names of fields, by a field that tells which structure it is.
var cNames = map[string]map[string]string{
	"iov":    {"name": "msg_name", "iov": "msg_iov", "control": "msg_control", "flags": "msg_flags"},
	"level":  {"level": "cmsg_level", "type": "cmsg_type", "fds": "cmsg_data", "data": "cmsg_data"},
	"onoff":  {"onoff": "l_onoff", "linger": "l_linger"},
	"whence": {"type": "l_type", "whence": "l_whence", "start": "l_start", "len": "l_len", "pid": "l_pid"},
}

func (straceStyle) table(names, values []string) string {
	var members map[string]string
	for _, name := range names {
		if m := cNames[name]; m != nil {
			members = m
		}
	}
	parts := make([]string, len(names))
	for i, name := range names {
		if c := members[name]; c != "" {
			name = c
		}
		parts[i] = name + "=" + values[i]
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (s straceStyle) vector(texts []string) string {
	items := make([]string, len(texts))
	for i, text := range texts {
		items[i] = fmt.Sprintf("{iov_base=%s, iov_len=%d}", s.bytes(text), len(text))
	}
	return s.list(items)
}

func (straceStyle) flagsAnswer(n int64, text string) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%#x (flags %s)", n, text)
}

// address writes a struct sockaddr with strace's names of its members.
func (s straceStyle) address(a *kernel.Sockaddr) string {
	family, ok := consts.NameOf("AF_", int64(a.Family()))
	if !ok {
		family = strconv.Itoa(a.Family())
	}
	head := "{sa_family=" + family
	ip, port, flow, scope, isInet := a.Inet()
	switch {
	case isInet && a.Family() == unix.AF_INET:
		return fmt.Sprintf("%s, sin_port=htons(%d), sin_addr=inet_addr(%q)}", head, port, ip.String())
	case isInet:
		return fmt.Sprintf("%s, sin6_port=htons(%d), sin6_flowinfo=htonl(%d), inet_pton(AF_INET6, %q, &sin6_addr), sin6_scope_id=%s}",
			head, port, flow, ip.String(), scopeText(scope))
	case a.Family() == unix.AF_UNIX:
		return head + unixPath(a.Path()) + "}"
	case family == "AF_NETLINK":
		return fmt.Sprintf("%s, nl_pid=%d, nl_groups=%08x}", head, binary.NativeEndian.Uint32(a.Buf[4:]), binary.NativeEndian.Uint32(a.Buf[8:]))
	}
	for _, f := range a.Fields()[1:] {
		text := fmt.Sprint(f.Value)
		if raw, ok := f.Value.(string); ok {
			text = s.bytes(raw)
		}
		head += ", " + f.Name + "=" + text
	}
	return head + "}"
}

// scopeText is the number of an interface by its name, as strace writes it.
func scopeText(scope uint32) string {
	if scope == 0 {
		return "0"
	}
	return fmt.Sprintf("if_nametoindex(%q)", kernel.ScopeName(scope))
}

func unixPath(path string) string {
	switch {
	case path == "":
		return ""
	case path[0] == '@':
		return `, sun_path=@"` + cEscape(path[1:]) + `"`
	}
	return `, sun_path="` + cEscape(path) + `"`
}

func (straceStyle) unfinished(begun string) string { return begun + " <unfinished ...>" }

func (straceStyle) beforeAnswer(begun, name string, shown bool) string {
	if shown {
		return "<... " + name + " resumed>) = "
	}
	return begun + ") = "
}

func (straceStyle) times(e *kernel.Event) string { return times(e) }

func (straceStyle) withThread(thread, line string) string {
	return strings.TrimPrefix(thread+" "+line, " ")
}

func (straceStyle) failure(_ string, err error) string {
	errno, text := errorText(err)
	var eai *kernel.AddrinfoError
	switch {
	case errors.As(err, &eai):
		return text
	case errno != 0:
		return "-1 " + text
	}
	return "? " + text
}

func (straceStyle) interrupted(done string) string {
	if done != "" {
		return "? (interrupted: " + done + ")"
	}
	return "? (interrupted)"
}

// dataAnswer is the bytes, and how many.
func (s straceStyle) dataAnswer(text string) string {
	return s.bytes(text) + " " + strconv.Itoa(len(text))
}

func (s straceStyle) readyAnswer(w *writer) string {
	count := 0
	var parts []string
	for i, label := range [...]string{"in", "out", "except"} {
		if n := w.f.Sets[i].Count(); n > 0 {
			count += n
			parts = append(parts, label+" "+w.descriptorSet(i, true))
		}
	}
	if count == 0 {
		return "0 (Timeout)"
	}
	return fmt.Sprintf("%d (%s)", count, strings.Join(parts, ", "))
}

func (s straceStyle) polledAnswer(w *writer) string {
	n := w.f.Out[0].Int
	if n == 0 {
		return "0 (Timeout)"
	}
	return fmt.Sprintf("%d (%s)", n, w.pollEntries(true))
}

func (s straceStyle) eventsAnswer(w *writer) string {
	var items []string
	for i, data := range w.f.Ints[0] {
		items = append(items, s.table([]string{"events", "data"},
			[]string{consts.FlagNames("EPOLL", w.f.Ints[1][i]), strconv.FormatInt(data, 10)}))
	}
	if items == nil {
		return "0"
	}
	return fmt.Sprintf("%d (%s)", len(items), s.list(items))
}
