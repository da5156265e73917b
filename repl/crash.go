package repl

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// crash is what is known of an error that nothing caught: what where() shows.
type crash struct {
	failure
	value  lua.LValue  // the error
	stacks []stack     // of the thread that failed, then of those that resumed it
	next   *lua.LState // who resumed the last of them, and gets the error next
}

// stack is the frames of a thread, innermost first.
type stack struct {
	thread *lua.LState
	frames []callFrame
	left   int    // frames in the middle that are not among them
	raiser string // "error" or "assert", if it was one of these that raised the error
}

// callFrame is one function as it was.
type callFrame struct {
	source string // the chunk's name; "" of a function of the program's
	line   int
	name   string // what the caller called it; "" if that is not known
	main   bool   // the chunk itself
	proto  *lua.FunctionProto
	locals []local
}

type local struct {
	name  string
	value lua.LValue
}

// Of a stack that is very deep these frames are kept.
const (
	innerFrames = 20
	outerFrames = 10
	mostLocals  = 50 // of a frame
)

// failed notes an error where it is raised, before the stack is unwound. It is called for
// the thread that failed, and again as the error passes on to those that resumed it.
func (s *Session) failed(L *lua.LState) {
	s.note(L, L.Get(-1))
}

func (s *Session) note(L *lua.LState, value lua.LValue) {
	c := s.crash
	switch {
	case c == nil || !s.sameError(c, value):
	case c.has(L):
		return // raised again by who had caught it
	case c.next == L:
		c.add(L, s.stackOf(L))
		return
	}
	c = &crash{failure: newFailure(L, s.env, value), value: value}
	c.add(L, s.stackOf(L))
	s.crash, s.noting = c, true
}

// add notes the stack of a thread that the error has come to. Where there is no memory left
// it must not keep what took it.
func (c *crash) add(L *lua.LState, st stack) {
	if strings.HasSuffix(c.text, kernel.ErrMemory.Error()) {
		st.thread = nil
		for i := range st.frames {
			st.frames[i].locals = nil
		}
	}
	c.stacks, c.next = append(c.stacks, st), L.Parent
}

// has tells whether the error has been in a thread.
func (c *crash) has(L *lua.LState) bool {
	return slices.ContainsFunc(c.stacks, func(st stack) bool { return st.thread == L })
}

// sameError tells whether an error is the one that was noted last, on its way out: as it was
// raised, or as lualib has worded it since.
func (s *Session) sameError(c *crash, value lua.LValue) bool {
	text, isText := value.(lua.LString)
	return s.noting && (s.env.Task.Interrupted() || c.value == value || isText && string(text) == c.text)
}

// stackOf reads the frames of a thread.
func (s *Session) stackOf(L *lua.LState) stack {
	st := stack{thread: L}
	var all []*lua.Debug
	for level := 0; level < 5000; level++ {
		dbg, ok := L.GetStack(level)
		if !ok {
			break
		}
		all = append(all, dbg)
	}
	for i, dbg := range all {
		if i >= innerFrames && i < len(all)-outerFrames {
			st.left++
			continue
		}
		f, kind := s.frameOf(L, dbg)
		switch n := len(st.frames); {
		case kind == unnamed && i == 0:
			st.raiser = f.name
		case kind == usersFrame:
			st.frames = append(st.frames, f)
		case kind == machinery && n > 0:
			st.frames[n-1].name = "" // what the machinery called it is not the user's name
		}
	}
	return st
}

// frameKind says whose frame one is.
type frameKind int

const (
	usersFrame frameKind = iota
	unnamed              // a built-in function that says nothing
	machinery            // the program's own
)

// frameOf reads a frame.
func (s *Session) frameOf(L *lua.LState, dbg *lua.Debug) (f callFrame, kind frameKind) {
	v, err := L.GetInfo("nSlf", dbg, lua.LNil)
	fn, isFn := v.(*lua.LFunction)
	if err != nil || !isFn || fn == s.guard || lualib.IsOwn(fn) {
		return f, machinery
	}
	f.name = dbg.Name
	if f.name == "?" || strings.HasPrefix(f.name, "<") || strings.HasPrefix(f.name, "(") {
		f.name = lualib.NameOf(L, fn, nil)
	}
	if fn.IsG {
		if f.name == "" || f.name == "error" || f.name == "assert" { // to fail is what these are for
			return f, unnamed
		}
		return f, usersFrame
	}
	f.source, f.line, f.proto = dbg.Source, dbg.CurrentLine, fn.Proto
	f.main = fn.Proto.LineDefined == 0
	bindings.EndScopes(fn.Proto)
	for i := 1; i <= mostLocals; i++ {
		name, value := L.GetLocal(dbg, i)
		if name == "" {
			break
		}
		if !strings.HasPrefix(name, "(") { // the compiler's own
			f.locals = append(f.locals, local{name, value})
		}
	}
	return f, usersFrame
}

