package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// Calls and returns, which a socket script spends most of its instructions in. They do what
// gopher-lua's do, less what that does in general: a call frame is filled in where it
// lies and not copied there, and nothing is called through an interface. What is rare is
// left to gopher-lua's own: a value with __call, variable arguments, a stack that has to
// grow or is full, variables that a closure holds on to.

// outcome is what became of an instruction.
type outcome uint8

const (
	goesOn outcome = iota // with the next instruction
	reload                // another function runs, or its registers may lie elsewhere
	ended                 // this run of the loop is over
)

// byGopher has gopher-lua do an instruction.
func (s *state) byGopher(inst uint32, base *frame) outcome {
	if lender.Load() != nil && s.careless(inst) {
		Forfeit(s.lua())
	}
	if instructions[inst>>26](s.lua(), inst, base) == 1 {
		return ended
	}
	s.reg.topAfter(s.currentFrame)
	return reload
}

// call calls R(A) with B-1 arguments, all up to the top if B is 0, and has C-1 results put
// where the function was, all that there are if C is 0.
func (s *state) call(inst uint32, base *frame) outcome {
	reg, stack, caller := s.reg, s.stack.fixed, s.currentFrame
	at := caller.LocalBase + argA(inst)
	args := argB(inst) - 1
	if args < 0 {
		args = reg.top - at - 1
	}
	fn, ok := reg.array[at].(*lua.LFunction)
	top := at + 1 + args
	if !ok || stack.sp == len(stack.array) || top > len(reg.array) {
		return s.byGopher(inst, base)
	}
	if !fn.IsG {
		p := fn.Proto
		if top = at + 1 + int(p.NumUsedRegisters); top > len(reg.array) || p.IsVarArg&lua.VarArgIsVarArg != 0 {
			return s.byGopher(inst, base)
		}
		// What is no argument is nil.
		setNil(reg.array[at+1+min(args, int(p.NumParameters)) : top])
	}
	reg.top = top
	f := &stack.array[stack.sp]
	f.Idx, f.Fn, f.Parent, f.Pc = stack.sp, fn, caller, 0
	f.Base, f.LocalBase, f.ReturnBase = at, at+1, at
	f.NArgs, f.NRet, f.TailCall = args, argC(inst)-1, 0
	stack.sp++
	s.currentFrame = f
	if !fn.IsG {
		return reload
	}
	if s.lends() {
		s.passed(fn, reg.array[at+1:top])
	}
	L := s.lua()
	n := fn.GFunction(L)
	if n < 0 {
		s.giveTurn()
		return ended
	}
	old, want := reg.top, f.NRet
	if lender.Load() != nil {
		s.found(reg.array[old-n : old]...)
	}
	reg.results(at, old-n, n, want)
	stack.sp--
	s.currentFrame = caller
	reg.topAfter(caller)
	reg.discard(old)
	return goesOn
}

// tailCall calls R(A) with B-1 arguments, all up to the top if B is 0, in the place of the
// function that runs.
func (s *state) tailCall(inst uint32, base *frame) outcome {
	reg, f := s.reg, s.currentFrame
	at := f.LocalBase + argA(inst)
	args := argB(inst) - 1
	if args < 0 {
		args = reg.top - at - 1
	}
	fn, ok := reg.array[at].(*lua.LFunction)
	if !ok || fn.IsG || s.holds(f) {
		return s.byGopher(inst, base)
	}
	p := fn.Proto
	first := f.Base + 1
	top, old := first+int(p.NumUsedRegisters), max(reg.top, at+1+args)
	if p.IsVarArg&lua.VarArgIsVarArg != 0 || top > len(reg.array) {
		return s.byGopher(inst, base)
	}
	given := min(args, int(p.NumParameters))
	copy(reg.array[f.Base:first+given], reg.array[at:at+1+given])
	setNil(reg.array[first+given : top])
	reg.top = top
	reg.discard(old)
	f.Fn, f.Pc, f.LocalBase, f.NArgs = fn, 0, first, args
	f.TailCall++
	return reload
}

// ret ends a function with the results R(A) ... R(A+B-2), all up to the top if B is 0.
func (s *state) ret(inst uint32, base *frame) outcome {
	reg, stack, f := s.reg, s.stack.fixed, s.currentFrame
	if s.Parent != nil && stack.sp == 1 || s.holds(f) {
		return s.byGopher(inst, base)
	}
	from := f.LocalBase + argA(inst)
	n := argB(inst) - 1
	if n < 0 {
		n = reg.top - from
	}
	if base == f && s.lends() { // Go code has called it
		s.stored(reg.array[from : from+n]...)
	}
	old, want := reg.top, f.NRet
	if want >= 0 && f.ReturnBase+want > len(reg.array) {
		return s.byGopher(inst, base)
	}
	reg.results(f.ReturnBase, from, n, want)
	stack.sp--
	if stack.sp == 0 {
		s.currentFrame = nil
		reg.discard(old)
		return ended
	}
	caller := &stack.array[stack.sp-1]
	s.currentFrame = caller
	over := base == f || caller.Fn.IsG
	if !over {
		reg.topAfter(caller)
	}
	reg.discard(old)
	if over {
		return ended
	}
	return reload
}

// holds tells whether a closure has a variable of the function that runs: only one that
// the function has made itself can.
func (s *state) holds(f *frame) bool {
	return len(f.Fn.Proto.FunctionPrototypes) > 0 && s.held(f.LocalBase)
}

// held tells whether a closure has a variable that lies at that register or above.
func (s *state) held(from int) bool {
	for uv := s.uvcache; uv != nil; uv = uv.next {
		if uv.index >= from {
			return true
		}
	}
	return false
}

// results puts n values that lie at from to where they are wanted, as many as are wanted,
// and ends the stack behind them.
func (reg *registry) results(to, from, n, want int) {
	if want == 1 && n >= 1 {
		reg.array[to] = reg.array[from]
		reg.top = to + 1
		return
	}
	if want == lua.MultRet {
		want = n
	}
	for i := range min(n, want) {
		reg.array[to+i] = reg.array[from+i]
	}
	for i := n; i < want; i++ {
		reg.array[to+i] = lua.LNil
	}
	reg.top = to + want
}

// discard makes garbage of what lies above the top, up to the old one. It is a few values most
// often: to have the runtime clear them costs more.
func (reg *registry) discard(old int) {
	if old-reg.top > 8 {
		clear(reg.array[reg.top:old])
		return
	}
	for i := reg.top; i < old; i++ {
		reg.array[i] = nil
	}
}

// nils are copied where registers begin as nil, in one go.
var nils = func() (values [maxRegisters + 1]lua.LValue) {
	for i := range values {
		values[i] = lua.LNil
	}
	return values
}()

// setNil makes the registers of a function nil.
func setNil(values []lua.LValue) { copy(values, nils[:]) }
