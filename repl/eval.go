package repl

import (
	"errors"
	"strings"

	"sockrepl/bindings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// chunkName is what errors call the text that was typed.
const chunkName = "stdin"

// incomplete tells whether the source may become valid Lua by going on: the parser met
// its end. A string that is not closed on its line can't, unless the line ends in a
// backslash.
func incomplete(source string) bool {
	_, err := parse.Parse(strings.NewReader(source), chunkName)
	var pe *parse.Error
	if !errors.As(err, &pe) || pe.Pos.Line != parse.EOF {
		return false
	}
	switch pe.Message {
	case "unterminated string":
		return continues(source)
	case "invalid multiline string": // a[=
		return false
	}
	return true
}

// continues tells whether the source ends in an odd number of backslashes, a line end
// after them aside.
func continues(source string) bool {
	source = strings.TrimSuffix(source, "\n")
	rest := strings.TrimRight(source, `\`)
	return (len(source)-len(rest))%2 == 1
}

func parses(source string) bool {
	_, err := parse.Parse(strings.NewReader(source), chunkName)
	return err == nil
}

// compile makes a function of what was typed: of an expression one that answers its
// values. more: the source is not finished.
func (s *Session) compile(source string) (fn *lua.LFunction, more bool, err error) {
	source = expression(source)
	asValue := "return " + source
	switch {
	case parses(asValue):
		fn, err = bindings.Load(s.state, asValue, chunkName)
	case !parses(source) && (incomplete(asValue) || incomplete(source)):
		return nil, true, nil
	default:
		fn, err = bindings.Load(s.state, source, chunkName)
	}
	return fn, false, err
}

// expression takes Lua 5.1's "= expr" as "return expr".
func expression(source string) string {
	if trimmed := strings.TrimLeft(source, " \t"); strings.HasPrefix(trimmed, "=") {
		return "return " + trimmed[1:]
	}
	return source
}
