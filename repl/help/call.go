package help

import (
	"fmt"
	"slices"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
)

// call writes the page of a call.
func (p *page) call(name string) bool {
	c := calls.Lookup(name)
	if c == nil {
		return false
	}
	p.title(c.Synopsis(), c.Man)
	if c.Absent != "" {
		p.head("")
		p.para(0, c.Absent+".")
		return true
	}
	p.head("")
	p.para(0, c.Doc)
	p.parameters(c)
	p.notes(c.Notes)
	p.errors(c)
	p.head("Example")
	p.code(c.Example)
	p.more(c)
	return true
}

// notes writes each note as a paragraph.
func (p *page) notes(notes []string) {
	if len(notes) > 0 {
		p.head("Notes")
	}
	for _, note := range notes {
		lines := wrap(note, p.width-4)
		for i, line := range lines {
			bullet := "  "
			if i == 0 {
				bullet = "- "
			}
			p.line(2, bullet+line, plain)
		}
	}
}

func (p *page) parameters(c *calls.Call) {
	if len(c.Params) == 0 {
		return
	}
	p.head("Takes")
	var items []item
	for i := range c.Params {
		items = append(items, item{c.Params[i].Name, kindText(&c.Params[i]) + choices(c, i) + absence(c, i)})
	}
	p.list(items)
}

// takes says in one line what the parameter at a place takes, where the source of the
// arguments before it is known.
func takes(c *calls.Call, i int, before []string) string {
	text := kindText(&c.Params[i])
	names := heeded(&c.Params[i])
	if names == nil {
		names = usual(c.GroupAt(i, before))
	}
	if names != nil {
		text += ": " + strings.Join(some(names, 5), ", ")
	}
	return text + absence(c, i)
}

// some answers the first names, with "..." for the rest.
func some(names []string, most int) []string {
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most]), "...")
}

// kindText says what a parameter takes: in its own words, if it has some, else in those of its kind.
func kindText(q *calls.Param) string {
	if q.Want != "" && q.Group == "" { // whose constants are named besides
		return article(q.Want) + strings.TrimSuffix(q.Want, ",")
	}
	text, _, _ := strings.Cut(q.Kind.Doc, " [")
	text = strings.Replace(text, "a constant of a group", "a constant", 1)
	return strings.Replace(text, "constants of a group", "constants", 1)
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an "
	}
	return "a "
}

// absence says what it means to leave a parameter out.
func absence(c *calls.Call, i int) string {
	q := &c.Params[i]
	switch {
	case q.Default != 0 && q.Group == "S_I":
		return fmt.Sprintf("; 0%o unless given", q.Default)
	case q.Default != 0:
		return fmt.Sprintf("; %d unless given", q.Default)
	case q.Rest:
		return "; any number of them"
	case c.NilFor(i):
		return "; or nil"
	case q.Optional:
		return "; may be left out"
	}
	return ""
}

// mostChoices is how many constants a parameter's line names.
const mostChoices = 12

// choices names the constants that a parameter takes, those that people use.
func choices(c *calls.Call, i int) string {
	q := &c.Params[i]
	if q.Group == "SO_" {
		return ": one of the level's, SO_ with SOL_SOCKET, TCP_ with IPPROTO_TCP, IP_, IPV6_"
	}
	if names := heeded(q); names != nil {
		return ": " + strings.Join(names, ", ")
	}
	names := usual(q.Group)
	if q.Kind == calls.KindSock {
		names = append(names, usual("SOCK_FLAG")...)
	}
	fields := ""
	if q.Kind != calls.KindPollSet { // which names its fields itself
		fields = fieldNames(c, i)
	}
	switch {
	case len(names) > mostChoices:
		return ": " + strings.Join(names[:mostChoices], ", ") + `, more in help "` + q.Group + `"`
	case len(names) > 0:
		return ": " + strings.Join(names, ", ")
	case fields != "" && q.Kind == calls.KindTable:
		return ": " + fields
	case fields != "":
		return "; fields: " + fields
	}
	return ""
}

// heeded are the constants that a parameter's row names, as far as this system has them.
func heeded(q *calls.Param) (names []string) {
	for _, name := range q.Heeded {
		if _, ok := consts.Lookup(name); ok {
			names = append(names, name)
		}
	}
	return names
}

// fieldNames writes the fields of the tables that a parameter takes.
func fieldNames(c *calls.Call, i int) string {
	var parts []string
	tables := c.Tables(i)
	for _, s := range tables {
		var names []string
		for _, f := range s.Fields {
			names = append(names, f.Name)
		}
		text := strings.Join(names, ", ")
		if len(tables) > 1 {
			text += " (" + s.Name + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// usual answers the constants of a group that have a line of their own; all of them if none
// has.
func usual(group string) (names []string) {
	if group == "SOL_" {
		return consts.OptionLevels()
	}
	all := consts.Members(group)
	for _, c := range all {
		if consts.Doc(c.Name) != "" {
			names = append(names, c.Name)
		}
	}
	if names == nil {
		for _, c := range all {
			names = append(names, c.Name)
		}
	}
	return names
}

func (p *page) errors(c *calls.Call) {
	if len(c.Errs) == 0 {
		return
	}
	p.head("Errors")
	var items []item
	for _, e := range c.Errs {
		name, _ := consts.ErrnoName(int64(e.Errno))
		items = append(items, item{name, e.Cause})
	}
	p.list(items)
}

// more names what to read next: the calls of the same manual page, the chapter, the page.
func (p *page) more(c *calls.Call) {
	var also []string
	for _, other := range calls.All() {
		if other != c && other.Man == c.Man && c.Man != "" {
			also = append(also, other.Name)
		}
	}
	p.head("")
	text := `More: help "` + string(c.Class) + `"`
	if page, section, ok := strings.Cut(strings.TrimSuffix(c.Man, ")"), "("); ok {
		text += "; man " + section + " " + page + " in a shell"
	}
	if len(also) > 0 {
		p.dim(0, "See also "+strings.Join(also, ", ")+".")
	}
	p.dim(0, text+".")
}

// chapter writes the calls of a chapter: "Sockets".
func (p *page) chapter(name string) bool {
	rows := calls.OfClass(calls.Class(name))
	if len(rows) == 0 {
		return false
	}
	p.head(name)
	var items []item
	for _, c := range rows {
		items = append(items, item{c.Name, firstOf(absent(c), c.Doc)})
	}
	p.list(items)
	p.head("")
	p.dim(0, `help "NAME" tells more of each.`)
	return true
}

func absent(c *calls.Call) string {
	if c.Absent == "" {
		return ""
	}
	return c.Absent + "."
}
