package iolib

import (
	"errors"
	"unsafe"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/iolib/stdio"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// print writes its line with one write(2), so that lines of several processes don't
// mix. It has no answer to tell an error by, as io.write has: it raises.
func (l *Library) print(L *lua.LState) int {
	line := l.line[:0]
	l.line = nil // a __tostring may print, too
	tostring := L.GetGlobal("tostring")
	for i, top := 1, L.GetTop(); i <= top; i++ {
		if i > 1 {
			line = append(line, '\t')
		}
		text := l.printed(L, tostring, L.Get(i))
		l.reserve(L, len(line)+len(text))
		line = append(line, text...)
	}
	line = append(line, '\n')
	l.writeLine(L, unsafe.String(unsafe.SliceData(line), len(line)))
	if cap(line) <= 1<<16 {
		l.line = line
	}
	return 0
}

// PrintLine prints a text and a line's end as print does.
func (l *Library) PrintLine(L *lua.LState, text string) { l.writeLine(L, text+"\n") }

func (l *Library) writeLine(L *lua.LState, line string) {
	if _, err := l.write(&stdio.Print, l.stdout, line); err != nil {
		l.raisePrint(L, err)
	}
}

// printed is what print writes for a value. As in Lua it asks the global tostring,
// which a program may have replaced.
func (l *Library) printed(L *lua.LState, tostring, v lua.LValue) string {
	if tostring == l.tostring {
		switch v := v.(type) {
		case lua.LString:
			return string(v)
		case lua.LNumber:
			return lualib.NumberText(v)
		}
	}
	switch s := l.call(L, tostring, v).(type) {
	case lua.LString:
		return string(s)
	case lua.LNumber:
		return lualib.NumberText(s)
	}
	L.RaiseError("'tostring' must return a string to 'print'")
	return ""
}

// raisePrint words an error as the calls do: print: EPIPE (Broken pipe).
func (l *Library) raisePrint(L *lua.LState, err error) {
	var errno unix.Errno
	if !errors.As(err, &errno) {
		L.RaiseError("%s", err.Error())
	}
	text := consts.ErrnoMessage(int64(errno))
	var detail *kernel.DetailError
	if errors.As(err, &detail) {
		text += ": " + detail.Detail
	}
	L.RaiseError("print: %s", text)
}

// write writes to a stream. Where the reader of the standard output is gone, which
// ends a C program by SIGPIPE, the host is told; what a script has put in the place of
// descriptor 1 since is the script's own affair.
func (l *Library) write(op *kernel.Op, s *stdio.Stream, data string) (int, error) {
	n, err := s.Write(op, data)
	l.noticeClosed(s, err)
	return n, err
}

func (l *Library) noticeClosed(s *stdio.Stream, err error) {
	if l.options.Closed == nil || !errors.Is(err, unix.EPIPE) || s.FD != 1 {
		return
	}
	if now, ok := stdio.Identify(1); ok && l.started && now == l.start {
		l.options.Closed()
	}
}

// reserve raises where there is no room for a value of so many bytes.
func (l *Library) reserve(L *lua.LState, bytes int) {
	if err := l.streams.Reserve(bytes); err != nil {
		L.RaiseError("%s", err.Error())
	}
}
