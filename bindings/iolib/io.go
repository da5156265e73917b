package iolib

import (
	"sockrepl/bindings/iolib/stdio"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

func (l *Library) openIO(L *lua.LState) {
	t := lualib.Module(L, lua.IoLibName)
	standard := func(name string, fd int) *lua.LUserData {
		s := l.streams.Attach(fd, fd == 0, fd != 0)
		s.Standard = true
		ud := l.object(L, s)
		t.RawSetString(name, ud)
		return ud
	}
	l.input = standard("stdin", 0)
	l.output = standard("stdout", 1)
	standard("stderr", 2)
	l.standard = [2]*lua.LUserData{l.input, l.output}
	l.stdout = l.output.Value.(*stdio.Stream)
	l.set(L, t, 0, map[string]func(args) int{
		"close":   ioClose,
		"flush":   func(a args) int { return a.l.flush(a, a.current("output", l.output)) },
		"input":   func(a args) int { return a.redirect(&l.input, "r") },
		"lines":   ioLines,
		"open":    ioOpen,
		"output":  func(a args) int { return a.redirect(&l.output, "w") },
		"popen":   ioPopen,
		"read":    func(a args) int { return l.read(a, a.current("input", l.input), a.formats(1)) },
		"tmpfile": ioTmpfile,
		"type":    ioType,
		"write":   func(a args) int { return l.writeArgs(a, a.current("output", l.output), 1) },
	})
}

// current answers the default input or output.
func (a args) current(which string, ud *lua.LUserData) *stdio.Stream {
	s := ud.Value.(*stdio.Stream)
	if s.Closed {
		a.L.RaiseError("standard %s file is closed", which)
	}
	return s
}

// redirect is io.input and io.output: it sets the default and answers it.
func (a args) redirect(which **lua.LUserData, mode string) int {
	switch v := a.L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LString, lua.LNumber:
		*which = a.l.object(a.L, a.mustOpen(a.Str(1), mode))
	default:
		a.file(1)
		*which = v.(*lua.LUserData)
	}
	return a.answer(*which)
}

// mustOpen opens a file where a failure is raised.
func (a args) mustOpen(path, mode string) *stdio.Stream {
	flags, _ := stdio.ParseMode(mode)
	s, err := a.l.streams.Open(path, flags)
	if err != nil {
		message, _ := a.message(err, path)
		a.Fail(1, "%s", message)
	}
	return s
}

func ioOpen(a args) int {
	path, mode := a.Str(1), a.OptStr(2, "r")
	flags, ok := stdio.ParseMode(mode)
	if !ok {
		a.Fail(2, "invalid mode '%s'", mode)
	}
	s, err := a.l.streams.Open(path, flags)
	return a.opened(s, err, path)
}

// opened answers the object of a stream that was just made, or why there is none.
func (a args) opened(s *stdio.Stream, err error, subject string) int {
	if err != nil {
		return a.refuse(err, subject)
	}
	return a.answer(a.l.object(a.L, s))
}

func ioPopen(a args) int {
	command := a.Str(1)
	mode := a.option(2, "r", "r", "w")
	s, err := a.l.streams.Popen(command, mode == 1)
	return a.opened(s, err, command)
}

func ioTmpfile(a args) int {
	s, err := a.l.streams.TempFile()
	return a.opened(s, err, "")
}

func ioClose(a args) int {
	if a.Absent(1) {
		return a.l.close(a, a.current("output", a.l.output))
	}
	return a.l.close(a, a.openFile(1))
}

// ioLines goes through the default input, or through a file that it opens, and closes
// at the end.
func ioLines(a args) int {
	formats := a.formats(min(2, a.L.GetTop()+1))
	if a.Absent(1) {
		return a.l.lines(a, a.current("input", a.l.input), formats, false)
	}
	return a.l.lines(a, a.mustOpen(a.Str(1), "r"), formats, true)
}

func ioType(a args) int {
	if ud, ok := a.Any(1).(*lua.LUserData); ok {
		if s, ok := ud.Value.(*stdio.Stream); ok {
			return a.answer(lua.LString(map[bool]string{false: "file", true: "closed file"}[s.Closed]))
		}
	}
	return a.answer(lua.LNil)
}
