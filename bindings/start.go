package bindings

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// start copies a function to the state of a new thread, and with it the globals that it can
// reach: those whose names are among its strings, and among those of the functions that go
// with it. Code that reaches globals in other ways gets them all.
type start struct {
	crossing
	from, to   *Env
	fromL, toL *lua.LState
	functions  map[*lua.LFunction]*lua.LFunction
	reached    map[string]bool // names that were noted; "*": all globals were
	pending    []string        // of these, the ones whose globals are not copied yet
}

// reachers are the functions and tables through which code finds globals by names that are
// made at run time.
var reachers = []string{"_G", "getfenv", "setfenv", "load", "loadstring", "loadfile", "dofile"}

// newStart begins the copying from one state to another.
func newStart(from, to *Env, fromL, toL *lua.LState) *start {
	s := &start{from: from, to: to, fromL: fromL, toL: toL,
		functions: map[*lua.LFunction]*lua.LFunction{}, reached: map[string]bool{}}
	s.crossing.start = s
	return s
}

// entry copies the function that the thread runs, and its globals.
func (s *start) entry(fn *lua.LFunction) (*lua.LFunction, error) {
	v, err := s.function(fn)
	if err != nil {
		return nil, err
	}
	s.want("string") // whose functions are methods, too
	for len(s.pending) > 0 {
		name := s.pending[len(s.pending)-1]
		s.pending = s.pending[:len(s.pending)-1]
		s.global(name)
	}
	return v.(*lua.LFunction), nil
}

// global copies a global that the program has made or changed. What can't go is missing
// there, with the reason.
func (s *start) global(name string) {
	v := s.fromL.G.Global.RawGetString(name)
	if v == lua.LNil || s.from.fresh.has(name, v) {
		return
	}
	twin, err := s.attempt(v)
	if err != nil {
		if s.to.missing == nil {
			s.to.missing = map[string]string{}
		}
		s.to.missing[name] = err.Error()
		if module := moduleOf(s.fromL, v); module != "" {
			s.to.missing[name] = fmt.Sprintf("a module is loaded where it is used: local %s = require %q in the function", name, module)
		}
		return
	}
	s.toL.G.Global.RawSetString(name, twin)
}

// moduleOf is the name of the built-in module that a value is, "" of another.
func moduleOf(L *lua.LState, v lua.LValue) (name string) {
	module, isTable := v.(*lua.LTable)
	loaded, ok := L.GetField(L.Get(lua.RegistryIndex), "_LOADED").(*lua.LTable)
	if !isTable || !ok {
		return ""
	}
	loaded.ForEach(func(k, entry lua.LValue) {
		if entry == module && isFrom(module, "lib/"+k.String()+".lua") {
			name = k.String()
		}
	})
	return name
}

// isFrom tells whether a table has a function of a file.
func isFrom(module *lua.LTable, file string) (found bool) {
	module.ForEach(func(_, v lua.LValue) {
		fn, ok := v.(*lua.LFunction)
		found = found || ok && !fn.IsG && fn.Proto.SourceName == file
	})
	return found
}

// function copies a function. Its code is shared, which nothing changes.
func (s *start) function(fn *lua.LFunction) (lua.LValue, error) {
	if twin := s.functions[fn]; twin != nil {
		return twin, nil
	}
	switch {
	case fn.IsG:
		return s.builtin(fn)
	case len(fn.Upvalues) > 0:
		return nil, &refusal{why: "the function captures the local '" + fn.Proto.DbgUpvalues[0] + "' of its surroundings: pass it as an argument, or make it global"}
	case fn.Env != s.fromL.G.Global:
		return nil, &refusal{why: "the function has an environment of its own (setfenv)"}
	}
	twin := s.toL.NewFunctionFromProto(fn.Proto)
	s.functions[fn] = twin
	s.reach(fn.Proto)
	return twin, nil
}

// reach notes the globals that code may refer to.
func (s *start) reach(p *lua.FunctionProto) {
	for _, c := range p.Constants {
		if name, ok := c.(lua.LString); ok {
			s.want(string(name))
		}
	}
	for _, inner := range p.FunctionPrototypes {
		s.reach(inner)
	}
}

// want notes a name among the strings of the code: a global of that name is copied. A name through
// which code reaches others by name (reachers) has all globals copied.
func (s *start) want(name string) {
	if s.reached[name] {
		return
	}
	s.reached[name] = true
	s.pending = append(s.pending, name)
	switch {
	case name == "require":
		s.want("package") // its path
	case slices.Contains(reachers, name) && !s.reached["*"]:
		s.reached["*"] = true
		s.fromL.G.Global.ForEach(func(k, _ lua.LValue) {
			if name, ok := k.(lua.LString); ok {
				s.want(string(name))
			}
		})
	}
}

// builtin answers what the new state has in the place of a function or a file of this one's.
func (s *start) builtin(v lua.LValue) (lua.LValue, error) {
	path := s.from.fresh.path(v)
	if path == "" {
		return nil, s.refuse("a function that a library made", "")
	}
	return s.twin(path)
}

// twin finds what the new state has at a path.
func (s *start) twin(path string) (lua.LValue, error) {
	global, field, nested := strings.Cut(path, ".")
	v := s.toL.G.Global.RawGetString(global)
	if v == lua.LNil {
		if s.from.self.Number == 0 && s.from.Host[global] != nil {
			return nil, &refusal{why: global + " belongs to the prompt: a thread does not have it"}
		}
		v = s.to.late(s.toL, global)
	}
	if t, ok := v.(*lua.LTable); ok && nested {
		v = t.RawGetString(field)
	}
	if v == lua.LNil {
		return nil, &refusal{why: "a thread has no " + path}
	}
	return v, nil
}

// library answers the new state's table of a library, with the fields that the program has
// added to this one's or changed. A field that can't go is left as it is there.
func (s *start) library(t *lua.LTable) (lua.LValue, error) {
	path := s.from.fresh.path(t)
	v, err := s.twin(path)
	twin, ok := v.(*lua.LTable)
	if err != nil || !ok || path == "_G" {
		return v, err
	}
	s.see(t, twin)
	t.ForEach(func(k, v lua.LValue) {
		name, ok := k.(lua.LString)
		if !ok || s.from.fresh.has(path+"."+string(name), v) || path == "package" && v.Type() == lua.LTTable {
			return // a thread loads its modules itself
		}
		if value, err := s.attempt(v); err == nil {
			twin.RawSetString(string(name), value)
		}
	})
	return twin, nil
}
