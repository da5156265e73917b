package grammar

import (
	"fmt"
	"strings"

	"github.com/yuin/gopher-lua/parse"
)

// foreign tells who writes C or Python what Lua has for the operator at the token, or for
// the word before it; empty where there is nothing to tell.
func (r *reader) foreign() string {
	if r.instead != "" {
		return " (" + r.instead + ")"
	}
	if r.token.Type == parse.EOF {
		return ""
	}
	if ours, ok := declarations[r.before.Str]; ok && r.before.Type == parse.TIdent {
		return " (Lua writes " + ours + " for " + r.before.Str + ")"
	}
	if r.argument && r.before.Type == parse.TIdent && r.before.Pos.Line == r.token.Pos.Line {
		return fmt.Sprintf(" (a call has parentheses: %s(%s))", r.before.Str, r.token.Str)
	}
	line := r.lineOf(r.token)
	at := min(max(r.token.Pos.Column-1, 0), len(line))
	for _, w := range words {
		// The parser stops at the second character of some.
		for back := range len(w.theirs) {
			if start := at - back; start >= 0 && strings.HasPrefix(line[start:], w.theirs) {
				return " (" + w.ours + ")"
			}
		}
	}
	return ""
}

var words = []struct{ theirs, ours string }{
	{"!=", "Lua writes ~= for !="},
	{"&&", "Lua writes and for &&"},
	{"||", "Lua writes or for ||"},
	{"++", "Lua has no ++: x = x + 1"},
	{"+=", "Lua has no +=: x = x + 1"},
	{"-=", "Lua has no -=: x = x - 1"},
	{"*=", "Lua has no *=: x = x * 2"},
	{"/=", "Lua has no /=: x = x / 2"},
	{"..=", "Lua has no ..=: s = s .. more"},
	{"|=", "Lua has no |=: x = bit.bor(x, flag)"},
	{"&=", "Lua has no &=: x = bit.band(x, flag)"},
	{"<<", "Lua writes bit.lshift(x, n) for x << n"},
	{">>", "Lua writes bit.rshift(x, n) for x >> n"},
	{"|", "Lua writes bit.bor(a, b) for a | b"},
	{"&", "Lua writes bit.band(a, b) for a & b"},
	{"!", "Lua writes not for !"},
	{"?", "Lua writes c and a or b for c ? a : b"},
}

// declarations are words that stand before a name in other languages, and are names in Lua.
var declarations = map[string]string{
	"int": "local", "char": "local", "var": "local", "let": "local", "const": "local", "auto": "local",
	"def": "function", "func": "function", "fn": "function", "elif": "elseif", "except": "pcall", "import": "require",
}
