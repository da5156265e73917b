package iolib

import (
	"errors"
	"fmt"
	"math"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/iolib/stdio"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// args reads a function's arguments and words their errors as Lua 5.1 does.
type args struct {
	l    *Library
	L    *lua.LState
	name string
	self int // 1 for a method, whose object is no counted argument
}

func (a args) fail(n int, format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	if n -= a.self; n == 0 {
		a.L.RaiseError("calling '%s' on bad self (%s)", a.name, text)
	}
	a.L.RaiseError("bad argument #%d to '%s' (%s)", n, a.name, text)
}

func (a args) mismatch(n int, want string) {
	got := "no value"
	if n <= a.L.GetTop() {
		got = a.L.Get(n).Type().String()
	}
	a.fail(n, "%s expected, got %s", want, got)
}

func (a args) absent(n int) bool { return a.L.Get(n) == lua.LNil }

func (a args) str(n int) string {
	switch v := a.L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return lualib.NumberText(v)
	}
	a.mismatch(n, "string")
	return ""
}

func (a args) optStr(n int, otherwise string) string {
	if a.absent(n) {
		return otherwise
	}
	return a.str(n)
}

func (a args) num(n int) float64 {
	if f, ok := toNumber(a.L.Get(n)); ok {
		return f
	}
	a.mismatch(n, "number")
	return 0
}

// integer cuts a fraction off, as luaL_checkinteger of 5.1 does; what a double does
// not count exactly is refused.
func (a args) integer(n int) int64 {
	f := math.Trunc(a.num(n))
	if !(math.Abs(f) <= 1<<53) {
		a.fail(n, "integer expected, got %s", lualib.NumberText(lua.LNumber(f)))
	}
	return int64(f)
}

func (a args) optInteger(n int, otherwise int64) int64 {
	if a.absent(n) {
		return otherwise
	}
	return a.integer(n)
}

// option answers the index of an argument among the words it may be.
func (a args) option(n int, otherwise string, words ...string) int {
	given := a.optStr(n, otherwise)
	for i, word := range words {
		if given == word {
			return i
		}
	}
	a.fail(n, "invalid option '%s'", given)
	return 0
}

// file answers a file object that is open.
func (a args) file(n int) *stdio.Stream {
	ud, ok := a.L.Get(n).(*lua.LUserData)
	if !ok {
		a.mismatch(n, "FILE*")
	}
	s, ok := ud.Value.(*stdio.Stream)
	if !ok {
		a.mismatch(n, "FILE*")
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
		a.fail(arg.Arg+1+a.self, "%s", arg.Text)
	default: // an interrupt, or no memory
		a.L.RaiseError("%s", err.Error())
	}
}

// toNumber is lua_tonumber for what a user may give as a number.
func toNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return lualib.ParseNumber(string(v))
	}
	return 0, false
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
