package lualib

import (
	"context"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"
)

// A state with a context looks at it before each instruction in gopher-lua, which costs Lua
// code a quarter of its speed and more. The loop of ours (vm.go) looks only while Attention
// is on: while some task has something to stop for.

// SetContext gives a state a context that is looked at while Attention is on, and the loop
// that does so. What the race detector's build has instead is gopher-lua's, always attentive.
func SetContext(L *lua.LState, ctx context.Context) {
	L.SetContext(ctx)
	if ownLoops {
		stateOf(L).mainLoop = ownLoop
	}
}

// Attention has all states look at their contexts, or stops that. It may be called from any
// goroutine.
func Attention(on bool) { watchful.Store(on) }

// watchful: the loop is to look at the context where stopsAt says.
var watchful atomic.Bool

// stopsAt tells whether an interrupt ends the code at such an instruction: where it calls and
// where it jumps. So what a call has answered when the interrupt came is still assigned.
func stopsAt(op int) bool {
	switch op {
	case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_JMP, lua.OP_FORPREP, lua.OP_FORLOOP, lua.OP_TFORLOOP:
		return true
	}
	return false
}
