package help

import (
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/docs"
)

// firstSteps are what a newcomer types first. They need no network.
const firstSteps = `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "hello")
recv(b, 100)
recv(b, 100)   -- nothing is there: Ctrl-C ends the wait`

// firstDemo is the one to begin with.
const firstDemo = "echo_select"

// Start answers what help() shows: one screen at 80 columns.
func Start(width int, style Style) string {
	p := newPage(width, style)
	p.head("The socket calls of C as Lua functions, over real descriptors.")
	p.para(0, "Two sockets that are connected to each other; type line by line:")
	p.code(firstSteps)
	p.para(0, "A call answers what C's answers. If the kernel refuses, it answers nil, a message, and the errno.")
	p.head("More")
	p.list([]item{
		{"guide()", "a lecture, whose lines are offered to be typed"},
		{`help "recv"`, "a call: what it takes, its errors, an example; also recv?"},
		{`help "nonblocking"`, `what has to do with a word; a constant: help "SO_LINGER"`},
		{`help "calls"`, "all calls, by chapter; also constants, lua, modules, demos"},
		{"fds(), watch(3)", "the descriptor table; one descriptor, again and again"},
		{"trace(true)", "shows each call, as strace does"},
		{`run "` + firstDemo + `"`, `runs a demo; run "check" has exercises`},
		{`help "the shell"`, "where, save, edit, reset: what the prompt itself has"},
	})
	p.head("Keys")
	p.list([]item{
		{"Tab, F1", "complete what is typed; show what its call takes"},
		{"Ctrl-C", "ends what runs, whatever it waits for; all that you have stays"},
		{"Ctrl-D", `leaves; help "keys" has the others`},
	})
	return p.String()
}

// indexes are the pages that list what there is.
var indexes = map[string]func(p *page){
	"calls": func(p *page) {
		for _, class := range calls.Classes {
			var names []string
			for _, c := range calls.OfClass(class) {
				names = append(names, c.Name)
			}
			p.head(string(class))
			p.para(2, strings.Join(names, ", "))
		}
		p.closing(`help "NAME" shows a call, help "` + string(calls.Classes[0]) + `" a chapter.`)
	},
	"constants": func(p *page) {
		p.head("Groups of constants")
		var items []item
		for _, group := range consts.Groups() {
			if members := consts.Members(group); len(members) > 0 {
				text := strings.Join(calls.Takers(group, ""), ", ")
				if text == "" {
					text = strings.Join(some(usual(group), 3), ", ")
				}
				items = append(items, item{group, text})
			}
		}
		p.list(items)
		p.closing(`help "AF_" lists a group, help "AF_INET" shows a constant.`)
	},
	"errors": func(p *page) {
		p.group("E")
		if t, ok := docs.Elsewhere("errno"); ok {
			p.head("")
			p.para(0, t.String())
		}
	},
	"guide": func(p *page) {
		p.title(calls.Lookup("guide").Synopsis(), "")
		p.head("An afternoon with sockets")
		for _, c := range docs.Chapters() {
			p.para(2, c.Title)
		}
		p.head("")
		p.para(0, "guide(1) reads a chapter: its lines are offered at the prompt, Enter types them, Ctrl-C ends the reading, guide() goes on with it.")
	},
	"keys": func(p *page) {
		p.head("Keys of the prompt")
		var items []item
		for _, key := range docs.Keys() {
			items = append(items, item{key.Name, key.Does})
		}
		p.list(items)
	},
	"lua": func(p *page) {
		p.head("Lua's library")
		var items []item
		for _, table := range append([]string{"base"}, luaTables()...) {
			var names []string
			for _, it := range luaTable(table) {
				name, _, _ := strings.Cut(it.term, "(")
				names = append(names, name)
			}
			items = append(items, item{table, strings.Join(names, ", ")})
		}
		p.list(items)
		p.closing(`help "string.pack" shows a function, help "string" a table of them.`)
	},
	"modules": func(p *page) {
		p.head("Modules that are built in")
		var items []item
		for _, m := range modules() {
			items = append(items, item{m.name, firstSentence(m.about)})
		}
		p.list(items)
		p.closing(`local sock = require "sock" loads one; help "sock" shows what is in it.`)
	},
	"C":      func(p *page) { p.translations("C") },
	"Python": func(p *page) { p.translations("Python") },
	"demos": func(p *page) {
		p.head("Demos")
		var items []item
		for _, name := range demos() {
			items = append(items, item{name, demoLine(name)})
		}
		p.list(items)
		p.closing(`run "` + firstDemo + `" runs one; help "` + firstDemo + `" tells more.`)
	},
}

// translations lists what another language has, and what is here.
func (p *page) translations(language string) {
	p.head("What " + language + " has, and below it what is here")
	var items []item
	for _, t := range docs.Translations(language) {
		items = append(items, item{t.Theirs, t.Ours})
	}
	p.list(items)
}

// closing ends a list with where to go on.
func (p *page) closing(text string) {
	p.head("")
	p.dim(0, text)
}

// index writes a page that lists what there is: "calls", "demos".
func (p *page) index(name string) bool {
	if name == "errno" {
		name = "errors"
	}
	show := indexes[name]
	if show != nil {
		show(p)
	}
	return show != nil
}
