package bindings

import (
	"fmt"
	"strings"

	"sockrepl/bindings/inspect"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// What Lua code does with threads.

var threadNatives = Natives{
	"thread":    startThread,
	"join":      joinThread,
	"threads":   listThreads,
	"interrupt": interruptThread,
}

// startThread is thread.
func startThread(env *Env, L *lua.LState, _ *kernel.Frame) int {
	c := crossing{}
	var args []lua.LValue
	for i := 2; i <= L.GetTop(); i++ {
		v, err := c.value(L.Get(i))
		if err != nil {
			BadArgument(L, "thread", i, err.Error())
		}
		args = append(args, v)
	}
	t, err := env.launch(L, L.Get(1).(*lua.LFunction), args)
	switch e := err.(type) {
	case nil:
		return push(L, t.handle)
	case unix.Errno:
		return Refuse(L, "thread", &kernel.DetailError{Errno: e, Detail: kernel.Thousands(mostThreads()) + " threads run"})
	}
	BadArgument(L, "thread", 1, err.Error())
	return 0
}

// joinThread is join.
func joinThread(env *Env, L *lua.LState, f *kernel.Frame) int {
	t := handleArg[*Thread](L, 1)
	switch t {
	case env.self:
		L.RaiseError("join: a thread cannot wait for itself")
	case env.family.main:
		L.RaiseError("join: the main thread ends with the process")
	}
	t.joining(1)
	if err := env.await(f, t.join()); err != nil {
		t.joining(-1)
		L.RaiseError("%s", err.Error())
	}
	if t.err != nil {
		env.joined = t.explained
		v, _ := copied(t.err)
		L.Error(v, 0)
	}
	for _, r := range t.results {
		v, _ := copied(r)
		L.Push(v)
	}
	return len(t.results)
}

// join is the waiting for the thread's end.
func (t *Thread) join() dealing {
	return dealing{name: "join", args: []lua.LValue{t.handle}, answers: t.ending,
		begin: func() <-chan struct{} { return t.done }, by: func() uint64 { return t.end }}
}

// ending is what join answers, for the trace.
func (t *Thread) ending() kernel.Value {
	if t.err != nil {
		return kernel.Value{Str: "error " + tracedValue(t.err)}
	}
	return tracedList(t.results)
}

// interruptThread is interrupt. The thread's call is woken while this one goes on: a call
// into Lua's own library would not be.
func interruptThread(_ *Env, L *lua.LState, _ *kernel.Frame) int {
	if task := handleArg[*Thread](L, 1).liveTask(); task != nil {
		go task.Interrupt()
	}
	return push(L, lua.LNumber(0))
}

// listThreads is threads.
func listThreads(env *Env, L *lua.LState, _ *kernel.Frame) int {
	list := L.NewTable()
	for _, t := range env.family.list() {
		text, op, fd := t.state()
		if text == "ended" {
			continue
		}
		entry := L.NewTable()
		entry.RawSetString("number", lua.LNumber(t.Number))
		entry.RawSetString("name", lua.LString(t.Name))
		if op != "" {
			entry.RawSetString("blocked", lua.LString(op))
		}
		if fd >= 0 {
			entry.RawSetString("fd", lua.LNumber(fd))
		}
		if on := t.awaits(); on != nil && op != "" {
			entry.RawSetString("on", on)
		}
		entry.RawSetString("thread", t.handle)
		list.Append(entry)
	}
	list.Metatable = threadLists
	return push(L, list)
}

// threadLists is the metatable that has the answer of threads print as text.
var threadLists = common("threads", map[string]lua.LGFunction{
	"__tostring": func(L *lua.LState) int {
		return push(L, lua.LString(threadListText(L.CheckTable(1), envOf(L).Width())))
	},
})

// threadListText draws the list; where a terminal has no room for a line, its rest is below the name.
func threadListText(list *lua.LTable, width int) string {
	var b strings.Builder
	for i := 1; i <= list.Len(); i++ {
		entry, ok := list.RawGetInt(i).(*lua.LTable)
		if !ok {
			continue
		}
		field := func(name string) string { return kernel.Escape(lua.LVAsString(entry.RawGetString(name))) }
		doing := "running"
		if op := field("blocked"); op != "" {
			doing = "blocked in " + op
		}
		if fd := field("fd"); fd != "" {
			doing += " on descriptor " + fd
		}
		if on, ok := entry.RawGetString("on").(*lua.LUserData); ok {
			doing += " on " + handleText(on)
		}
		fmt.Fprintf(&b, "%4s  %-16s  %s\n", field("number"), field("name"), doing)
	}
	text := strings.TrimSuffix(b.String(), "\n")
	if width == 0 {
		return text
	}
	return inspect.Wrapped(text, width, strings.Repeat(" ", 6))
}

// threadMeta is the metatable of threads.
var threadMeta = withFields(common("thread", map[string]lua.LGFunction{
	"__tostring": handleString,
	"__index":    threadField,
}), []string{"number", "name", "state"}, []string{"join", "interrupt"})

func handleString(L *lua.LState) int {
	return push(L, lua.LString(handleText(L.Get(1).(*lua.LUserData))))
}

// handleText is what something that threads share prints as.
func handleText(ud *lua.LUserData) string {
	switch x := ud.Value.(type) {
	case *Thread:
		return fmt.Sprintf("thread %d (%s)", x.Number, kernel.Escape(x.Name))
	case *Mutex:
		return x.text()
	case *Shared:
		return fmt.Sprintf("shared table: %p", x)
	}
	return ud.String()
}

// threadField reads a field of a thread.
func threadField(L *lua.LState) int {
	t := L.Get(1).(*lua.LUserData).Value.(*Thread)
	switch name := L.Get(2).String(); name {
	case "number":
		return push(L, lua.LNumber(t.Number))
	case "name":
		return push(L, lua.LString(t.Name))
	case "state":
		text, _, _ := t.state()
		return push(L, lua.LString(text))
	case "join", "interrupt":
		return push(L, method(L, name))
	}
	return push(L, lua.LNil)
}

// method answers the function of a row, for a value of which it is a method.
func method(L *lua.LState, name string) lua.LValue {
	if fn := envOf(L).functions[name]; fn != nil {
		return fn
	}
	return envOf(L).late(L, name)
}
