package lualib

import lua "github.com/yuin/gopher-lua"

// interrupted says whether an interrupt waits to be raised, and leaves it so.
func interrupted(L *lua.LState) bool {
	ctx := L.Context()
	if ctx == nil {
		return false
	}
	select {
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// check raises a waiting interrupt, as gopher-lua's VM does between two
// instructions. Err is called only to raise what it answers: it may take a
// one-shot interrupt ("not enough memory") back.
func check(L *lua.LState) {
	if interrupted(L) {
		L.RaiseError("%s", L.Context().Err().Error())
	}
}

// pace spreads checks over a loop whose steps are too short for one each.
type pace struct{ steps uint }

func (p *pace) step(L *lua.LState) {
	if p.steps++; p.steps%1024 == 0 {
		check(L)
	}
}
