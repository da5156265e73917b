package help

import (
	"fmt"
	"slices"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/lazy"
)

// flagGroups are those whose values are sets of bits: they are shown in hexadecimal too.
var flagGroups = []string{
	"MSG_", "O_", "POLL", "EPOLL", "EPOLL_", "SOCK_FLAG", "AI_", "NI_", "FD_", "EFD_", "TFD_", "IFF_", "IFF_TUN",
	"SPLICE_F_", "NLM_F_", "RTM_F_", "RTMGRP_", "SOF_TIMESTAMPING_", "F_SEAL_", "EV_", "NOTE_", "WAIT", "VMADDR_FLAG_",
	"IFA_F_", "RTNH_F_", "NLA_F_", "NUD_", "NTF_", "MFD_", "INOTIFY", "INOTIFY_INIT", "TCPI_OPT_",
}

// constant writes the page of a constant, of this system or another.
func (p *page) constant(name string) bool {
	value, ok := consts.Lookup(name)
	if !ok {
		systems, elsewhere := consts.Elsewhere(name)
		if elsewhere {
			p.title(name, "")
			p.para(0, "It is "+systems+"'s: this system has no such constant.")
		}
		return elsewhere
	}
	group, _ := consts.Group(name)
	if group == "E" {
		return p.errno(name, value)
	}
	p.title(name+" = "+valueText(group, value), "")
	if line := consts.Doc(name); line != "" {
		p.para(0, capital(line)+".")
	}
	if family := calls.AddressFamily(name); family != nil {
		p.addressFields(family)
	}
	p.takers(group, name)
	p.mentions(name)
	p.neighbours(name, group)
	return true
}

// valueText writes a value, of flags in hexadecimal besides, of modes in octal.
func valueText(group string, v int64) string {
	switch {
	case group == "S_I":
		return fmt.Sprintf("%d (0%o)", v, v)
	case slices.Contains(flagGroups, group) && v >= 0, v > 1<<16:
		return fmt.Sprintf("%d (0x%x)", v, v)
	}
	return fmt.Sprint(v)
}

// ofCall is what follows the name of a call where that is none of the words of a sentence: "write returns when ...", but
// "read the flags".
var ofCall = lazy.Regexp(`^(?:may|returns|answers|by) `)

// capital begins a text with a capital letter, but for a name.
func capital(text string) string {
	word, rest, _ := strings.Cut(text, " ")
	isCall := calls.Lookup(word) != nil && ofCall().MatchString(rest)
	if text == "" || isCall || strings.HasPrefix(rest, "= ") || strings.ContainsAny(word, ".(") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// addressFields writes the fields of the addresses of a family.
func (p *page) addressFields(f *calls.Family) {
	p.head("Fields of its addresses")
	items := []item{{"family", f.Name}}
	for _, field := range f.Fields {
		items = append(items, item{field.Name, field.Doc})
	}
	p.list(items)
}

func (p *page) takers(group, name string) {
	places := calls.Takers(group, name)
	if len(places) == 0 {
		return
	}
	p.head("Taken by")
	p.para(2, strings.Join(places, ", "))
}

// mentions writes the notes of the calls that name a constant, and an example.
func (p *page) mentions(name string) {
	var notes []string
	for _, c := range calls.All() {
		for _, note := range c.Notes {
			if c.Name != "trace" && isWord(note, name) { // which has all kinds of them in its lines
				notes = append(notes, c.Name+": "+note)
			}
		}
	}
	p.notes(notes)
	if example := exampleWith(name); example != "" {
		p.head("Example")
		p.code(example)
	}
}

// exampleWith answers the beginning of a call's example, up to where it first uses a constant:
// the shortest that there is, so that it can be typed. The shell's own functions only talk about it.
func exampleWith(name string) (shortest string) {
	for _, c := range calls.All() {
		lines := strings.Split(c.Example, "\n")
		used := slices.IndexFunc(lines, func(line string) bool { return isWord(line, name) })
		if used < 0 || c.Class == calls.Shell {
			continue
		}
		for strings.HasPrefix(lines[used], " ") { // in a block, which is shown to its end
			used++
		}
		if begun := strings.Join(lines[:used+1], "\n"); shortest == "" || len(begun) < len(shortest) {
			shortest = begun
		}
	}
	return shortest
}

// neighbours names others of the group.
func (p *page) neighbours(name, group string) {
	var near []string
	for _, other := range usual(group) {
		if other != name {
			near = append(near, other)
		}
	}
	if len(near) == 0 {
		return
	}
	text := strings.Join(near, ", ")
	if len(near) > mostChoices {
		text = strings.Join(around(near, name), ", ") + `, more in help "` + group + `"`
	}
	p.head("Of the same group")
	p.para(2, text)
}

// around answers the names that are next to a name in the alphabet.
func around(names []string, name string) []string {
	slices.Sort(names)
	at, _ := slices.BinarySearch(names, name)
	from := min(max(at-mostChoices/2, 0), len(names)-mostChoices)
	return names[from : from+mostChoices]
}

// errno writes the page of an error.
func (p *page) errno(name string, value int64) bool {
	text := consts.ErrnoText(value)
	p.title(fmt.Sprintf("%s = %d", name, value), text)
	if line := consts.Doc(name); line != text {
		p.para(0, capital(line)+".")
	}
	if shown, _ := consts.ErrnoName(value); shown != name {
		p.para(0, "The number is shown as "+shown+".")
	}
	if items := causes(value); items != nil {
		p.head("Usual causes")
		p.list(items)
	}
	p.mentions(name)
	return true
}

// causes answers why calls have an error; those that have it for the same reason stand together.
func causes(errno int64) (items []item) {
	for _, c := range calls.All() {
		for _, e := range c.Errs {
			if int64(e.Errno) != errno {
				continue
			}
			same := slices.IndexFunc(items, func(it item) bool { return it.text == e.Cause })
			if same < 0 {
				items = append(items, item{c.Name, e.Cause})
			} else {
				items[same].term += ", " + c.Name
			}
		}
	}
	return items
}

// group writes the constants of a group: "AF_", or "SO" for it.
func (p *page) group(name string) bool {
	groups := consts.Groups()
	if !slices.Contains(groups, name) {
		name += "_"
	}
	members := consts.Members(name)
	if !slices.Contains(groups, name) || len(members) == 0 {
		return false
	}
	p.title(fmt.Sprintf("%s (%d constants)", name, len(members)), "")
	p.takers(name, "")
	var items []item
	var others []string
	for _, c := range members {
		if line := consts.Doc(c.Name); line != "" && !(name == "E" && line == consts.ErrnoText(c.Value)) {
			items = append(items, item{c.Name, line})
		} else {
			others = append(others, c.Name)
		}
	}
	if items != nil {
		p.head("Constants")
		p.list(items)
	}
	if others != nil {
		p.head("Others")
		p.para(2, strings.Join(others, ", "))
	}
	return true
}
