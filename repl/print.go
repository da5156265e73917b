package repl

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lex"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// Limits of what is shown of a value.
const (
	longestString = 400 // bytes of a string
	longestInner  = 80  // bytes of a string inside a table
	mostEntries   = 100 // of a table
	deepestTable  = 4
	shortWidth    = 72 // columns of a value that is to take one line
)

// printer writes values so that a person sees what they are.
type printer struct {
	state   *lua.LState
	style   style
	width   int // columns
	short   bool
	within  map[*lua.LTable]bool // the tables that are being written: a cycle ends there
	deepest int
	group   string // of constants, which a number, or those of an array, are; "" for numbers
}

func (s *Session) printer() *printer {
	return &printer{state: s.state, style: s.style, width: s.columns(), within: map[*lua.LTable]bool{}, deepest: deepestTable}
}

// shown is a value as the prompt shows it, for the function show, which any thread may call.
// What is printed has no colours.
func (s *Session) shown(L *lua.LState, v lua.LValue) string {
	p := s.printer()
	p.state, p.style = L, style{}
	return p.show(v)
}

// show writes a result.
func (p *printer) show(v lua.LValue) string {
	if str, ok := v.(lua.LString); ok {
		return p.quote(string(str), longestString)
	}
	return p.value(v, 0, 0) + p.constants(p.group, v)
}

// brief writes a value on one line, for a list of locals.
func (s *Session) brief(v lua.LValue) string {
	p := s.printer()
	p.style, p.short, p.deepest = style{}, true, 1
	text := []rune(strings.ReplaceAll(p.value(v, 0, 0), "\n", " "))
	if len(text) > shortWidth {
		return string(text[:shortWidth-1]) + "…"
	}
	return string(text)
}

// value writes a value that begins at a column, in a table so deep.
func (p *printer) value(v lua.LValue, depth, column int) string {
	switch x := v.(type) {
	case lua.LString:
		return p.quote(string(x), longestInner)
	case lua.LNumber:
		return p.style.paint(lookNumber, p.text(v))
	case *lua.LTable:
		if p.state.GetMetaField(x, "__tostring") == lua.LNil {
			return p.table(x, depth, column)
		}
	case *lua.LFunction:
		return p.functionText(x)
	}
	return p.text(v)
}

// text is what tostring makes of a value, fit for a terminal.
func (p *printer) text(v lua.LValue) string {
	L := p.state
	L.Push(L.GetGlobal("tostring"))
	L.Push(v)
	if lualib.PCall(L, 1) != nil { // L.PCall would close the variables of functions that go on, where show is called
		return v.Type().String()
	}
	text := L.Get(-1).String()
	L.Pop(1)
	return kernel.EscapeText(text)
}

// functionText says which function it is: a call with its parameters, or where it was
// written.
func (p *printer) functionText(fn *lua.LFunction) string {
	if !fn.IsG {
		return fmt.Sprintf("function (%s:%d)", kernel.Escape(fn.Proto.SourceName), fn.Proto.LineDefined)
	}
	if c := calls.Lookup(lualib.NameOf(p.state, fn, isCall)); c != nil {
		return "function " + c.Synopsis()
	}
	return "function (built in)"
}

func isCall(name string) bool { return calls.Lookup(name) != nil }

// quote writes a string as Lua would read it, and its length where it is cut.
func (p *printer) quote(str string, longest int) string {
	if len(str) <= longest {
		return p.style.paint(lookString, `"`+escapes(str)+`"`)
	}
	cut := longest
	for cut > longest-utf8.UTFMax && !utf8.RuneStart(str[cut]) {
		cut--
	}
	return p.style.paint(lookString, `"`+escapes(str[:cut])+`…"`) + p.style.dim(fmt.Sprintf(" (%s bytes)", kernel.Thousands(len(str))))
}

var shortEscapes = map[rune]string{
	'\a': `\a`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\v': `\v`, '\\': `\\`, '"': `\"`,
}

// escapes writes the inside of a quoted string: Lua's short escapes, \ddd for other bytes
// that are nothing to be seen, and UTF-8 as it is.
func escapes(str string) string {
	var b strings.Builder
	for at := 0; at < len(str); {
		r, size := utf8.DecodeRuneInString(str[at:])
		piece := str[at : at+size]
		if short, ok := shortEscapes[r]; ok {
			piece = short
		} else if r == utf8.RuneError || r < ' ' || r > '~' {
			piece = kernel.EscapeText(piece)
		}
		b.WriteString(piece)
		at += size
	}
	return b.String()
}

