package repl

import (
	"fmt"
	"slices"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lazy"
	"sockrepl/docs"

	lua "github.com/yuin/gopher-lua"
)

// tour is a chapter of the guide that is being read at the prompt: its text is shown piece
// by piece, and each line of its transcripts is offered to be typed.
type tour struct {
	chapter int
	pieces  []piece   // what is still to be read
	at      int       // the line of the first piece's first input that is offered
	shown   bool      // the first piece's text
	paused  bool      // the reading was ended, and can go on
	changed [2]string // a number of the guide's lines, a port, and what was typed in its place
}

// line is the line that is offered.
func (t *tour) line() string {
	line := t.pieces[0].inputs[0].lines[t.at]
	if t.changed[0] == "" {
		return line
	}
	return strings.ReplaceAll(line, t.changed[0], t.changed[1])
}

// changes takes a line that differs from the one that is offered in one number, such as
// another port, for that line; the further ones are then offered with that number, too.
func (t *tour) changes(line string) bool {
	offered, typed := numbers().Split(t.line(), -1), numbers().Split(line, -1)
	if !slices.Equal(offered, typed) {
		return false
	}
	olds, news := numbers().FindAllString(t.line(), -1), numbers().FindAllString(line, -1)
	change := -1
	for i := range olds {
		if olds[i] != news[i] && (change >= 0 || len(olds[i]) < 4) {
			return false
		}
		if olds[i] != news[i] {
			change = i
		}
	}
	if change >= 0 {
		t.changed = [2]string{olds[change], news[change]}
	}
	return change >= 0
}

var numbers = lazy.Regexp(`[0-9]+`)

// nativeGuide is guide: a chapter by its number; without one the chapter whose reading was
// ended, or the contents.
func (s *Session) nativeGuide(_ *bindings.Env, L *lua.LState, f *kernel.Frame) int {
	all := docs.Chapters()
	switch n := f.Int(0); {
	case !f.Has(0) && s.tour != nil:
		s.tour.paused, s.tour.shown = false, false
	case !f.Has(0):
		s.tell(L, strings.TrimSuffix(s.page("guide"), "\n"))
	case n < 1 || n > len(all):
		bindings.BadArgument(L, "guide", 1, fmt.Sprintf("a chapter from 1 to %d expected", len(all)))
	case !s.canOffer():
		s.tell(L, rendered(all[n-1], s.style, s.columns()))
	default:
		s.tour = &tour{chapter: n, pieces: pieces(all[n-1])}
	}
	return 0
}

// canOffer tells whether the prompt can put a line there to be typed.
func (s *Session) canOffer() bool {
	return s.atPrompt && !s.terminal.plain
}

// offer answers the line that the guide has to be typed next, "" if it is not being read. It
// shows the text before the line.
func (s *Session) offer() string {
	for s.tour != nil && !s.tour.paused {
		t := s.tour
		if len(t.pieces) == 0 {
			s.tour = nil
			break
		}
		if !t.shown {
			s.print("\n" + t.pieces[0].text(s.style, s.columns()) + "\n")
			t.shown = true
		}
		if len(t.pieces[0].inputs) > 0 {
			return t.line()
		}
		t.pieces, t.shown = t.pieces[1:], false
	}
	return ""
}

// took tells the guide what was typed, and whether that has failed: its own line, after which
// comes the next; an empty one, which leaves the input out; or another, after which it offers
// the same again. open: the input is not finished.
func (s *Session) took(line string, troubled, open bool) {
	if s.tour == nil || s.tour.paused || !s.tour.shown {
		return
	}
	t, line := s.tour, strings.TrimSpace(line)
	input := t.pieces[0].inputs[0]
	if line == strings.TrimSpace(t.line()) || !troubled && t.changes(line) {
		t.at++
	}
	switch {
	case open && t.at < len(input.lines):
		return
	case line == "" && !open:
	case t.at < len(input.lines):
		t.at = 0
		return
	case troubled && !input.fails:
		t.at = 0
		s.print(s.filled("The guide has another answer here. Mend what is wrong; Enter types the line again, an empty line (Ctrl-U, Enter) leaves it out, Ctrl-C ends the reading."))
		return
	}
	t.at, t.pieces[0].inputs = 0, t.pieces[0].inputs[1:]
}

// pause ends the reading, for now.
func (s *Session) pause() {
	if s.tour != nil && !s.tour.paused {
		s.tour.paused, s.tour.at = true, 0
		s.say(fmt.Sprintf("guide() goes on with chapter %d", s.tour.chapter))
	}
}
