package repl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/lazy"
	"sockrepl/bindings/lualib"
	"sockrepl/docs"
	"sockrepl/repl/help"

	lua "github.com/yuin/gopher-lua"
)

// failure is an error that was raised, of the prompt's thread or of another: what a hint is made of.
type failure struct {
	state   *lua.LState // whose globals the names are of
	text    string      // in Lua's own words, if it is a string
	about   lualib.Culprit
	refused string      // what the last call before it answered as its message, if the kernel refused that
	errno   int         // and as its errno
	handed  bool        // that message is an argument of the function that raised it
	running *calls.Call // which that function is; nil: none of them
	given   int         // its arguments
	quoted  bool        // what could not be called was given a string that is written there, and no more
	told    string      // what was said where it was raised, of an error that join raises again
}

// newFailure takes down an error while its stack is still there.
func newFailure(L *lua.LState, env *bindings.Env, value lua.LValue) failure {
	f := failure{state: L, running: env.Running(L), given: lualib.Written(L), quoted: lualib.Quoted(L)}
	f.refused, f.errno = env.Refused()
	for i := 1; i < L.GetTop(); i++ { // the last is the error
		f.handed = f.handed || L.Get(i) == lua.LString(f.refused)
	}
	if text, ok := value.(lua.LString); ok {
		var fresh bool
		if f.text, f.about, fresh = lualib.Explain(L, string(text)); !fresh {
			f.told = env.Told(string(text))
		}
	}
	return f
}

// worded is the error's text with what helps: hints beside it, and in lines of their own.
func (f *failure) worded(atPrompt bool) string {
	if f.told != "" {
		return f.told
	}
	text := withHint(f.text, f.hint())
	if more := f.more(atPrompt); more != "" {
		text += "\n" + more
	}
	return text
}

// more is what is said below an error: what another language's name is here, or how the call is written.
func (f *failure) more(atPrompt bool) string {
	if f.told != "" {
		return ""
	}
	if unprinted().MatchString(f.text) {
		return "print writes to descriptor 1, whatever that is now"
	}
	if atPrompt && f.overwritten() != "" {
		return "reset() brings the calls back, and closes what is open"
	}
	if t, ok := f.translation(); ok {
		return t.String()
	}
	if name := f.module(); name != "" {
		if c := calls.Lookup(name); c != nil {
			return "the calls are there without a module: " + c.Synopsis()
		}
		if near, ok := nearest(name, help.Modules()); ok {
			return fmt.Sprintf("did you mean require %q?", near)
		}
		return `help "modules" lists those that are built in`
	}
	if atPrompt {
		return f.usage()
	}
	return ""
}

// refusal is the call that the kernel refused, and so led to the error, with its errno: the error is
// its message, as assert raises it, or is about a nil that may be its answer.
func (f *failure) refusal() (call string, errno int) {
	if f.text != f.refused && f.refusedBefore() == "" {
		return "", 0
	}
	call, _, _ = strings.Cut(f.refused, ": ")
	return call, f.errno
}

// refusedBefore says which call was refused, of an error about a nil that may be its answer, or about
// its message.
func (f *failure) refusedBefore() string {
	if f.refused == "" || !aboutNil().MatchString(f.text) && !(f.handed && aboutString().MatchString(f.text)) {
		return ""
	}
	return "the last call was refused: " + f.refused
}

// aboutNil is an error of who goes on with a call's answer without having looked whether there is one.
var aboutNil = lazy.Regexp(`attempt to (?:get length of|index|concatenate|perform arithmetic on|compare) .*\bnil\b|` +
	`bad argument #\d+ to '\w+' \(.* got nil\b|'for' \w+ (?:value )?must be a number`)

// aboutString may be the same: the message was the function's second argument.
var aboutString = lazy.Regexp(`bad argument #\d+ to '\w+' \(.* got string\b`)

