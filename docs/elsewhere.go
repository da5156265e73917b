package docs

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed from-c.md
var fromC string

//go:embed from-python.md
var fromPython string

// Translation is a row of the tables of from-c.md and from-python.md.
type Translation struct {
	Language string // "C" or "Python"
	Theirs   string // how it is written there
	Ours     string // and here
}

// String says it in a line.
func (t Translation) String() string { return t.Language + "'s " + t.Theirs + " is here: " + t.Ours }

// Elsewhere finds what a name of C's or Python's is here: one that is called or stands alone
// in a row's first column.
func Elsewhere(name string) (t Translation, found bool) {
	for _, t := range translations() {
		if t.names[name] {
			return t.Translation, true
		}
	}
	return Translation{}, false
}

type row struct {
	Translation
	names map[string]bool
}

var translations = sync.OnceValue(func() (rows []row) {
	rows = append(rows, table("C", fromC)...)
	return append(rows, table("Python", fromPython)...)
})

var (
	code   = regexp.MustCompile("`[^`]+`")
	called = regexp.MustCompile(`\b([A-Za-z_]\w*)(?:\(|$)`)
)

// table reads the rows of the first table of a document.
func table(language, text string) (rows []row) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
		if len(cells) != 4 || !strings.Contains(cells[1], "`") {
			continue
		}
		theirs, ours := plain(cells[1]), plain(cells[2])
		names := map[string]bool{}
		for _, span := range code.FindAllString(cells[1], -1) {
			for _, m := range called.FindAllStringSubmatch(strings.Trim(span, "`"), -1) {
				names[m[1]] = true
			}
		}
		rows = append(rows, row{Translation{language, theirs, ours}, names})
	}
	return rows
}

// plain is a cell as it is read.
func plain(cell string) string {
	return strings.TrimSpace(strings.NewReplacer("`", "", "\x00", "|").Replace(cell))
}
