package timeline

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"sockrepl/bindings/kernel"
)

// The measures of the drawing, in pixels.
const (
	drawnWidth = 1280
	margin     = 24
	textHeight = 26
	leastLabel = 130
	mostLabel  = 340
	laneHeight = 64
	leastLane  = 38
	manyLanes  = 11 * laneHeight // more lanes than have room here are lower
	barHeight  = 30
	thinnest   = 2 // a call is that wide at least
	letter     = 9 // how wide a letter of a call's name is, about
	apart      = 8 // arrows between the same lanes that are closer than that are drawn as one

	sampleWidth = 28
)

// How much the drawing has: the shortest calls are left out, and the arrows of the shortest waits.
const (
	mostDrawn  = 4000
	mostArrows = 150
)

// looks of the drawing, on a light and on a dark ground. A call that is blocked is striped, so
// that it is told apart without colours, too.
const svgStyle = `
svg { --ground: #ffffff; --ink: #1b1f24; --faint: #6a737d; --line: #9aa4ae; --call: #1f6feb; --wait: #e16f24; --fail: #cf222e; background: #ffffff; background: var(--ground); font: 17px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --ground: #10151b; --ink: #eef2f6; --faint: #a4afba; --line: #6d7883; --call: #58a6ff; --wait: #ffa657; --fail: #ff7b72; } }
svg:root { width: max(100%, 1280px); height: auto; }
.ground { fill: var(--ground); }
text { fill: var(--ink); }
.faint { fill: var(--faint); }
.small { font-size: 14px; }
.name { pointer-events: none; }
.mono { font-family: ui-monospace, monospace; font-size: 15px; }
.runs { stroke: var(--line); stroke-width: 4; }
.rests { stroke: var(--ground); stroke-width: 5; }
.grid { stroke: var(--line); stroke-width: 1; stroke-dasharray: 2 5; }
.call { fill: var(--call); }
.failed { fill: var(--fail); }
.waits { fill: url(#stripes); stroke: var(--wait); }
.stripe { stroke: var(--wait); stroke-width: 4; }
.by { fill: none; stroke: var(--ink); stroke-width: 2; }
.head { fill: var(--ink); }
`

// drawing is an SVG in the making.
type drawing struct {
	*Picture
	b      strings.Builder
	names  strings.Builder // the calls' names, which stand above all else
	tops   map[Place]int   // of the lanes
	height int             // of each
	labels float64         // how wide the names of the lanes are
}

// SVG draws the lanes, an arrow for each wait whose end is known, and the list of waits.
func (p *Picture) SVG() string {
	d := &drawing{Picture: p, tops: map[Place]int{}, labels: leastLabel}
	d.height = max(leastLane, min(laneHeight, manyLanes/max(1, len(p.Lanes))))
	waits := p.Waits(mostWaits)
	top := margin + 3*textHeight
	for i, l := range p.Lanes {
		d.tops[l.Place] = top + i*d.height
		d.labels = max(d.labels, min(mostLabel, float64(2*margin+len(l.title())*letter)))
	}
	bottom := top + len(p.Lanes)*d.height
	height := bottom + (len(waits)+2)*textHeight + margin
	d.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">`, drawnWidth, height, drawnWidth, height)
	d.add("<title>who waited for whom</title>\n<style>%s</style>", svgStyle)
	d.add(`<defs><pattern id="stripes" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="8" height="8"/><line class="stripe" x1="0" y1="0" x2="0" y2="8"/></pattern>` +
		`<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L10 5L0 10z"/></marker></defs>`)
	d.add(`<rect class="ground" width="%d" height="%d"/>`, drawnWidth, height)
	d.heading()
	d.axis(top, bottom)
	shown := p.drawn()
	for _, l := range p.Lanes {
		d.lane(l, shown)
	}
	d.arrows(shown)
	d.b.WriteString(d.names.String())
	d.list(waits, bottom+textHeight)
	d.add("</svg>")
	return d.b.String()
}

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(&d.b, format+"\n", args...) }

// text writes text at a place.
func (d *drawing) text(class string, x, y float64, text string) {
	d.add(`<text class="%s" x="%.1f" y="%.1f" xml:space="preserve">%s</text>`, class, x, y, escaped(text))
}

// escaped makes any bytes text of an XML document.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(kernel.Escape(text)))
	return b.String()
}

// heading says what the drawing is of, and what its looks mean.
func (d *drawing) heading() {
	y := float64(margin + textHeight/2)
	text := fmt.Sprintf("%s, %s", seconds(d.To-d.From), callCount(d.count()))
	for _, missing := range d.missing() {
		text += "; " + missing
	}
	if left := d.count() - mostDrawn; left > 0 {
		text += fmt.Sprintf("; the shortest %s left out", callsAre(left))
	}
	d.text("", margin, y, text)
	x, y := float64(margin), y+textHeight
	for _, entry := range [...]struct{ class, text string }{{"runs", "runs"}, {"call", "in a call"},
		{"failed", "a call that fails"}, {"waits", "blocked"}, {"by", "ended the wait of"}} {
		d.sample(entry.class, x, y-6)
		d.text("faint", x+sampleWidth+8, y, entry.text)
		x += sampleWidth + 28 + float64(len(entry.text))*letter
	}
}

