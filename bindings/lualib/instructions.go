package lualib

import (
	_ "unsafe" // for go:linkname

	lua "github.com/yuin/gopher-lua"
)

// instructions is gopher-lua's table: the function that does each instruction. Answering 1
// it ends the loop.
//
//go:linkname instructions github.com/yuin/gopher-lua.jumpTable
var instructions [lua.OP_NOP + 1]instruction

type instruction func(L *lua.LState, inst uint32, base *frame) int

// replace puts an instruction of our own in place of gopher-lua's, before any state runs, and
// answers gopher-lua's, to fall back on.
func replace(op int, by instruction) (gophers instruction) {
	gophers, instructions[op] = instructions[op], by
	return gophers
}
