package lualib

import lua "github.com/yuin/gopher-lua"

// MendGotos has each goto close the variables of the blocks that it leaves. In gopher-lua's code
// it closes those from a register on that is 0 where no closure has any of them: then all
// of the function's are closed, and go one way for the function and another for its closures.
func MendGotos(p *lua.FunctionProto) {
	for pc := 0; pc+1 < len(p.Code); pc++ {
		switch inst := p.Code[pc]; int(inst >> 26) {
		case lua.OP_CLOSURE:
			pc += int(p.FunctionPrototypes[argBx(inst)].NumUpvalues) // which are no instructions
		case lua.OP_CLOSE:
			if argA(inst) != 0 {
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
	}
	for _, inner := range p.FunctionPrototypes {
		MendGotos(inner)
	}
}

// localsAt is how many of the function's first registers have a local variable where a jump
// leads to. A function's own name is none before the function is made.
func localsAt(p *lua.FunctionProto, pc int) (n int) {
	if EndScopes != nil {
		EndScopes(p)
	}
	to := p.Code[pc]
	for _, local := range p.DbgLocals {
		made := local.StartPc == pc && int(to>>26) == lua.OP_CLOSURE && argA(to) == n
		if local.StartPc <= pc && pc < local.EndPc-1 && !made {
			n++
		}
	}
	return n
}
