package iolib

import (
	"errors"
	"math"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/iolib/stdio"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// args are a function's arguments, with what this library's have besides.
type args struct {
	lualib.Arguments
	l *Library
}

// integer cuts a fraction off, as luaL_checkinteger of 5.1 does; what a double does
// not count exactly is refused.
func (a args) integer(n int) int64 {
	f := math.Trunc(a.Num(n))
	if !(math.Abs(f) <= 1<<53) {
		a.Fail(n, "integer expected, got %s", lualib.NumberText(lua.LNumber(f)))
	}
	return int64(f)
}

func (a args) optInteger(n int, otherwise int64) int64 {
	if a.Absent(n) {
		return otherwise
	}
	return a.integer(n)
}

// option answers the index of an argument among the words it may be.
func (a args) option(n int, otherwise string, words ...string) int {
	given := a.OptStr(n, otherwise)
	for i, word := range words {
		if given == word {
			return i
		}
	}
	a.Fail(n, "invalid option '%s'", given)
	return 0
}

// file answers a file object that is open.
func (a args) file(n int) *stdio.Stream {
	ud, ok := a.L.Get(n).(*lua.LUserData)
	if !ok {
		a.Mismatch(n, "FILE*")
	}
	s, ok := ud.Value.(*stdio.Stream)
	if !ok {
		a.Mismatch(n, "FILE*")
	}
	return s
}

func (a args) openFile(n int) *stdio.Stream {
	s := a.file(n)
	if s.Closed {
		a.L.RaiseError("attempt to use a closed file")
	}
	return s
}

// answer pushes values and answers how many.
func (a args) answer(values ...lua.LValue) int {
	for _, v := range values {
		a.L.Push(v)
	}
	return len(values)
}

// done answers true, or what refuse does. The subject, a path, stands before the text.
func (a args) done(err error, subject string) int {
	if err != nil {
		return a.refuse(err, subject)
	}
	return a.answer(lua.LTrue)
}

// refuse answers nil, "path: No such file or directory", errno. What is no refusal of
// the kernel's is raised.
func (a args) refuse(err error, subject string) int {
	message, errno := a.message(err, subject)
	return a.answer(lua.LNil, lua.LString(message), lua.LNumber(errno))
}

func (a args) message(err error, subject string) (string, unix.Errno) {
	a.raiseOthers(err)
	var errno unix.Errno
	errors.As(err, &errno)
	text := consts.ErrnoText(int64(errno))
	if subject != "" {
		text = subject + ": " + text
	}
	var detail *kernel.DetailError
	if errors.As(err, &detail) {
		text += " (" + detail.Detail + ")"
	}
	return text, errno
}

// raiseOthers raises an error that is no errno.
func (a args) raiseOthers(err error) {
	var errno unix.Errno
	var arg *kernel.ArgError
	switch {
	case errors.As(err, &errno):
	case errors.As(err, &arg):
		a.Fail(arg.Arg+1+a.Self, "%s", arg.Text)
	default: // an interrupt, or no memory
		a.L.RaiseError("%s", err.Error())
	}
}

// call calls a function with one argument for one result.
func (l *Library) call(L *lua.LState, fn, v lua.LValue) lua.LValue {
	L.Push(fn)
	L.Push(v)
	L.Call(1, 1)
	result := L.Get(-1)
	L.Pop(1)
	return result
}