// sample draws what something looks like.
func (d *drawing) sample(class string, x, y float64) {
	switch class {
	case "runs":
		d.add(`<line class="runs" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, x, x+sampleWidth, y, y)
	case "by":
		d.add(`<path class="by" marker-end="url(#head)" d="M%.1f %.1fh%d"/>`, x, y, sampleWidth)
	default:
		d.add(`<rect class="%s" x="%.1f" y="%.1f" width="%d" height="14"/>`, class, x, y-7, sampleWidth)
	}
}

// x is where a moment stands.
func (d *drawing) x(t time.Duration) float64 {
	room := drawnWidth - d.labels - margin
	if d.To <= d.From {
		return d.labels
	}
	return d.labels + room*max(0, min(1, float64(t-d.From)/float64(d.To-d.From)))
}

// axis draws the times, in five steps.
func (d *drawing) axis(top, bottom int) {
	const steps = 5
	for i := range steps + 1 {
		t := d.From + (d.To-d.From)*time.Duration(i)/steps
		x := d.x(t)
		d.add(`<line class="grid" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>`, x, x, top-4, bottom)
		d.add(`<text class="faint" text-anchor="%s" x="%.1f" y="%d">%s</text>`, [...]string{"start", "middle", "end"}[min(i, 1)+i/steps], x, top-12, axisTime(t))
	}
}

// drawn are the calls that the drawing has.
func (p *Picture) drawn() map[*Call]bool {
	var list []*Call
	for _, l := range p.Lanes {
		list = append(list, l.Calls...)
	}
	slices.SortStableFunc(list, func(a, b *Call) int { return int((b.End - b.Start) - (a.End - a.Start)) })
	shown := map[*Call]bool{}
	for _, c := range list[:min(len(list), mostDrawn)] {
		shown[c] = true
	}
	return shown
}

// lane draws a thread: its name, its life, and its calls.
func (d *drawing) lane(l *Lane, shown map[*Call]bool) {
	y := d.middle(l.Place)
	d.add(`<g class="lane">`)
	d.add(`<g><title>%s</title>`, escaped(l.title()))
	d.text("", margin, y+6, shortened(l.title(), int(d.labels-margin)/letter))
	if l.Status != "" {
		d.text("faint small", margin, y+22, l.Status)
	}
	d.add(`</g>`)
	d.add(`<line class="runs" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, d.x(l.From), d.x(l.To), y, y)
	for _, c := range l.Rests {
		d.add(`<line class="rests" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, d.x(c.Start), d.x(c.End), y, y)
	}
	for _, c := range l.Calls {
		if shown[c] {
			d.call(c, y-barHeight/2)
		}
	}
	d.add(`</g>`)
}

func (d *drawing) middle(p Place) float64 { return float64(d.tops[p]) + float64(d.height)/2 }

// call draws a call: what of it is work, and what is waiting.
func (d *drawing) call(c *Call, y float64) {
	d.add(`<g><title>%s</title>`, escaped(c.tooltip()))
	class, work := "call", c.End
	if c.Failed {
		class = "failed"
	}
	if c.Waits >= 0 {
		work = c.Waits
		d.bar("waits", c.Waits, c.End, y)
	}
	d.bar(class, c.Start, work, y)
	if room := d.x(c.End) - d.x(c.Start); room > float64(len(c.Name)+1)*letter {
		x := d.x(c.Start) + room/2 - float64(len(c.Name))*letter/2
		fmt.Fprintf(&d.names, `<g class="name"><rect class="ground" x="%.1f" y="%.1f" width="%d" height="20" rx="4"/>`+
			`<text class="mono" x="%.1f" y="%.1f">%s</text></g>`+"\n", x-4, y+5, len(c.Name)*letter+8, x, y+20, escaped(c.Name))
	}
	d.add(`</g>`)
}

func (d *drawing) bar(class string, from, to time.Duration, y float64) {
	d.add(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%d"/>`, class, d.x(from), y, max(d.x(to)-d.x(from), thinnest), barHeight)
}

// tooltip is the call as the trace has it, and what is known of its wait.
func (c *Call) tooltip() string {
	text := c.Begun
	if c.Answer != "" {
		text += " = " + c.Answer
	}
	text += fmt.Sprintf(" <%.6f>", (c.End - c.Start).Seconds())
	if c.Waits >= 0 {
		text += "; " + c.wait()
	}
	return text
}

// arrows draws those of the longest waits; of several at about the same place, which nobody could
// tell apart, one is drawn.
func (d *drawing) arrows(shown map[*Call]bool) {
	type spot struct {
		from, to Place
		x        int
	}
	drawn := map[spot]bool{}
	for _, c := range d.Waits(len(d.Calls)) {
		if len(drawn) == mostArrows {
			return
		}
		if !shown[c] || c.EndedBy == nil {
			continue
		}
		if s := (spot{c.EndedBy.Place, c.Place, int(d.x(c.End)) / apart}); !drawn[s] {
			drawn[s] = true
			d.arrow(c)
		}
	}
}

// arrow goes from the call that ended a wait to the wait's end.
func (d *drawing) arrow(c *Call) {
	a := c.EndedBy
	if _, there := d.tops[a.Place]; !there {
		return
	}
	from, to := d.x(min(max(a.Start, c.Start), c.End)), d.x(c.End)
	y1, y2 := d.middle(a.Place), d.middle(c.Place)
	edge := float64(barHeight/2 + 1)
	switch {
	case y1 < y2:
		y1, y2 = y1+edge, y2-edge
	case y1 > y2:
		y1, y2 = y1-edge, y2+edge
	}
	d.add(`<path class="by" marker-end="url(#head)" d="M%.1f %.1fL%.1f %.1f"><title>%s</title></path>`, from, y1, to, y2, escaped(c.Says()))
}

// list writes the longest waits.
func (d *drawing) list(waits []*Call, y int) {
	if len(waits) == 0 {
		return
	}
	d.text("faint", margin, float64(y), "the longest waits")
	for i, c := range waits {
		d.text("mono", margin, float64(y+(i+1)*textHeight), c.Says())
	}
}
