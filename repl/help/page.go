package help

import (
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/kernel"
)

// page is a text that is being written for a width.
type page struct {
	b     strings.Builder
	width int
	style Style
}

const (
	usualWidth = 80
	leastWidth = 20 // below that lines are cut where they must be
	narrow     = 60 // below that the terms of a list get a smaller column
)

// newPage begins a page. A width of 0 is not known.
func newPage(width int, style Style) *page {
	if width <= 0 {
		width = usualWidth
	}
	same := func(s string) string { return s }
	for _, f := range []*func(string) string{&style.Head, &style.Code, &style.Dim} {
		if *f == nil {
			*f = same
		}
	}
	return &page{width: max(width, leastWidth), style: style}
}

// String answers the page, without an empty line at its end.
func (p *page) String() string { return strings.TrimRight(p.b.String(), "\n") + "\n" }

// line writes a line: an indent, and a text that fits.
func (p *page) line(indent int, text string, style func(string) string) {
	if text == "" {
		p.b.WriteByte('\n')
		return
	}
	p.b.WriteString(strings.Repeat(" ", indent) + style(text) + "\n")
}

// head begins a section.
func (p *page) head(title string) {
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	for _, line := range wrap(title, p.width) {
		p.line(0, line, p.style.Head)
	}
}

// para writes a paragraph.
func (p *page) para(indent int, text string) { p.styled(indent, text, plain) }

// dim writes a paragraph of what matters less.
func (p *page) dim(indent int, text string) { p.styled(indent, text, p.style.Dim) }

func (p *page) styled(indent int, text string, style func(string) string) {
	for _, line := range wrap(text, p.width-indent) {
		p.line(indent, line, style)
	}
}

// plain is no style.
func plain(s string) string { return s }

// title writes a line in the style of code with something dim at its right, or below it
// where there is no room.
func (p *page) title(left, right string) {
	lines := wrapSynopsis(left, p.width)
	room := p.width - utf8.RuneCountInString(lines[0]) - utf8.RuneCountInString(right)
	if room >= 2 && right != "" {
		p.b.WriteString(p.style.Head(lines[0]) + strings.Repeat(" ", room) + p.style.Dim(right) + "\n")
		lines, right = lines[1:], ""
	}
	for _, line := range lines {
		p.line(0, line, p.style.Head)
	}
	if right != "" {
		p.dim(0, right)
	}
}

// wrapSynopsis breaks a usage that is too long, before its arrow if that is enough.
func wrapSynopsis(line string, width int) []string {
	call, answer, ok := strings.Cut(line, " → ")
	whole := utf8.RuneCountInString(line) > width && utf8.RuneCountInString(call) <= width
	if ok && whole && utf8.RuneCountInString(answer)+len("    → ") <= width {
		return []string{call, "    → " + answer}
	}
	return wrapCode(line, width)
}

// item is a term and what it is.
type item struct{ term, text string }

// list writes terms in a column, with their texts beside them; a text goes below a term that
// is too long for the column.
func (p *page) list(items []item) {
	widest := 18
	if p.width < narrow {
		widest = 8
	}
	column := 0
	for _, it := range items {
		if n := utf8.RuneCountInString(it.term); n <= widest {
			column = max(column, n)
		}
	}
	if column == 0 {
		column = 2
	}
	for _, it := range items {
		p.item(it, column)
	}
}

func (p *page) item(it item, column int) {
	const before, between = 2, 2
	beside := before + column + between
	lines := wrap(it.text, p.width-beside)
	n := utf8.RuneCountInString(it.term)
	if n > column {
		for _, line := range wrapCode(it.term, p.width-before) {
			p.line(before, line, p.style.Code)
		}
	} else {
		text := strings.Repeat(" ", before) + p.style.Code(it.term)
		if len(lines) > 0 {
			text += strings.Repeat(" ", column-n+between) + lines[0]
			lines = lines[1:]
		}
		p.b.WriteString(text + "\n")
	}
	for _, line := range lines {
		p.line(beside, line, plain)
	}
}

// code writes a piece of Lua, as it is where it fits.
func (p *page) code(source string) {
	const indent = 2
	for line := range strings.Lines(source) {
		line = strings.ReplaceAll(strings.TrimRight(line, "\n "), "\t", "  ")
		for _, part := range wrapCode(line, p.width-indent) {
			p.line(indent, part, p.style.Code)
		}
	}
}

// Fill breaks a paragraph into lines of at most so many columns.
func Fill(text string, width int) string { return strings.Join(wrap(text, width), "\n") }

// wrap breaks a text at its blanks into lines of at most width characters. A word that is
// longer is cut.
func wrap(text string, width int) []string { return wrapHanging(text, width, 0) }

// wrapHanging is wrap, but for the lines after the first, which are shorter by the width of what will stand before them.
func wrapHanging(text string, width, hang int) (lines []string) {
	line, length := "", 0
	add := func(text string) {
		if lines == nil {
			width -= hang
		}
		lines = append(lines, text)
	}
	flush := func() {
		if line != "" {
			add(line)
		}
		line, length = "", 0
	}
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if length+1+n > width {
			flush()
		}
		if length > 0 {
			line, length = line+" ", length+1
		}
		for n > width {
			runes := []rune(word)
			word, n = string(runes[width:]), n-width
			add(string(runes[:len(runes)-n]))
		}
		line, length = line+word, length+n
	}
	flush()
	return lines
}

// wrapCode breaks a line of code that is too long at a blank, and indents what follows.
func wrapCode(line string, width int) []string {
	if utf8.RuneCountInString(line) <= width {
		return []string{line}
	}
	indent := len(line) - len(strings.TrimLeft(line, " "))
	lead := strings.Repeat(" ", min(indent, width/4))
	var out []string
	for i, part := range wrapHanging(line, width-len(lead), 4) {
		if i > 0 {
			part = "    " + part
		}
		out = append(out, lead+part)
	}
	return out
}

// escape makes a name that was typed, or stands in a file, fit for a terminal.
func escape(text string) string { return kernel.EscapeText(text) }