// hint is what is said beside an error.
func (f *failure) hint() string {
	about := f.about
	switch {
	case about.Kind == "for iterator" && about.Type == "table":
		return "\"in\" takes a function: pairs(t) or ipairs(t)"
	case about.Kind == "for iterator" && about.Type == "string":
		return "\"in\" takes a function: s:gmatch(\".\")"
	case about.Kind == "for iterator" && about.Type == "number":
		return "numbers are counted so: for i = 1, 3 do"
	case f.overwritten() != "":
		return "the program has given " + about.Name + " another value"
	case strings.Contains(f.text, "bad argument #") && about.Name != "":
		hint := fmt.Sprintf("%s '%s' is %s", about.Kind, about.Name, about.Type)
		if more := cmp.Or(f.suggestion(), f.refusedBefore()); more != "" {
			hint += "; " + more
		}
		return hint
	case about.Kind == "global" && prefixed[about.Name] && f.quoted && strings.Contains(f.text, "attempt to call"):
		return about.Name + "\"...\" is Python's: here a string is bytes, and string.format fills in"
	case f.quoted && about.Kind != "" && about.Type == "number" && strings.Contains(f.text, "attempt to call"): // connect(s "::1", 80)
		return "is a comma missing?"
	case about.Type == "number" && about.Key != "":
		return noMethods(about)
	case about.Type == "function" && about.Kind == "global" && grammar.TakesName(about.Name) && strings.Contains(f.text, "arithmetic"):
		return fmt.Sprintf("a name stands in quotes: %s \"...\"", about.Name)
	case strings.Contains(f.text, "perform arithmetic on a string"):
		return "strings are joined with .., and filled in by string.format"
	case about.Kind == "global" && about.Name == "channel" && about.Type == "table":
		return "channel.make() makes one"
	case about.Type == "function" && about.Kind == "global" && about.Key != "":
		return fmt.Sprintf("%s is a function: %s(...); constants are globals, too", about.Name, about.Name)
	}
	if _, ok := f.translation(); ok {
		return ""
	}
	return cmp.Or(f.suggestion(), f.refusedBefore())
}

// unprinted is an error of print's.
var unprinted = lazy.Regexp(`(?:^|: )print: E[A-Z]+ \(`)

// prefixed are the letters that Python has before a string.
var prefixed = map[string]bool{"b": true, "f": true, "r": true}

// noMethods tells who takes a descriptor for an object, as Python's are.
func noMethods(about lualib.Culprit) string {
	c := calls.Lookup(about.Key)
	if c == nil {
		return "a number has no fields"
	}
	call := c.Synopsis()
	if len(c.Params) > 0 && c.Params[0].Kind == calls.KindFD {
		call = c.Name + "(" + cmp.Or(about.Name, "fd")
		if c.MostArgs() > 1 {
			call += ", ..."
		}
		call += ")"
	}
	return "a descriptor is a number, without methods: " + call
}

// overwritten is the call whose name the program has given another value, and now calls.
func (f *failure) overwritten() string {
	name := f.about.Name
	if f.about.Kind != "global" || calls.Lookup(name) == nil || !strings.Contains(f.text, "attempt to call a ") {
		return ""
	}
	return name
}

// misplaced is an error about a call that was given too few arguments, or too many, or one that is of
// another type and may belong in another place.
var misplaced = lazy.Regexp(`bad argument #\d+ to '\w+' \((?:[^:]* got (?:no value\b(?:[^:]|$)|(?:string|table|function|boolean|userdata)\b)|no argument expected)`)

var badArgument = lazy.Regexp(`bad argument #\d+ to '(\w+)'`)

// usage is how a call is written of which an error says that its arguments are not those that it takes;
// of one that was given more than it takes, perhaps how C's is written here, which takes buffers and
// lengths.
func (f *failure) usage() string {
	m := badArgument().FindStringSubmatch(f.text)
	if m == nil {
		return ""
	}
	c := f.running
	switch {
	case c == nil || c.Name != m[1] || f.refusedBefore() != "":
		return ""
	case f.given > c.MostArgs():
		if t, ok := docs.FromC(c.Name); ok && !strings.HasPrefix(t.Ours, "the same") {
			return t.String()
		}
		return c.Synopsis()
	case misplaced().MatchString(f.text):
		return c.Synopsis()
	}
	return ""
}

