package bindings

import (
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

	io        *iolib.Library
	lineEnded bool
	addresses *lua.LTable // the metatable of address tables
	decoding  decoding    // of the call being made; reused
}

// Options are what a state can be made with.
type Options struct {
	Memory *Memory
	Exit   func(code int) // ends the process, for os.exit
	Closed func()         // nobody reads the standard output that the process began with
}

// NewState makes a Lua state with everything in it: Lua's library, mended, the calls
// and the constants. It has a task of its own; Close ends both.
func NewState(o Options) (*lua.LState, *Env) {
	L := lua.NewState(lualib.LuaOptions())
	env := &Env{Task: kernel.NewTask(), Memory: o.Memory}
	L.SetContext(env.Task)
	lualib.Open(L, lualib.Options{Room: env.Memory.Room})
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
