// Package complete answers how a word that is being typed at the prompt may go on: names,
// fields, methods, the constants of the argument it stands in, descriptors, files. It reads
// the tables of a Lua state raw and runs no Lua, so no metamethod is called; it must not be
// used while the state runs.
package complete

import (
	"cmp"
	"slices"
	"strings"

	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
)

// Candidate is a way in which a word may go on.
type Candidate struct {
	Text string // the whole word, with the part that is typed already
	Line string // what it is, in a line; "" if there is nothing to say
}

// Descriptor is an open descriptor.
type Descriptor struct {
	Number int
	Line   string // what it is: "TCP 127.0.0.1:80, listening"
}

// Entry is a name in a directory.
type Entry struct {
	Name      string
	Directory bool
}

// Source is what completion looks at, beside the rows and the constants. Whatever is nil
// offers nothing.
type Source struct {
	State       *lua.LState
	Descriptors func() []Descriptor      // those that are open, without the program's own
	List        func(dir string) []Entry // what is in a directory, nothing if it can't be read
	Home        func() string            // what ~ stands for
}

// Result is what Complete answers: the words that may stand in the line from Start (a byte's
// position) up to the cursor.
type Result struct {
	Start      int
	Candidates []Candidate
}

// Complete answers how the word before a place (a byte's position) of a line may go on, the
// likeliest first. Before is what was typed before it of the same unfinished chunk: whole
// lines, with their ends.
func (s *Source) Complete(before, line string, place int) Result {
	place = min(max(place, 0), len(line))
	q := newQuestion(s, before+line[:place])
	start, found := q.answer()
	if start < len(before) {
		return Result{Start: place}
	}
	return Result{Start: start - len(before), Candidates: found}
}

// question is a text whose end is to be completed.
type question struct {
	*Source
	text   string
	tokens []lex.Token
	open   []lex.Open
}

func newQuestion(s *Source, text string) *question {
	tokens, _ := lex.Tokens(text, lex.State{})
	return &question{s, text, tokens, lex.At(text, tokens, len(text))}
}

// answer finds the word at the text's end, by what it stands in, and its candidates.
func (q *question) answer() (start int, found []Candidate) {
	end := len(q.text)
	if i := lex.Inside(q.text, q.tokens, end); i >= 0 {
		if q.tokens[i].Kind == lex.Comment {
			return end, nil
		}
		return q.inString(q.tokens[i])
	}
	start = end - len(lastWord(q.text))
	word := q.text[start:]
	n := q.tokensBefore(start)
	last := ""
	if n > 0 {
		last = q.tokens[n-1].Text(q.text)
	}
	switch {
	case last == "." || last == ":":
		return start, q.fields(n-1, last == ":", word)
	case last == "local":
		return start, matching([]Candidate{{"function", ""}}, word)
	case last == "goto", last == "for":
		return start, nil
	}
	return start, q.names(word)
}

// lastWord answers the letters, digits and underscores at a text's end.
func lastWord(text string) string {
	start := len(text)
	for start > 0 && lex.IsName("_"+text[start-1:start]) {
		start--
	}
	return text[start:]
}

// tokensBefore tells how many tokens end before a place.
func (q *question) tokensBefore(place int) int {
	n := len(q.tokens)
	for n > 0 && q.tokens[n-1].End > place {
		n--
	}
	return n
}

// matching answers those that begin with a word.
func matching(all []Candidate, word string) (found []Candidate) {
	for _, c := range all {
		if strings.HasPrefix(c.Text, word) {
			found = append(found, c)
		}
	}
	return found
}

// sorted puts candidates in alphabetical order, those that begin with _ last, each once.
func sorted(list []Candidate) []Candidate {
	slices.SortFunc(list, func(a, b Candidate) int {
		hidden := cmp.Compare(hiddenness(a.Text), hiddenness(b.Text))
		return cmp.Or(hidden, cmp.Compare(a.Text, b.Text))
	})
	return slices.CompactFunc(list, func(a, b Candidate) bool { return a.Text == b.Text })
}

func hiddenness(name string) int {
	if strings.HasPrefix(name, "_") {
		return 1
	}
	return 0
}

// joined puts lists one behind the other; what stands in an earlier one is left out later.
func joined(lists ...[]Candidate) (all []Candidate) {
	seen := map[string]bool{}
	for _, list := range lists {
		for _, c := range list {
			if !seen[c.Text] {
				seen[c.Text] = true
				all = append(all, c)
			}
		}
	}
	return all
}
