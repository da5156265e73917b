package inspect

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/lazy"
)

// table is the descriptor table as text that is made to fit a width.
type table struct {
	width  int
	cells  [][]string // the first row has the titles
	gap    int        // between columns
	widths []int      // of the columns; 0: it is left out

	folded   bool // the accept queue stands in the columns of the buffers
	overfull bool // one has more connections than its limit
}

// concessions are what is given up for a narrow terminal, the least first, until the table
// fits. The numbers of descriptors and ports and the states are not among it: by them one
// finds which line is which, and which end belongs to which.
var concessions = []func(*table){
	func(t *table) { t.gap = 1 },
	(*table).shortenWords,
	func(t *table) { t.cutAddresses(wholeAddress) },
	(*table).foldQueue,
	func(t *table) { t.leaveOut(flagsColumn) },
	func(t *table) { t.cutAddresses(0) },
	(*table).shortenNumbers,
	(*table).foldType,
}

func (t *table) fit() {
	t.measure()
	for _, concede := range concessions {
		if t.total() <= t.width {
			return
		}
		concede(t)
		t.measure()
	}
}

// measure makes each column as wide as its texts; one that has a title only is left out,
// but for the first two, by which an empty table is known.
func (t *table) measure() {
	t.widths = make([]int, len(columns))
	for i := range columns {
		for _, row := range t.cells[1:] {
			t.widths[i] = max(t.widths[i], utf8.RuneCountInString(row[i]))
		}
		if t.widths[i] > 0 || i <= typeColumn {
			t.widths[i] = max(t.widths[i], len(t.cells[0][i]))
		}
	}
}

func (t *table) total() (sum int) {
	for _, w := range t.widths {
		if w > 0 {
			sum += w + t.gap
		}
	}
	return sum - t.gap
}

func (t *table) leaveOut(column int) {
	for _, row := range t.cells {
		row[column] = ""
	}
}

// shortenWords writes words as ss(8) does.
func (t *table) shortenWords() {
	for _, row := range t.cells[1:] {
		row[stateColumn] = shorter.Replace(row[stateColumn])
		row[flagsColumn] = shorter.Replace(row[flagsColumn])
	}
}

var shorter = strings.NewReplacer("ESTABLISHED", "ESTAB", "UNCONNECTED", "UNCONN", "nonblock", "nonbl", "cloexec", "cloex")

// wholeAddress is as wide as 127.0.0.1 with any port.
const wholeAddress = 15

// cutAddresses cuts what is longer, more and more, until the table fits or least is reached.
func (t *table) cutAddresses(least int) {
	for w := max(t.widths[localColumn], t.widths[remoteColumn]) - 1; w >= least && t.total() > t.width; w-- {
		for _, row := range t.cells[1:] {
			row[localColumn], row[remoteColumn] = cut(row[localColumn], w), cut(row[remoteColumn], w)
		}
		t.measure()
	}
}

// port is what an address ends with.
var port = lazy.Regexp(`:\d+$`)

// leastName is how far a path is cut, or an address without a port.
const leastName = 6

// cut shortens a text in its middle, but for a port: that is what is left of an address.
func cut(text string, width int) string {
	end := port().FindString(text)
	name := []rune(strings.TrimSuffix(text, end))
	room := max(width-len(end), 0)
	if end == "" {
		room = max(room, leastName)
	}
	switch {
	case len(name) <= room:
		return text
	case room == 0:
		return end
	}
	head := (room - 1) / 2
	return string(name[:head]) + "…" + string(name[len(name)-(room-1-head):]) + end
}

// foldQueue puts a listening socket's accept queue, and its limit, where other sockets have
// what waits in their buffers, as ss(8) does.
func (t *table) foldQueue() {
	for _, row := range t.cells[1:] {
		if n, limit, ok := strings.Cut(row[queueColumn], "/"); ok {
			row[recvColumn], row[sendColumn], t.folded = n, limit, true
		}
	}
	t.leaveOut(queueColumn)
}

// foldType leaves the type to what has neither address nor path.
func (t *table) foldType() {
	for _, row := range t.cells[1:] {
		if row[localColumn] == "" {
			row[localColumn] = row[typeColumn]
		}
	}
	t.leaveOut(typeColumn)
	t.measure()
	t.cutAddresses(0)
}

// shortenNumbers writes large ones in thousands, and the titles without their Q.
func (t *table) shortenNumbers() {
	for _, row := range t.cells {
		for _, i := range [...]int{recvColumn, sendColumn} {
			row[i] = inThousands(strings.TrimSuffix(row[i], "-Q"))
		}
	}
}

// inThousands writes 2626560m as 2626km.
func inThousands(text string) string {
	digits := strings.TrimRight(text, firstMark+memoryMark)
	n, err := strconv.Atoi(digits)
	if err != nil || n < 10000 {
		return text
	}
	return strconv.Itoa(n/1000) + "k" + strings.TrimPrefix(text, digits)
}
