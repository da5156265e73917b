package repl

import (
	"sockrepl/bindings"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// assistant answers Tab and F1.
type assistant struct {
	s       *Session
	earlier string
	last    string
}

type answer struct{ insert, below string }

func (a *assistant) answer(line string, pos int, wanted bool, width int) answer { return answer{} }

func (s *Session) hint(call string, errno int) string { return "" }
func (s *Session) explain(topic string)               {}

func (s *Session) nativeHelp(_ *bindings.Env, L *lua.LState, _ *kernel.Frame) int { return 0 }
