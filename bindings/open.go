package bindings

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/iolib"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"
	"sockrepl/bindings/trace"

	lua "github.com/yuin/gopher-lua"
)

// Env is what the functions of one Lua state share: its task, and how its values are
// made.
type Env struct {
	Options
	Task *kernel.Task

	io       *iolib.Library
	decoding decoding // of the call being made; reused
	ready    []int32  // of a set that select answers; reused
	// staleRevents are those of poll's last entries whose revents are not 0; reused.
	staleRevents []int
	tables       *[3]lua.LTable // those of the call's answers: see answer

	family    *family                   // all threads of the program
	self      *Thread                   // whose state this is
	functions map[string]*lua.LFunction // of the rows, as far as they are bound
	fresh     fresh                     // what the state began with
	refused   lastRefused               // for Refused
	joined    explained                 // what the thread that was joined last ended with
	missing   map[string]string         // globals that could not be copied to this thread or process, and why
}

// Options are what a state can be made with; the zero value makes one without a terminal and
// without a limit.
type Options struct {
	// The process.
	Memory *Memory           // the limit; nil for none
	Exit   func(code int)    // ends the process, for os.exit in any thread; os.Exit if nil
	Closed func()            // nobody reads the standard output that the process began with
	Failed func(*lua.LState) // see lualib.Options

	// What the host adds.
	Host Natives // functions of rows that are none of this package's
	// Embedded has the demos, and the modules under lib/; nil if there are none. BuiltIn says
	// that what runs is a demo: it means these modules, whatever files have their names.
	// Beside is the folder of a script, where modules are looked for first; "" for none.
	Embedded fs.FS
	BuiltIn  bool
	Beside   string

	// The terminal.
	Width func() int // its columns, 0 if there is no terminal, as if nil
	Rows  func() int // its rows, if there is one; 24 if nil
	Dumb  bool       // it takes no escape sequences
	// Echo has the terminal show what is typed, or not. nil: it is as it is.
	Echo func(on bool)
	// Dim has text that Aside takes stand back, Bad has it stand out, where that is a terminal
	// with colours. nil: there are none.
	Dim, Bad func(string) string

	// What is said to people. Each may come from any goroutine.

	// Aside takes what is said beside the program's own output: trace lines, the end of
	// a thread. A Write is whole lines, and at the prompt goes above the line being typed.
	// Standard error if nil.
	Aside io.Writer
	// Say writes a text for people where Aside goes, its long lines broken. nil: a line to Aside.
	Say func(text string)
	// Above is shown what a thread other than the main one is about to print to descriptor
	// 1 or 2: a host that has a line open on that terminal writes it above the line, and
	// answers true. nil: there is no such line.
	Above func(fd int, data string) bool
	// Show writes a value as the host shows it to people, for the function show; tostring if nil.
	Show func(L *lua.LState, v lua.LValue) string
	// Explain words an error for people, with hints. It is called in the thread that raises it, while
	// the stack is still there, and its answer told if nothing catches the error. nil: no hints.
	Explain func(L *lua.LState, env *Env, err lua.LValue) string
	// Answered is told of a thread that has ended, and has answers that nobody waits for.
	// nil: nobody is told.
	Answered func(*Thread)
}

// Before any state is made: the VM looks at the tasks only when one has to stop.
func init() { kernel.Attention = lualib.Attention }

// NewState makes a Lua state with everything in it: Lua's library, mended, the calls
// and the constants. It has a task of its own; Close ends both. It is the main thread:
// threads get states of their own.
func NewState(o Options) (*lua.LState, *Env) {
	if o.Aside == nil {
		o.Aside = os.Stderr
	}
	if o.Exit == nil {
		o.Exit = os.Exit
	}
	if o.Width == nil {
		o.Width = func() int { return 0 }
	}
	if o.Echo == nil {
		o.Echo = func(bool) {}
	}
	if o.Rows == nil {
		o.Rows = func() int { return 24 }
	}
	if o.Say == nil {
		o.Say = func(text string) { _, _ = fmt.Fprintln(o.Aside, text) }
	}
	if o.Dim == nil {
		o.Dim, o.Bad = trace.Plain.Dim, trace.Plain.Bad
	}
	env := &Env{family: newFamily()}
	env.self = env.family.main
	L := env.open(o, lualib.LuaOptions())
	env.self.setLiveEnv(env)
	env.openCalls(L)
	env.fresh.remember(L)
	return L, env
}

