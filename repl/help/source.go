package help

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"sockrepl/bindings/lazy"
	"sockrepl/scripts"
)

// module is one of the Lua modules that are built in.
type module struct {
	name      string
	about     string     // the comment at its top
	functions []function // with the comments above them
}

// defined is a line that defines a function of a module.
var defined = lazy.Regexp(`^function ([\w.:]+)\(([^)]*)\)`)

var modules = sync.OnceValue(func() (all []module) {
	files, _ := fs.Glob(scripts.FS, "lib/*.lua")
	for _, file := range files {
		source, _ := scripts.FS.ReadFile(file)
		all = append(all, readModule(strings.TrimSuffix(path.Base(file), ".lua"), string(source)))
	}
	return all
})

// readModule reads what a module's source says of itself.
func readModule(name, source string) module {
	m := module{name: name, about: capital(strings.TrimPrefix(topComment(source), name+": "))}
	var comment []string
	last := "" // that stood above a function: it may be about the next one, too
	for line := range strings.Lines(source) {
		line = strings.TrimSuffix(line, "\n")
		if text, ok := strings.CutPrefix(line, "--"); ok {
			comment = append(comment, strings.TrimPrefix(text, " "))
			continue
		}
		if found := defined().FindStringSubmatch(line); found != nil {
			if len(comment) > 0 {
				last = strings.Join(comment, "\n")
			} else if usage, _, _ := strings.Cut(last, "):"); !strings.Contains(usage, " "+found[1]+"(") {
				last = ""
			}
			m.functions = append(m.functions, describe(found[1], found[2], last))
		}
		comment = nil
	}
	return m
}

// describe makes a function of a definition and the comment above it. A comment that begins
// with the synopsis, "listen(host, port [, backlog]): a socket …", has the better one; the
// module's name may stand before it, and other functions that it is about behind it.
func describe(name, params, comment string) function {
	module := name[:strings.LastIndexAny(name, ".:")+1]
	usage, about, found := strings.Cut(module+strings.TrimPrefix(comment, module), "):")
	if own := strings.Index(usage, name+"("); found && own >= 0 {
		return function{name, strings.Join(strings.Fields(usage[own:]), " ") + ")", capital(strings.TrimSpace(about))}
	}
	return function{name, name + "(" + params + ")", comment}
}

// topComment answers the comment that a source begins with, without its dashes.
func topComment(source string) string {
	var lines []string
	for line := range strings.Lines(source) {
		text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "--")
		if !ok {
			break
		}
		lines = append(lines, strings.TrimPrefix(text, " "))
	}
	return strings.Join(lines, "\n")
}

// module writes the page of a module, "sock", or of a function of one, "sock.listen".
func (p *page) module(name string) bool {
	for _, m := range modules() {
		if m.name == name {
			p.title(`local `+m.name+` = require "`+m.name+`"`, "")
			p.head("")
			p.comment(m.about)
			p.head("Functions")
			var items []item
			for _, f := range m.functions {
				items = append(items, item{strings.TrimPrefix(f.name, m.name+"."), firstSentence(f.line)})
			}
			p.list(items)
			return true
		}
		for _, f := range m.functions {
			if f.name == name {
				p.title(f.synopsis, m.name)
				p.head("")
				p.comment(f.line)
				return true
			}
		}
	}
	return false
}

// comment writes a comment's paragraphs: an empty line ends one, and what is indented, or
// stands in a usage line, keeps its lines.
func (p *page) comment(text string) {
	var flow []string
	flush := func() {
		p.para(0, strings.Join(flow, " "))
		flow = nil
	}
	for line := range strings.Lines(text + "\n") {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "":
			flush()
			p.line(0, "", plain)
		case strings.HasPrefix(line, " "), strings.HasPrefix(line, "usage:"):
			flush()
			for _, part := range wrapCode(line, p.width) {
				p.line(0, part, p.style.Code)
			}
		default:
			flow = append(flow, line)
		}
	}
	flush()
}

// firstSentence answers a text up to its first full stop.
func firstSentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if at := strings.Index(text, ". "); at > 0 {
		return text[:at+1]
	}
	return text
}

// demo writes the page of a demo: the comment at its top, and how to run it.
func (p *page) demo(name string) bool {
	name = strings.TrimSuffix(name, ".lua")
	source, ok := scripts.Demo(name)
	if !ok {
		return false
	}
	p.title(name, "demo")
	p.head("")
	p.comment(capital(topComment(source)))
	p.head("")
	p.dim(0, `run "`+name+`" runs it.`)
	return true
}

// demos are the names of the demos.
var demos = sync.OnceValue(func() (names []string) {
	files, _ := fs.Glob(scripts.FS, "*.lua")
	for _, file := range files {
		names = append(names, strings.TrimSuffix(file, ".lua"))
	}
	return names
})

// demoLine answers what a demo says in its first line.
func demoLine(name string) string {
	source, _ := scripts.Demo(name)
	line, _, _ := strings.Cut(topComment(source), "\n")
	return line
}

// Demos are the names of the demos.
func Demos() []string { return demos() }

// Modules are the names of the modules that are built in.
func Modules() (names []string) {
	for _, m := range modules() {
		names = append(names, m.name)
	}
	return names
}

// Qualified answers how the functions of that name are written that modules have, of those
// that are built in.
func Qualified(function string) (list []string) {
	for _, name := range Modules() {
		if slices.Contains(Functions(name), function) {
			list = append(list, fmt.Sprintf("require(%q).%s", name, function))
		}
	}
	return list
}

// Functions are the functions of a module that is built in, without its name.
func Functions(module string) (names []string) {
	for _, m := range modules() {
		if m.name != module {
			continue
		}
		for _, f := range m.functions {
			names = append(names, strings.TrimPrefix(f.name, module+"."))
		}
	}
	return names
}
