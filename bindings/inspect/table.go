// Package inspect draws what package kernel knows of descriptors: the table of them, and
// one in full. It works on plain records, so that what is drawn is what a script has.
// It knows no Lua.
package inspect

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/kernel"
)

// column is one of the table's.
type column struct {
	title string
	right bool // numbers
	text  func(kernel.Record) string
}

var columns = [...]column{
	fdColumn:     {"FD", true, field("fd")},
	typeColumn:   {"TYPE", false, field("type")},
	flagsColumn:  {"FLAGS", false, flags},
	localColumn:  {"LOCAL", false, local},
	remoteColumn: {"REMOTE", false, field("remote")},
	stateColumn:  {"STATE", false, field("state")},
	recvColumn:   {"RECV-Q", true, queue("recvq")},
	sendColumn:   {"SEND-Q", true, queue("sendq")},
	queueColumn:  {"QUEUE", true, backlog},
}

const (
	fdColumn = iota
	typeColumn
	flagsColumn
	localColumn
	remoteColumn
	stateColumn
	recvColumn
	sendColumn
	queueColumn
)

// DefaultWidth is how wide the pictures are where there is no terminal.
const DefaultWidth = 80

// Table draws the lines of the descriptor table as columns that fit the width.
func Table(lines []kernel.Record, width int) string {
	if width <= 0 {
		width = DefaultWidth
	}
	t := table{width: width, gap: 2, cells: [][]string{titles()}}
	for _, line := range lines {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.text(line)
		}
		t.cells = append(t.cells, row)
	}
	t.overfull = slices.ContainsFunc(lines, overfull)
	t.fit()
	var text []string
	if kernel.Columns != "" {
		text = wrap("("+kernel.Columns+")", width)
	}
	for _, row := range t.cells {
		text = append(text, t.line(row))
	}
	return strings.Join(append(text, t.legend()...), "\n")
}

func titles() []string {
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.title
	}
	return row
}

// line writes a row of cells; a column without any text is left out.
func (t *table) line(row []string) string {
	var parts []string
	for i, text := range row {
		if t.widths[i] == 0 {
			continue
		}
		pad := strings.Repeat(" ", t.widths[i]-utf8.RuneCountInString(text))
		if columns[i].right {
			parts = append(parts, pad+text)
		} else {
			parts = append(parts, text+pad)
		}
	}
	return strings.TrimRight(strings.Join(parts, strings.Repeat(" ", t.gap)), " ")
}

// The marks of a number that counts something else than all bytes.
const (
	firstMark  = "+"
	memoryMark = "m"
)

// legend explains the marks that were used, and what stands elsewhere than usual.
func (t *table) legend() []string {
	var notes []string
	note := func(used bool, text string) {
		if used {
			notes = append(notes, text)
		}
	}
	note(t.marked(firstMark), "+ the first datagram only")
	note(t.marked(memoryMark), "m buffer memory, which is more than the bytes")
	note(t.overfull, overfullText)
	note(t.folded, "LISTEN: the accept queue and its limit")
	if notes == nil {
		return nil
	}
	return wrap("("+strings.Join(notes, "; ")+")", t.width)
}

// marked tells whether a number of a buffer has the mark.
func (t *table) marked(mark string) bool {
	return slices.ContainsFunc(t.cells[1:], func(row []string) bool {
		return strings.HasSuffix(row[recvColumn], mark) || strings.HasSuffix(row[sendColumn], mark)
	})
}

// field writes a field as it is.
func field(name string) func(kernel.Record) string {
	return func(r kernel.Record) string { return Text(r.Get(name)) }
}

// Text writes a field's value on one line, with what a peer may have chosen escaped.
func Text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case int64:
		return fmt.Sprint(x)
	case string:
		return kernel.Escape(x)
	case *kernel.Sockaddr:
		return x.String()
	case []any:
		parts := make([]string, len(x))
		for i, item := range x {
			parts[i] = Text(item)
		}
		return strings.Join(parts, " ")
	case kernel.Record:
		parts := make([]string, len(x))
		for i, f := range x {
			parts[i] = f.Name + "=" + Text(f.Value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// flags are the access of a file, then the flags.
func flags(r kernel.Record) string {
	return strings.TrimSpace(Text(r.Get("access")) + " " + Text(r.Get("flags")))
}

// local is the own address, or a file's path.
func local(r kernel.Record) string {
	if a := Text(r.Get("local")); a != "" {
		return a
	}
	return Text(r.Get("path"))
}

func queue(name string) func(kernel.Record) string {
	return func(r kernel.Record) string {
		n, ok := kernel.AsInt(r.Get(name))
		if !ok {
			return ""
		}
		mark := ""
		switch r.Get(name + "_unit") {
		case "first datagram":
			mark = firstMark
		case "buffer memory":
			mark = memoryMark
		}
		if n == 0 {
			mark = ""
		}
		return fmt.Sprint(n) + mark
	}
}

// backlog is the accept queue of a listening socket and its limit.
func backlog(r kernel.Record) string {
	if r.Get("queue") == nil {
		return ""
	}
	return Text(r.Get("queue")) + "/" + Text(r.Get("queue_limit"))
}

// overfull tells whether more connections wait than listen has asked for.
func overfull(r kernel.Record) bool {
	n, _ := kernel.AsInt(r.Get("queue"))
	limit, known := kernel.AsInt(r.Get("queue_limit"))
	return known && n > limit
}

const overfullText = "Linux queues one connection more than the limit"
