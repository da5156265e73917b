// Package inspect draws what package kernel knows of descriptors: the table of them, and
// one in full. It works on plain records, so that what is drawn is what a script has.
// It knows no Lua.
package inspect

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/kernel"
)

// column is one of the table's.
type column struct {
	title string
	right bool // numbers
	least int  // the width that it may be cut to; 0: it is never cut
	text  func(kernel.Record) string
}

var columns = []column{
	{"FD", true, 0, field("fd")},
	{"TYPE", false, 0, field("type")},
	{"FLAGS", false, 5, flags},
	{"LOCAL", false, 9, local},
	{"REMOTE", false, 9, field("remote")},
	{"STATE", false, 5, field("state")},
	{"RECV-Q", true, 0, queue("recvq")},
	{"SEND-Q", true, 0, queue("sendq")},
	{"QUEUE", true, 0, backlog},
}

// DefaultWidth is how wide the pictures are where there is no terminal.
const DefaultWidth = 80

// Table draws the lines of the descriptor table as columns that fit the width.
func Table(lines []kernel.Record, width int) string {
	if width <= 0 {
		width = DefaultWidth
	}
	rows := [][]string{titles()}
	for _, line := range lines {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.text(line)
		}
		rows = append(rows, row)
	}
	gap, widths := fit(rows, width)
	var b strings.Builder
	if kernel.Columns != "" {
		b.WriteString("(" + kernel.Columns + ")\n")
	}
	for _, row := range rows {
		b.WriteString(strings.TrimRight(joined(row, widths, gap), " ") + "\n")
	}
	return strings.TrimSuffix(b.String()+legend(rows), "\n")
}

func titles() []string {
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.title
	}
	return row
}

// fit answers the gap between columns, and their widths: as wide as their text. Where that
// is too much they stand closer, words are shortened as ss(8) does, and then the
// widest of those that may be cut is cut, again and again.
func fit(rows [][]string, width int) (gap int, widths []int) {
	gap, widths = 2, natural(rows)
	if total(widths, gap) <= width {
		return gap, widths
	}
	gap = 1
	for _, row := range rows[1:] {
		row[stateColumn] = shorter.Replace(row[stateColumn])
		row[flagsColumn] = shorter.Replace(row[flagsColumn])
	}
	widths = natural(rows)
	for total(widths, gap) > width {
		widest := -1
		for i, c := range columns {
			if c.least > 0 && widths[i] > c.least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return gap, widths
}

// The columns whose words are shortened before an address is cut.
const (
	flagsColumn = 2
	stateColumn = 5
)

var shorter = strings.NewReplacer("ESTABLISHED", "ESTAB", "UNCONNECTED", "UNCONN", "nonblock", "nonbl", "cloexec", "cloex")

// natural is how wide the columns' texts are; a column without text is left out.
func natural(rows [][]string) []int {
	widths := make([]int, len(columns))
	for i := range columns {
		for _, row := range rows[1:] {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
		if widths[i] > 0 || i < 2 {
			widths[i] = max(widths[i], len(columns[i].title))
		}
	}
	return widths
}

func total(widths []int, gap int) (sum int) {
	for _, w := range widths {
		if w > 0 {
			sum += w + gap
		}
	}
	return sum - gap
}

func joined(row []string, widths []int, gap int) string {
	var cells []string
	for i, text := range row {
		if widths[i] == 0 {
			continue
		}
		text = cut(text, widths[i])
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
		if columns[i].right {
			cells = append(cells, pad+text)
		} else {
			cells = append(cells, text+pad)
		}
	}
	return strings.Join(cells, strings.Repeat(" ", gap))
}

// cut shortens a text in its middle: an address ends in its port.
func cut(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	head := (width - 1) / 2
	return string(runes[:head]) + "…" + string(runes[len(runes)-(width-1-head):])
}

// The marks of a number that counts something else than all bytes.
const (
	firstMark  = "+"
	memoryMark = "m"
)

// legend explains the marks that were used.
func legend(rows [][]string) string {
	var first, memory bool
	for _, row := range rows[1:] {
		for i, c := range columns {
			if c.title == "RECV-Q" || c.title == "SEND-Q" {
				first = first || strings.HasSuffix(row[i], firstMark)
				memory = memory || strings.HasSuffix(row[i], memoryMark)
			}
		}
	}
	var notes []string
	if first {
		notes = append(notes, "+ the first datagram only")
	}
	if memory {
		notes = append(notes, "m buffer memory, which is more than the bytes")
	}
	if notes == nil {
		return ""
	}
	return "(" + strings.Join(notes, "; ") + ")\n"
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
