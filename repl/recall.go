package repl

import (
	"slices"
	"strings"
	"unicode"

	"github.com/chzyer/readline"
)

// recall is what Up, Down and Ctrl-R bring back into the line: the history, and after it the
// block that is being typed. readline's own history is not used: its search has the line share
// the entry's memory, so that what is edited then changes the entry.
type recall struct {
	entries []string       // the oldest first
	block   string         // earlier lines of the input that is being typed; "" if there are none
	at      int            // the place of what the line shows
	left    map[int]string // what the line showed at the places that it has left
	search  *search        // nil if there is none
}

// begin has the line show something new, behind all that was.
func (r *recall) begin(block string) {
	r.block, r.left, r.search = block, map[int]string{}, nil
	r.at = r.newest()
}

// newest is the place of the line that is being typed.
func (r *recall) newest() int {
	if r.block != "" {
		return len(r.entries) + 1
	}
	return len(r.entries)
}

// inBlock tells whether the line shows the block as a whole.
func (r *recall) inBlock() bool { return r.block != "" && r.at == len(r.entries) }

// move goes a step to another place, and answers what the line is to show; what it showed
// stays there as it was edited. Not ok: there is nothing further.
func (r *recall) move(step int, line string) (text string, ok bool) {
	to := r.at + step
	if to < 0 || to > r.newest() {
		return line, false
	}
	r.left[r.at] = line
	r.at = to
	if edited, ok := r.left[to]; ok {
		return edited, true
	}
	if r.inBlock() {
		return r.block + r.left[r.newest()], true
	}
	return r.entries[to], true
}

// search is a search for what is being typed meanwhile.
type search struct {
	wanted []rune
	step   int    // -1: for what is older
	failed bool   // there is nothing further
	line   []rune // what the line shows, and where the cursor is in it
	pos    int

	before struct { // what a search that is given up goes back to
		line    []rune
		pos, at int
	}
}

// startSearch begins a search.
func (r *recall) startSearch(line []rune, pos, step int) {
	r.left[r.at] = string(line)
	r.search = &search{step: step, line: slices.Clone(line), pos: pos}
	r.search.before.line, r.search.before.pos, r.search.before.at = r.search.line, pos, r.at
}

// prompt is what stands before the line during the search, as in bash.
func (s *search) prompt() string {
	what := "reverse-i-search"
	if s.step > 0 {
		what = "i-search"
	}
	if s.failed {
		what = "failed " + what
	}
	return "(" + what + ")`" + string(s.wanted) + "': "
}

// next looks for another entry that has what is wanted.
func (r *recall) next(step int) {
	r.search.step = step
	r.find(r.at + step)
}

// widen, or narrow, looks for something else, from the entry on that is shown, or, for what is
// older, from where the search began: most often nothing is newer than that.
func (r *recall) widen(key rune) {
	r.search.wanted = append(r.search.wanted, key)
	r.find(r.at)
}

func (r *recall) narrow() {
	s := r.search
	s.wanted = s.wanted[:max(len(s.wanted)-1, 0)]
	if s.step < 0 || len(s.wanted) == 0 {
		s.line, s.pos, r.at = s.before.line, s.before.pos, s.before.at
	}
	r.find(r.at)
}

// find shows the first entry from a place on that has what is wanted.
func (r *recall) find(from int) {
	s := r.search
	s.failed = false
	if len(s.wanted) == 0 {
		return
	}
	// What is being typed, which stands behind the entries, is not searched.
	for from = min(from, len(r.entries)+min(s.step, 0)); from >= 0 && from < len(r.entries); from += s.step {
		entry := []rune(r.entries[from])
		if pos := foldedIndex(entry, s.wanted); pos >= 0 {
			s.line, s.pos, r.at = entry, pos, from
			return
		}
	}
	s.failed = true
}

// foldedIndex is where a text last holds another, whatever its capitals; -1 if it does not.
func foldedIndex(text, wanted []rune) int {
	small := strings.Map(unicode.ToLower, string(text))
	at := strings.LastIndex(small, strings.Map(unicode.ToLower, string(wanted)))
	if at < 0 {
		return -1
	}
	return len([]rune(small[:at]))
}

// recalled is the line after a step through the history.
func (e *editor) recalled(step int, line []rune) (newLine []rune, pos int, ok bool) {
	text, ok := e.recall.move(step, string(line))
	if ok {
		e.continues(!e.recall.inBlock())
	}
	newLine = []rune(text)
	return newLine, len(newLine), ok
}

// searches tells whether a key belongs to a search, which another key ends.
func (e *editor) searches(key rune) bool {
	switch {
	case key == readline.CharBckSearch || key == readline.CharFwdSearch:
		return true
	case e.recall.search == nil:
		return false
	case key == readline.CharBell, key == readline.CharBackspace, key == readline.CharCtrlH,
		key >= ' ' && (key < 0xE000 || key > 0xF8FF):
		return true
	}
	e.endSearch()
	e.line.Refresh()
	return false
}

// found does what a key of a search asks for, and answers the line that it finds.
func (e *editor) found(line []rune, pos int) (newLine []rune, newPos int) {
	switch step := stepOf(e.pressed); {
	case step != 0 && e.recall.search == nil:
		e.recall.startSearch(line, pos, step)
	case step != 0:
		e.recall.next(step)
	case e.pressed == readline.CharBell:
		s := e.recall.search
		e.recall.at = s.before.at
		e.endSearch()
		return s.before.line, s.before.pos
	case e.pressed == readline.CharBackspace, e.pressed == readline.CharCtrlH:
		e.recall.narrow()
	default:
		e.recall.widen(e.pressed)
	}
	s := e.recall.search
	e.setPrompt(s.prompt())
	return slices.Clone(s.line), s.pos // which readline will edit
}

// stepOf is where a key has a search go on: -1 to what is older; 0 if it does not.
func stepOf(key rune) int {
	switch key {
	case readline.CharBckSearch:
		return -1
	case readline.CharFwdSearch:
		return 1
	}
	return 0
}

// endSearch gives the line its prompt back.
func (e *editor) endSearch() {
	e.recall.search = nil
	e.continues(!e.recall.inBlock())
}
