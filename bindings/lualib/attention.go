package lualib

import (
	"context"
	"sync/atomic"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// A state with a context looks at it before each instruction, which costs Lua code a
// quarter of its speed and more. Here it doesn't. It runs gopher-lua's loop for states
// without one; and when there is something to stop for, Attention puts a function in
// front of every instruction that looks at the context of the state that runs it. The
// table of the instructions is one for all states.

// instructions is gopher-lua's table: what the VM calls for each opcode.
//
//go:linkname instructions github.com/yuin/gopher-lua.jumpTable
var instructions [lua.OP_NOP + 1]instruction

type instruction func(L *lua.LState, inst uint32, base *frame) int

// plain are the instructions as they are.
var plain = instructions

// replace puts an instruction of our own in place of gopher-lua's, before any state runs.
func replace(op int, by instruction) { instructions[op], plain[op] = by, by }

// attentive looks first.
func attentive(L *lua.LState, inst uint32, base *frame) int {
	check(L)
	return plain[inst>>26](L, inst, base)
}

// SetContext gives a state a context that is looked at while Attention is on.
func SetContext(L *lua.LState, ctx context.Context) {
	L.SetContext(ctx)
	if swappable && plain[0] != nil {
		stateOf(L).mainLoop = ownLoop
	}
}

// Attention has all states look at their contexts before each instruction, or stops
// that. It may be called from any goroutine: a word is written at a time, and the VM
// finds the old function or the new one.
func Attention(on bool) {
	if !swappable {
		return
	}
	watchful.Store(on)
	for i := range instructions {
		put := plain[i]
		if on {
			put = attentive
		}
		atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&instructions[i])), *(*unsafe.Pointer)(unsafe.Pointer(&put)))
	}
}
