package bindings

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// opExec and opSpawn start a child; argument 0 is the *kernel.Child.
var (
	opExec  = kernel.Op{Name: "exec", Do: kernel.StartChild}
	opSpawn = kernel.Op{Name: "spawn", Do: kernel.StartChild}
)

// childNatives start processes.
var childNatives = Natives{"exec": execute, "spawn": spawnProcess}

// execute is exec: any program.
func execute(env *Env, L *lua.LState, f *kernel.Frame) int {
	c := readChildCall(L, "exec")
	c.Path, c.Title = f.Str(0), filepath.Base(f.Str(0))
	c.Args = append([]string{c.Path}, c.words(2)...)
	for i, word := range c.Args {
		if strings.ContainsRune(word, 0) {
			BadArgument(L, "exec", i+1, "a string without NUL bytes expected")
		}
	}
	return env.startChild(L, &opExec, c)
}

// described writes argument i for the trace, with what limits bounds it; options are not cut. A
// value that has no text which Lua reads as it is written briefly.
func (c *childCall) described(i int, limits extent) kernel.Value {
	v := c.L.Get(i)
	switch v := v.(type) {
	case lua.LString:
		if i == 1 && c.name == "exec" {
			return kernel.Value{Set: true, Str: string(v)} // the trace quotes paths
		}
	case *lua.LFunction: // its name
		return kernel.Value{Set: true, Str: "function " + c.Title, Opaque: true}
	}
	if i > c.last {
		limits = inFull
	}
	s := scribe{extent: limits}
	text := s.write(v, 0)
	if s.vague {
		text = brief(v, true)
	}
	return kernel.Value{Set: true, Str: text, Opaque: s.vague}
}

// rest writes the arguments after the first.
func (c *childCall) rest(limits extent) (rest kernel.Value) {
	var texts []string
	for i := 2; i <= c.L.GetTop(); i++ {
		v := c.described(i, limits)
		texts = append(texts, v.Str)
		rest.Set, rest.Opaque = true, rest.Opaque || v.Opaque
	}
	rest.Str = strings.Join(texts, ", ")
	return rest
}

// startChild makes the call and answers as a row does.
func (env *Env) startChild(L *lua.LState, op *kernel.Op, c *childCall) int {
	env.Flush() // or the child's output would come before what was printed earlier
	f := &env.Task.Frame
	f.Reset()
	limits := env.family.tracing.extent()
	f.Args[0], f.Args[1] = c.described(1, limits), c.rest(limits)
	f.Args[0].Any = &c.Child
	if err := env.Task.Do(op, f); err != nil {
		return Refuse(L, op.Name, err)
	}
	return push(L, lualib.Integer(f.Out[0].Int))
}

// childCall is a call of exec or spawn that is being read, with the child that it describes.
type childCall struct {
	kernel.Child
	L    *lua.LState
	name string // of the call
	last int    // the place of the last argument before the table of options
}

// readChildCall reads the options, a table as the last argument.
func readChildCall(L *lua.LState, name string) *childCall {
	c := &childCall{L: L, name: name, last: L.GetTop()}
	c.Env, c.Group, c.FDs = os.Environ(), kernel.AsJob, map[int]int{}
	if t, ok := L.Get(c.last).(*lua.LTable); ok && c.last > 1 {
		c.options(t)
		c.last--
	}
	return c
}

// fail raises that an argument is wrong.
func (c *childCall) fail(arg int, problem string) { BadArgument(c.L, c.name, arg, problem) }

// wrong raises that an option is.
func (c *childCall) wrong(option, want string, v lua.LValue) {
	c.fail(c.last, "option '"+option+"': "+want+" expected, got "+typeOf(v))
}

// words answers the arguments from the place first on as strings.
func (c *childCall) words(first int) (words []string) {
	for i := first; i <= c.last; i++ {
		switch v := c.L.Get(i).(type) {
		case lua.LString, lua.LNumber:
			words = append(words, v.String())
		default:
			c.fail(i, "string expected, got "+typeOf(v))
		}
	}
	return words
}

