// Package help writes what help shows: pages for a terminal of some width, from the rows of
// the calls, the constants and their lines, the demos and the modules. It runs no Lua and
// prints nothing.
package help

import (
	"strconv"
	"strings"
	"sync"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/lex"
	"sockrepl/docs"
)

// Style colours a page. A nil function leaves its text as it is.
type Style struct {
	Head func(string) string // titles
	Code func(string) string // names, and what can be typed
	Dim  func(string) string // what matters less
}

// Topic answers the page of a name: a call, a constant, an error by name or number, a group
// of constants ("AF_"), a chapter, a function or a table of Lua's library, a module, one of
// its functions, a demo. What is no name is searched for. If there is nothing at all it
// answers one line that says so and names what is near, and false.
func Topic(name string, width int, style Style) (text string, ok bool) {
	p := newPage(width, style)
	name = strings.TrimSpace(name)
	for _, show := range topics {
		if show(p, name) {
			return p.String(), true
		}
	}
	texts := meanings(name)
	if texts == nil {
		texts = []string{nothing(name)}
	}
	for _, text := range texts {
		p.para(0, text)
	}
	return p.String(), false
}

// topics are the kinds of page, in the order in which a name is looked for.
var topics = []func(p *page, name string) bool{
	exact, bare, folded, (*page).search,
}

// exact shows what has just that name.
func exact(p *page, name string) bool {
	for _, show := range []func(p *page, name string) bool{
		(*page).index, (*page).call, (*page).constant, (*page).group, (*page).lua, (*page).statement, (*page).operator, (*page).module, (*page).demo, (*page).chapter,
	} {
		if show(p, name) {
			return true
		}
	}
	return false
}

// bare shows a name that is written as it stands in a manual or a program: recv(2), recv(),
// string:rep; or an error's number.
func bare(p *page, name string) bool {
	if n, err := strconv.ParseInt(name, 0, 64); err == nil {
		known, ok := numbered(n)
		return ok && exact(p, known)
	}
	name, _, _ = strings.Cut(name, "(")
	return exact(p, name) || exact(p, strings.Replace(name, ":", ".", 1))
}

// numbered answers the error that has a number; those of getaddrinfo are negative.
func numbered(n int64) (name string, ok bool) {
	if n < 0 {
		return consts.NameOf("EAI_", n)
	}
	return consts.ErrnoName(n)
}

// Number answers the page of a number, which is all that a call of help is given of a constant.
func Number(n int64, width int, style Style) string {
	p := newPage(width, style)
	name, ok := numbered(n)
	switch {
	case ok && n < 0:
		p.para(0, strconv.FormatInt(n, 10)+" is taken for an error of getaddrinfo.")
	case ok:
		p.para(0, strconv.FormatInt(n, 10)+" is taken for an errno.")
	}
	p.para(0, `A constant is only a number here: help "AF_INET" shows it, or AF_INET?`)
	if ok {
		p.head("")
		exact(p, name)
	}
	return p.String()
}

// folded shows what has that name but for capitals.
func folded(p *page, name string) bool {
	for _, e := range entries() {
		if strings.EqualFold(e.name, name) {
			return exact(p, e.name)
		}
	}
	return false
}

// Hint answers the usual cause of an error of a call: from the call's row, or else in general
// words; "" if there is nothing to say beyond the error's own text.
func Hint(call string, errno int) string {
	c := calls.Lookup(call)
	if c != nil {
		for _, e := range c.Errs {
			if int(e.Errno) == errno {
				return e.Cause
			}
		}
	}
	name, ok := consts.ErrnoName(int64(errno))
	if call == "getaddrinfo" || call == "getnameinfo" || errno < 0 { // a name that was looked up
		name, ok = consts.NameOf("EAI_", int64(errno))
	}
	if !ok {
		return ""
	}
	if line := consts.Doc(name); line != consts.ErrnoText(int64(errno)) {
		return line
	}
	return onlyCause(errno)
}

// onlyCause answers the cause that all calls agree on which list an error, "" if they don't.
func onlyCause(errno int) (cause string) {
	for _, c := range calls.All() {
		for _, e := range c.Errs {
			if int(e.Errno) != errno {
				continue
			}
			if cause != "" && cause != e.Cause {
				return ""
			}
			cause = e.Cause
		}
	}
	return cause
}

// Known tells whether there is a page of just that name.
func Known(name string) bool { return exact(newPage(0, Style{}), name) }

// Names are all that there is a page of: for completion inside help "…".
func Names() []string {
	names := make([]string, 0, len(entries()))
	for _, e := range entries() {
		names = append(names, e.name)
	}
	return names
}

// Contents are those names that a reader may begin with: lists, chapters, calls, modules and
// demos, Lua's tables, but no constants and none of Lua's functions.
func Contents() (names []string) {
	for _, c := range calls.All() {
		names = append(names, c.Name)
	}
	for _, e := range listEntries() {
		names = append(names, e.name)
	}
	return append(append(names, Modules()...), Demos()...)
}

// Line answers the one line that says what a name is for, "" if there is none.
func Line(name string) string {
	if rest, ok := strings.CutPrefix(name, "bit32."); ok {
		name = "bit." + rest
	}
	if e := entryOf(name); e != nil && len(e.texts) > 0 {
		return firstSentence(e.texts[0].text)
	}
	return ""
}

// entryOf finds the entry of a name, nil if there is none.
func entryOf(name string) *entry {
	if i, ok := entryIndex()[name]; ok {
		return &entries()[i]
	}
	return nil
}

var entryIndex = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, e := range entries() {
		if _, taken := m[e.name]; !taken {
			m[e.name] = i
		}
	}
	return m
})

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// meanings say what a word means, and what is here what has that name in C, in Python or for a shell.
func meanings(name string) (texts []string) {
	if text := termOf(name); text != "" {
		texts = append(texts, text)
	}
	if text := grammar.Foreign(name); text != "" {
		texts = append(texts, capital(text))
	}
	if t, ok := docs.Elsewhere(strings.TrimSuffix(name, "()")); ok {
		texts = append(texts, t.String())
	}
	return texts
}

// nothing says that there is no page, and what is near.
func nothing(name string) string {
	text := `There is nothing about "` + escape(name) + `".`
	if near := nearest(name); near != "" {
		return text + " Did you mean " + near + "?"
	}
	return text + ` help "calls" lists the calls.`
}

// nearest answers the names that are fewest slips away, joined by "or".
func nearest(name string) string {
	limit := min(3, (len(name)+1)/3)
	var near []string
	for _, e := range entries() {
		d := consts.Slips(strings.ToLower(name), strings.ToLower(e.name), limit)
		if d > limit {
			continue
		}
		if d < limit {
			near, limit = nil, d
		}
		near = append(near, e.name)
	}
	return strings.Join(near[:min(len(near), 3)], " or ")
}

// isWord tells whether a text holds a name as a word of its own.
func isWord(text, name string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return false
		}
		before, after := text[:from+at], text[from+at+len(name):]
		if !endsWord(before) && !beginsWord(after) {
			return true
		}
		from += at + len(name)
	}
}

func endsWord(text string) bool {
	return text != "" && lex.IsName("_"+text[len(text)-1:])
}

func beginsWord(text string) bool { return text != "" && lex.IsName("_"+text[:1]) }
