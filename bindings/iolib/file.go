package iolib

import (
	"fmt"
	"strings"

	"sockrepl/bindings/iolib/stdio"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// openFiles makes the metatable of file objects. It has no __gc: Go runs finalizers at
// any time and on another thread, when the number may be somebody else's descriptor by
// then. A file is closed by close.
func (l *Library) openFiles(L *lua.LState) {
	l.meta = L.NewTable()
	l.meta.RawSetString("__index", l.meta)
	l.set(L, l.meta, 1, map[string]func(args) int{
		"__tostring": fileText,
		"close":      func(a args) int { return a.l.close(a, a.openFile(1)) },
		"fileno":     func(a args) int { return a.answer(lua.LNumber(a.openFile(1).FD)) },
		"flush":      func(a args) int { return a.l.flush(a, a.openFile(1)) },
		"lines":      func(a args) int { return a.l.lines(a, a.openFile(1), a.formats(2), false) },
		"read":       func(a args) int { return a.l.read(a, a.openFile(1), a.formats(2)) },
		"seek":       fileSeek,
		"setvbuf":    fileSetvbuf,
		"write":      func(a args) int { return a.l.writeArgs(a, a.openFile(1), 2) },
	})
}

// object makes the Lua value of a stream.
func (l *Library) object(L *lua.LState, s *stdio.Stream) *lua.LUserData {
	ud := L.NewUserData()
	ud.Value = s
	ud.Metatable = l.meta
	return ud
}

func fileText(a args) int {
	s := a.file(1)
	if s.Closed {
		return a.answer(lua.LString("file (closed)"))
	}
	return a.answer(lua.LString(fmt.Sprintf("file (%p)", s)))
}

// writeArgs writes its arguments, with one write(2). It answers true, or nil, the
// error and its number, and how many bytes were written all the same.
func (l *Library) writeArgs(a args, s *stdio.Stream, first int) int {
	n, err := l.write(&stdio.Write, s, l.joined(a, first))
	if err != nil {
		return a.refuse(err, "") + a.answer(lua.LNumber(n))
	}
	return a.answer(lua.LTrue)
}

func (l *Library) joined(a args, first int) string {
	top := a.L.GetTop()
	if top == first {
		return a.Str(first)
	}
	var text strings.Builder
	for i := first; i <= top; i++ {
		part := a.Str(i)
		l.reserve(a.L, text.Len()+len(part))
		text.WriteString(part)
	}
	return text.String()
}

func (l *Library) flush(a args, s *stdio.Stream) int {
	err := s.Flush()
	l.noticeClosed(s, err)
	return a.done(err, "")
}

// close answers true, or as Lua 5.2 does how the process of a popen ended.
func (l *Library) close(a args, s *stdio.Stream) int {
	if s.Standard {
		return a.answer(lua.LNil, lua.LString("cannot close standard file"))
	}
	err := s.Close()
	if err != nil && !s.Closed {
		return a.refuse(err, "")
	}
	if !s.HasChild() {
		return a.done(err, "")
	}
	status, err := s.Wait()
	if err != nil {
		return a.refuse(err, "")
	}
	return a.answer(ended(status)...)
}

// ended is how a process ended: true or nil, "exit" or "signal", the number.
func ended(status unix.WaitStatus) []lua.LValue {
	if status.Signaled() {
		return []lua.LValue{lua.LNil, lua.LString("signal"), lua.LNumber(status.Signal())}
	}
	success := lua.LValue(lua.LTrue)
	if status.ExitStatus() != 0 {
		success = lua.LNil
	}
	return []lua.LValue{success, lua.LString("exit"), lua.LNumber(status.ExitStatus())}
}

func fileSeek(a args) int {
	s := a.openFile(1)
	whence := a.option(2, "cur", "set", "cur", "end")
	at, err := s.Seek(a.optInteger(3, 0), [...]int{unix.SEEK_SET, unix.SEEK_CUR, unix.SEEK_END}[whence])
	if err != nil {
		return a.refuse(err, "")
	}
	return a.answer(lua.LNumber(at))
}

func fileSetvbuf(a args) int {
	s := a.openFile(1)
	if a.Absent(2) {
		a.Mismatch(2, "string")
	}
	mode := a.option(2, "", "no", "line", "full")
	size := a.optInteger(3, 0)
	a.l.reserve(a.L, int(size))
	return a.done(s.SetBuffer([...]stdio.Mode{stdio.Unbuffered, stdio.Line, stdio.Full}[mode], int(size)), "")
}
