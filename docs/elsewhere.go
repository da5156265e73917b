package docs

import (
	_ "embed"
	"strings"
	"sync"

	"sockrepl/bindings/lazy"
)

//go:embed from-c.md
var fromC string

//go:embed from-python.md
var fromPython string

//go:embed from-shell.md
var fromShell string

// shell is what a shell's programs are translated from.
const shell = "The shell"

// Translation is a row of the tables of from-c.md, from-python.md and from-shell.md.
type Translation struct {
	Language string // "C", "Python" or "The shell"
	Theirs   string // how it is written there
	Ours     string // and here
	several  bool   // the row has more than one of theirs
}

// String says it in a line.
func (t Translation) String() string {
	verb := " is here: "
	if t.several {
		verb = " are here: "
	}
	return t.Language + "'s " + t.Theirs + verb + t.Ours
}

// Elsewhere finds what a name of C's, of Python's or of a shell's is here: one that is called
// or stands alone in a row's first column. Python's may have its module before it: "os.listdir".
func Elsewhere(name string) (t Translation, found bool) {
	return lookUp(strings.TrimPrefix(name, "struct "), func(row) bool { return true })
}

// Translations are those of a language, in the order of the documents.
func Translations(language string) (all []Translation) {
	for _, r := range translations() {
		if r.Language == language {
			all = append(all, r.Translation)
		}
	}
	return all
}

// FromC finds what a call of C's is here.
func FromC(name string) (t Translation, found bool) {
	return lookUp(name, func(r row) bool { return r.Language == "C" })
}

// Method finds what a method of Python's is here.
func Method(name string) (t Translation, found bool) {
	return lookUp("."+name, func(r row) bool { return r.Language == "Python" })
}

// Command finds what is here what a line for a shell runs. One that gives a value to a variable of such a
// name is Lua's.
func Command(line string) (t Translation, found bool) {
	word, rest, _ := strings.Cut(strings.TrimLeft(strings.TrimSpace(line), "!$% "), " ") // also as IPython and a book have it
	if strings.HasPrefix(strings.TrimLeft(rest, " "), "=") {
		return t, false
	}
	return lookUp(word, func(r row) bool { return r.Language == shell })
}

func lookUp(name string, asked func(row) bool) (t Translation, found bool) {
	for _, r := range translations() {
		if r.names[name] && asked(r) {
			return r.Translation, true
		}
	}
	return t, false
}

type row struct {
	Translation
	names map[string]bool // a method's with a dot before it, too
}

var translations = sync.OnceValue(func() (rows []row) {
	rows = append(rows, table("C", fromC)...)
	rows = append(rows, table("Python", fromPython)...)
	return append(rows, table(shell, fromShell)...)
})

var (
	code   = lazy.Regexp("`[^`]+`")
	called = lazy.Regexp(`\b([A-Za-z_][\w.]*)(?:\(|$)`)
)

// table reads the rows of a document's tables.
func table(language, text string) (rows []row) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
		if len(cells) != 4 || !strings.Contains(cells[1], "`") {
			continue
		}
		rows = append(rows, row{Translation{language, plain(cells[1]), plain(cells[2]), len(code().FindAllString(cells[1], 2)) > 1}, namesIn(cells[1])})
	}
	return rows
}

// namesIn are the names that are called, or end a piece of code, in a cell.
func namesIn(cell string) map[string]bool {
	names := map[string]bool{}
	for _, span := range code().FindAllString(cell, -1) {
		for _, m := range called().FindAllStringSubmatch(strings.Trim(span, "`"), -1) {
			names[m[1]] = true
			if dot := strings.LastIndexByte(m[1], '.'); dot >= 0 {
				names[m[1][dot:]], names[m[1][dot+1:]] = true, true
			}
		}
	}
	return names
}

// plain is a cell as it is read.
func plain(cell string) string {
	return strings.TrimSpace(strings.NewReplacer("`", "", "\x00", "|").Replace(cell))
}
