package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// debug.getinfo answers what Lua 5.1's does (ldblib.c, db_getinfo): gopher-lua's has other
// values in most fields, and takes a level that a tail call stands for as the program's end.

// activation is a function on a stack, or one that is in none.
type activation struct {
	fn    *lua.LFunction // nil: a tail call, of which nothing is known
	frame *frame         // nil: it is not called
}

// getinfo([thread,] function or level [, what]) answers a table; nil where the stack has not
// so many levels.
func (l *library) getinfo(L *lua.LState) int {
	a, th, at := args(L, "getinfo"), L, 1
	if other, ok := L.Get(1).(*lua.LState); ok {
		th, at = other, 2
	}
	what := a.OptStr(at+1, "flnSu")
	if strings.Trim(what, "SlnufL") != "" {
		a.Fail(at+1, "invalid option")
	}
	if fn, ok := L.Get(at).(*lua.LFunction); ok {
		L.Push(activation{fn: fn}.info(L, what))
		return 1
	}
	if _, ok := ToNumber(L.Get(at)); !ok {
		a.Fail(at, "function or level expected")
	}
	if found, ok := l.activationAt(L, th, a.integer(at)); ok {
		L.Push(found.info(L, what))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

// activationAt is the function at a level of a stack, which counts tail calls too. Of a coroutine
// that has yielded the first is yield, whose frame has gone.
func (l *library) activationAt(L, th *lua.LState, level int) (a activation, ok bool) {
	if co := l.known(L, th); co != nil && co.fn == nil && th != L && l.statusOf(L, th) == "suspended" {
		if level == 0 {
			return activation{fn: l.yield}, true
		}
		level--
	}
	for f := currentFrame(th); f != nil && level >= 0; f = f.Parent {
		if level == 0 {
			return activation{f.Fn, f}, true
		}
		level--
		if !f.Fn.IsG {
			if level < f.TailCall {
				return activation{}, true
			}
			level -= f.TailCall
		}
	}
	return a, false
}

// info is the table for an activation; what are the letters of the fields that are asked for.
func (a activation) info(L *lua.LState, what string) *lua.LTable {
	t := L.NewTable()
	for _, letter := range what {
		switch letter {
		case 'S':
			a.source(t)
		case 'l':
			t.RawSetString("currentline", lua.LNumber(a.line()))
		case 'n':
			a.name(t)
		case 'u':
			n := 0
			if a.fn != nil {
				n = len(a.fn.Upvalues)
			}
			t.RawSetString("nups", lua.LNumber(n))
		case 'f':
			if a.fn != nil {
				t.RawSetString("func", a.fn)
			}
		case 'L':
			if a.isLua() {
				t.RawSetString("activelines", activeLines(L, a.fn.Proto))
			}
		}
	}
	return t
}

func (a activation) isLua() bool { return a.fn != nil && !a.fn.IsG && !IsOwn(a.fn) }

func (a activation) source(t *lua.LTable) {
	source, short, what, first, last := "=[C]", "[C]", "C", -1, -1
	switch {
	case a.fn == nil:
		source, short, what = "=(tail call)", "(tail call)", "tail"
	case a.isLua():
		p := a.fn.Proto
		short, what, first, last = p.SourceName, "Lua", p.LineDefined, p.LastLineDefined
		source = sourceOf(short)
		if first == 0 {
			what, last = "main", 0
		}
	}
	t.RawSetString("source", lua.LString(source))
	t.RawSetString("short_src", lua.LString(short))
	t.RawSetString("what", lua.LString(what))
	t.RawSetString("linedefined", lua.LNumber(first))
	t.RawSetString("lastlinedefined", lua.LNumber(last))
}

// sourceOf is what stands before a chunk's name: @ is a file's.
func sourceOf(name string) string {
	switch {
	case strings.HasPrefix(name, "[string "): // of the text itself no more is kept
		return name
	case name == "stdin", strings.HasPrefix(name, "("):
		return "=" + name
	}
	return "@" + name
}

func (a activation) line() int {
	if !a.isLua() || a.frame == nil || a.frame.Pc < 1 {
		return -1
	}
	return a.fn.Proto.DbgSourcePositions[a.frame.Pc-1]
}

// name is what the caller calls the function.
func (a activation) name(t *lua.LTable) {
	var c Culprit
	if a.frame != nil {
		c = a.frame.calledAs()
	}
	switch {
	case c.Name != "":
		t.RawSetString("name", lua.LString(c.Name))
	case a.fn == nil:
		t.RawSetString("name", lua.LString(""))
	default:
		c.Kind = "" // an iterator has one, and no name
	}
	t.RawSetString("namewhat", lua.LString(c.Kind))
}

func activeLines(L *lua.LState, p *lua.FunctionProto) *lua.LTable {
	lines := L.NewTable()
	for _, line := range p.DbgSourcePositions {
		lines.RawSetInt(line, lua.LTrue)
	}
	return lines
}
