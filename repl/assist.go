package repl

import (
	"fmt"
	"strings"

	"sockrepl/bindings/inspect"
	"sockrepl/bindings/kernel"
	"sockrepl/repl/complete"
	"sockrepl/repl/help"
)

// assistant answers Tab and F1 while a line is being typed.
type assistant struct {
	source  complete.Source
	style   style
	earlier string // lines of the same input
	asked   string // the line, up to the cursor, at which Tab was pressed last
}

// answer is what is put into the line, and what is shown below it.
type answer struct{ insert, below string }

func (s *Session) assistant() *assistant {
	return &assistant{style: s.style, source: complete.Source{
		Descriptors: func() []complete.Descriptor { return complete.Open(describe) },
		List:        complete.Directory,
		Home:        home,
	}}
}

// describe says in a line what a descriptor is.
func describe(fd int) string {
	rec, err := kernel.Describe(fd)
	if err != nil {
		return ""
	}
	var parts []string
	for _, name := range []string{"type", "local", "remote", "state"} {
		if text := inspect.Text(rec.Get(name)); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

// answer completes the word before a place (a byte) of the line. Where there is nothing to
// insert it shows the choices, and at the second Tab, or at F1, the synopsis of the call.
func (a *assistant) answer(line string, place int, synopsis bool, width int) answer {
	typed := line[:place]
	again := typed == a.asked
	a.asked = typed
	if synopsis {
		return answer{below: a.synopsis(line, place, width)}
	}
	result := a.source.Complete(a.earlier, line, place)
	word := typed[result.Start:]
	if common := commonStart(result.Candidates); len(common) > len(word) && strings.HasPrefix(common, word) {
		return answer{insert: common[len(word):]}
	}
	below := ""
	if again || len(result.Candidates) == 0 {
		below = a.synopsis(line, place, width)
	}
	if len(result.Candidates) > 1 {
		below += a.choices(result.Candidates, width)
	}
	return answer{below: below}
}

// synopsis is the usage of the call in whose parentheses the place stands.
func (a *assistant) synopsis(line string, place, width int) string {
	text := a.earlier + line
	usage, taking := help.Synopsis(text, len(a.earlier)+place, func(p string) string { return a.style.paint(lookReverse, p) })
	if usage == "" {
		return ""
	}
	if !a.style.on {
		usage, _ = help.Synopsis(text, len(a.earlier)+place, func(p string) string { return "<" + p + ">" })
	}
	if taking != "" {
		taking = "\n" + a.style.dim("  "+shorten(taking, width-3))
	}
	if plainWidth(usage) >= width {
		usage = a.style.dim(shorten(plainText(usage), width-1))
	}
	return usage + taking + "\n"
}

// fewChoices is up to how many choices are explained, a line each.
const fewChoices = 12

// choices lists candidates: with what they are if they are few, else in columns.
func (a *assistant) choices(list []complete.Candidate, width int) string {
	widest, explained := 0, false
	for _, c := range list {
		widest = max(widest, plainWidth(c.Text))
		explained = explained || c.Line != ""
	}
	var b strings.Builder
	if len(list) <= fewChoices && explained {
		for _, c := range list {
			text := fmt.Sprintf("%-*s", widest, kernel.EscapeText(c.Text))
			if room := width - widest - 3; room > 10 && c.Line != "" {
				text += "  " + a.style.dim(shorten(c.Line, room))
			}
			b.WriteString(text + "\n")
		}
		return b.String()
	}
	columns := max(1, (width-1)/(widest+2))
	rows := (len(list) + columns - 1) / columns
	for row := range rows {
		var line strings.Builder
		for i := row; i < len(list); i += rows {
			fmt.Fprintf(&line, "%-*s", widest+2, kernel.EscapeText(list[i].Text))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// commonStart is what all candidates begin with.
func commonStart(list []complete.Candidate) string {
	if len(list) == 0 {
		return ""
	}
	common := list[0].Text
	for _, c := range list[1:] {
		n := 0
		for n < len(common) && n < len(c.Text) && common[n] == c.Text[n] {
			n++
		}
		common = common[:n]
	}
	return strings.ToValidUTF8(common, "")
}

// shorten cuts a text to so many columns.
func shorten(text string, columns int) string {
	if r := []rune(text); len(r) > columns && columns > 0 {
		return string(r[:columns-1]) + "…"
	}
	return text
}

// plainText is a text without its looks.
func plainText(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, text, _ = strings.Cut(after, "m")
	}
}
