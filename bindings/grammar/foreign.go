package grammar

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sockrepl/bindings/lazy"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// foreign tells who writes C or Python what Lua has for the operator at the token, or for
// the word before it; empty where there is nothing to tell.
func (r *reader) foreign() string {
	if r.braced && r.instead == "" {
		r.instead = "Lua writes " + r.begin + " for {"
	}
	if r.instead != "" {
		return " (" + r.instead + ")"
	}
	if r.doubt.line > 0 {
		return " (" + r.doubtful() + ")"
	}
	if r.python.line == r.token.Pos.Line {
		return " (" + r.python.text + ")"
	}
	if r.token.Type == parse.EOF {
		return ""
	}
	if ours := r.declaration(); ours != "" {
		return " (" + ours + ")"
	}
	if ours := r.wordy(); ours != "" {
		return " (" + ours + ")"
	}
	if r.argument && r.before.Type == parse.TIdent && r.before.Pos.Line == r.token.Pos.Line {
		if TakesName(r.before.Str) && r.token.Type == parse.TIdent {
			return fmt.Sprintf(" (a name stands in quotes: %s %q)", r.before.Str, fileName().FindString(r.from(r.token)))
		}
		argument := r.token.Str
		if m := path().FindStringSubmatch(r.from(r.token)); m != nil {
			if argument = m[1]; m[2] != "" {
				argument += "(...)"
			}
		}
		return fmt.Sprintf(" (a call has parentheses: %s(%s))", r.before.Str, cmp.Or(switches[argument], argument))
	}
	if ours := r.misplaced(); ours != "" {
		return " (" + ours + ")"
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

// switches are the words of other programs for what trace, timeline and fault take: trace on.
var switches = map[string]string{"on": "true", "off": "false"}

// declaration tells what to write for a word that begins a statement in other languages, with a name
// behind it. Elsewhere such a word is a name like others.
func (r *reader) declaration() string {
	word := r.before.Str
	if r.before != r.first || r.before.Type != parse.TIdent {
		return ""
	}
	if said := sayings[word]; said != "" {
		return said
	}
	ours := declarations[word]
	if strings.HasSuffix(word, "_t") {
		ours = "local"
	}
	if ours == "local" && cFunction().MatchString(r.lineOf(r.token)) {
		ours = "function"
	}
	if ours == "" {
		return ""
	}
	return "Lua writes " + ours + " for " + word
}

// cFunction begins a function of C's.
var cFunction = lazy.Regexp(`^\s*(?:\w+[\s*]+)+\w+\s*\(`)

// doubtful tells what the sign is that may be another language's.
func (r *reader) doubtful() string {
	return fmt.Sprintf("Lua writes %s for %s at line %d", r.begin, r.doubt.text, r.doubt.line)
}

// TakesName tells whether a function is given a name of a file, a demo or a module, which one may
// forget to put in quotes.
func TakesName(function string) bool { return named[function] }

var named = map[string]bool{"run": true, "require": true, "save": true, "edit": true, "dofile": true, "loadfile": true}

// bareCall begins a call that is given a string without parentheses.
var bareCall = lazy.Regexp(`^(\w+)\s*["'\[]`)

// path is a name with what is found in it, and whether it is called.
var path = lazy.Regexp(`^([A-Za-z_]\w*(?:[.:]\w+)*)\s*(\()?`)

// fileName is one that stands without quotes.
var fileName = lazy.Regexp(`^[\w./-]+`)

// from is the line from a token on.
func (r *reader) from(t ast.Token) string {
	line := r.lineOf(t)
	return line[min(max(t.Pos.Column-1, 0), len(line)):]
}

// wordy tells what to write for an operator that is a word in other languages, between two values.
func (r *reader) wordy() string {
	switch {
	case !r.endsOperand() || r.before.Pos.Line != r.token.Pos.Line:
		return ""
	case r.token.Type == parse.TIn && r.first.Type != parse.TFor:
		return "Lua has no test with in: a loop goes through a table, for _, v in ipairs(t) do"
	case r.token.Type == parse.TIdent && isNot().MatchString(r.from(r.token)):
		return "Lua writes ~= for is not"
	case r.token.Type == parse.TIdent && r.token.Str == "is":
		return "Lua writes == for is"
	}
	return ""
}

var isNot = lazy.Regexp(`^is\s+not\b`)

// endsOperand tells whether the token before is the last of a value.
func (r *reader) endsOperand() bool {
	switch r.before.Type {
	case parse.TNil, parse.TTrue, parse.TFalse, parse.TNumber, parse.TString, parse.TIdent, ')', ']', '}':
		return true
	}
	return false
}

// misplaced tells what to write for a token that other languages have in its place.
func (r *reader) misplaced() string {
	switch kind := r.token.Type; {
	case kind == invalid && r.character() >= utf8.RuneSelf && r.character() != utf8.RuneError:
		return typographic(r.character())
	case r.directive():
		return noDirective
	case kind == '>' && (r.token == r.first || r.before.Type == parse.TReturn) && strings.HasPrefix(r.from(r.token), ">>>"): // the prompt tries "return ..."
		return "Python's prompt is no part of the line"
	case kind == invalid && r.character() == '&' && (r.before.Type == '(' || r.before.Type == ',' || r.before.Type == '='):
		return "Lua has no pointers: a call answers what C's writes through them"
	case kind == parse.TIdent && r.before.Type == parse.TIdent && r.before.Str == "struct":
		return sayings["struct"]
	case kind == ')' && r.before.Type == '*':
		return "Lua has no pointers, and no casts"
	case kind == '*' && (r.before.Type == '(' || r.before.Type == ',' || r.before.Type == '=' || r.token == r.first):
		return "Lua has no pointers; Python's f(*t) is f(unpack(t))"
	case kind == ',' && r.bare != "" && r.token == r.first:
		return fmt.Sprintf("several arguments have parentheses: %s(a, b)", r.bare)
	case kind == '[' && r.before.Type == parse.TString:
		return `Lua writes ("abc"):sub(1, 1)`
	case kind == ':' && r.indexed:
		return "Lua writes s:sub(from, to) for s[from:to]"
	case (kind == '.' || kind == ':') && r.before.Type == parse.TString:
		return `Lua writes ("abc"):upper()`
	case kind == '[':
		return "Lua writes {1, 2} for [1, 2]"
	case kind == ':' && r.begin != "":
		return "Lua writes " + r.begin + " for :"
	case kind == ':' && r.before.Type == parse.TElse:
		return "Lua writes else without a colon"
	case kind == '{' && r.before.Type != '=':
		return "Lua has no braces around a block: it ends with end"
	case r.typed && declarations[r.before.Str] == "local":
		return "a parameter stands without a type"
	case r.tuple:
		return "Lua has no tuples: two arguments, or a table {a, b}"
	case r.keyword:
		return "Lua has no named arguments: they go by their place"
	case r.apart && kind != parse.TString && r.quoteEnds():
		return `a quote inside a string is written \' or \"`
	case r.apart:
		return "is a comma missing?"
	}
	return ""
}

// inBraces is what Lua has for an entry of Python's dictionaries.
const inBraces = `Lua writes {a = 1} for {"a": 1}`

// quoteEnds tells whether a string ends right before the token.
func (r *reader) quoteEnds() bool {
	line, at := r.lineOf(r.token), r.token.Pos.Column-1
	return at > 0 && at <= len(line) && r.before.Type == parse.TString && strings.ContainsRune(`"'`, rune(line[at-1]))
}

// character is the one that the token begins with, utf8.RuneError if it is none.
func (r *reader) character() rune {
	c, _ := utf8.DecodeRuneInString(r.from(r.token))
	return c
}

// straight is what Lua's quotes are.
const straight = `a quote is " or '`

// typographic tells what to type for a character that word processors and slides put in its place.
func typographic(c rune) string {
	switch {
	case strings.ContainsRune("“”„‟‘’‚‛«»‹›", c):
		return straight
	case strings.ContainsRune("–—−‐‑", c):
		return "a minus is -"
	case unicode.IsSpace(c):
		return fmt.Sprintf("it is no blank, but U+%04X", c)
	case unicode.IsLetter(c):
		return "a name has the letters a to z only, digits and _"
	}
	return ""
}

// directive tells whether the token begins a line for C's preprocessor.
func (r *reader) directive() bool {
	return r.token.Type == '#' && Directive(r.lineOf(r.token))
}

// Directive tells whether a text begins with a line for C's preprocessor. Another first line that
// begins with # is the system's, or a comment.
func Directive(text string) bool { return directive().MatchString(text) }

var directive = lazy.Regexp(`^\s*#\s*(include|define)\b`)

var words = []struct{ theirs, ours string }{
	{"!=", "Lua writes ~= for !="},
	{":=", "Lua writes x = 3 for x := 3"},
	{"`", straight},
	{"&&", "Lua writes and for &&"},
	{"||", "Lua writes or for ||"},
	{"//", "Lua writes -- before a comment, math.floor(a / b) for a // b"},
	{"/*", "Lua writes --[[ ]] around a comment"},
	{"->", "Lua writes p.x for p->x"},
	{"**", "Lua writes x ^ y for x ** y"},
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

// Foreign answers what Lua has for a word or a sign of C's or of Python's, "" for what is none.
func Foreign(word string) string {
	word = strings.TrimPrefix(word, "#") // #include
	said := cmp.Or(sayings[word], pythons[word].ours, unlike[word])
	if ours := declarations[word]; said == "" && ours != "" {
		said = "Lua writes " + ours + " for " + word
	}
	for _, w := range words {
		if said == "" && w.theirs == word {
			said = w.ours
		}
	}
	return said
}

// unlike are those that the parser has not to tell of, or tells of elsewhere.
var unlike = map[string]string{
	"include": noDirective, "define": noDirective,
	"NULL":   "Lua writes nil for NULL",
	"null":   "Lua writes nil for null",
	"is":     "Lua writes == for is",
	"switch": "Lua has no switch: if, elseif, or a table of functions",
	"case":   "Lua has no switch: if, elseif, or a table of functions",
	"{":      noBraces, "}": noBraces,
}

const (
	noDirective = "Lua has no #include and #define: the calls and constants are there"
	noBraces    = "Lua has no braces around a block: it ends with end; { } is a table"
)

// declarations are words that stand before a name in other languages, and are names in Lua.
var declarations = map[string]string{
	"int": "local", "char": "local", "var": "local", "let": "local", "const": "local", "auto": "local", "static": "local",
	"unsigned": "local", "long": "local", "short": "local", "float": "local", "double": "local", "bool": "local",
	"def": "function", "void": "function", "func": "function", "fn": "function", "elif": "elseif", "except": "pcall",
	"raise": "error", "throw": "error",
}

// sayings are such words for which Lua has nothing in the same place.
var sayings = map[string]string{
	"import":   "nothing is imported: the calls and constants are there; a module: sock = require \"sock\"",
	"from":     "nothing is imported: the calls and constants are there; a module: sock = require \"sock\"",
	"struct":   "Lua has tables for structs; an address: {addr = \"127.0.0.1\", port = 7007}, or \"127.0.0.1\", 7007",
	"with":     "Lua has no with: f:close() and close(fd) end a use",
	"class":    "Lua has no class: a table with functions is an object",
	"continue": "Lua has no continue: goto continue, with ::continue:: before the end of the loop",
	"global":   "a variable is global unless it is declared local",
	"del":      "x = nil forgets a variable",
}

// pythons are words of Python's, each where it is one in its line. That may go on as Lua: "try:" as a
// method's call whose name stands in the next line, "lambda x: y" as two statements.
var pythons = map[string]struct {
	before, rest func() *regexp.Regexp
	ours         string
}{
	"try": {lazy.Regexp(`^\s*$`), lazy.Regexp(`^\s*:\s*$`), "Lua has no try: ok, err = pcall(f, ...)"},
	"lambda": {lazy.Regexp(``), lazy.Regexp(`^(?:\s+\w+(?:\s*,\s*\w+)*\s*:|\s*:(?:\s|$))`),
		"Lua writes function(x) return x end for lambda"},
}

// recognize takes note of a token that is one of these.
func (r *reader) recognize(t ast.Token) {
	p, ok := pythons[t.Str]
	line, at := r.lineOf(t), t.Pos.Column-1
	if !ok || t.Type != parse.TIdent || at < 0 || !strings.HasPrefix(line[min(at, len(line)):], t.Str) {
		return
	}
	if p.before().MatchString(line[:at]) && p.rest().MatchString(line[at+len(t.Str):]) {
		r.python = sign{p.ours, t.Pos.Line}
	}
}
