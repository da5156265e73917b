package lualib

import lua "github.com/yuin/gopher-lua"

// MendGotos has each goto close the variables of the blocks that it leaves. In gopher-lua's code
// it closes those from a register on that is 0 where no closure has any of them: then all
// of the function's are closed, and go one way for the function and another for its closures.
func MendGotos(p *lua.FunctionProto) {
	for pc, inst := range p.Code[:len(p.Code)-1] {
		if int(inst>>26) != lua.OP_CLOSE || argA(inst) != 0 {
			continue
		}
		to := pc + 2
		switch next := p.Code[pc+1]; int(next >> 26) {
		case lua.OP_JMP:
			to += jump(next)
		case lua.OP_NOP: // its label follows at once
		default:
			continue
		}
		p.Code[pc] |= uint32(localsAt(p, to)) << 18
	}
	for _, inner := range p.FunctionPrototypes {
		MendGotos(inner)
	}
}

// localsAt is how many of the function's first registers have a local variable where a jump
// leads to.
func localsAt(p *lua.FunctionProto, pc int) (n int) {
	if EndScopes != nil {
		EndScopes(p)
	}
	for _, local := range p.DbgLocals {
		if local.StartPc <= pc && pc < local.EndPc-1 {
			n++
		}
	}
	return n
}
