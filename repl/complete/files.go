package complete

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// files answers the files that a path in a string may go on with. The string's text begins
// at begin; what is typed of it is as Lua source has it. A ~ at its beginning is replaced by
// what it stands for: no call would.
func (q *question) files(begin int, typed, quote string) (start int, found []Candidate) {
	if q.List == nil {
		return len(q.text), nil
	}
	cut := strings.LastIndexByte(typed, '/') + 1
	lead, base := "", typed[cut:] // lead goes before each name, as what it replaces does not stay
	dir := unquote(typed[:cut], quote)
	start = begin + cut
	if typed == "~" {
		dir, base = "~/", ""
	}
	if strings.HasPrefix(dir, "~/") && q.Home != nil {
		dir = strings.TrimSuffix(q.Home(), "/") + dir[1:]
		lead, start = dir, begin
	}
	if dir == "" {
		dir = "."
	}
	wanted := unquote(base, quote)
	for _, e := range q.List(dir) {
		if !strings.HasPrefix(e.Name, wanted) || !printable(e.Name) || wanted == "" && strings.HasPrefix(e.Name, ".") {
			continue
		}
		found = append(found, file(e, lead, quote))
	}
	return start, sorted(found)
}

func file(e Entry, lead, quote string) Candidate {
	if e.Directory {
		return Candidate{enquote(lead+e.Name, quote) + "/", "directory"}
	}
	return Candidate{enquote(lead+e.Name, quote), ""}
}

// printable tells whether a name can be shown and typed: what a stranger put in a directory
// may hold anything.
func printable(name string) bool {
	return utf8.ValidString(name) && strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// enquote writes a name as it must stand in a string with that quote.
func enquote(name, quote string) string {
	if strings.HasPrefix(quote, "[") {
		return name
	}
	return strings.NewReplacer(`\`, `\\`, quote, `\`+quote).Replace(name)
}

// unquote reads what stands in a string with that quote; of escapes only those that enquote
// writes.
func unquote(text, quote string) string {
	if strings.HasPrefix(quote, "[") {
		return text
	}
	return strings.NewReplacer(`\\`, `\`, `\`+quote, quote).Replace(text)
}
