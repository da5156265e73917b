package lualib

import (
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// A coroutine is, for its user, one thread. Underneath it is a stack of them:
// a protected call inside a coroutine runs in a thread of its own (a worker),
// because a yield can't leave the Go function that gopher-lua's pcall is. A
// pcall, like a yield, only tells the resumer what is wanted (its request) and
// gives up control; resume runs the thread that is on top until the user's own
// yield, or the end, is reached. Nothing of this takes Go's stack, and a
// yield through ten pcalls costs what a plain one costs.
type coroutine struct {
	thread  *lua.LState
	mark    lua.LUserData  // what the thread's stack holds of this
	prev    *coroutine     // that resumed this one; nil: the main thread
	fn      *lua.LFunction // to begin with; nil: begun
	calls   []*call        // protected calls in progress, innermost last
	left    bool           // the last resume ended as it should
	request request
	handler lua.LValue // of the xpcall that is requested
	stack   []string   // as an error found it that has ended the coroutine
}

type request uint8

const (
	none    request = iota // the thread has come to its end
	yielded                // by the user
	protect                // a protected call: function and arguments follow
	parked                 // a worker has done its call: the results follow
)

// Stacks of coroutines are small, since each is allocated whole: 256 frames
// and 256 values are 26 KB, where the main thread's would be 400 KB. Values
// may grow as far as the main thread's.
const (
	coroutineFrames   = 256
	coroutineRegistry = 256
	coroutineGrowStep = 1 << 10

	maxResumes = 200 // LUAI_MAXCCALLS: each takes some of Go's stack
	maxWorkers = 64  // kept for reuse
)

// A coroutine's body and a worker's loop are in Lua, so that a frame stays on
// the thread's stack when the function that runs there ends in a tail call
// (gopher-lua can't resume "return coroutine.yield()" without) or is a Go
// function (whose end gopher-lua doesn't notice).
const ownChunk = "[coroutine]"

const ownSource = `
local begin, finish, park = ...
local function body(f, ...) begin() return finish(f(...)) end
local function work(f, ...) return work(park(f(...))) end
local function boot() return work(park()) end
return body, boot`

// ownCode is compiled once, for all states.
var ownCode = sync.OnceValue(func() *lua.FunctionProto {
	chunk, err := parse.Parse(strings.NewReader(ownSource), ownChunk)
	if err != nil {
		panic(err)
	}
	proto, err := lua.Compile(chunk, ownChunk)
	if err != nil {
		panic(err)
	}
	Measure(proto)
	return proto
})

func (l *library) openCoroutine(L *lua.LState) {
	co := Module(L, "coroutine")
	l.rawCreate = co.RawGetString("create").(*lua.LFunction).GFunction
	l.rawResume = co.RawGetString("resume").(*lua.LFunction).GFunction
	set(L, co, map[string]lua.LGFunction{
		"create":  l.create,
		"resume":  l.resume,
		"running": l.current,
		"status":  l.status,
		"wrap":    l.wrap,
		"yield":   l.yieldValues,
	})
	l.yield = co.RawGetString("yield").(*lua.LFunction)
}

// prepare makes the functions in Lua, for the first coroutine or worker: many programs
// have none.
func (l *library) prepare(L *lua.LState) {
	if l.body != nil {
		return
	}
	L.Push(L.NewFunctionFromProto(ownCode()))
	L.Push(L.NewFunction(func(L *lua.LState) int {
		L.Panic = l.coroutinePanic // gopher-lua sets its own where a thread is first resumed
		return 0
	}))
	L.Push(L.NewFunction(func(L *lua.LState) int { return L.GetTop() }))
	L.Push(L.NewFunction(l.park))
	L.Call(3, 2)
	l.body, l.boot = L.Get(-2).(*lua.LFunction), L.Get(-1).(*lua.LFunction)
	L.Pop(2)
}

// record finds what is known of a thread that does not run: it lies on top of
// the thread's own stack, so that it lives as long as the thread does.
func record(th *lua.LState) (*coroutine, bool) {
	reg := stateOf(th).reg
	if reg.top == 0 {
		return nil, false
	}
	ud, ok := reg.array[reg.top-1].(*lua.LUserData)
	if !ok {
		return nil, false
	}
	co, ok := ud.Value.(*coroutine)
	return co, ok && co.thread == th
}

func newRecord(th *lua.LState) *coroutine {
	co := &coroutine{thread: th}
	co.mark = lua.LUserData{Value: co, Metatable: lua.LNil}
	return co
}

// rest leaves the record on the stack of a thread that has stopped running.
func (co *coroutine) rest() { Push(co.thread, &co.mark) }

// active is the thread that runs or is to be resumed.
func (co *coroutine) active() *lua.LState {
	if n := len(co.calls); n > 0 {
		return co.calls[n-1].worker
	}
	return co.thread
}

func (co *coroutine) kill() {
	if _, rests := record(co.thread); !rests && co.stack != nil {
		co.rest() // for debug.traceback
	}
	co.thread.Dead = true
	for _, c := range co.calls {
		c.worker.Dead = true
	}
	co.calls = nil
}

// adopt gives a thread the context of the one that runs it. NewThread would
// derive a cancellable one, at the price of a goroutine, and only if the
// parent's could be cancelled when it was made.
func adopt(th, L *lua.LState) {
	ctx := L.Context()
	switch {
	case ctx == nil:
		th.RemoveContext()
	case ctx != th.Context():
		th.SetContext(ctx)
		stateOf(th).mainLoop = stateOf(L).mainLoop
	}
}

// thread calls make with what a new thread should have.
func (l *library) thread(L *lua.LState, make func() *lua.LState) *lua.LState {
	ctx, options, loop := L.Context(), L.Options, stateOf(L).mainLoop
	defer func() { // also where there is no room on the stack for what makes it
		L.Options = options
		if ctx != nil {
			L.SetContext(ctx)
			stateOf(L).mainLoop = loop
		}
	}()
	L.RemoveContext()
	L.Options.CallStackSize = coroutineFrames
	L.Options.RegistrySize = coroutineRegistry
	L.Options.RegistryGrowStep = coroutineGrowStep
	return make()
}

func (l *library) create(L *lua.LState) int {
	L.Push(l.newCoroutine(L, args(L, "create").function(1)))
	return 1
}

func (l *library) newCoroutine(L *lua.LState, fn *lua.LFunction) *lua.LState {
	th := l.thread(L, func() *lua.LState {
		l.prepare(L)
		L.SetTop(0)
		L.Push(l.body)
		l.rawCreate(L)
		return L.Get(-1).(*lua.LState)
	})
	L.SetTop(0)
	co := newRecord(th)
	co.fn = fn
	co.rest()
	return th
}

func (l *library) wrap(L *lua.LState) int {
	th := l.newCoroutine(L, args(L, "wrap").function(1))
	L.Push(L.NewFunction(func(L *lua.LState) int {
		L.Insert(th, 1)
		if problem := l.obstacle(L, th); problem != "" {
			L.RaiseError("%s", problem)
		}
		if !l.enter(L, th) {
			raise(L, L.Get(3))
		}
		return L.GetTop() - 2
	}))
	return 1
}

func (l *library) resume(L *lua.LState) int {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		args(L, "resume").Fail(1, "coroutine expected")
	}
	if problem := l.obstacle(L, th); problem != "" {
		L.Push(lua.LFalse)
		L.Push(lua.LString(problem))
		return 2
	}
	if !l.enter(L, th) && interrupted(L) {
		raise(L, L.Get(3)) // nothing holds an interrupt
	}
	return L.GetTop() - 1
}

