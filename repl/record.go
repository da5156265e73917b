package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/repl/lex"

	"github.com/yuin/gopher-lua/parse"
)

// record is what was typed in the session, in order: what save writes.
type record struct {
	inputs []input
	edited *input          // what edit ran, in place of what was typed
	saved  map[string]bool // files that this session wrote
}

type input struct {
	source  string
	isExpr  bool
	outcome outcome
}

type outcome int

// What became of an input.
const (
	worked outcome = iota
	failed
	stopped // by Ctrl-C
)

// add keeps an input that did not fail.
func (r *record) add(u unit, o outcome) {
	in := input{u.source, u.isExpr, o}
	if r.edited != nil {
		in, r.edited = *r.edited, nil
		in.outcome = o
	} else if isShellCall(u.source) {
		return
	}
	if o != failed {
		in.source = strings.TrimRight(expression(in.source), "\n")
		r.inputs = append(r.inputs, in)
	}
}

// isShellCall tells whether the input is nothing but a call of help, save, where or their
// kin, which are about the session and no part of a program; but run is.
func isShellCall(source string) bool {
	chunk, err := parse.Parse(strings.NewReader(expression(source)), chunkName)
	if err != nil {
		return false
	}
	row := calledBy(chunk)
	return row != nil && row.Class == calls.Shell && row.Name != "run"
}

// script writes the session as a program.
func (r *record) script() string {
	var b strings.Builder
	b.WriteString("#!/usr/bin/env sockrepl\n-- Saved from a session at the prompt.\n\n")
	for i, in := range r.inputs {
		source := globals(in.source)
		switch {
		case in.outcome == stopped && i < len(r.inputs)-1:
			b.WriteString(commented(source, "ended by Ctrl-C"))
		case in.isExpr && !parses(source):
			b.WriteString(commented(source, ""))
		default:
			b.WriteString(source + "\n")
		}
	}
	return b.String()
}

func commented(source, why string) string {
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		lines[i] = "-- " + line
	}
	if why != "" {
		lines[0] += "  -- " + why
	}
	return strings.Join(lines, "\n") + "\n"
}

// globals takes the word local from what a chunk declares at its top, as the prompt did: a
// function that is defined anew must be seen by those that were defined before.
func globals(source string) string {
	tokens, _ := lex.Tokens(source, lex.State{})
	var b strings.Builder
	end, depth := 0, 0
	for i, t := range tokens {
		text := t.Text(source)
		if t.Kind == lex.Keyword {
			depth += blockDepth(text)
		}
		if t.Kind != lex.Keyword || text != "local" || depth > 0 || i+1 == len(tokens) {
			continue
		}
		b.WriteString(source[end:t.Start])
		end = tokens[i+1].Start
		if last, bare := namesOnly(source, tokens[i+1:]); bare {
			b.WriteString(source[end:last] + " = nil")
			end = last
		}
	}
	b.WriteString(source[end:])
	return b.String()
}

// namesOnly tells whether a declaration has no values, and where it ends then: without the
// word local it would be no statement.
func namesOnly(source string, tokens []lex.Token) (last int, bare bool) {
	if tokens[0].Kind != lex.Name {
		return 0, false // local function
	}
	n := 1
	for n+1 < len(tokens) && tokens[n].Text(source) == "," && tokens[n+1].Kind == lex.Name {
		n += 2
	}
	return tokens[n-1].End, n == len(tokens) || tokens[n].Text(source) != "="
}

// blockDepth is by how much a word changes the depth of blocks. The do of while and for is
// what opens theirs.
func blockDepth(word string) int {
	switch word {
	case "do", "function", "if", "repeat":
		return 1
	case "end", "until":
		return -1
	}
	return 0
}

// save writes the script. A file that is there already, and that this session did not
// write, is kept unless it is to be overwritten.
func (r *record) save(path string, overwrite bool) error {
	key, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if !overwrite && !r.saved[key] {
		flags |= os.O_EXCL
	}
	f, err := os.OpenFile(path, flags, 0o777)
	if os.IsExist(err) {
		return fmt.Errorf("%s is there already; save(%q, true) overwrites it", path, path)
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(r.script())
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if r.saved == nil {
		r.saved = map[string]bool{}
	}
	r.saved[key] = err == nil
	return err
}
