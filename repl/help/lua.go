package help

import (
	_ "embed"
	"strings"
	"sync"
)

// luaText has a line for each function and value of Lua's library: its synopsis, a tab, what
// it is for.
//
//go:embed lua.txt
var luaText string

// function is one of Lua's library.
type function struct {
	name     string // string.pack, file:read
	synopsis string
	line     string
}

var luaFunctions = sync.OnceValue(func() (all []function) {
	for line := range strings.Lines(luaText) {
		synopsis, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		name, _, _ := strings.Cut(synopsis, "(")
		all = append(all, function{name, synopsis, text})
	}
	return all
})

// luaFunction finds a function; bit32 is bit, and f:read is file:read whatever f is called.
func luaFunction(name string) *function {
	if rest, ok := strings.CutPrefix(name, "bit32."); ok {
		name = "bit." + rest
	}
	all := luaFunctions()
	for i := range all {
		if all[i].name == name {
			return &all[i]
		}
	}
	return nil
}

// lua writes the page of a function of Lua's library, or of one of its tables.
func (p *page) lua(name string) bool {
	if f := luaFunction(name); f != nil {
		p.title(f.synopsis, "Lua")
		p.head("")
		p.para(0, f.line)
		if table, _, ok := strings.Cut(name, "."); ok {
			p.head("")
			p.dim(0, `More: help "`+table+`".`)
		}
		return true
	}
	if name == "bit32" {
		name = "bit"
	}
	items := luaTable(name)
	if len(items) == 0 {
		return false
	}
	p.head("Lua's " + name)
	p.list(items)
	return true
}

// luaTable answers what is in a table of Lua's library, "base" for the plain functions.
func luaTable(name string) (items []item) {
	for _, f := range luaFunctions() {
		short := strings.TrimPrefix(strings.TrimPrefix(f.synopsis, name+"."), name)
		of := strings.HasPrefix(f.name, name+".") || strings.HasPrefix(f.name, name+":")
		if !of && !(name == "base" && !strings.ContainsAny(f.name, ".:")) {
			continue
		}
		if name == "base" {
			short = f.synopsis
		}
		short, _, _ = strings.Cut(short, " →")
		items = append(items, item{short, f.line})
	}
	return items
}

// luaTables are the tables of Lua's library.
func luaTables() (names []string) {
	for _, f := range luaFunctions() {
		if at := strings.IndexAny(f.name, ".:"); at > 0 {
			if table := f.name[:at]; len(names) == 0 || names[len(names)-1] != table {
				names = append(names, table)
			}
		}
	}
	return names
}