// obstacle says why a thread can't be resumed.
func (l *library) obstacle(L *lua.LState, th *lua.LState) string {
	switch l.statusOf(L, th) {
	case "dead":
		return "cannot resume dead coroutine"
	case "running", "normal":
		return "cannot resume non-suspended coroutine"
	}
	if l.depth >= maxResumes {
		return "stack overflow (coroutines resumed by coroutines)"
	}
	return ""
}

// enter resumes a coroutine. The stack of L holds the thread and its
// arguments; it then holds the thread, whether it went well, and the values.
func (l *library) enter(L *lua.LState, th *lua.LState) bool {
	co, ok := record(th)
	if ok {
		th.Pop(1)
	} else {
		co = newRecord(th) // a thread that Go code has made
	}
	if co.fn != nil {
		L.Insert(co.fn, 2)
		co.fn = nil
	}
	defer l.leave(L, co, l.noYield)
	co.prev, co.left = l.running, false
	l.running = co
	l.depth++
	l.noYield = 0
	ok = l.run(L, co)
	co.left = true
	return ok
}

// leave puts things back, also when the resume itself has failed, for too many
// arguments, and left the thread half resumed.
func (l *library) leave(L *lua.LState, co *coroutine, noYield int) {
	if !co.left {
		co.kill()
	}
	l.running, co.prev = co.prev, nil
	l.depth--
	l.noYield = noYield
	L.G.CurrentThread = L
}

