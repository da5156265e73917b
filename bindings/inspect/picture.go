package inspect

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/kernel"
)

// Picture draws one descriptor in full.
func Picture(r kernel.Record, width int) string {
	return strings.Join(draw(r, width, 0), "\n")
}

// PictureIn is Picture in a part of a terminal, its lines cut to the width. If they are too
// many it leaves out what TCP knows, then the options, then what comes last.
func PictureIn(r kernel.Record, width, rows int) (lines []string) {
	for less := range withoutOptions + 1 {
		if lines = draw(r, width, less); len(lines) <= rows {
			break
		}
	}
	lines = lines[:min(len(lines), rows)]
	for i, line := range lines {
		lines[i] = cut(line, width)
	}
	return lines
}

// What a picture is without.
const (
	withoutTCP     = 1
	withoutOptions = 2 // nor the above
)

type picture struct {
	rec   kernel.Record
	width int
	lines []string
}

// draw answers the lines of the picture, or of less than all of it.
func draw(r kernel.Record, width, less int) []string {
	if width <= 0 {
		width = DefaultWidth
	}
	p := picture{rec: r, width: width}
	p.lines = p.head()
	p.line("path", Text(r.Get("path")))
	p.line("local", Text(r.Get("local")))
	p.line("remote", Text(r.Get("remote")))
	p.position()
	p.buffers()
	if less < withoutTCP {
		p.connection()
	}
	if less < withoutOptions {
		p.options()
	}
	p.company()
	p.system()
	return p.lines
}

// head is the descriptor's number, type, state and flags; on a narrow terminal over several
// lines.
func (p *picture) head() []string {
	r := p.rec
	words := present([]string{"descriptor " + Text(r.Get("fd")), kindText(r), Text(r.Get("state")), flags(r)})
	return fill(words, "  ", p.width)
}

const labelWidth = 9

// line adds a labelled text, over as many lines as it needs; an empty one is left out.
func (p *picture) line(label, text string) {
	if text == "" {
		return
	}
	for _, part := range wrap(text, p.width-labelWidth-2) {
		p.lines = append(p.lines, fmt.Sprintf("  %-*s%s", labelWidth, label, part))
		label = ""
	}
}

// wrap breaks a text at its blanks.
func wrap(text string, width int) []string { return fill(strings.Fields(text), " ", width) }

// fill puts as many words on each line as it takes.
func fill(words []string, between string, width int) (lines []string) {
	line := ""
	for _, word := range words {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line+between+word) > width:
			lines, line = append(lines, line), word
		default:
			line += between + word
		}
	}
	return append(lines, line)
}

func present(texts []string) (some []string) {
	for _, text := range texts {
		if text != "" {
			some = append(some, text)
		}
	}
	return some
}

func list(v any) []any {
	items, _ := v.([]any)
	return items
}

// kindText is the type, and of a Unix socket what kind of socket.
func kindText(r kernel.Record) string {
	kind := Text(r.Get("type"))
	if kind == "unix" {
		if n, ok := kernel.AsInt(r.Get("socktype")); ok {
			return kind + " " + socketType(n)
		}
	}
	return kind
}

func (p *picture) position() {
	if at, ok := kernel.AsInt(p.rec.Get("offset")); ok {
		size, _ := kernel.AsInt(p.rec.Get("size"))
		p.line("offset", thousands(at)+" of "+counted(size, "byte"))
	}
}

// buffers draws a bar for each buffer, and for a listening socket's queue.
func (p *picture) buffers() {
	r := p.rec
	if n, ok := kernel.AsInt(r.Get("queue")); ok {
		p.bar("queue", n, r.Get("queue_limit"), "")
		if overfull(r) {
			p.line("", overfullText)
		}
		return
	}
	if mem, ok := kernel.AsInt(r.Get("recv_memory")); ok {
		p.bar("receive", mem, r.Get("rcvbuf"), "buffer memory")
		if n, ok := kernel.AsInt(r.Get("recvq")); ok && mem > 0 {
			p.line("", "the first datagram has "+counted(n, "byte"))
		}
		if n, _ := kernel.AsInt(r.Get("drops")); n > 0 {
			p.line("", "dropped "+counted(n, "datagram"))
		}
	} else if n, ok := kernel.AsInt(r.Get("recvq")); ok {
		p.bar("receive", n, limit(r, "rcvbuf"), Text(r.Get("recvq_unit")))
	}
	if n, ok := kernel.AsInt(r.Get("sendq")); ok {
		p.bar("send", n, limit(r, "sndbuf"), Text(r.Get("sendq_unit")))
	}
	if n, ok := kernel.AsInt(r.Get("peer_recvq")); ok {
		p.line("", "the peer has "+counted(n, "byte")+" to receive")
	}
}

// limit is a buffer's size; of a pipe the one that it has.
func limit(r kernel.Record, name string) any {
	if size := r.Get("pipe_size"); size != nil {
		return size
	}
	return r.Get(name)
}

// barWidth is how wide a bar is with its numbers beside it.
func (p *picture) barWidth() int {
	if p.width < 60 {
		return 10
	}
	return 20
}

// bar draws how full something is: what is not empty has one mark at least.
func bar(n, of int64, width int) string {
	full := 0
	if of > 0 && n > 0 {
		full = int(min((n*int64(width)+of-1)/of, int64(width)))
	}
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", width-full) + "]"
}

func (p *picture) bar(label string, n int64, limit any, unit string) {
	of, ok := kernel.AsInt(limit)
	text := thousands(n)
	if ok {
		text = bar(n, of, p.barWidth()) + " " + text + " of " + thousands(of)
	}
	if unit != "" {
		text += " (" + unit + ")"
	}
	p.line(label, text)
}

// connection says in words what TCP knows; times are in microseconds there.
func (p *picture) connection() {
	info, ok := p.rec.Get("tcp_info").(kernel.Record)
	if !ok || p.rec.Get("queue") != nil {
		return
	}
	state := p.rec.Get("state")
	p.line("tcp", strings.Join(present(tcpWords(info, state == "CLOSE" || state == "CLOSED")), ", "))
}

func (p *picture) options() {
	options, _ := p.rec.Get("options").(kernel.Record)
	var parts []string
	for _, o := range options {
		parts = append(parts, o.Name+"="+optionText(o.Value))
	}
	p.line("options", strings.Join(parts, ", "))
}

func optionText(v any) string {
	if s, ok := v.(string); ok {
		return `"` + kernel.Escape(s) + `"`
	}
	return Text(v)
}

// company says who else has the description, who is the peer, and whether there is an
// error to come.
func (p *picture) company() {
	if shared := list(p.rec.Get("shared_with")); len(shared) > 0 {
		p.line("shared", "the same open file description: "+Text(shared))
	}
	if peers := list(p.rec.Get("peer_fds")); len(peers) > 0 {
		p.line("peer", "the other end is here: "+Text(peers))
	}
	if p.rec.Get("error_pending") == true {
		p.line("error", "one is pending; getsockopt(fd, SOL_SOCKET, SO_ERROR) says which, and clears it")
	}
}
