package repl

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lazy"
	"sockrepl/bindings/lex"
	"sockrepl/docs"
	"sockrepl/repl/help"
	"sockrepl/scripts"

	lua "github.com/yuin/gopher-lua"
)

// Where what the session has to say goes:
//
//	show          a result, quoted, coloured and with its hints (loop.go)
//	print         a line where results go: the terminal
//	tell          text that a function such as help was asked for: as print does, to descriptor 1
//	say           a line where errors go: the terminal, or a script's standard error
//	complain      what is wrong with a command line, a script's name or its syntax
//	report        an error that Lua code raised, with its traceback
//	showRefusal   nil, message, errno of a call that was refused (loop.go)
//	sayAside      what ended a thread: above the line that is being typed

// report prints an error of Lua code, with a traceback.
func (s *Session) report(err error) {
	s.troubled = true
	if s.env.Task.Interrupted() {
		s.say(s.bad(interruptText(s.env.Task.Note())))
		s.mentionRefusal()
		s.mentionWhere()
		return
	}
	s.complain(errors.New(s.errorText(err)))
	if s.crash == nil {
		return
	}
	s.say(s.filled(s.crash.more(s.atPrompt)))
	if s.atPrompt {
		s.say(s.filled(s.cause(s.crash.refusal())))
	}
	if trace := s.traceback(s.crash); trace != "" {
		s.say(s.style.dim(trace))
	}
	s.mentionWhere()
}

// mentionRefusal says why a loop goes round without waiting: its call is refused each time.
func (s *Session) mentionRefusal() {
	call, message, errno := s.env.RefusedAgain(s.env.Task.Note())
	if call == "" || !s.atPrompt {
		return
	}
	s.say(s.filled("refused again and again: " + message))
	s.say(s.filled(s.cause(call, errno)))
}

// mentionInterrupt says that Ctrl-C has ended a call which has an answer all the same, and
// the answer is shown.
func (s *Session) mentionInterrupt() {
	if note := s.env.Task.Note(); note != "" && s.env.Task.Interrupted() {
		s.say(s.bad(interruptText(note)))
	}
}

// traceback is what is shown of the stack below an error. A script's has its own even where it
// says no more than the chunk's line, if the error's text does not say that either: assert
// adds no position.
func (s *Session) traceback(c *crash) string {
	switch {
	case s.atPrompt && !c.tellsMore():
		return ""
	case s.atPrompt:
		return c.traceback()
	case c.tellsMore() || !c.placed():
		return "stack traceback:\n" + c.traceback()
	}
	return ""
}

// mentionWhere tells once that there is more to be seen.
func (s *Session) mentionWhere() {
	if s.atPrompt && !s.mentioned && s.crash != nil && s.crash.tellsMore() {
		s.mentioned = true
		s.say(s.style.dim("where() shows the stack with its locals"))
	}
}

// errorText is what an error of Lua code says: in Lua's own words, with the nearest name
// where one was mistyped.
func (s *Session) errorText(err error) string {
	if s.crash == nil || s.crash.text == "" {
		text := bindings.ErrorText(s.state, err)
		if t, ok := errorValue(err).(*lua.LTable); ok && s.state.GetMetaField(t, "__tostring") == lua.LNil {
			text = "error object " + s.brief(t)
		}
		return text
	}
	if s.crash.told != "" {
		return s.crash.told
	}
	return withHint(s.crash.text, s.crash.hint())
}

// loading is how a module that is built in is loaded.
func loading(module string) string {
	return fmt.Sprintf("to load the module: %s = require %q", module, module)
}

// moduleText says what a module is that is built in and is the only result: a table of so many
// functions scrolls away what one has typed.
func (s *Session) moduleText(results []lua.LValue) (text string, ok bool) {
	table, ok := results[0].(*lua.LTable)
	loaded := s.loaded()
	if !ok || loaded == nil || len(results) > 1 {
		return "", false
	}
	for _, name := range help.Modules() {
		if loaded.RawGetString(name) == table {
			return fmt.Sprintf("the module %s: %s; help %q tells more", name, strings.Join(sortedFields(table), ", "), name), true
		}
	}
	return "", false
}

// running is how a demo is run.
func running(demo string) string { return fmt.Sprintf("to run the demo: run %q", demo) }

