package repl

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// wantsVi reads GNU Readline's start-up file ($INPUTRC, or ~/.inputrc) for the one setting
// that the editor has, too: "set editing-mode vi".
func wantsVi() bool {
	path := os.Getenv("INPUTRC")
	if path == "" {
		path = filepath.Join(os.Getenv("HOME"), ".inputrc")
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var r inputrc
	for lines := bufio.NewScanner(f); lines.Scan(); {
		r.line(strings.TrimSpace(lines.Text()))
	}
	return r.vi
}

// inputrc is what was read of the file so far (readline(3), "Initialization File").
type inputrc struct {
	vi   bool
	skip []bool // for each $if that is open: are its lines passed over?
}

func (r *inputrc) line(text string) {
	words := strings.Fields(text)
	switch {
	case len(words) == 0 || text[0] == '#':
	case words[0] == "$if":
		r.skip = append(r.skip, !r.holds(strings.TrimSpace(strings.TrimPrefix(text, "$if"))))
	case words[0] == "$else" && len(r.skip) > 0:
		r.skip[len(r.skip)-1] = !r.skip[len(r.skip)-1]
	case words[0] == "$endif" && len(r.skip) > 0:
		r.skip = r.skip[:len(r.skip)-1]
	case len(words) >= 3 && strings.EqualFold(words[0], "set") && strings.EqualFold(words[1], "editing-mode"):
		if !r.skips() {
			r.vi = strings.EqualFold(words[2], "vi")
		}
	}
}

func (r *inputrc) skips() bool {
	for _, skip := range r.skip {
		if skip {
			return true
		}
	}
	return false
}

// holds tells whether the test of an $if is true: the mode, or the application's name. Of
// the terminal and the version nothing is known.
func (r *inputrc) holds(test string) bool {
	if mode, ok := strings.CutPrefix(test, "mode="); ok {
		return (mode == "vi") == r.vi
	}
	return strings.EqualFold(test, "sockrepl")
}