// title is the frame's line: where it is, and in what.
func (f *callFrame) title() string {
	place := "[built in]"
	if f.source != "" {
		place = fmt.Sprintf("%s:%d", kernel.Escape(f.source), f.line)
	}
	switch {
	case f.main:
		return place + ": in the chunk"
	case f.name == "":
		return place + ": in a function"
	}
	return fmt.Sprintf("%s: in %s", place, kernel.Escape(f.name))
}

// tellsMore tells whether the frames say more than that it happened in the chunk itself.
func (c *crash) tellsMore() bool { return len(c.stacks) > 1 || c.stacks[0].functions() > 1 }

// placed tells whether the error's text says where it happened, or is not to say it, as that of
// error("usage: ...", 0).
func (c *crash) placed() bool {
	if c.stacks[0].raiser == "error" && c.text != "" {
		return true
	}
	for _, f := range c.stacks[0].frames {
		if f.source != "" && strings.HasPrefix(c.text, f.source+":") {
			return true
		}
	}
	return false
}

// traceback is the frames as short lines.
func (c *crash) traceback() string {
	var lines []string
	for i, st := range c.stacks {
		if i > 0 {
			lines = append(lines, "  resumed by:")
		}
		for k, f := range st.frames {
			if st.left > 0 && k == innerFrames {
				lines = append(lines, fmt.Sprintf("  … %d more", st.left))
			}
			lines = append(lines, "  "+f.title())
		}
	}
	return strings.Join(lines, "\n")
}

// functions counts the frames that are not built in.
func (st *stack) functions() (n int) {
	for _, f := range st.frames {
		if f.proto != nil {
			n++
		}
	}
	return n
}

// whole is the text of where(): each frame with its source line and its locals.
func (s *Session) whole(c *crash) string {
	var b strings.Builder
	for i, st := range c.stacks {
		if i > 0 {
			b.WriteString("resumed by:\n")
		}
		for k, f := range st.frames {
			if st.left > 0 && k == innerFrames {
				fmt.Fprintf(&b, "… %d more\n", st.left)
			}
			s.writeFrame(&b, &f)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (s *Session) writeFrame(b *strings.Builder, f *callFrame) {
	fmt.Fprintln(b, f.title())
	if line := s.sourceLine(f); line != "" {
		fmt.Fprintf(b, "    | %s\n", kernel.EscapeText(line))
	}
	for _, v := range f.locals {
		fmt.Fprintf(b, "    %s = %s\n", v.name, s.brief(v.value))
	}
}

// sourceLine is the line of source that a frame is at, "" if it is not to be had.
func (s *Session) sourceLine(f *callFrame) string {
	if f.proto == nil {
		return ""
	}
	return strings.TrimSpace(strings.Join(s.sourceOf(f.proto).lines(f.line, f.line), "\n"))
}

// typedText is a source, and how many lines stand before it, which its functions count from.
type typedText struct {
	source string
	before int
}

// lines are those of such numbers; none if the text has not all of them.
func (t typedText) lines(first, last int) []string {
	all := strings.Split(t.source, "\n")
	first, last = first-t.before, last-t.before
	if first < 1 || last > len(all) || first > last {
		return nil
	}
	return all[first-1 : last]
}

// remember keeps the source of what was typed, by the functions that were made of it.
func (s *Session) remember(p *lua.FunctionProto, source typedText) {
	s.sources[p] = source
	for _, inner := range p.FunctionPrototypes {
		s.remember(inner, source)
	}
}

// sourceOf answers the whole source that a function stands in, typed text, a file, a demo; none if it is not known.
func (s *Session) sourceOf(p *lua.FunctionProto) typedText {
	if text, ok := s.sources[p]; ok || p.SourceName == chunkName {
		return text
	}
	if source, err := os.ReadFile(p.SourceName); err == nil {
		return typedText{source: string(source)}
	}
	source, _ := s.embedded(p.SourceName)
	return typedText{source: source}
}
