package repl

import (
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"
	"sockrepl/repl/help"

	lua "github.com/yuin/gopher-lua"
)

// The pages of package help, at the prompt and for the function help.

// hint is the usual cause of an error, "" if none is known.
func (s *Session) hint(call string, errno int) string { return help.Hint(call, errno) }

// page answers what help says of a topic, "" for where to begin.
func (s *Session) page(topic string) string {
	if topic == "" {
		return help.Start(s.columns(), s.helpStyle())
	}
	text, _ := help.Topic(topic, s.columns(), s.helpStyle())
	return text
}

func (s *Session) helpStyle() help.Style {
	return help.Style{Head: s.style.bold, Code: s.style.bold, Dim: s.style.dim}
}

// columns is the width that text for people has.
func (s *Session) columns() int {
	if width := s.env.Width(); width > 0 {
		return width
	}
	return 80
}

// explain prints the page of a topic at the prompt.
func (s *Session) explain(topic string) { s.print(strings.TrimSuffix(s.page(topic), "\n")) }

// nativeHelp is help: it prints the page of a topic.
func (s *Session) nativeHelp(_ *bindings.Env, L *lua.LState, _ *kernel.Frame) int {
	text, ok := s.pageOf(L.Get(1))
	if !ok {
		bindings.BadArgument(L, "help", 1, "a name in quotes, a call or a module expected, got "+L.Get(1).Type().String())
	}
	s.tell(L, strings.TrimSuffix(text, "\n"))
	return 0
}

// pageOf answers the page that a value of help's argument asks for: of a name, of a number, or
// of what a function or a table is called.
func (s *Session) pageOf(v lua.LValue) (text string, ok bool) {
	switch x := v.(type) {
	case *lua.LNilType:
		return s.page(""), s.state.GetTop() == 0
	case lua.LString:
		return s.page(string(x)), true
	case lua.LNumber:
		return help.Number(int64(x), s.columns(), s.helpStyle()), true
	}
	name := lualib.NameOf(s.state, v, help.Known)
	return s.page(name), name != ""
}
