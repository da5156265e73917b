package lualib

import (
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"
)

// Options are what the library asks of its host.
type Options struct {
	// Room says whether a single value of so many bytes may be made; nil
	// allows all. A refusal raises "not enough memory", which is better than
	// the end of the process: Go can't recover from a failed allocation.
	Room func(bytes int64) bool
	// Failed is called where an error is raised that no protected call of the same
	// thread holds: one that ends a coroutine, and every interrupt. The stack is not
	// unwound yet, and the error lies on top of it.
	Failed func(L *lua.LState)
}

// maxArray is where a table's array part ends. gopher-lua fills the array with
// nils up to any smaller integer key, so a large limit makes one sparse key
// slow (2^26, its own limit: half a minute and a gigabyte). But # counts the
// array alone, so that t[#t+1] = v loses elements beyond the limit: a small
// limit makes long arrays wrong. 2^20 holds a million elements and costs a
// sparse key 16 MB at the worst.
const maxArray = 1 << 20

// A package variable of gopher-lua's, for all states: set once, before any.
func init() { lua.MaxArrayIndex = maxArray }

// LuaOptions are the options that every state is made with. The call stack is
// as deep as an error at its end stays cheap (the walk for the traceback is
// quadratic: 4096 frames 30 ms, 20000 0.7 s). The registry grows to a million
// values, so that string.byte and unpack of long ranges work, in large steps,
// because each step copies it.
func LuaOptions() lua.Options {
	return lua.Options{
		CallStackSize:    4096,
		RegistrySize:     1 << 12,
		RegistryMaxSize:  1 << 20,
		RegistryGrowStep: 1 << 15,
	}
}

// ThreadOptions are those of the states of threads, of which there may be thousands.
func ThreadOptions() lua.Options {
	o := LuaOptions()
	o.CallStackSize, o.RegistrySize, o.RegistryGrowStep = 1024, 512, 1<<12
	return o
}

// library is what the functions of one state share.
type library struct {
	room   func(int64) bool
	failed func(*lua.LState)
	random *rand.Rand

	guard *lua.LFunction // what every protected call goes through: guarded, in a frame of its own
	yield *lua.LFunction // the functions of these names, by which mayYield knows them
	pcall *lua.LFunction

	xpcall *lua.LFunction
	body   *lua.LFunction // what a coroutine's thread runs
	boot   *lua.LFunction // what a worker's thread runs

	rawCreate lua.LGFunction // gopher-lua's own coroutine.create and resume
	rawResume lua.LGFunction
	running   *coroutine    // nil: the main thread
	depth     int           // resumes in progress
	noYield   int           // error handlers in progress, which can't yield
	idle      []*lua.LState // workers (see coroutine) that wait for the next protected call
}

// Open replaces and adds functions in the tables that L.OpenLibs has made.
func Open(L *lua.LState, o Options) {
	l := &library{room: o.Room, failed: o.Failed, random: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
	l.openIterators(L)
	l.openBase(L)
	l.openMath(L)
	l.openString(L)
	l.openTable(L)
	l.openBit(L)
	l.openCoroutine(L)
	l.openProtect(L)
	l.openDebug(L)
	l.openLoans(L)
	L.G.Registry.RawSetString(libraryKey, &lua.LUserData{Value: l})
}

// Module answers a library's table, whether it was opened before or not.
func Module(L *lua.LState, name string) *lua.LTable {
	if t, ok := L.GetGlobal(name).(*lua.LTable); ok {
		return t
	}
	t := L.NewTable()
	L.SetGlobal(name, t)
	return t
}

// set puts functions into a library's table.
func set(L *lua.LState, t *lua.LTable, fns map[string]lua.LGFunction) {
	for name, fn := range fns {
		t.RawSetString(name, L.NewFunction(fn))
	}
}

// worthAsking: smaller values, in bytes, are not worth the question.
const worthAsking = 1 << 16

// reserve raises "not enough memory" where the host has no room for a value
// of so many bytes.
func (l *library) reserve(L *lua.LState, bytes int) {
	if bytes > worthAsking && l.room != nil && !l.room(int64(bytes)) {
		L.RaiseError("not enough memory")
	}
}
