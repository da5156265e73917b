package bindings

import (
	"slices"
	"strings"

	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
)

var shortEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// brief writes a value of nobody's state on one line. The prompt's printer would run Lua code,
// of a state that may be busy.
func brief(v lua.LValue, quoted bool) string { return briefAt(v, quoted, 0) }

func briefAt(v lua.LValue, quoted bool, depth int) string {
	switch x := v.(type) {
	case lua.LString:
		text := short(string(x), 200)
		if quoted {
			return `"` + kernel.EscapeText(shortEscapes.Replace(text)) + `"`
		}
		return text
	case *lua.LTable:
		if x.Metatable == addresses {
			return addressText(x)
		}
		return briefTable(x, depth)
	case *lua.LUserData:
		return handleText(x)
	}
	return v.String()
}

// What is written of a table.
const (
	deepestTable = 2
	mostEntries  = 36
	longestTable = 72
)

// briefTable writes a table as the prompt does, as much of it as a line takes.
func briefTable(t *lua.LTable, depth int) string {
	if first, _ := t.Next(lua.LNil); first != lua.LNil && depth == deepestTable {
		return "{…}"
	}
	var items, named []string
	n := t.Len()
	for i := 1; i <= min(n, mostEntries); i++ {
		items = append(items, briefAt(t.RawGetInt(i), true, depth+1))
	}
	t.ForEach(func(k, v lua.LValue) {
		i, isInt := integral(k)
		if isInt && 1 <= i && i <= int64(n) || len(named) == mostEntries {
			return
		}
		named = append(named, briefKey(k)+" = "+briefAt(v, true, depth+1))
	})
	slices.Sort(named)
	return "{" + short(strings.Join(append(items, named...), ", "), longestTable) + "}"
}

func briefKey(k lua.LValue) string {
	if name, ok := k.(lua.LString); ok && lex.IsName(string(name)) {
		return string(name)
	}
	return "[" + briefAt(k, true, deepestTable) + "]"
}

// short cuts a text, and marks where.
func short(text string, longest int) string {
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}
