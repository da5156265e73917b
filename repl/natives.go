package repl

import (
	"errors"
	"fmt"
	"os"

	"sockrepl/bindings"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// natives are the functions of the shell's rows.
func (s *Session) natives() bindings.Natives {
	return bindings.Natives{
		"help":  s.nativeHelp,
		"guide": s.nativeGuide,
		"where": s.nativeWhere,
		"save":  s.nativeSave,
		"run":   s.nativeRun,
		"edit":  s.nativeEdit,
		"reset": s.nativeReset,
		"exit":  s.nativeExit,
		"quit":  s.nativeExit,
	}
}

func push(L *lua.LState, values ...lua.LValue) int {
	for _, v := range values {
		L.Push(v)
	}
	return len(values)
}

// refuse answers nil, a message and, of an error of the system's, its number.
func refuse(L *lua.LState, name string, err error) int {
	var errno unix.Errno
	if errors.As(err, &errno) {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = &kernel.DetailError{Errno: errno, Detail: kernel.Escape(pe.Path)}
		}
		return bindings.Refuse(L, name, err)
	}
	return push(L, lua.LNil, lua.LString(name+": "+err.Error()))
}

func (s *Session) nativeExit(env *bindings.Env, _ *lua.LState, f *kernel.Frame) int {
	env.Exit(f.Int(0))
	return 0
}

// nativeSave is save. It answers the path.
func (s *Session) nativeSave(_ *bindings.Env, L *lua.LState, f *kernel.Frame) int {
	path := f.Str(0)
	if err := s.record.save(path, lua.LVAsBool(L.Get(2))); err != nil {
		return refuse(L, "save", err)
	}
	return push(L, lua.LString(path))
}

// nativeRun is run. It answers what the script answers.
func (s *Session) nativeRun(env *bindings.Env, L *lua.LState, f *kernel.Frame) int {
	name := f.Str(0)
	fn, err := s.load(Step{Kind: Script, Text: name})
	if err != nil {
		L.RaiseError("run: %s", err.Error())
	}
	arg, top := L.NewTable(), L.GetTop()
	arg.RawSetInt(0, lua.LString(name))
	L.Push(fn)
	for i := 2; i <= top; i++ {
		arg.RawSetInt(i-1, L.Get(i))
		L.Push(L.Get(i))
	}
	before := L.GetGlobal("arg")
	L.SetGlobal("arg", arg)
	defer L.SetGlobal("arg", before)
	defer runsScript(env, arg)()
	L.Call(max(top-1, 0), lua.MultRet)
	return L.GetTop() - top
}

// runsScript says that a script begins, whose arguments arg has (nil: nobody knows), and answers what is to be called when
// it is over: after Ctrl-C the processes that it has started are interrupted, too, and what it has put
// into arg.closing is closed, which it can't do itself any more.
func runsScript(env *bindings.Env, arg *lua.LTable) (over func()) {
	interruptStarted := env.Task.RunsScript()
	return func() {
		interruptStarted()
		closeLeft(env, arg)
	}
}

func closeLeft(env *bindings.Env, arg *lua.LTable) {
	if arg == nil || !env.Task.Interrupted() {
		return
	}
	closing, ok := arg.RawGetString("closing").(*lua.LTable)
	if !ok {
		return
	}
	closing.ForEach(func(fd, _ lua.LValue) {
		if n, ok := fd.(lua.LNumber); ok {
			env.CloseFor("run", int(n))
		}
	})
}

// nativeReset is reset: the session's threads end, what it opened is closed, what it defined
// is forgotten.
func (s *Session) nativeReset(env *bindings.Env, L *lua.LState, _ *kernel.Frame) int {
	kernel.ClearFaults()
	err := env.Reset(L, s.start.open)
	if modules := s.loaded(); modules != nil {
		for _, name := range sortedFields(modules) {
			if !s.start.modules[name] {
				modules.RawSetString(name, lua.LNil)
			}
		}
	}
	s.record.inputs, s.crash = nil, nil
	if err != nil {
		return bindings.Refuse(L, "reset", err)
	}
	return 0
}

// nativeWhere is where: the frames of the last error, as a table that prints as text.
func (s *Session) nativeWhere(_ *bindings.Env, L *lua.LState, _ *kernel.Frame) int {
	frames := L.NewTable()
	text := "nothing has failed yet"
	if s.crash != nil {
		text = s.whole(s.crash)
		for _, st := range s.crash.stacks {
			for _, f := range st.frames {
				frames.Append(frameTable(L, &f))
			}
		}
	}
	mt := L.NewTable()
	mt.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		return push(L, lua.LString(text))
	}))
	frames.Metatable = mt
	return push(L, frames)
}

func frameTable(L *lua.LState, f *callFrame) *lua.LTable {
	t := L.NewTable()
	if f.source != "" {
		t.RawSetString("source", lua.LString(f.source))
		t.RawSetString("line", lua.LNumber(f.line))
	}
	if f.name != "" {
		t.RawSetString("name", lua.LString(f.name))
	}
	locals := L.NewTable()
	for _, v := range f.locals {
		entry := L.NewTable()
		entry.RawSetString("name", lua.LString(v.name))
		entry.RawSetString("value", v.value)
		locals.Append(entry)
	}
	t.RawSetString("locals", locals)
	return t
}

// pathError says what the system said of a path, without Go's words around it.
func pathError(err error) error {
	var errno unix.Errno
	var pe *os.PathError
	if errors.As(err, &errno) && errors.As(err, &pe) {
		return fmt.Errorf("%s: %s", pe.Path, consts.ErrnoText(int64(errno)))
	}
	return err
}