// run goes on until the coroutine yields to its user, ends or fails.
func (l *library) run(L *lua.LState, co *coroutine) bool {
	for {
		ok := l.turn(L, co)
		switch {
		case !ok && (len(co.calls) == 0 || interrupted(L)):
			co.kill()
			return false
		case !ok:
			l.undo(L, co) // false and the error are pcall's answer
		case co.request == yielded:
			co.rest()
			return true
		case co.request == protect:
			l.begin(L, co)
		case co.request == parked:
			l.done(co) // true and the results are pcall's answer
		default:
			return true
		}
	}
}

// turn lets the coroutine's active thread run. A call that takes more values than it is
// given must get the nils from here, and one that takes fewer no more than those.
func (l *library) turn(L *lua.LState, co *coroutine) bool {
	th, s := co.active(), stateOf(L)
	*s.argument(1) = th
	if n := wantedAtYield(th); n >= 0 && s.count() != 1+n {
		L.SetTop(1 + n)
	}
	adopt(th, L)
	co.request = none
	if begun(th) {
		goOn(L, th)
	} else {
		l.rawResume(L)
	}
	ok, _ := (*s.argument(2)).(lua.LBool)
	return bool(ok)
}

func (l *library) yieldValues(L *lua.LState) int {
	co := l.running
	switch {
	case co == nil || co.active() != L:
		if L.Parent == nil {
			L.RaiseError("attempt to yield from outside a coroutine")
		}
	case !l.yieldable(L):
		L.RaiseError("attempt to yield across metamethod/C-call boundary")
	default:
		co.request = yielded
	}
	return -1
}

// yieldable says whether the function that runs may give up control.
func (l *library) yieldable(L *lua.LState) bool {
	return l.noYield == 0 && currentFrame(L).called()
}

func (l *library) current(L *lua.LState) int {
	switch {
	case l.running != nil:
		L.Push(l.running.thread)
	case L.Parent != nil:
		L.Push(L)
	default:
		L.Push(lua.LNil) // 5.1's answer in the main thread
	}
	return 1
}

func (l *library) status(L *lua.LState) int {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		args(L, "status").Fail(1, "coroutine expected")
	}
	L.Push(lua.LString(l.statusOf(L, th)))
	return 1
}

func (l *library) statusOf(L *lua.LState, th *lua.LState) string {
	if th.Dead {
		return "dead"
	}
	for co := l.running; co != nil; co = co.prev {
		if co.thread == th {
			if co == l.running {
				return "running"
			}
			return "normal"
		}
	}
	return L.Status(th)
}

// IsOwn tells whether a function is of the library's own Lua code, none of the user's.
func IsOwn(fn *lua.LFunction) bool { return !fn.IsG && fn.Proto.SourceName == ownChunk }
