package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
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
	refused // the kernel refused a call, and it was told
	taken   // the same, but the program takes note of it
	stopped // by Ctrl-C
)

// add keeps an input that raised no error.
func (r *record) add(u unit, o outcome) {
	in := input{source: u.source, isExpr: u.isExpr, outcome: o}
	if r.edited != nil {
		in, r.edited = *r.edited, nil
		in.outcome = o
	} else if isShellCall(u.source) {
		return
	}
	if o != failed {
		in.source = strings.TrimRight(expression(in.source), "\n")
		if value, ok := returned(in.source); ok {
			in.source, in.isExpr = value, true
		}
		r.inputs = append(r.inputs, in)
	}
}

// returned is what stands behind the return that a source consists of, as "= x" does: it would end the
// program.
func returned(source string) (value string, ok bool) {
	chunk, err := grammar.Parse(source, chunkName)
	if err != nil || len(chunk) != 1 {
		return "", false
	}
	if _, ok := chunk[0].(*ast.ReturnStmt); !ok {
		return "", false
	}
	tokens, _ := lex.Tokens(source, lex.State{})
	first := tokens[slices.IndexFunc(tokens, func(t lex.Token) bool { return t.Kind != lex.Comment })]
	return source[:first.Start] + strings.TrimLeft(source[first.End:], " "), true
}

// outcomeOf is what became of an input that raised no error. An assignment of a refusal's
// answers to several variables leaves the first without a value.
func (s *Session) outcomeOf(u unit) outcome {
	if s.refused {
		return refused
	}
	chunk, err := grammar.Parse(u.source, chunkName)
	if err == nil && len(chunk) == 1 {
		if assign, ok := chunk[0].(*ast.AssignStmt); ok && len(assign.Lhs) > 1 {
			if v, ok := assign.Lhs[0].(*ast.IdentExpr); ok && s.state.G.Global.RawGetString(v.Value) == lua.LNil {
				return taken
			}
		}
	}
	return worked
}

// isShellCall tells whether the input is nothing but a call of help, save, where or their
// kin, which are about the session and no part of a program; but run and show are.
func isShellCall(source string) bool {
	chunk, err := grammar.Parse(expression(source), chunkName)
	if err != nil {
		return false
	}
	row := calledBy(chunk)
	return row != nil && row.Class == calls.Shell && row.Name != "run" && row.Name != "show"
}

// script writes the session as a program. What the kernel had refused, or Ctrl-C had ended, is
// a comment there; but the last that ran until Ctrl-C and is no single call, a server's loop,
// is what the program is for. A call that had worked must work again.
func (r *record) script() string {
	var b strings.Builder
	b.WriteString("#!/usr/bin/env sockrepl\n-- Saved from a session at the prompt.\n\n")
	loop := r.lastLoop()
	for i, in := range r.inputs {
		source := globals(in.source)
		switch {
		case in.outcome == stopped && i != loop:
			b.WriteString(commented(source, "ended by Ctrl-C"))
		case in.outcome == refused:
			b.WriteString(commented(source, "refused"))
		case in.outcome == taken, in.outcome == stopped:
			b.WriteString(enclosed(source) + "\n")
		case in.isExpr && !parses(source):
			b.WriteString(commented(source, ""))
		default:
			b.WriteString(asserted(enclosed(source)) + "\n")
		}
	}
	return b.String()
}

// lastLoop is the input that Ctrl-C had ended last, unless it is a single call that is not the
// last of all: the user had waited for it in vain. -1: there is none. watch ends in no other way.
func (r *record) lastLoop() int {
	for i := len(r.inputs) - 1; i >= 0; i-- {
		if r.inputs[i].outcome != stopped {
			continue
		}
		call := callIn(globals(r.inputs[i].source))
		if call == nil || i == len(r.inputs)-1 && call.Name != "watch" {
			return i
		}
	}
	return -1
}

// callIn answers the row of the call that a source consists of, nil if it does of more.
func callIn(source string) *calls.Call {
	chunk, err := grammar.Parse(source, chunkName)
	if err != nil {
		return nil
	}
	return calledBy(chunk)
}

// asserted has a source that is a system call, or assigns one's answers, fail where the call
// does.
func asserted(source string) string {
	chunk, err := grammar.Parse(source, chunkName)
	if err != nil || len(chunk) != 1 {
		return source
	}
	values := chunk
	if assign, ok := chunk[0].(*ast.AssignStmt); ok && len(assign.Rhs) == 1 && allNames(assign.Lhs) {
		values = []ast.Stmt{&ast.ReturnStmt{Exprs: assign.Rhs}}
	}
	if !mayBeRefused(values) {
		return source
	}
	start, end := valueIn(source)
	return source[:start] + "assert(" + source[start:end] + ")" + source[end:]
}

// valueIn answers where the value of an assignment to names, or a call that is a statement, begins and
// ends in its source; comments may stand around it.
func valueIn(source string) (start, end int) {
	tokens, _ := lex.Tokens(source, lex.State{})
	tokens = slices.DeleteFunc(tokens, func(t lex.Token) bool { return t.Kind == lex.Comment || t.Text(source) == ";" })
	isName := func(t lex.Token) bool { return t.Kind == lex.Name || t.Text(source) == "," }
	first := slices.IndexFunc(tokens, func(t lex.Token) bool { return !isName(t) })
	if tokens[first].Text(source) == "=" {
		tokens = tokens[first+1:]
	}
	return tokens[0].Start, tokens[len(tokens)-1].End
}

// mayBeRefused tells whether a chunk is a system call that can be refused, or one of those of the module
// sock that make a socket.
func mayBeRefused(chunk []ast.Stmt) bool {
	if row := calledBy(chunk); row != nil {
		return row.Do != nil && (len(row.Errs) > 0 || row.Wait == kernel.Remote || makesDescriptor(row))
	}
	call := callOf(chunk)
	if call == nil {
		return false
	}
	of, ok := call.Func.(*ast.AttrGetExpr)
	if !ok || nameOf(of.Object) != "sock" {
		return false
	}
	name, ok := of.Key.(*ast.StringExpr)
	return ok && (name.Value == "listen" || name.Value == "connect")
}

// makesDescriptor tells whether a call answers a new descriptor: there may be none left.
func makesDescriptor(row *calls.Call) bool {
	return slices.ContainsFunc(row.Answers, func(a calls.Result) bool { return a.Kind == calls.KindNewFD })
}

func allNames(targets []ast.Expr) bool {
	return !slices.ContainsFunc(targets, func(e ast.Expr) bool { _, ok := e.(*ast.IdentExpr); return !ok })
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

// enclosed has a return in a source end what was typed there, as it did, and not the program.
func enclosed(source string) string {
	if !returns(source) {
		return source
	}
	return "do local function input(...)\n" + source + "\nend input(...) end"
}

// returns tells whether a source has a return outside of its functions.
func returns(source string) bool {
	tokens, _ := lex.Tokens(source, lex.State{})
	var open []string // what begins the blocks that are not at their ends
	for _, t := range tokens {
		if t.Kind != lex.Keyword {
			continue
		}
		switch text := t.Text(source); {
		case lex.BlockDepth(text) > 0:
			open = append(open, text)
		case lex.BlockDepth(text) < 0:
			open = open[:len(open)-1]
		case text == "return" && !slices.Contains(open, "function"):
			return true
		}
	}
	return false
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
			depth += lex.BlockDepth(text)
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
