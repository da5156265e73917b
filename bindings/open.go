package bindings

import (
	"io"
	"os"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/iolib"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// Env is what the functions of one Lua state share: its task, and how its values are
// made.
type Env struct {
	Task   *kernel.Task
	Memory *Memory // the limit; nil for none
	// Aside takes what is said beside the program's own output: trace lines, the end of
	// a thread. A Write is whole lines, may come from any goroutine, and at the prompt
	// goes above the line being typed.
	Aside io.Writer
	// Width answers the terminal's columns, 0 if there is no terminal.
	Width func() int

	host      Natives // of the rows that the host has the functions of
	io        *iolib.Library
	lineEnded bool
	addresses *lua.LTable // the metatable of address tables
	decoding  decoding    // of the call being made; reused
}

// Options are what a state can be made with.
type Options struct {
	Memory *Memory
	Exit   func(code int)    // ends the process, for os.exit
	Host   Natives           // functions of rows that are none of this package's
	Failed func(*lua.LState) // see lualib.Options
	Aside  io.Writer         // see Env; standard error if nil
	Width  func() int        // see Env; nil if there is no terminal
	Closed func()            // nobody reads the standard output that the process began with
}

// NewState makes a Lua state with everything in it: Lua's library, mended, the calls
// and the constants. It has a task of its own; Close ends both.
func NewState(o Options) (*lua.LState, *Env) {
	L := lua.NewState(lualib.LuaOptions())
	env := &Env{Task: kernel.NewTask(0, "main"), Memory: o.Memory, host: o.Host, Aside: o.Aside, Width: o.Width}
	if env.Aside == nil {
		env.Aside = os.Stderr
	}
	if env.Width == nil {
		env.Width = func() int { return 0 }
	}
	L.SetContext(env.Task)
	lualib.Open(L, lualib.Options{Room: env.Memory.Room, Failed: o.Failed})
	env.openIO(L, o)
	env.openChunks(L)
	env.openConstants(L)
	env.openAddresses(L)
	env.openCalls(L)
	return L, env
}

// Close ends the state and its task.
func (env *Env) Close(L *lua.LState) {
	env.Task.End()
	L.Close()
}

func (env *Env) openCalls(L *lua.LState) {
	luaSelect := L.GetGlobal("select").(*lua.LFunction)
	for _, c := range calls.All() {
		if !env.hasFunction(c) {
			continue
		}
		fn := L.NewFunction(env.bind(c))
		if c.Name == "select" {
			fn = L.NewFunction(selectBoth(luaSelect, fn))
		}
		L.SetGlobal(c.Name, fn)
	}
}

func (env *Env) openConstants(L *lua.LState) {
	for _, c := range consts.All() {
		L.G.Global.RawSetString(c.Name, lua.LNumber(c.Value))
	}
	strict(L)
}

// selectBoth is select: with a number or a string first it is Lua's, else the call.
func selectBoth(luas, call *lua.LFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		switch L.Get(1).Type() {
		case lua.LTNumber, lua.LTString:
			return luas.GFunction(L)
		}
		return call.GFunction(L)
	}
}
