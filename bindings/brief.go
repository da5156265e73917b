package bindings

import (
	"math"
	"slices"
	"strings"

	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
)

var shortEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// extent is how much of a value is written.
type extent struct {
	depth   int // of tables in tables
	entries int // of a table, of those with a name and of the others
	table   int // bytes of a table
	text    int // bytes of a string
	all     int // bytes of the value, or nearly
}

var (
	oneLine = extent{depth: 2, entries: 36, table: 72, text: 200, all: math.MaxInt}
	// inFull is all that a file of Lua takes within reason: a table may be in itself.
	inFull = extent{depth: 100, entries: math.MaxInt, table: math.MaxInt, text: math.MaxInt, all: 1 << 20}
)

// scribe writes values of nobody's state. The prompt's printer would run Lua code, of a state
// that may be busy.
type scribe struct {
	extent
	written int
	vague   bool // what it has written is no text that Lua reads as the value
}

// brief writes a value on one line.
func brief(v lua.LValue, quoted bool) string {
	s := scribe{extent: oneLine}
	if text, ok := v.(lua.LString); ok && !quoted {
		return s.short(string(text), s.text)
	}
	return s.write(v, 0)
}

// write writes a value that stands in so many tables.
func (s *scribe) write(v lua.LValue, depth int) string {
	switch x := v.(type) {
	case *lua.LNilType, lua.LBool:
	case lua.LNumber:
		s.vague = s.vague || math.IsInf(float64(x), 0) || x != x
	case lua.LString:
		text := s.short(string(x), min(s.text, max(0, s.all-s.written)))
		s.written += len(text)
		return `"` + kernel.EscapeText(shortEscapes.Replace(text)) + `"`
	case *lua.LTable:
		if x.Metatable != addresses {
			return s.writeTable(x, depth)
		}
		s.vague = true
		return addressText(x)
	case *lua.LUserData:
		s.vague = true
		return handleText(x)
	default:
		s.vague = true
	}
	return v.String()
}

// writeTable writes a table as the prompt does.
func (s *scribe) writeTable(t *lua.LTable, depth int) string {
	first, _ := t.Next(lua.LNil)
	if s.written += len("{}"); first != lua.LNil && (depth == s.depth || s.written > s.all) {
		s.vague = true
		return "{…}"
	}
	var items, named []string
	for v := t.RawGetInt(1); v != lua.LNil && len(items) < s.entries; v = t.RawGetInt(len(items) + 1) {
		items = append(items, s.write(v, depth+1))
	}
	t.ForEach(func(k, v lua.LValue) {
		if i, isInt := integral(k); isInt && 1 <= i && i <= int64(len(items)) {
			return
		}
		if s.vague = s.vague || len(named) == s.entries; len(named) < s.entries {
			named = append(named, s.key(k)+" = "+s.write(v, depth+1))
		}
	})
	slices.Sort(named)
	return "{" + s.short(strings.Join(append(items, named...), ", "), s.table) + "}"
}

func (s *scribe) key(k lua.LValue) string {
	if name, ok := k.(lua.LString); ok && lex.IsName(string(name)) {
		s.written += len(name)
		return string(name)
	}
	return "[" + s.write(k, s.depth) + "]"
}

// short cuts a text, and marks where.
func (s *scribe) short(text string, longest int) string {
	if len(text) > longest {
		s.vague = true
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}
