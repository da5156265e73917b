package repl

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lex"
	"sockrepl/docs"
	"sockrepl/repl/help"

	lua "github.com/yuin/gopher-lua"
)

const (
	firstPrompt = "> "
	morePrompt  = ">> "
)

// reader is where the prompt's lines come from: an editor, or a plain terminal.
type reader interface {
	// read answers the input as far as it was typed; errDropped at Ctrl-C, io.EOF at the end.
	// earlier is what was typed of it before, begin what the line is to begin with; if that is
	// offered, the first letter that is typed takes its place.
	read(prompt, earlier, begin string, offered bool) (source string, err error)
	// pasted answers the lines of a paste that follow the one that was read; the last is
	// not finished.
	pasted() (whole []string, last string)
	echo(source string, but int)
	addHistory(entry string)
	above(lines []byte)
	typing() bool // a line is being typed
	interrupt()   // Ctrl-C came as a signal while a line is being typed
}

// loop is the prompt: it reads, evaluates and prints until Ctrl-D.
func (s *Session) loop() (status int) {
	defer s.terminal.close()
	defer func() {
		if problem := recover(); problem != nil {
			s.say(internalError(problem))
			status = 1
		}
	}()
	s.print(banner(s.terminal.columns()))
	source, begin := "", ""
	for {
		offered := begin == ""
		if offered {
			begin = s.offer()
		}
		var typed string
		var err error
		s.env.Rest(func() { typed, err = s.input.read(promptFor(source), source, begin, offered) })
		begin = ""
		switch {
		case err == nil:
		case s.givesUp(err, typed, source != ""):
			source = ""
			continue
		case errors.Is(err, io.EOF):
			return 0
		default:
			s.complain(err)
			return 1
		}
		line := strings.TrimPrefix(typed, source)
		source, begin = s.withPaste(typed)
		s.troubled = false
		source = s.take(source, strings.Count(typed, "\n"))
		s.took(line, s.troubled, source != "")
	}
}

// givesUp tells whether it is only the input that ends, at Ctrl-C, or at Ctrl-D in a block; then
// that is given up.
func (s *Session) givesUp(err error, typed string, inBlock bool) bool {
	switch {
	case errors.Is(err, errDropped):
		s.drop(typed)
		s.pause()
		return true
	case errors.Is(err, io.EOF) && inBlock:
		s.drop(typed)
		s.say(s.filled("the unfinished input is dropped; the history has it"))
		return true
	}
	return false
}

// banner is the first that a user sees.
func banner(width int) string {
	what, how := "sockrepl "+Version+": the socket calls in Lua.", "help() to begin, Ctrl-D to leave."
	if len(what)+1+len(how) < width {
		return what + " " + how
	}
	return what + "\n" + how
}

func promptFor(source string) string {
	if source == "" {
		return firstPrompt
	}
	return morePrompt
}

// take evaluates what is finished of a source, of which so many lines are on the screen, and
// answers what is still to go on.
func (s *Session) take(source string, shown int) (rest string) {
	if strings.TrimSpace(source) == "" {
		return ""
	}
	parts, copied := transcript(source)
	if !copied {
		parts = s.parts(source)
	}
	for i, p := range parts {
		s.input.echo(p.source, shown-p.before)
		more, ok := s.run(p)
		switch later := parts[i+1:]; {
		case more && len(later) == 0:
			return p.source
		// What was copied from a prompt has its errors with it.
		case !ok && len(acting(later)) > 0 && (!copied || s.env.Task.Interrupted()):
			s.giveBack(later)
			return ""
		}
	}
	return ""
}

// run evaluates a part. more: it is not finished; ok: it raised no error.
func (s *Session) run(p part) (more, ok bool) {
	if strings.TrimSpace(p.source) == "" {
		return false, true
	}
	s.typed = strings.Repeat("\n", p.before) + p.source
	if topic, ok := question(p.source); ok {
		s.keep(p.source)
		s.explain(topic)
		return false, true
	}
	more, err := s.finish(&p)
	switch {
	case more:
		if doubt := grammar.Doubt(p.source); doubt != "" {
			s.say(s.filled(doubt + "; Ctrl-C gives up the input"))
		}
		return true, true
	case err == nil:
		s.keep(p.source)
		return false, s.evaluate(p.unit)
	}
	_, wrong := s.apart(p.source)
	s.keep(p.source)
	s.complain(further(err, wrong))
	return false, false
}

// drop gives up an input that is not finished. What is more than a line is kept, so that Up
// brings it back.
func (s *Session) drop(source string) {
	if strings.Contains(strings.TrimSuffix(source, "\n"), "\n") {
		s.keep(source)
	}
	if s.tour != nil {
		s.tour.at = 0
	}
}

// keep adds an input to the history.
func (s *Session) keep(source string) {
	source = strings.TrimLeft(source, "\n") // blank lines before it, in a paste
	kept, err := s.history.add(source)
	if kept {
		s.input.addHistory(strings.TrimRight(source, "\n"))
	}
	s.tellLoss(err)
	if !isShellCall(source) && !idle(source) {
		s.lastInput = source
	}
}

// tellLoss says, once, that the history can't be kept.
func (s *Session) tellLoss(err error) {
	if err != nil && !s.lossTold {
		s.lossTold = true
		s.say(s.filled("the history is not kept: " + kernel.EscapeText(pathError(err).Error())))
	}
}

