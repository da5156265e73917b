package iolib

import (
	"math"
	"os"

	"sockrepl/bindings/iolib/stdio"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// openOS replaces what is wrong in gopher-lua's os; setenv, which C's Lua has not, is
// kept.
func (l *Library) openOS(L *lua.LState) {
	l.set(L, lualib.Module(L, lua.OsLibName), 0, map[string]func(args) int{
		"clock":     osClock,
		"date":      osDate,
		"difftime":  osDifftime,
		"execute":   osExecute,
		"exit":      osExit,
		"getenv":    osGetenv,
		"remove":    func(a args) int { return a.done(stdio.Remove(a.path(1)), a.Str(1)) },
		"rename":    func(a args) int { return a.done(stdio.Rename(a.path(1), a.path(2)), a.Str(1)) },
		"setlocale": osSetlocale,
		"time":      osTime,
		"tmpname":   osTmpname,
	})
}

// path reads a path. C's ends at a NUL byte; a path that has one is a mistake.
func (a args) path(n int) string {
	path := a.Str(n)
	for i := range len(path) {
		if path[i] == 0 {
			a.Fail(n, "a path without NUL bytes expected")
		}
	}
	return path
}

func osClock(a args) int {
	used, err := stdio.Clock()
	if err != nil {
		return a.refuse(err, "")
	}
	return a.answer(lua.LNumber(used.Seconds()))
}

// osDifftime cuts fractions off, as the conversion to time_t does in C.
func osDifftime(a args) int {
	from := 0.0
	if !a.Absent(2) {
		from = math.Trunc(a.Num(2))
	}
	return a.answer(lua.LNumber(math.Trunc(a.Num(1)) - from))
}

// osExecute answers the status as wait(2) has it (an exit with 3 is 768), -1 if there
// is no process, and without a command 1: there is a shell.
func osExecute(a args) int {
	if a.Absent(1) {
		return a.answer(lua.LNumber(1))
	}
	status, err := a.l.streams.System(a.Str(1))
	if err != nil {
		a.raiseOthers(err)
		return a.answer(lua.LNumber(-1))
	}
	return a.answer(lua.LNumber(status))
}

// osExit takes a number, or as Lua 5.2 true and false.
func osExit(a args) int {
	code := 0
	switch v := a.L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LBool:
		if !v {
			code = 1
		}
	default:
		code = int(a.integer(1))
	}
	_ = a.l.Flush()
	a.l.options.Exit(code)
	return 0
}

// osGetenv answers "" for a variable that is set to nothing.
func osGetenv(a args) int {
	if value, ok := os.LookupEnv(a.Str(1)); ok {
		return a.answer(lua.LString(value))
	}
	return a.answer(lua.LNil)
}

// osSetlocale knows the C locale alone, which is also the environment's ("").
func osSetlocale(a args) int {
	a.option(2, "all", "all", "collate", "ctype", "monetary", "numeric", "time")
	switch a.OptStr(1, "C") {
	case "C", "POSIX", "":
		return a.answer(lua.LString("C"))
	}
	return a.answer(lua.LNil)
}

func osTmpname(a args) int {
	path, err := a.l.streams.TempName()
	if err != nil {
		a.raiseOthers(err)
		a.L.RaiseError("unable to generate a unique filename")
	}
	return a.answer(lua.LString(path))
}
