package lualib

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// The loop that runs Lua code. gopher-lua's calls a function for each instruction, which
// finds the state's registers and constants anew and asks whether the stack has to grow.
// This one keeps them while it stays in a function, and does what most code is made of
// where it stands: moves, tests, arithmetic on numbers, fields of tables without
// metatables, calls, loops over arrays. Whatever else there is, and every error, is
// gopher-lua's own instruction, from its table (instructions.go).
//
// One thing differs from gopher-lua's loop. There the top of the registers goes up and
// down with each value; here it lies above all registers of the function that runs,
// except before an instruction that takes from the top how many values there are.

// ownLoop is run as LState has it.
var ownLoop = func() unsafe.Pointer {
	fn := run
	return *(*unsafe.Pointer)(unsafe.Pointer(&fn))
}()

//go:linkname gopherLoop github.com/yuin/gopher-lua.mainLoop
func gopherLoop(L *lua.LState, base *frame)

// run runs the function on top of the frames until the one of base has ended.
func run(L *lua.LState, base *frame) {
	stack := framesOf(L)
	if stack == nil || stack.sp == 0 || stack.array[stack.sp-1].Fn.IsG {
		gopherLoop(L, base)
		return
	}
	s := stateOf(L)
	s.currentFrame = &stack.array[stack.sp-1]
	s.reg.topAfter(s.currentFrame)
	ends := false
	defer func() {
		if !ends {
			Forfeit(L) // an error has closed variables
		}
	}()
	s.execute(base)
	ends = true
}

// window is what an instruction can name: the registers of a function, or the first of its
// constants, without a question whether there are so many. That there are is so because
// no instruction names a register beyond NumUsedRegisters (the compiler, and Measure), and
// whoever makes a frame first makes sure that the stack has all of them: call here,
// initCallFrame in gopher-lua. The stack never shrinks.
type window [256]lua.LValue

func windowOf(values []lua.LValue) *window {
	return (*window)(unsafe.Pointer(unsafe.SliceData(values)))
}

// window is that of a frame's registers.
func (reg *registry) window(f *frame) *window {
	return (*window)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(reg.array)), uintptr(f.LocalBase)*unsafe.Sizeof(reg.array[0])))
}