// options reads the table of options into the child.
func (c *childCall) options(t *lua.LTable) {
	if lua.LVAsBool(t.RawGetString("clearenv")) {
		c.Env = []string{}
	}
	t.ForEach(func(k, v lua.LValue) {
		switch name, isName := k.(lua.LString); {
		case !isName:
			c.place(k, v)
		case name == "env":
			c.environment(v)
		case name == "cwd":
			c.Dir = string(option[lua.LString](c, "cwd", "path", v))
		case name == "pass_fds":
			c.pass(v)
		case name == "pgid":
			c.Group = int(c.number("pgid", "process group, 0 for a new one,", v, math.MaxInt32))
		case name == "setsid":
			c.Session = bool(option[lua.LBool](c, "setsid", "boolean", v))
		case name == "uid":
			c.user().UID = int(c.number("uid", "number of a user", v, highestID))
		case name == "gid":
			c.user().GID = int(c.number("gid", "number of a group of users", v, highestID))
		case name == "grace":
			c.Grace = c.seconds("grace", v)
		case name == "clearenv":
			option[lua.LBool](c, "clearenv", "boolean", v)
		default:
			c.fail(c.last, "there is no option '"+string(name)+"' (there are "+strings.Join(calls.Lookup(c.name).Tables(1)[0].Names(), ", ")+
				"; [n] = fd puts a descriptor in place); a table that is no options needs {} after it")
		}
	})
}

// highestID is the last number that a user may have; 1<<32 - 1 is (uid_t)-1, which changes nothing.
const highestID = 1<<32 - 2

// user is whom the options name; what they do not say is this process's.
func (c *childCall) user() *kernel.User {
	if c.User == nil {
		c.User = &kernel.User{UID: os.Getuid(), GID: os.Getgid()}
	}
	return c.User
}

// option answers an option's value, which must be of type T.
func option[T lua.LValue](c *childCall, name, want string, v lua.LValue) T {
	x, ok := v.(T)
	if !ok {
		c.wrong(name, want, v)
	}
	return x
}

// number answers an option that is a whole number from 0 to most.
func (c *childCall) number(name, want string, v lua.LValue, most int64) int64 {
	n, ok := integral(v)
	if !ok || n < 0 || n > most {
		c.wrong(name, want, v)
	}
	return n
}

// seconds reads a time.
func (c *childCall) seconds(name string, v lua.LValue) time.Duration {
	n, ok := v.(lua.LNumber)
	if !ok || !(n > 0) { // NaN is not
		c.wrong(name, "seconds, more than 0,", v)
	}
	return kernel.Duration(float64(n))
}

// highestPlace bounds the numbers that a child's descriptors are put at.
const highestPlace = 1<<16 - 1

// place reads [n] = fd, and [n] = false.
func (c *childCall) place(k, v lua.LValue) {
	n, ok := integral(k)
	if !ok || n < 0 || n > highestPlace {
		c.fail(c.last, "options: a name, or a descriptor from 0 to 65535, expected, got the key "+typeOf(k))
	}
	if v == lua.LFalse {
		c.FDs[int(n)] = -1
		return
	}
	if _, ok := integral(v); !ok && n == 1 { // an array
		c.fail(c.last, "options: descriptor or false expected for [1], got "+typeOf(v)+"; after a table that is an argument pass {}")
	}
	c.FDs[int(n)] = int(c.number("["+strconv.FormatInt(n, 10)+"]", "descriptor or false", v, math.MaxInt32))
}

// pass reads an array of descriptors.
func (c *childCall) pass(v lua.LValue) {
	t := option[*lua.LTable](c, "pass_fds", "array of descriptors", v)
	c.Pass = []int{}
	for i := 1; i <= t.Len(); i++ {
		c.Pass = append(c.Pass, int(c.number("pass_fds", "array of descriptors", t.RawGetInt(i), math.MaxInt32)))
	}
}

// environment sets and removes variables.
func (c *childCall) environment(v lua.LValue) {
	option[*lua.LTable](c, "env", "table", v).ForEach(func(k, v lua.LValue) {
		name, ok := k.(lua.LString)
		if !ok || name == "" || strings.ContainsAny(string(name), "=\x00") {
			c.fail(c.last, "option 'env': the name of a variable expected, got "+k.String())
		}
		c.Env = slices.DeleteFunc(c.Env, func(s string) bool { return strings.HasPrefix(s, string(name)+"=") })
		switch v := v.(type) {
		case lua.LString, lua.LNumber:
			if strings.ContainsRune(v.String(), 0) {
				c.fail(c.last, "option 'env': "+string(name)+": a string without NUL bytes expected")
			}
			c.Env = append(c.Env, string(name)+"="+v.String())
		default:
			if v != lua.LFalse {
				c.wrong("env", string(name)+" = string or false", v)
			}
		}
	})
}
