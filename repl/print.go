package repl

import (
	"fmt"
	"sort"
	"strings"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// display writes a value so that a person sees what it is: strings quoted, small
// tables with their fields.
func (s *Session) display(v lua.LValue) string {
	switch x := v.(type) {
	case lua.LString:
		return quote(string(x))
	case *lua.LTable:
		if s.state.GetMetaField(x, "__tostring") == lua.LNil {
			return s.displayTable(x)
		}
	}
	var text string
	err := s.state.CallByParam(lua.P{Fn: s.state.GetGlobal("tostring"), NRet: 1, Protect: true}, v)
	if err != nil {
		return v.String()
	}
	text = s.state.Get(-1).String()
	s.state.Pop(1)
	return kernel.EscapeText(text)
}

// longest is how much of a string or a table is shown.
const longest = 400

// quote writes a string as Lua would read it, cut where it is long.
func quote(str string) string {
	shown, tail := str, ""
	if len(str) > longest {
		shown, tail = str[:longest], fmt.Sprintf("… (%s bytes)", kernel.Thousands(len(str)))
	}
	short := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	var b strings.Builder
	for at := 0; at < len(shown); { // bytes that EscapeText changes are none of short's
		end := at + 1
		for end < len(shown) && shown[end]&0xc0 == 0x80 {
			end++
		}
		if piece := short.Replace(shown[at:end]); piece != shown[at:end] {
			b.WriteString(piece)
		} else {
			b.WriteString(kernel.EscapeText(piece))
		}
		at = end
	}
	return `"` + b.String() + `"` + tail
}

// displayTable writes a table's array part, then its other fields by name.
func (s *Session) displayTable(t *lua.LTable) string {
	var parts []string
	for i := 1; i <= t.Len() && len(parts) < 50; i++ {
		parts = append(parts, s.displayInner(t.RawGetInt(i)))
	}
	var named []string
	t.ForEach(func(k, v lua.LValue) {
		if n, ok := k.(lua.LNumber); ok && n >= 1 && int(n) <= t.Len() {
			return
		}
		named = append(named, fmt.Sprintf("%s = %s", s.key(k), s.displayInner(v)))
	})
	sort.Strings(named)
	text := "{" + strings.Join(append(parts, named...), ", ") + "}"
	if len(text) > 4*longest {
		text = text[:4*longest] + "…"
	}
	return text
}

func (s *Session) displayInner(v lua.LValue) string {
	if t, ok := v.(*lua.LTable); ok && s.state.GetMetaField(t, "__tostring") == lua.LNil {
		return t.String()
	}
	return s.display(v)
}

func (s *Session) key(k lua.LValue) string {
	if name, ok := k.(lua.LString); ok {
		return kernel.Escape(string(name))
	}
	return "[" + kernel.Escape(k.String()) + "]"
}
