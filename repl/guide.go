package repl

import (
	"fmt"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"
	"sockrepl/docs"
	"sockrepl/repl/help"

	lua "github.com/yuin/gopher-lua"
)

// tour is a chapter of the guide that is being read at the prompt: its text is shown piece
// by piece, and each line of its transcripts is offered to be typed.
type tour struct {
	pieces []piece
	offers []string // the lines of the block that is being typed
}

// piece is some text, and the inputs of the block that follows it.
type piece struct {
	title  string // of the chapter, before its first piece
	text   string
	inputs []string
}

// chapters are the guide's, each with its title as its first line.
func chapters() []string {
	parts := strings.Split(docs.Guide, "\n## ")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts[1:]
}

// pieces cuts a chapter at its transcripts. What the transcripts answer is left out: the
// prompt will answer it.
func pieces(chapter string) (all []piece) {
	title, chapter, _ := strings.Cut(chapter, "\n")
	parts := strings.Split(chapter, "\n```\n")
	for i := 0; i < len(parts); i += 2 {
		p := piece{text: strings.TrimSpace(parts[i])}
		if i+1 < len(parts) {
			p.inputs = inputs(parts[i+1])
		}
		all = append(all, p)
	}
	all[0].title = title
	return all
}

// inputs are the lines of a transcript that were typed.
func inputs(transcript string) (typed []string) {
	for line := range strings.Lines(transcript) {
		line = strings.TrimSuffix(line, "\n")
		for _, prompt := range []string{morePrompt, firstPrompt} {
			if text, ok := strings.CutPrefix(line, prompt); ok {
				typed = append(typed, text)
				break
			}
		}
	}
	return typed
}

// nativeGuide is guide: the contents, or a chapter by its number.
func (s *Session) nativeGuide(_ *bindings.Env, L *lua.LState, f *kernel.Frame) int {
	all := chapters()
	if !f.Has(0) {
		s.tell(L, contents(all))
		return 0
	}
	n := f.Int(0)
	if n < 1 || n > len(all) {
		bindings.BadArgument(L, "guide", 1, fmt.Sprintf("a chapter from 1 to %d expected", len(all)))
	}
	s.tour = &tour{pieces: pieces(all[n-1])}
	if !s.atPrompt {
		s.tell(L, all[n-1])
		s.tour = nil
	}
	return 0
}

func contents(all []string) string {
	var b strings.Builder
	b.WriteString("An afternoon with sockets. guide(1) reads a chapter: its lines are offered\nat the prompt, Enter types them, Ctrl-C ends the reading.\n\n")
	for i, chapter := range all {
		title, _, _ := strings.Cut(chapter, "\n")
		if !strings.HasPrefix(title, fmt.Sprint(i+1)+".") {
			title = fmt.Sprintf("%d. %s", i+1, title)
		}
		b.WriteString("  " + title + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// tell prints text as print does.
func (s *Session) tell(L *lua.LState, text string) {
	L.Push(L.GetGlobal("print"))
	L.Push(lua.LString(text))
	L.Call(1, 0)
}

// offer answers the line that the guide has to be typed next, "" if it is not being read. It
// shows the text before the line.
func (s *Session) offer() string {
	for s.tour != nil && len(s.tour.offers) == 0 {
		if len(s.tour.pieces) == 0 {
			s.tour = nil
			break
		}
		next := s.tour.pieces[0]
		s.tour.pieces, s.tour.offers = s.tour.pieces[1:], next.inputs
		s.print("\n" + next.shown(s.style, s.terminal.columns()) + "\n")
	}
	if s.tour == nil {
		return ""
	}
	return s.tour.offers[0]
}

// accepted tells the guide what was typed: its own line, or another, after which it offers
// the same again.
func (s *Session) accepted(line string) {
	if s.tour != nil && len(s.tour.offers) > 0 && strings.TrimSpace(line) == strings.TrimSpace(s.tour.offers[0]) {
		s.tour.offers = s.tour.offers[1:]
	}
}

// shown is a piece for the terminal, its paragraphs filled.
func (p *piece) shown(st style, width int) string {
	var out []string
	if p.title != "" {
		out = append(out, st.bold(p.title))
	}
	for _, paragraph := range strings.Split(p.text, "\n\n") {
		paragraph = strings.NewReplacer("`", "", "*", "").Replace(paragraph)
		out = append(out, help.Fill(paragraph, min(width-1, widestText)))
	}
	return strings.Join(out, "\n\n")
}

// widestText is how many columns a paragraph takes at most.
const widestText = 88
