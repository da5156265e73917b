package lualib

import (
	_ "unsafe" // for go:linkname

	lua "github.com/yuin/gopher-lua"
)

// The quick way to resume a coroutine, and to yield (coroutine.go has the rest). gopher-lua calls
// coroutines threads. Values go from one's stack to another's, and control with them. It is what gopher-lua does where a thread is resumed that has run before, and where
// it yields, on the stacks themselves: an event loop does that once or twice for each message.

// threadRun has a thread run until it yields or ends. What it yields or answers, or its error,
// is then on its parent's stack, behind true or false.
//
//go:linkname threadRun github.com/yuin/gopher-lua.threadRun
func threadRun(L *lua.LState)

// switchToParentThread ends a thread's turn: what it yields goes to the one that resumed it.
//
//go:linkname switchToParentThread github.com/yuin/gopher-lua.switchToParentThread
func switchToParentThread(L *lua.LState, values int, haserror, kill bool)

// begun tells whether a thread has run before.
func begun(th *lua.LState) bool { return stateOf(th).currentFrame != nil }

// goOn resumes a thread that has run before with the values above the first on the stack of L.
func goOn(L, th *lua.LState) {
	s := stateOf(L)
	th.Parent = L
	L.G.CurrentThread = th
	s.give(stateOf(th), s.count()-1)
	threadRun(th)
}

// giveTurn ends the turn of a thread whose Go function, called by Lua code, yields its
// arguments: they go to the one that resumed it.
func (s *state) giveTurn() {
	parent := s.Parent
	if parent == nil || s.wrapped {
		switchToParentThread(s.lua(), s.count(), false, false)
		return
	}
	s.G.CurrentThread, s.Parent = parent, nil
	Push(parent, lua.LTrue)
	s.give(stateOf(parent), s.count())
	reg, stack, old := s.reg, s.stack.fixed, s.reg.top
	reg.top -= s.currentFrame.LocalBase - s.currentFrame.ReturnBase // the function itself
	reg.discard(old)
	stack.sp--
	s.currentFrame = &stack.array[stack.sp-1]
}

// give moves the topmost n values to another stack.
func (s *state) give(to *state, n int) {
	from := s.reg
	for _, v := range from.array[from.top-n : from.top] {
		Push(to.lua(), v)
	}
	old := from.top
	from.top -= n
	from.discard(old)
}

// count is how many values the function that runs has on the stack.
func (s *state) count() int { return s.reg.top - s.currentFrame.LocalBase }

// argument is the function's value at that place, from 1, which is there.
func (s *state) argument(i int) *lua.LValue { return &s.reg.array[s.currentFrame.LocalBase+i-1] }
