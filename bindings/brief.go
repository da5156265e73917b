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

// brief writes a value of nobody's state on one line. The prompt's printer would run Lua code,
// of a state that may be busy.
func brief(v lua.LValue, quoted bool) string { return briefAt(v, quoted, 0) }

func briefAt(v lua.LValue, quoted bool, depth int) string {
	switch x := v.(type) {
	case lua.LString:
		text := short(string(x), longestString)
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
	deepestTable  = 2
	mostEntries   = 36
	longestTable  = 72
	longestString = 200
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

// readsBack tells whether Lua reads the text that is written of a value as that value.
func readsBack(v lua.LValue, text string) bool {
	switch x := v.(type) {
	case *lua.LNilType, lua.LBool:
		return true
	case lua.LNumber:
		return !math.IsInf(float64(x), 0) && x == x
	case lua.LString:
		return len(x) <= longestString
	case *lua.LTable:
		all := x.Metatable != addresses && !strings.Contains(text, "…") // which stands for more
		if all {
			x.ForEach(func(k, v lua.LValue) { all = all && readsBack(k, text) && readsBack(v, text) })
		}
		return all
	}
	return false
}

// short cuts a text, and marks where.
func short(text string, longest int) string {
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}
