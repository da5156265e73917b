package complete

import (
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/lex"
	"sockrepl/repl/help"
)

// takesFile are Lua's functions whose first argument is a file's name.
var takesFile = map[string]bool{
	"run": true, "edit": true, "save": true, "dofile": true, "loadfile": true, "io.open": true, "io.lines": true,
	"io.input": true, "io.output": true, "os.remove": true, "os.rename": true, "open": true,
}

// takesCalls are functions that take a table of the names of calls.
var takesCalls = map[string]bool{"trace": true, "fault": true}

// takesWord are arguments that are one of a few words, by function and place.
var takesWord = map[string][]string{
	"collectgarbage 0": {"collect", "count", "step", "stop", "restart", "setpause", "setstepmul"},
	"io.open 1":        {"r", "w", "a", "r+", "w+", "a+"},
	"io.popen 1":       {"r", "w"},
	"seek 0":           {"set", "cur", "end"},
	"setvbuf 0":        {"no", "line", "full"},
}

// inString answers what may stand in a string, by what it is an argument of.
func (q *question) inString(t lex.Token) (start int, found []Candidate) {
	quote := quoteOf(t.Text(q.text))
	begin := t.Start + len(quote)
	typed := q.text[begin:]
	callee, at := q.calledWith()
	switch {
	case callee == "require" && at == 0:
		return begin, matching(q.modules(), typed)
	case callee == "help" && at == 0:
		return begin, topics(typed)
	case takesCalls[q.tableOf()]:
		return begin, matching(gated(), typed)
	case takesWord[word(callee, at)] != nil:
		return begin, matching(candidates(takesWord[word(callee, at)]), typed)
	}
	isFile := takesFile[callee] && (at == 0 || callee == "os.rename") || q.isPath(callee, at)
	if !isFile && !strings.Contains(typed, "/") && typed != "~" {
		return len(q.text), nil
	}
	start, found = q.files(begin, typed, quote)
	if callee == "run" {
		found = joined(matching(demos(), typed), found)
	}
	return start, found
}

// quoteOf answers how a string begins: with a quote, or a long bracket.
func quoteOf(text string) string {
	if text[0] == '[' {
		return text[:strings.IndexByte(text[1:], '[')+2]
	}
	return text[:1]
}

// calledWith answers the function that the string is an argument of, and which one.
func (q *question) calledWith() (callee string, at int) {
	if len(q.open) == 0 {
		return "", 0
	}
	o := q.open[len(q.open)-1]
	if o.Sign == lex.Brace {
		return "", 0
	}
	return o.Callee, len(o.Args)
}

// tableOf answers the function whose table the string is an item of, "" if none.
func (q *question) tableOf() string {
	n := len(q.open) - 1
	if n < 0 || q.open[n].Sign != lex.Brace || q.open[n].InValue() {
		return ""
	}
	if callee := q.open[n].Callee; callee != "" || n == 0 {
		return callee // f{...}
	}
	return q.open[n-1].Callee
}

// gated are the calls that go through the gate.
func gated() (list []Candidate) {
	for _, c := range calls.All() {
		if c.Do != nil {
			list = append(list, Candidate{c.Name, help.Line(c.Name)})
		}
	}
	return list
}

// word is a key of takesWord: a method has only its own name.
func word(callee string, at int) string {
	if _, method, ok := strings.Cut(callee, ":"); ok {
		callee = method
	}
	return callee + " " + string(rune('0'+min(at, 9)))
}

// isPath tells whether a call takes a path there, or a table's field does.
func (q *question) isPath(callee string, at int) bool {
	if len(q.open) > 0 && q.open[len(q.open)-1].Field == "path" {
		return true
	}
	c := calls.Lookup(callee)
	return c != nil && at < len(c.Params) && c.Params[at].Kind == calls.KindPath
}

func candidates(words []string) (list []Candidate) {
	for _, w := range words {
		list = append(list, Candidate{Text: w})
	}
	return list
}

// topics answers what help has a page of: at first what it lists itself, and all that begins
// so once a part is typed.
func topics(typed string) (found []Candidate) {
	names := help.Contents()
	if typed != "" {
		names = help.Names()
	}
	for _, name := range names {
		if strings.HasPrefix(name, typed) {
			found = append(found, Candidate{name, help.Line(name)})
		}
	}
	return sorted(found)
}

func demos() (list []Candidate) {
	for _, name := range help.Demos() {
		list = append(list, Candidate{name, help.Line(name)})
	}
	return list
}

// modules answers what require finds: what is built in, and the Lua files that are here.
func (q *question) modules() (list []Candidate) {
	for _, name := range help.Modules() {
		list = append(list, Candidate{name, help.Line(name)})
	}
	if q.List != nil {
		for _, e := range q.List(".") {
			if name, ok := strings.CutSuffix(e.Name, ".lua"); ok && !e.Directory && printable(name) {
				list = append(list, Candidate{name, "file"})
			}
		}
	}
	return sorted(list)
}