// translation finds what is here what an error is about: a global that is not there, a
// constant that is none, a method of a descriptor or of a string.
func (f *failure) translation() (t docs.Translation, found bool) {
	if _, rest, ok := strings.Cut(f.text, "undefined constant '"); ok {
		name, _, _ := strings.Cut(rest, "'")
		return docs.Elsewhere(name)
	}
	if name := f.module(); name != "" && calls.Lookup(name) == nil {
		return docs.Elsewhere(name)
	}
	switch about := f.about; {
	case f.overwritten() != "":
	case about.Kind == "global" && about.Type == "nil":
		if t, found = docs.Elsewhere(about.Name + "." + about.Key); found { // struct.pack
			return t, true
		}
		return docs.Elsewhere(about.Name)
	case about.Type == "nil" && (about.Kind == "method" || about.Kind == "field"):
		if t, found = docs.Elsewhere(strings.Join(about.Path, ".")); found { // os.listdir
			return t, true
		}
		if calls.Lookup(about.Name) == nil { // text:strip()
			return docs.Method(about.Name)
		}
	case about.Type == "number" && calls.Lookup(about.Key) == nil:
		return docs.Elsewhere(about.Key)
	}
	return t, false
}

// module is the name of one that require has not found, "" of another error.
func (f *failure) module() string {
	if m := unfoundModule().FindStringSubmatch(f.text); m != nil {
		return m[1]
	}
	return ""
}

var unfoundModule = lazy.Regexp(`(?:^|: )module '(\w+)' not found:`)

// withHint puts a hint inside the parentheses that a text ends with, or behind it.
func withHint(text, hint string) string {
	if hint == "" {
		return text
	}
	if before, ok := strings.CutSuffix(text, ")"); ok {
		return before + "; " + hint + ")"
	}
	return text + " (" + hint + ")"
}

// suggestion asks whether a name near to the one that led to nothing was meant.
func (f *failure) suggestion() string {
	c := f.about
	if near, ok := nearest(c.Name, f.methods()); ok {
		return "did you mean " + near + "?"
	}
	if len(c.Path) == 0 || c.Type != "nil" {
		return ""
	}
	global := f.state.G.Global
	table := global
	for _, name := range c.Path[:len(c.Path)-1] {
		inner, ok := table.RawGetString(name).(*lua.LTable)
		if !ok {
			return ""
		}
		table = inner
	}
	if table.RawGetString(c.Name) != lua.LNil {
		return ""
	}
	if table == global && slices.Contains(help.Modules(), c.Name) {
		return loading(c.Name)
	}
	if table == global && slices.Contains(help.Demos(), c.Name) {
		return running(c.Name)
	}
	if table != global && calls.Lookup(c.Name) != nil {
		return fmt.Sprintf("%s is a global: %s(...)", c.Name, c.Name)
	}
	if in := help.Qualified(c.Name); in != nil && table == global {
		return "did you mean " + strings.Join(in, " or ") + "?"
	}
	names := sortedFields(table)
	if table == global {
		names = globalNames(global)
	}
	if near, ok := nearest(c.Name, names); ok {
		return "did you mean " + near + "?"
	}
	return ""
}

// methods are those of the value whose method is not there.
func (f *failure) methods() (names []string) {
	if f.about.Self == nil || f.about.Type != "nil" {
		return nil
	}
	for _, v := range []lua.LValue{f.about.Self, f.state.GetMetaField(f.about.Self, "__index")} {
		if table, ok := v.(*lua.LTable); ok {
			names = append(names, sortedFields(table)...)
		}
	}
	return names
}

// nearest finds the name that is nearest to one that is mistyped.
func nearest(name string, names []string) (string, bool) {
	return consts.Nearest(name, slices.Values(names))
}

// globalNames are what a global may be called: in a thread the calls become globals when they are
// first read.
func globalNames(global *lua.LTable) []string {
	names := sortedFields(global)
	for _, c := range calls.All() {
		names = append(names, c.Name)
	}
	return names
}
