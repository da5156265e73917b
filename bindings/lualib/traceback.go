package lualib

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// debug.traceback writes the stack as Lua 5.1 does (ldblib.c, db_errorfb): gopher-lua's names
// functions wrongly, takes no message with a thread, and knows nothing of the threads that a
// coroutine is made of here (coroutine.go), nor of one that an error has ended.

// Of a long stack these frames are written: the innermost, and the outermost.
const (
	tracebackFirst = 12
	tracebackLast  = 10
)

// traceback([thread,] [message [, level]]) answers the message with the stack below it; what
// is neither a string nor nil it answers as it is.
func (l *library) traceback(L *lua.LState) int {
	th, at, level := L, 1, 1
	if other, ok := L.Get(1).(*lua.LState); ok {
		if th, at = other, 2; th != L {
			level = 0
		}
	}
	message := L.Get(at)
	if message != lua.LNil && !lua.LVCanConvToString(message) {
		L.Push(message)
		return 1
	}
	if n, ok := L.Get(at + 1).(lua.LNumber); ok {
		level = int(n)
	}
	text := lua.LVAsString(message)
	if message != lua.LNil {
		text += "\n"
	}
	L.Push(lua.LString(text + "stack traceback:" + shorten(l.stackOf(L, th), level)))
	return 1
}

// shorten joins the lines of a stack from a level on, without those in the middle.
func shorten(lines []string, level int) string {
	lines = lines[min(max(level, 0), len(lines)):]
	if n := len(lines); n > tracebackFirst+tracebackLast {
		rest := lines[n-tracebackLast:]
		lines = append(append([]string{}, lines[:tracebackFirst]...), "...")
		lines = append(lines, rest...)
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("\n\t" + line)
	}
	return b.String()
}

// stackOf is a line for each function that a thread is in, the innermost first.
func (l *library) stackOf(L, th *lua.LState) []string {
	co := l.known(L, th)
	switch {
	case co == nil:
		return l.frames(th)
	case co.stack != nil:
		return co.stack
	}
	var lines []string
	if l.statusOf(L, th) == "suspended" && co.fn == nil {
		lines = []string{"[C]: in function 'yield'"} // its frame has gone
	}
	for i := len(co.calls) - 1; i >= 0; i-- {
		lines = append(lines, l.frames(co.calls[i].worker)...)
		lines = append(lines, "[C]: in function 'pcall'")
	}
	return append(lines, l.frames(co.thread)...)
}

// known finds the coroutine that a thread belongs to, nil for the main thread.
func (l *library) known(L, th *lua.LState) *coroutine {
	for co := l.running; co != nil; co = co.prev {
		if co.thread == th || th == L && co.active() == th {
			return co
		}
	}
	if th == L {
		return nil
	}
	co, _ := record(th)
	return co
}

// frames are the lines of the functions on one stack.
func (l *library) frames(th *lua.LState) (lines []string) {
	for f := currentFrame(th); f != nil; f = f.Parent {
		if IsOwn(f.Fn) || f.Parent != nil && (f.Parent.Fn == l.pcall || f.Parent.Fn == l.xpcall) {
			continue // the library's own: what runs a coroutine, or a protected function
		}
		lines = append(lines, f.line())
		for range min(f.TailCall, tracebackFirst+tracebackLast) { // there is no limit to them
			lines = append(lines, "(tail call): ?")
		}
	}
	return lines
}

// line tells where a frame is, and in what function.
func (f *frame) line() string {
	place, inWhat := "[C]:", " ?"
	if !f.Fn.IsG {
		p := f.Fn.Proto
		place, inWhat = p.SourceName+":", fmt.Sprintf(" in function <%s:%d>", p.SourceName, p.LineDefined)
		if f.Pc > 0 {
			place += fmt.Sprintf("%d:", p.DbgSourcePositions[f.Pc-1])
		}
	}
	switch name := f.calledAs().Name; {
	case name != "":
		inWhat = fmt.Sprintf(" in function '%s'", name)
	case !f.Fn.IsG && f.Fn.Proto.LineDefined == 0:
		inWhat = " in main chunk"
	}
	return place + inWhat
}

// calledAs is the variable by which the caller calls a frame's function, if that is known.
func (f *frame) calledAs() (c Culprit) {
	caller := f.Parent
	if caller == nil || caller.Fn.IsG || IsOwn(caller.Fn) || f.TailCall > 0 {
		return c
	}
	op, inst := caller.opcode()
	if op != lua.OP_CALL {
		return c
	}
	return caller.culprit(argA(inst), caller.Pc-1)
}
