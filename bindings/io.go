package bindings

import (
	"sockrepl/bindings/iolib"

	lua "github.com/yuin/gopher-lua"
)

// openIO opens print, io and os over plain descriptors.
func (env *Env) openIO(L *lua.LState, o Options) {
	env.lineEnded = true
	env.io = iolib.Open(L, iolib.Options{
		Task: env.Task,
		Room: env.Memory.Room,
		Exit: o.Exit,
		OnWrite: func(p []byte) {
			if len(p) > 0 {
				env.lineEnded = p[len(p)-1] == '\n'
			}
		},
		Closed: o.Closed,
		Above:  o.Above,
	})
}

// Flush writes what the io library holds back, and says what is still to be said of threads
// that have failed; it is called at the end.
func (env *Env) Flush() {
	_ = env.io.Flush()
	if env.self == env.family.main {
		env.family.complainAll(env.Aside)
	}
}

// LineEnded tells whether the last that went to standard output ended its line.
func (env *Env) LineEnded() bool { return env.lineEnded }
