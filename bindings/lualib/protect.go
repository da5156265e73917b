package lualib

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (l *library) openProtect(L *lua.LState) {
	l.guard = L.NewFunction(func(L *lua.LState) int { return l.guarded(L, nil) })
	l.pcall = L.NewFunction(l.protectedCall)
	l.xpcall = L.NewFunction(l.handledCall)
	L.SetGlobal("pcall", l.pcall)
	L.SetGlobal("xpcall", l.xpcall)
}

func (l *library) protectedCall(L *lua.LState) int {
	fn := args(L, "pcall").Any(1)
	if l.delegated(L, fn, nil) {
		return -1
	}
	return l.protected(L, l.guard)
}

func (l *library) handledCall(L *lua.LState) int {
	a := args(L, "xpcall")
	fn, h := a.Any(1), &handler{l: l, fn: a.Any(2)}
	L.SetTop(1) // 5.1 hands no arguments on
	if l.delegated(L, fn, h.fn) {
		return -1
	}
	n := l.protected(L, L.NewFunction(func(L *lua.LState) int { return l.guarded(L, h) }))
	if L.Get(1) == lua.LFalse && !h.called {
		L.Replace(2, h.late(L, L.Get(2)))
	}
	return n
}

// protected calls the function at the stack's bottom, in a frame of guard,
// and answers as pcall does.
func (l *library) protected(L *lua.LState, guard *lua.LFunction) int {
	fn := L.Get(1)
	if !callable(L, fn) {
		L.SetTop(0)
		L.Push(lua.LFalse)
		L.Push(lua.LString("attempt to call a " + fn.Type().String() + " value"))
		return 2
	}
	L.Insert(guard, 1)
	err := pcall(L, L.GetTop()-1)
	if err == nil {
		L.Insert(lua.LTrue, 1)
		return L.GetTop()
	}
	check(L) // a loop of protected calls must end, also if it was another error that came first
	L.Push(lua.LFalse)
	L.Push(errorValue(err))
	return 2
}

// PCall is LState.PCall for a function and so many arguments, with errors in Lua's words.
func PCall(L *lua.LState, n int) error {
	l := L.G.Registry.RawGetString(libraryKey).(*lua.LUserData).Value.(*library)
	L.Insert(l.guard, L.GetTop()-n)
	return pcall(L, n+1)
}

// pcall calls the guard that lies below so many values. The flag keeps gopher-lua from closing
// upvalues; it is set here, since there may be no frame left for the guard itself.
func pcall(L *lua.LState, n int) error {
	flag := &stateOf(L).hasErrorFunc
	before := *flag
	*flag = true
	err := L.PCall(n, lua.MultRet, nil)
	*flag = before // PCall clears it, though an outer call still needs it
	return err
}

func callable(L *lua.LState, v lua.LValue) bool {
	return v.Type() == lua.LTFunction || L.GetMetaField(v, "__call").Type() == lua.LTFunction
}

// errorValue is what an error carries: a Lua value, or the text of a panic in
// Go code.
func errorValue(problem any) lua.LValue {
	if e, ok := problem.(*lua.ApiError); ok {
		return e.Object
	}
	return lua.LString(fmt.Sprint(problem))
}

// throw ends a Panic: it unwinds the stack with the error, in Lua's words. The trace is not
// kept: gopher-lua would gather one for each caught error, which takes longer than
// the call.
func throw(L *lua.LState) { panic(failure(worded(L))) }

// worded is the error that is being raised, in Lua's words, while the stack is there.
func worded(L *lua.LState) lua.LValue {
	v := L.Get(-1)
	if text, ok := v.(lua.LString); ok {
		if better, _, ok := Explain(L, string(text)); ok {
			return lua.LString(better)
		}
	}
	return v
}

// gopher-lua calls a state's Panic where an error is raised, before the stack is unwound. Which of
// these it is depends on who runs there.

// coroutinePanic is the Panic of a coroutine's thread, outside protected calls.
func (l *library) coroutinePanic(L *lua.LState) {
	if l.failed != nil {
		l.failed(L)
	}
	if co := l.running; co != nil && co.thread == L {
		co.stack = l.frames(L)
	}
	throw(L)
}

// protectedPanic is the Panic of a thread that runs a protected call.
func (l *library) protectedPanic(L *lua.LState) {
	if interrupted(L) {
		l.coroutinePanic(L)
	}
	throw(L)
}

func failure(v lua.LValue) *lua.ApiError {
	return &lua.ApiError{Type: lua.ApiErrorRun, Object: v, StackTrace: "stack traceback:\n\t?"}
}