// execute runs instructions until the function of base has ended. What is kept in variables
// does not change while a function runs: it would have to be saved before each instruction,
// since some make calls.
func (s *state) execute(base *frame) {
function:
	for { // begins anew where another one runs, or the registers may lie elsewhere
		f := s.currentFrame
		fn := f.Fn
		if fn.Proto.IsVarArg&counted == 0 {
			s.measureLate(f)
		}
		code := unsafe.Pointer(unsafe.SliceData(fn.Proto.Code))
		K := windowOf(fn.Proto.Constants)
		R := s.reg.window(f)
		for {
			inst := *(*uint32)(unsafe.Add(code, 4*f.Pc))
			f.Pc++
			switch op := int(inst >> 26); op {
			case lua.OP_MOVE:
				R[regA(inst)] = R[regB(inst)]
				continue
			case lua.OP_MOVEN: // and as many more as C says
				R[regA(inst)] = R[regB(inst)]
				for range argC(inst) {
					inst = *(*uint32)(unsafe.Add(code, 4*f.Pc))
					f.Pc++
					R[regA(inst)] = R[regB(inst)]
				}
				continue
			case lua.OP_LOADK:
				R[regA(inst)] = constantOf(fn, inst)
				continue
			case lua.OP_LOADBOOL:
				R[regA(inst)] = boolean(argB(inst) != 0)
				if argC(inst) != 0 {
					f.Pc++
				}
				continue
			case lua.OP_LOADNIL:
				for i := argA(inst); i <= argB(inst); i++ {
					R[uint8(i)] = lua.LNil
				}
				continue
			case lua.OP_GETUPVAL:
				v := fn.Upvalues[argB(inst)].Value()
				if lender.Load() != nil {
					s.found(v)
				}
				R[regA(inst)] = v
				continue
			case lua.OP_SETUPVAL:
				if s.lends() {
					s.stored(R[regA(inst)])
				}
				fn.Upvalues[argB(inst)].SetValue(R[regA(inst)])
				continue
			case lua.OP_GETGLOBAL:
				if v, ok := fieldOf(fn.Env, constantOf(fn, inst)); ok {
					R[regA(inst)] = v
					continue
				}
			case lua.OP_GETTABLEKS:
				if v, ok := fieldOf(R[regB(inst)], either(R, K, argC(inst))); ok {
					R[regA(inst)] = v
					continue
				}
			case lua.OP_GETTABLE:
				if v, ok := item(R[regB(inst)], either(R, K, argC(inst))); ok {
					R[regA(inst)] = v
					continue
				}
			case lua.OP_SETTABLEKS:
				if s.lends() {
					s.stored(either(R, K, argB(inst)), either(R, K, argC(inst)))
				}
				if setField(R[regA(inst)], either(R, K, argB(inst)), either(R, K, argC(inst))) {
					continue
				}
			case lua.OP_SETTABLE:
				if s.lends() {
					s.stored(either(R, K, argB(inst)), either(R, K, argC(inst)))
				}
				if setItem(R[regA(inst)], either(R, K, argB(inst)), either(R, K, argC(inst))) {
					continue
				}
			case lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV:
				if x, ok := either(R, K, argB(inst)).(lua.LNumber); ok {
					if y, ok := either(R, K, argC(inst)).(lua.LNumber); ok {
						R[regA(inst)] = s.reg.number(arithmetic(op, x, y))
						continue
					}
				}
			case lua.OP_MOD:
				if x, ok := either(R, K, argB(inst)).(lua.LNumber); ok {
					if y, ok := either(R, K, argC(inst)).(lua.LNumber); ok {
						if v, ok := modulo(x, y); ok {
							R[regA(inst)] = s.reg.number(v)
							continue
						}
					}
				}
			case lua.OP_LEN:
				if v, ok := length(either(R, K, argB(inst))); ok {
					R[regA(inst)] = s.reg.number(v)
					continue
				}
			case lua.OP_NOT:
				R[regA(inst)] = boolean(!truth(R[regB(inst)]))
				continue
			case lua.OP_EQ:
				if is, ok := equal(either(R, K, argB(inst)), either(R, K, argC(inst))); ok {
					f.Pc += behind(code, f.Pc, is != (argA(inst) != 0))
					continue
				}
			case lua.OP_LT, lua.OP_LE:
				if x, ok := either(R, K, argB(inst)).(lua.LNumber); ok {
					if y, ok := either(R, K, argC(inst)).(lua.LNumber); ok {
						is := x < y || x == y && op == lua.OP_LE
						f.Pc += behind(code, f.Pc, is != (argA(inst) != 0))
						continue
					}
				}
			case lua.OP_TEST:
				f.Pc += behind(code, f.Pc, truth(R[regA(inst)]) == (argC(inst) == 0))
				continue
			case lua.OP_TESTSET:
				v := R[regB(inst)]
				skips := truth(v) == (argC(inst) == 0)
				if !skips {
					R[regA(inst)] = v
				}
				f.Pc += behind(code, f.Pc, skips)
				continue
			case lua.OP_JMP:
				if !watchful.Load() {
					f.Pc += jump(inst)
					continue
				}
			case lua.OP_FORLOOP:
				if !watchful.Load() {
					if goes, ok := s.reg.forLoop(R[argA(inst):]); ok {
						if goes {
							f.Pc += jump(inst)
						}
						continue
					}
				}
			case lua.OP_TFORLOOP:
				if T := R[argA(inst):]; !watchful.Load() && forNext(T, argC(inst)) {
					if !isNil(T[3]) {
						T[2] = T[3]
						f.Pc += jump(*(*uint32)(unsafe.Add(code, 4*f.Pc)))
					}
					f.Pc++
					continue
				}
			case lua.OP_CALL:
				if !watchful.Load() {
					switch s.call(inst, base) {
					case goesOn:
						if s.reg.window(f) == R {
							continue
						}
						continue function
					case reload:
						continue function
					}
					return
				}
			case lua.OP_TAILCALL:
				if !watchful.Load() {
					if s.tailCall(inst, base) == ended {
						return
					}
					continue function
				}
			case lua.OP_RETURN:
				if s.ret(inst, base) == ended {
					return
				}
				continue function
			}
			if watchful.Load() && stopsAt(int(inst>>26)) {
				check(s.lua())
			}
			if s.byGopher(inst, base) == ended {
				return
			}
			continue function
		}
	}
}

