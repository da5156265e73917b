package bindings

import (
	lua "github.com/yuin/gopher-lua"
)

// A luggage is what a child process of spawn gets: a function, the arguments to call it
// with, and the globals that it can reach, as bytes. It is packed in the state of a thread
// that never runs, to which all goes by the rules of threads.

// pack makes a luggage. If something can't go it answers which argument of spawn that is.
func (env *Env) pack(L *lua.LState, fn *lua.LFunction, args []lua.LValue) (luggage []byte, bad int, err error) {
	twin, twinL := env.threadState(newThread(1, "spawn"))
	defer twin.Close(twinL)
	s := newStart(env, twin, L, twinL)
	s.process = true
	entry, err := s.entry(fn)
	if err != nil {
		return nil, 1, err
	}
	plain := crossing{process: true}
	copies := make([]lua.LValue, len(args))
	for i, v := range args {
		if copies[i], err = plain.value(v); err != nil {
			return nil, i + 2, err
		}
	}
	w := &wireWriter{env: twin}
	w.string(lua.LVAsString(packagePath(L)))
	w.globals(twinL)
	w.value(entry)
	list(w, copies, w.value)
	return w.out, 0, nil
}

func packagePath(L *lua.LState) lua.LValue {
	if pkg, ok := L.G.Global.RawGetString("package").(*lua.LTable); ok {
		return pkg.RawGetString("path")
	}
	return lua.LNil
}

// globals writes those that were copied, and what is said of those that could not be.
func (w *wireWriter) globals(L *lua.LState) {
	for _, name := range fieldNames(L.G.Global) {
		if v := L.G.Global.RawGetString(name); v != L.G.Global && !w.env.fresh.has(name, v) {
			w.value(lua.LString(name))
			w.value(v)
		}
	}
	w.tag(wireNil)
	w.int(len(w.env.missing))
	for name, reason := range w.env.missing {
		w.string(name)
		w.string(reason)
	}
}

// Unpack makes, in a child process, a function of a luggage: it calls the one that is in
// there, with the arguments.
func (env *Env) Unpack(L *lua.LState, luggage []byte) (fn *lua.LFunction, err error) {
	defer func() {
		if problem := recover(); problem == error(errWire) {
			err = errWire
		} else if problem != nil {
			panic(problem)
		}
	}()
	r := &wireReader{in: luggage, env: env, L: L}
	if pkg, ok := L.G.Global.RawGetString("package").(*lua.LTable); ok {
		pkg.RawSetString("path", lua.LString(r.string()))
	}
	r.fields(L.G.Global)
	env.missing = map[string]string{}
	for range r.int() {
		name := r.string()
		env.missing[name] = r.string()
	}
	entry := r.value()
	args := listOf(r, r.value)
	return L.NewFunction(func(L *lua.LState) int {
		push(L, entry)
		push(L, args...)
		L.Call(len(args), 0)
		return 0
	}), nil
}