// guarded runs the protected function. Of the upvalues on the stack it closes,
// on an error, those of the functions that the error ends and no others:
// gopher-lua closes all, and then a local of a function that goes on no
// longer is what its closures see. Doing so is left to this frame by the flag
// that an error handler sets, and pcall.
func (l *library) guarded(L *lua.LState, h *handler) int {
	limit := currentFrame(L).Base
	L.Panic = l.protectedPanic
	defer func() {
		if problem := recover(); problem != nil {
			closeUpvalues(L, limit)
			v := errorValue(problem)
			if h != nil && !overflow(v) {
				v = h.call(L, v)
				closeUpvalues(L, limit) // of a handler that failed
			}
			panic(failure(v))
		}
	}()
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// overflow: the handler of an exhausted stack can't be called on that stack.
func overflow(v lua.LValue) bool {
	s, ok := v.(lua.LString)
	return ok && (strings.HasSuffix(string(s), "stack overflow") || strings.HasSuffix(string(s), "registry overflow"))
}

// handler is xpcall's: it is called where the error is raised, before the
// stack is unwound.
type handler struct {
	l      *library
	fn     lua.LValue
	called bool
}

func (h *handler) call(L *lua.LState, v lua.LValue) (answer lua.LValue) {
	Forfeit(L) // raising it has closed variables
	h.called = true
	if interrupted(L) {
		return v // it would only be interrupted in its turn
	}
	h.l.noYield++
	defer func() {
		h.l.noYield--
		if recover() != nil {
			answer = lua.LString(handlerFailed)
		}
	}()
	L.Panic = h.l.protectedPanic
	L.Push(h.fn)
	L.Push(v)
	L.Call(1, 1)
	answer = L.Get(-1)
	return answer
}

// late calls the handler when the stack is unwound already.
func (h *handler) late(L *lua.LState, v lua.LValue) lua.LValue {
	h.called = true
	top := L.GetTop()
	L.Push(h.l.guard)
	L.Push(h.fn)
	L.Push(v)
	if pcall(L, 2) != nil {
		return lua.LString(handlerFailed)
	}
	answer := L.Get(top + 1)
	L.SetTop(top)
	return answer
}

const handlerFailed = "error in error handling" // LUA_ERRERR

// call is a protected call in progress inside a coroutine.
type call struct {
	worker  *lua.LState
	handler *handler // nil: pcall's
}

// delegated asks the resumer for a protected call in a thread of its own. Only
// what may yield needs it: Lua functions, and of the Go functions those few
// that give up control themselves.
func (l *library) delegated(L *lua.LState, fn, handler lua.LValue) bool {
	co := l.running
	if co == nil || co.active() != L || !l.mayYield(L, fn) || !l.yieldable(L) {
		return false
	}
	co.request, co.handler = protect, handler
	return true
}

func (l *library) mayYield(L *lua.LState, v lua.LValue) bool {
	fn, ok := v.(*lua.LFunction)
	if !ok {
		return callable(L, v)
	}
	return !fn.IsG || fn == l.yield || fn == l.pcall || fn == l.xpcall
}

// begin starts the call that was asked for: true, function and arguments are
// on the stack.
func (l *library) begin(L *lua.LState, co *coroutine) {
	if len(co.calls) >= maxResumes {
		L.SetTop(1)
		L.Push(lua.LFalse)
		L.Push(lua.LString("stack overflow (protected calls in a coroutine)"))
		return
	}
	c := &call{worker: l.worker(L)}
	c.worker.Panic = l.protectedPanic
	if co.handler != nil {
		c.handler = &handler{l: l, fn: co.handler}
		c.worker.Panic = c.handler.xpcallPanic
		co.handler = nil
	}
	co.calls = append(co.calls, c)
	L.Remove(2)
}

// xpcallPanic is the Panic of a thread that runs an xpcall: it calls the handler.
func (h *handler) xpcallPanic(L *lua.LState) {
	if interrupted(L) {
		h.l.coroutinePanic(L)
	}
	v := worded(L)
	if !overflow(v) {
		v = h.call(L, v)
	}
	panic(failure(v))
}

// undo ends a protected call whose worker has died.
func (l *library) undo(L *lua.LState, co *coroutine) {
	c := co.pop()
	if c.handler != nil && !c.handler.called {
		L.Replace(3, c.handler.late(L, L.Get(3)))
	}
}

// done ends a protected call that went well; its worker waits for the next.
func (l *library) done(co *coroutine) {
	if c := co.pop(); len(l.idle) < maxWorkers {
		l.idle = append(l.idle, c.worker)
	}
}

func (co *coroutine) pop() *call {
	last := len(co.calls) - 1
	c := co.calls[last]
	co.calls[last] = nil
	co.calls = co.calls[:last]
	return c
}

// worker answers a thread that is parked.
func (l *library) worker(L *lua.LState) *lua.LState {
	if n := len(l.idle); n > 0 {
		w := l.idle[n-1]
		l.idle = l.idle[:n-1]
		return w
	}
	l.prepare(L)
	w := l.thread(L, func() *lua.LState {
		th, _ := L.NewThread()
		return th
	})
	if _, err, _ := L.Resume(w, l.boot); err != nil {
		raise(L, errorValue(err))
	}
	return w
}

// park gives up control with the results of a worker's call.
func (l *library) park(L *lua.LState) int {
	if l.running != nil {
		l.running.request = parked
	}
	return -1
}