func regA(inst uint32) uint8 { return uint8(inst >> 18) }
func regB(inst uint32) uint8 { return uint8(inst) }

// behind is how far a test goes on, which is followed by a jump: it skips that, or makes it at
// once, unless somebody has to be asked first.
func behind(code unsafe.Pointer, pc int, skips bool) int {
	if skips {
		return 1
	}
	next := *(*uint32)(unsafe.Add(code, 4*pc))
	if int(next>>26) != lua.OP_JMP || watchful.Load() {
		return 0
	}
	return 1 + jump(next)
}

// either is the register or the constant that an operand names.
func either(R, K *window, operand int) lua.LValue {
	if operand&constant != 0 {
		return K[uint8(operand)]
	}
	return R[uint8(operand)]
}

// constantOf is the constant that an instruction with the long operand names.
func constantOf(fn *lua.LFunction, inst uint32) lua.LValue { return fn.Proto.Constants[argBx(inst)] }

// jump is how far an instruction jumps. It is written so that it is never negative.
func jump(inst uint32) int { return argBx(inst) - (1<<17 - 1) }

// counted is a bit of FunctionProto.IsVarArg that gopher-lua does not use: Measure has seen
// the code. It goes where the code goes, to other threads and processes, too.
const counted = 1 << 7

// Measure mends the number of registers of compiled code, which gopher-lua's compiler gets
// too small where the last ones are a closure's or those of a loop; its own loop does not
// mind, since there the stack grows with each value. It answers the line of code that
// needs more registers than an instruction can name, 0 if there is none. All code must have
// gone through it before a state runs it.
func Measure(p *lua.FunctionProto) (tooComplex int) {
	last := 0
	for pc := 0; pc < len(p.Code); pc++ {
		inst, before := p.Code[pc], last
		switch a := argA(inst); int(inst >> 26) {
		case lua.OP_CLOSURE:
			last = max(last, a)
			pc += int(p.FunctionPrototypes[argBx(inst)].NumUpvalues)
		case lua.OP_FORPREP:
			last = max(last, a+3)
		case lua.OP_TFORLOOP:
			last = max(last, a+4, a+2+argC(inst))
		}
		if last >= maxRegisters && before < maxRegisters {
			tooComplex = p.DbgSourcePositions[pc]
		}
	}
	p.NumUsedRegisters = max(p.NumUsedRegisters, uint8(min(last+1, maxRegisters)))
	p.IsVarArg |= counted
	for _, inner := range p.FunctionPrototypes {
		if line := Measure(inner); line > 0 {
			tooComplex = line
		}
	}
	return tooComplex
}

// measureLate is for code that came into the state by another way than through package
// bindings, as tests have it: its frame was made with too little room, perhaps.
func (s *state) measureLate(f *frame) {
	Measure(f.Fn.Proto)
	if s.reg.topAbove(f); s.reg.top > len(s.reg.array) {
		panic("lualib: code that Measure has not seen: " + f.Fn.Proto.SourceName)
	}
}

// maxRegisters is how many NumUsedRegisters can tell. The number of an instruction's register
// has as many bits: with one more it would be another's.
const maxRegisters = 255

// topAbove puts the top above the registers of a function's frame.
func (reg *registry) topAbove(f *frame) { reg.top = f.LocalBase + int(f.Fn.Proto.NumUsedRegisters) }

// topAfter is topAbove, unless the frame's next instruction takes from the top how many
// values there are.
//
// One that has a fixed number of results may be in front of such an instruction, too:
// return (f()).
func (reg *registry) topAfter(f *frame) {
	next := f.Fn.Proto.Code[f.Pc]
	if argB(next) == 0 {
		switch int(next >> 26) {
		case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_RETURN, lua.OP_SETLIST:
			return
		}
	}
	reg.topAbove(f)
}
