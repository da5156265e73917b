package iolib

import (
	"os"

	"sockrepl/bindings/iolib/stdio"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// Options are what the library asks of its host. All but Task may be nil.
type Options struct {
	Task   *kernel.Task
	Room   func(bytes int64) bool         // may a value of so many bytes be made?
	Exit   func(code int)                 // ends the process, for os.exit; os.Exit if nil
	Above  func(fd int, data string) bool // see stdio.Streams
	Closed func()                         // nobody reads the standard output of the start any more
}

// Library is the io library of one Lua state.
type Library struct {
	options Options
	streams *stdio.Streams
	stdout  *stdio.Stream
	start   stdio.Identity // what descriptor 1 was
	started bool           // if it was open at all

	meta          *lua.LTable // of file objects
	input, output *lua.LUserData
	standard      [2]*lua.LUserData // what these were at the start
	tostring      lua.LValue        // the global function as it was at the start
	line          []byte            // print's, reused
}

// Open replaces print, io and functions of os, in the tables that L.OpenLibs has made.
// The global tostring is to be the final one by then. At the end of the program the
// host calls Flush.
func Open(L *lua.LState, o Options) *Library {
	if o.Exit == nil {
		o.Exit = os.Exit
	}
	l := &Library{options: o, streams: stdio.New(o.Task), tostring: L.GetGlobal("tostring")}
	l.streams.Room, l.streams.Above = o.Room, o.Above
	l.start, l.started = stdio.Identify(1)
	l.openFiles(L)
	l.openIO(L)
	l.openOS(L)
	L.SetGlobal("print", L.NewFunction(l.print))
	return l
}

// Flush writes what io.stdout:setvbuf and its like hold back, as C's exit does. It is for
// the state's own thread; FlushFor is for another one, that of the task.
func (l *Library) Flush() error { return l.streams.Flush() }

// FlushFor is Flush while the state's own thread goes on.
func (l *Library) FlushFor(task *kernel.Task) { l.streams.FlushFor(task) }

// CloseFiles closes all files but those whose descriptors are kept, and makes the standard
// streams the default ones again.
func (l *Library) CloseFiles(kept map[int]bool) {
	l.streams.CloseAll(kept)
	l.input, l.output = l.standard[0], l.standard[1]
}

// set puts functions into a table. Each is told the name to use in its errors.
func (l *Library) set(L *lua.LState, t *lua.LTable, self int, fns map[string]func(args) int) {
	for name, fn := range fns {
		t.RawSetString(name, L.NewFunction(func(L *lua.LState) int {
			return fn(args{lualib.Arguments{L: L, Name: name, Self: self}, l})
		}))
	}
}
