package repl

import (
	"slices"

	"github.com/chzyer/readline"
)

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