// table writes a table on one line if it fits, else an entry a line.
func (p *printer) table(t *lua.LTable, depth, column int) string {
	switch {
	case p.within[t]:
		return "{cycle}"
	case depth >= p.deepest && (t.Len() > 0 || hasEntries(t)):
		return "{…}"
	}
	p.within[t] = true
	defer delete(p.within, t)
	inside := 2 * (depth + 1) // columns before an entry on a line of its own
	entries := p.entries(t, depth, inside)
	oneLine := "{" + strings.Join(entries, ", ") + "}"
	comma := min(depth, 1) // may follow an inner one
	if p.short || column+plainWidth(oneLine)+comma <= p.width && !strings.Contains(oneLine, "\n") {
		return oneLine
	}
	indent := "\n" + strings.Repeat(" ", inside)
	return "{" + indent + strings.Join(p.lines(t, entries, inside), ","+indent) + "\n" + strings.Repeat(" ", inside-2) + "}"
}

// lines puts a table's entries one below the other, but the numbers that an array begins with
// beside each other, as many as fit.
func (p *printer) lines(t *lua.LTable, entries []string, column int) (lines []string) {
	line := ""
	for i, entry := range entries {
		_, isNumber := t.RawGetInt(i + 1).(lua.LNumber)
		if !isNumber || i >= mostEntries {
			if line != "" {
				lines = append(lines, line)
			}
			return append(lines, entries[i:]...)
		}
		switch {
		case line == "":
			line = entry
		case column+plainWidth(line)+plainWidth(entry)+len(", ,") <= p.width:
			line += ", " + entry
		default:
			lines, line = append(lines, line), entry
		}
	}
	return append(lines, line)
}

func hasEntries(t *lua.LTable) bool {
	k, _ := t.Next(lua.LNil)
	return k != lua.LNil
}

// entries writes the array part, then the other entries, sorted by their keys.
func (p *printer) entries(t *lua.LTable, depth, column int) (entries []string) {
	n := arrayLength(t)
	for i := 1; i <= min(n, mostEntries); i++ {
		group := ""
		if depth == 0 {
			group = p.group
		}
		v := t.RawGetInt(i)
		entries = append(entries, p.value(v, depth+1, column)+p.constants(group, v))
	}
	named := namedKeys(t, n)
	for _, k := range named[:min(len(named), mostEntries)] {
		key, v := p.key(k)+" = ", t.RawGet(k)
		entries = append(entries, key+p.value(v, depth+1, column+len(key))+p.constants(fieldGroup(t, k), v))
	}
	if more := max(0, n-mostEntries) + max(0, len(named)-mostEntries); more > 0 {
		entries = append(entries, p.style.dim(fmt.Sprintf("… %s more", kernel.Thousands(more))))
	}
	return entries
}

// constants says what a number is of a group, as a comment: what is shown can be pasted.
func (p *printer) constants(group string, v lua.LValue) string {
	n, ok := v.(lua.LNumber)
	if group == "" || !ok || n != lua.LNumber(int64(n)) {
		return ""
	}
	text := consts.Text(group, int64(n))
	if text[0] == '-' || text[0] >= '0' && text[0] <= '9' {
		return "" // there is no name for it
	}
	return p.style.dim(" --[[" + text + "]]")
}

// fieldGroup is the group of constants that a field of a table is one of.
func fieldGroup(t *lua.LTable, k lua.LValue) string {
	name, ok := k.(lua.LString)
	if !ok {
		return ""
	}
	return calls.TableGroup(string(name), func(name string) (value int64, isInt, there bool) {
		v := t.RawGetString(name)
		n, isNumber := v.(lua.LNumber)
		return int64(n), isNumber, v != lua.LNil
	})
}

// arrayLength counts the elements before the first nil; # may count beyond it.
func arrayLength(t *lua.LTable) (n int) {
	for t.RawGetInt(n+1) != lua.LNil {
		n++
	}
	return n
}

// namedKeys answers the keys beyond the array part: numbers by value, then the rest by
// text.
func namedKeys(t *lua.LTable, array int) (keys []lua.LValue) {
	t.ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); !ok || n < 1 || n > lua.LNumber(array) || n != lua.LNumber(int(n)) {
			keys = append(keys, k)
		}
	})
	slices.SortStableFunc(keys, func(a, b lua.LValue) int {
		x, isX := a.(lua.LNumber)
		y, isY := b.(lua.LNumber)
		switch {
		case isX && isY && x < y, isX && !isY:
			return -1
		case isX && isY && x > y, isY && !isX:
			return 1
		case isX && isY:
			return 0
		}
		return strings.Compare(a.String(), b.String())
	})
	return keys
}

func (p *printer) key(k lua.LValue) string {
	if name, ok := k.(lua.LString); ok {
		if lex.IsName(string(name)) {
			return string(name)
		}
		return "[" + p.quote(string(name), longestInner) + "]"
	}
	return "[" + kernel.EscapeText(k.String()) + "]"
}

// plainWidth is how many columns a text takes, escape sequences aside.
func plainWidth(text string) (columns int) {
	inEscape := false
	for _, r := range text {
		switch {
		case r == '\x1b':
			inEscape = true
		case inEscape:
			inEscape = r != 'm'
		default:
			columns++
		}
	}
	return columns
}
