package bindings

import (
	"sockrepl/bindings/iolib"

	lua "github.com/yuin/gopher-lua"
)

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

// Flush writes what the io library holds back.
func (env *Env) Flush() { _ = env.io.Flush() }

// Finish is what is done at the end of the program, in whichever thread that comes: what the
// io library holds back is written, in every thread, as exit(3) does, and what is still to be
// said of threads that have failed is said.
func (env *Env) Finish() {
	env.Flush()
	for _, t := range env.family.list() {
		if other := t.living(); other != nil && other != env {
			other.io.FlushFor(env.Task)
		}
	}
	env.family.complainAll(env.Say)
}

// Exit ends the process, whatever Finish meets.
func (env *Env) Exit(code int) {
	defer env.Options.Exit(code)
	env.Finish()
}