// open makes the part of a state that those of all threads have.
func (env *Env) open(o Options, luas lua.Options) *lua.LState {
	L := lua.NewState(luas)
	env.Options = o
	env.functions = make(map[string]*lua.LFunction, len(calls.All()))
	env.Task = kernel.NewTask(env.self.Number, env.self.Name)
	env.Memory.add(env.Task)
	lualib.SetContext(L, env.Task)
	lualib.Open(L, lualib.Options{Room: env.Memory.Room, Failed: o.Failed})
	env.openIO(L, o)
	env.openChunks(L)
	env.openShared(L)
	env.openChannels(L)
	env.openGlobals(L)
	env.openSelect(L)
	env.openModules(L, o)
	L.G.Registry.RawSetString(envKey, &lua.LUserData{Value: env})
	return L
}

// openIO opens print, io and os over plain descriptors.
func (env *Env) openIO(L *lua.LState, o Options) {
	env.io = iolib.Open(L, iolib.Options{
		Task:   env.Task,
		Room:   env.Memory.Room,
		Exit:   env.Exit,
		Closed: o.Closed,
		Above:  o.Above,
	})
}

// envKey is where a state's registry has its Env, for functions that all states share.
const envKey = "sockrepl"

func envOf(L *lua.LState) *Env {
	return L.G.Registry.RawGetString(envKey).(*lua.LUserData).Value.(*Env)
}

// Close ends the state and its task.
func (env *Env) Close(L *lua.LState) {
	env.Memory.remove(env.Task)
	if env.self == env.family.main {
		env.family.tracing.stop()
		env.family.timelining.stop()
	}
	env.Task.End()
	lualib.Forfeit(L)
	L.Close()
}

// openCalls makes the rows' functions; a name with a dot is a field of a library.
func (env *Env) openCalls(L *lua.LState) {
	for _, c := range calls.All() {
		if fn := env.function(L, c); fn != nil && !strings.Contains(c.Name, ".") {
			L.SetGlobal(c.Name, fn)
		}
	}
}

// function answers the Lua function of a row, nil if it has none in this state: the
// prompt's rows have theirs only there.
func (env *Env) function(L *lua.LState, c *calls.Call) *lua.LFunction {
	fn := env.functions[c.Name]
	if fn == nil && env.hasFunction(c) {
		fn = L.NewFunction(env.bind(c))
		env.functions[c.Name] = fn
	}
	return fn
}

// Running is the call whose function runs; nil where it is another's, as that of io.open.
func (env *Env) Running(L *lua.LState) *calls.Call {
	fn := lualib.Running(L)
	for name, bound := range env.functions {
		if bound == fn {
			return calls.Lookup(name)
		}
	}
	return nil
}

// openSelect puts the call select in front of Lua's own: with a number or a string first it
// is that. Every state has it from the beginning, since a thread's makes calls only of
// globals that are not set.
func (env *Env) openSelect(L *lua.LState) {
	luas := L.GetGlobal("select").(*lua.LFunction).GFunction
	call := env.bind(calls.Lookup("select"))
	both := L.NewFunction(func(L *lua.LState) int {
		switch L.Get(1).Type() {
		case lua.LTNumber:
			if L.Get(2).Type() == lua.LTTable && lualib.Constructed(L, 2) { // C's select(nfds, ...)
				BadArgument(L, "select", 1, "no number before the sets: select({fd}, nil, nil, seconds)")
			}
			return luas(L)
		case lua.LTString:
			return luas(L)
		}
		return call(L)
	})
	L.SetGlobal("select", both)
	env.functions["select"] = both
}