// evaluate runs a unit and prints what comes of it; ok: it raised no error.
func (s *Session) evaluate(u unit) (ok bool) {
	defer s.tellAnswers()
	var args []lua.LValue
	if u.watched {
		args = append(args, s.state.NewFunction(s.watch))
	}
	s.refused = false
	results, err := s.call(u.fn, args...)
	s.terminal.freshLine()
	switch {
	case err == nil:
		s.show(u, u.values(results))
		s.say(s.filled(s.habitual(u)))
		s.record.add(u, s.outcomeOf(u))
		s.mentionInterrupt()
	case s.env.Task.Interrupted():
		s.record.add(u, stopped)
		s.report(err)
	default:
		s.record.add(u, failed)
		s.report(err)
		s.say(s.filled(s.habitual(u)))
	}
	return err == nil
}

// show prints results, and keeps the first as _.
func (s *Session) show(u unit, results []lua.LValue) {
	if len(results) == 0 {
		if u.call != nil && u.call.Name == "select" {
			s.print(s.filled(luasSelect))
		}
		return
	}
	s.state.SetGlobal("_", results[0])
	if isRefusal(results) {
		s.showRefusal("", results)
		return
	}
	if text, ok := s.moduleText(results); ok {
		s.print(s.filled(text))
		return
	}
	p := s.printer()
	parts := make([]string, len(results))
	for i, v := range results {
		if text, ok := v.(lua.LString); ok && u.answersText(i) {
			parts[i] = kernel.EscapeText(string(text))
		} else {
			p.group = u.group(i)
			parts[i] = p.show(v)
		}
	}
	text := strings.Join(parts, "\t")
	if hint := s.nameHint(u, results); hint != "" {
		text = s.filled(text + "  (" + hint + ")")
	}
	s.print(text)
	if _, isSet := results[0].(*lua.LTable); u.setless && !isSet {
		s.print(s.filled(luasSelect))
	}
}

const luasSelect = "after a number select is Lua's own, and answers further arguments; to wait: select({fd})"

// answersText tells whether answer i of the unit's call is text to be read.
func (u unit) answersText(i int) bool { return u.answers(i, calls.KindText) }

// group is the group of constants that answer i of the unit's call is of; "" for none.
func (u unit) group(i int) string {
	if u.call == nil {
		return ""
	}
	return u.call.AnswerGroup(i, func(at int) (int64, bool) {
		if at >= len(u.args) {
			return 0, false
		}
		return consts.Lookup(u.args[at])
	})
}

// answers tells whether answer i of the unit's call is of a kind.
func (u unit) answers(i int, k *calls.Kind) bool {
	return u.call != nil && i < len(u.call.Answers) && u.call.Answers[i].Kind == k
}

// print writes a line where results go.
func (s *Session) print(text string) { fmt.Fprintln(s.terminal.out, text) }

// isRefusal tells whether the results are those of a call that was refused: nil, a message
// and, if it was the kernel that refused, the errno.
func isRefusal(results []lua.LValue) bool {
	n := len(results)
	return (n == 2 || n == 3) && results[0] == lua.LNil && results[1].Type() == lua.LTString &&
		(n == 2 || results[2].Type() == lua.LTNumber)
}

// showRefusal prints a refusal, and its usual cause the first time that the session meets
// the errno from this call.
func (s *Session) showRefusal(prefix string, results []lua.LValue) {
	s.refused, s.troubled = true, true
	message := results[1].String()
	text := prefix + "nil  " + kernel.EscapeText(message)
	if len(results) == 2 {
		s.print(s.bad(text))
		return
	}
	s.print(s.bad(text + "  " + results[2].String()))
	name, _, _ := strings.Cut(message, ":")
	if hint := s.cause(name, int(results[2].(lua.LNumber))); hint != "" {
		s.print(s.filled(hint))
	}
}

// cause is the usual one of an errno from a call, the first time that the session meets it.
func (s *Session) cause(call string, errno int) string {
	met, hint := refusal{call, errno}, ""
	if s.env.Faked(call, errno) {
		met.call, hint = "fault of "+call, "a fault has refused it; fault(false) ends those that are set"
	} else if hint = holding(s.env.Sought(call, errno)); hint != "" {
		return hint
	} else if call != "" {
		hint = s.hint(call, errno)
	}
	if s.hinted[met] {
		return ""
	}
	s.hinted[met] = hint != ""
	return hint
}

// holding names the descriptor that has the address which bind was refused.
func holding(address *kernel.Sought) string {
	if address == nil {
		return ""
	}
	fd, ok := address.Holder()
	switch {
	case !ok:
		return ""
	case address.HasFile():
		return fmt.Sprintf("descriptor %d has that address: another, or close(%d) and os.remove(path)", fd, fd)
	case address.HasName():
		return fmt.Sprintf("descriptor %d has that address: another, or close(%d)", fd, fd)
	}
	return fmt.Sprintf("descriptor %d has that address: close(%d), or another port", fd, fd)
}

// refusal is an errno from a call.
type refusal struct {
	call  string
	errno int
}

// nameHint is a hint for a name that was typed alone: of a call that needs no argument, or of nothing.
func (s *Session) nameHint(u unit, results []lua.LValue) string {
	name := strings.TrimSpace(u.source)
	switch {
	case !lex.IsName(name):
		return ""
	case results[0].Type() == lua.LTFunction:
		if c := calls.Lookup(name); c != nil && c.Absent == "" && !slices.ContainsFunc(c.Params, required) {
			return name + "() calls it"
		}
		return ""
	case results[0] != lua.LNil:
		return ""
	}
	return s.unknownName(name)
}

func required(p calls.Param) bool { return !p.Optional }

// unknownName is a hint for a name that means nothing.
func (s *Session) unknownName(name string) string {
	if t, ok := docs.Elsewhere(name); ok {
		return t.String()
	}
	if slices.Contains(help.Modules(), name) {
		return loading(name)
	}
	if slices.Contains(help.Demos(), name) {
		return running(name)
	}
	near, ok := nearest(name, globalNames(s.state.G.Global))
	if !ok {
		return ""
	}
	return "no variable has this name; did you mean " + near + "?"
}