// nearDemo asks whether the demo was meant whose name is nearest to one that no demo has, or
// says how to see them.
func (s *Session) nearDemo(name string) string {
	if words := strings.Fields(name); len(words) > 1 && slices.Contains(help.Demos(), words[0]) {
		return fmt.Sprintf(` (the words are arguments: run("%s"))`, strings.Join(words, `", "`))
	}
	files, _ := fs.Glob(scripts.FS, "*.lua")
	near, ok := consts.Nearest(name, func(yield func(string) bool) {
		for _, file := range files {
			if !yield(strings.TrimSuffix(file, ".lua")) {
				return
			}
		}
	})
	if ok {
		return " (did you mean " + near + "?)"
	}
	if !s.atPrompt {
		return " (sockrepl --demos lists them)"
	}
	return ` (help "demos" lists them)`
}

// complain prints an error as a program does: with its name before it. At the prompt it
// is plain who speaks.
func (s *Session) complain(err error) {
	if !s.atPrompt {
		s.say(s.bad("sockrepl: " + kernel.EscapeText(err.Error())))
		return
	}
	text, picture := err.Error(), ""
	var se *bindings.SyntaxError
	if errors.As(err, &se) && se.Chunk == chunkName {
		text, picture = pointed(s.typed, se)
	}
	instead := ""
	if picture != "" {
		instead = forCommand(s.typed)
	}
	if instead != "" {
		text = s.asCommand(text)
	}
	s.say(s.bad(kernel.EscapeText(text)))
	s.say(s.style.dim(picture))
	s.say(s.filled(instead))
}

// forCommand says what to type for a line that is none of Lua's: of a shell's, or a demo's with its
// arguments; "" for another.
func forCommand(line string) string {
	if t, ok := docs.Command(line); ok {
		return t.String()
	}
	words := strings.Fields(line)
	if len(words) < 2 || words[1] == "=" || !slices.Contains(help.Demos(), words[0]) {
		return ""
	}
	return `to run the demo: run("` + strings.Join(words, `", "`) + `")`
}

// asCommand is a syntax error without what would make Lua of a command: its program is no function, and
// its ! no operator.
func (s *Session) asCommand(text string) string {
	m := luaInstead().FindStringSubmatch(text)
	if m == nil || m[1] != "" && s.state.G.Global.RawGetString(m[1]) != lua.LNil {
		return text
	}
	return strings.TrimSuffix(text, m[0])
}

var luaInstead = lazy.Regexp(` \((?:a call has parentheses: (\w+)\(.*|Lua writes not for !)\)$`)

// explainError words the error of a thread.
func (s *Session) explainError(L *lua.LState, env *bindings.Env, err lua.LValue) string {
	f := newFailure(L, env, err)
	return f.worded(s.config.Prompt)
}

// sayAside says what went wrong elsewhere: in a thread.
func (s *Session) sayAside(text string) {
	_, _ = (*aside)(s).Write([]byte(s.bad(text) + "\n"))
}

// tell prints text as print does.
func (s *Session) tell(L *lua.LState, text string) {
	L.Push(L.GetGlobal("print"))
	L.Push(lua.LString(text))
	L.Call(1, 0)
}

// say prints a line where errors go; of "" nothing.
func (s *Session) say(text string) {
	if text != "" {
		fmt.Fprintln(s.err, text)
	}
}

// filled is what the prompt says, its long lines broken at blanks; a script's error stays a line.
func (s *Session) filled(text string) string {
	if !s.atPrompt {
		return text
	}
	return wrapped(text, s.columns())
}

// bad is what went wrong, in its colour.
func (s *Session) bad(text string) string { return s.style.bad(s.filled(text)) }

// pointed words a syntax error in what was typed with its column, and shows the line with
// the place.
func pointed(source string, se *bindings.SyntaxError) (text, picture string) {
	lines := strings.Split(source, "\n")
	if se.Column == 0 || se.Line > len(lines) {
		return se.Error(), ""
	}
	line := lines[se.Line-1]
	before := line[:tokenStart(line, se.Column)]
	text = fmt.Sprintf("%s:%d:%d: %s", se.Chunk, se.Line, utf8.RuneCountInString(before)+1, se.Message)
	return text, "  " + spaced(line) + "\n  " + strings.Repeat(" ", utf8.RuneCountInString(spaced(before))) + "^"
}

// spaced is a line fit to be shown, its tabs as blanks.
func spaced(line string) string {
	return kernel.EscapeText(strings.ReplaceAll(line, "\t", "    "))
}

// tokenStart answers where the token begins that has a column, since the parser gives the
// column where it ended.
func tokenStart(line string, column int) int {
	at := min(column, len(line)) - 1
	tokens, _ := lex.Tokens(line, lex.State{})
	for _, t := range tokens {
		if t.Start <= at && at < t.End {
			return t.Start
		}
	}
	return max(at, 0)
}

// interruptText says that there was an interrupt, and what was done already.
func interruptText(note string) string {
	if note == "" {
		return "interrupted"
	}
	return "interrupted (" + note + ")"
}
