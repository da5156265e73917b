package trace

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lazy"
)

// luaStyle writes each call as Lua; what it answered is a comment behind it.
type luaStyle struct{}

// bytes writes a string whole, as Lua reads it: what is not printable in three decimal
// digits.
func (luaStyle) bytes(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= ' ' && c <= '~':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "\\%03d", c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (s luaStyle) text(text string) string { return s.bytes(text) }

func (luaStyle) constants(text string) string {
	text = octal().ReplaceAllStringFunc(text, func(mode string) string {
		n, _ := strconv.ParseInt(mode, 8, 64)
		return strconv.FormatInt(n, 10)
	})
	if strings.Contains(text, "|") {
		return "bit.bor(" + strings.ReplaceAll(text, "|", ", ") + ")"
	}
	return text
}

// octal are permissions as C writes them, which Lua would take for a decimal number.
var octal = lazy.Regexp(`\b0[0-7]+\b`)

func (luaStyle) mode(n int64) string { return strconv.FormatInt(n, 10) }

func (luaStyle) number(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "math.huge"
	case math.IsInf(x, -1):
		return "-math.huge"
	case math.IsNaN(x):
		return "0/0"
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func (luaStyle) list(items []string) string { return "{" + strings.Join(items, ", ") + "}" }
func (s luaStyle) set(items []string) string {
	return s.list(items)
}
func (luaStyle) optionValue(text string) string { return text }
func (luaStyle) null() string                   { return "nil" }

func (luaStyle) table(names, values []string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = name + "=" + values[i]
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (s luaStyle) vector(texts []string) string {
	items := make([]string, len(texts))
	for i, text := range texts {
		items[i] = s.bytes(text)
	}
	return s.list(items)
}

func (s luaStyle) flagsAnswer(_ int64, text string) string { return s.constants(text) }

func (s luaStyle) address(a *kernel.Sockaddr) string {
	var names, values []string
	for _, f := range a.Fields() {
		text := fmt.Sprint(f.Value)
		if raw, ok := f.Value.(string); ok {
			text = s.bytes(raw)
		}
		if name, ok := consts.NameOf("AF_", int64(a.Family())); ok && f.Name == "family" {
			text = name
		}
		names, values = append(names, f.Name), append(values, text)
	}
	return s.table(names, values)
}

const comment = "-- "

// opaqueCall: what Lua can't read back stands in a comment, so that the file stays Lua.
func (luaStyle) opaqueCall(begun string) string { return comment + begun }

func (luaStyle) unfinished(begun string) string {
	return comment + strings.TrimPrefix(begun, comment) + ") waits"
}

func (luaStyle) beforeAnswer(begun, _ string, _ bool) string { return begun + ") --> " }

func (luaStyle) times(*kernel.Event) string { return "" }

// withThread puts the thread into the comment, so that the line stays Lua.
func (luaStyle) withThread(thread, line string) string {
	return strings.TrimSuffix(line+" "+thread, " ")
}

func (s luaStyle) failure(name string, err error) string {
	errno, text := errorText(err)
	if errno == 0 {
		return "error " + text
	}
	word, _, _ := strings.Cut(text, " ")
	return fmt.Sprintf("nil, %s, %s", s.bytes(name+": "+text), word)
}

func (luaStyle) interrupted(done string) string {
	return strings.TrimSuffix("interrupted: "+done, ": ")
}

func (s luaStyle) dataAnswer(text string) string { return s.bytes(text) }

func (s luaStyle) readyAnswer(w *writer) string {
	parts := make([]string, len(w.f.Sets))
	for i := range w.f.Sets {
		parts[i] = w.descriptorSet(i, true)
	}
	return strings.Join(parts, ", ")
}

func (s luaStyle) polledAnswer(w *writer) string {
	text := strconv.FormatInt(w.f.Out[0].Int, 10)
	if w.f.Out[0].Int > 0 {
		text += ", " + w.pollEntries(true)
	}
	return text
}

func (s luaStyle) eventsAnswer(w *writer) string {
	var data, events []string
	for i, n := range w.f.Ints[0] {
		data = append(data, strconv.FormatInt(n, 10))
		events = append(events, s.constants(consts.FlagNames("EPOLL", w.f.Ints[1][i])))
	}
	return s.list(data) + ", " + s.list(events)
}

// Quote writes a string as Lua reads it.
func Quote(s string) string { return luaStyle{}.bytes(s) }
