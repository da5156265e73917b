package timeline

import (
	"fmt"
	"strings"
	"time"

	"sockrepl/bindings/inspect"
	"sockrepl/bindings/trace"
)

// What a column of a lane shows.
const (
	absent  = ' '
	running = '-'
	calling = '#'
	blocked = '.'
)

const (
	mostLanes = 40 // that are drawn as text
	mostWaits = 10 // that are listed
)

// Text draws the lanes and lists the longest waits, in so many columns.
func (p *Picture) Text(width int, looks trace.Looks) string {
	if width <= 0 {
		width = inspect.DefaultWidth
	}
	labels := p.labelWidth(width)
	columns := max(width-labels-1, 1)
	wrapped := func(text string) string { return inspect.Wrapped(text, width, "  ") }
	lines := []string{wrapped(p.heading())}
	for _, text := range p.missing() {
		lines = append(lines, wrapped(text))
	}
	lines = append(lines, strings.Repeat(" ", labels+1)+p.axis(columns))
	for i, l := range p.Lanes {
		if i == mostLanes {
			lines = append(lines, fmt.Sprintf("... and %d more lanes", len(p.Lanes)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("%-*s ", labels, shortened(l.title(), labels))+coloured(p.row(l, columns), looks))
	}
	if waits := p.Waits(mostWaits); len(waits) > 0 {
		lines = append(lines, "the longest waits:")
		for _, c := range waits {
			lines = append(lines, wrapped(c.Says()))
		}
	}
	return strings.Join(lines, "\n")
}

// heading says what the picture is of.
func (p *Picture) heading() string {
	return fmt.Sprintf("%s, %s: %c runs, %c in a call, %c blocked", seconds(p.To-p.From), callCount(p.count()), running, calling, blocked)
}

// missing says what is not in the picture.
func (p *Picture) missing() (texts []string) {
	if p.Lost > 0 {
		texts = append(texts, fmt.Sprintf("the oldest %s not kept: it begins at %s", callsAre(p.Lost), seconds(p.From)))
	}
	if p.Full {
		texts = append(texts, "what children did last is not kept")
	}
	return texts
}

func callCount(n int) string {
	if n == 1 {
		return "1 call"
	}
	return fmt.Sprintf("%d calls", n)
}

// callsAre is "call is", "2 calls are", behind "the oldest" and the like.
func callsAre(n int) string {
	if n == 1 {
		return "call is"
	}
	return callCount(n) + " are"
}

// axis has the times of both ends.
func (p *Picture) axis(columns int) string {
	from, to := axisTime(p.From), axisTime(p.To)
	return fmt.Sprintf("%s%*s", from, columns-len(from), to)
}

// axisTime writes a time at an axis.
func axisTime(t time.Duration) string {
	if t == 0 {
		return "0"
	}
	return seconds(t)
}

// labelWidth is how wide the names of the lanes are, of a third of the width at most.
func (p *Picture) labelWidth(width int) (widest int) {
	for _, l := range p.Lanes {
		widest = max(widest, len(l.title()))
	}
	return max(min(widest, width/3), len("main"))
}

func shortened(text string, width int) string {
	if len(text) > width {
		return text[:width-1] + "~"
	}
	return text
}

// row is a lane: what fills most of a column's time stands there, and a call that waited for
// nothing wherever there is one.
func (p *Picture) row(l *Lane, columns int) []byte {
	row := []byte(strings.Repeat(string(absent), columns))
	at := func(t time.Duration) int {
		if p.To <= p.From || t <= p.From {
			return 0
		}
		return min(int(float64(t-p.From)/float64(p.To-p.From)*float64(columns)), columns-1)
	}
	fill := func(from, to time.Duration, what byte) {
		for i := at(from); i <= at(to); i++ {
			row[i] = what
		}
	}
	fill(l.From, l.To, running)
	for _, c := range l.Rests {
		fill(c.Start, c.End, absent)
	}
	for _, c := range l.Calls {
		if c.Waits >= 0 && c.End > p.From {
			fill(c.Waits, c.End, blocked)
		}
	}
	for _, c := range l.Calls {
		if c.End >= p.From && at(c.Waited()+p.From) == 0 {
			fill(c.Start, c.End, calling)
		} else if c.End >= p.From && at(c.Start) < at(c.Waits) {
			fill(c.Start, c.Waits, calling)
		}
	}
	return row
}

// coloured has what is blocked stand out, and what runs stand back.
func coloured(row []byte, looks trace.Looks) string {
	var b strings.Builder
	for from := 0; from < len(row); {
		to := from
		for to < len(row) && row[to] == row[from] {
			to++
		}
		part := string(row[from:to])
		switch row[from] {
		case blocked:
			part = looks.Bad(part)
		case running:
			part = looks.Dim(part)
		}
		b.WriteString(part)
		from = to
	}
	return strings.TrimRight(b.String(), " ")
}
