package lualib

import (
	"sync"
	"sync/atomic"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// A server that receives 64 KiB at a time makes as much garbage with each message, and memory
// that has just been in use is in the processor's caches where new memory is not. So the
// buffer of a large string that a call has answered is lent: it comes back, for the next
// call, once no variable has the string any more, without a collection that finds that out.
//
// That is known because a lent string is in registers alone, of the state that the call was
// made in. Whatever puts it elsewhere forfeits the loan, so that the string stays what it is, and
// the collector's: a field of a table, a variable of a closure, an instruction of gopher-lua's
// that may do either, an error that ends functions (it closes their variables), another
// coroutine that reads it from a variable, and a Go function that is given it, unless it is a
// borrower, which keeps nothing. When the buffer is wanted again the registers are looked through.
//
// There is one loan in the process, and only the loop of vm.go keeps account of it.

// lender is the state that has the lent string; nil if nothing is lent. What stands in lent is
// for the thread that runs the lender and its coroutines alone.
var lender atomic.Pointer[state]

var lent struct {
	buf  []byte
	from uintptr // where it lies
}

// borrowers are where the code begins of the Go functions that keep nothing of what they are
// given. What they answer may be a part of it.
var borrowers = map[uintptr]bool{}

// Borrows says that Go functions with this one's code, whatever they are closed over, are such. It
// is said before there is a state.
func Borrows(fn lua.LGFunction) { borrowers[entryOf(fn)] = true }

var findBorrowers sync.Once

func (l *library) openLoans(L *lua.LState) {
	findBorrowers.Do(func() {
		for _, fn := range []lua.LGFunction{L.GetGlobal("type").(*lua.LFunction).GFunction, stringByte, stringLen, stringSub} {
			Borrows(fn)
		}
	})
}

// entryOf is where the code of a function begins.
func entryOf(fn lua.LGFunction) uintptr { return *(*uintptr)(codeOf(fn)) }

// Lend says that the running Go function answers a string that lies in buf, which nobody else
// has. It is lent if it goes to a register of Lua code that our own loop runs, and no other
// thread has lent anything.
func Lend(L *lua.LState, buf []byte) {
	s := stateOf(L)
	if !s.answersLua() {
		return
	}
	if l := lender.Load(); l != nil && l.G != s.G || !lender.CompareAndSwap(l, s) {
		return
	}
	lent.buf, lent.from = buf, uintptr(unsafe.Pointer(unsafe.SliceData(buf)))
}

// answersLua tells whether what the running Go function answers goes to registers of Lua code:
// of the function that called it, or, in a tail call, of the one that called that.
func (s *state) answersLua() bool {
	caller := s.currentFrame.Parent
	if caller != nil && !caller.Fn.IsG {
		if op, _ := caller.opcode(); op == lua.OP_TAILCALL {
			caller = caller.Parent
		}
	}
	return s.mainLoop == ownLoop && caller != nil && !caller.Fn.IsG
}

// Reclaim answers the buffer that was lent, if no variable has what was in it: the running Go
// function may overwrite it. Otherwise nil, and the loan is over.
func Reclaim(L *lua.LState) []byte {
	l := lender.Load()
	if l == nil || l.G != L.G {
		return nil
	}
	end := l.reg.top
	if s := stateOf(L); s == l {
		end = s.currentFrame.Base // what lies above the caller's variables is over
	}
	buf := lent.buf
	// A break or an error may leave a closure with a variable above those of the running functions.
	if end > mostSearched || l.held(end) || holdLent(l.reg.array[:end]) {
		buf = nil
	}
	Forfeit(L)
	return buf
}

// mostSearched is how many registers are looked through, which takes 1 ns for each: to receive
// 64 KiB takes 10 us.
const mostSearched = 1000

// Forfeit ends this thread's loan: the string may be anywhere.
func Forfeit(L *lua.LState) {
	if l := lender.Load(); l != nil && l.G == L.G {
		lent.buf, lent.from = nil, 0
		lender.Store(nil)
	}
}

// lends tells whether the lent string may be in the state's registers.
func (s *state) lends() bool { return lender.Load() == s }

// stored is told that the state, which lends, puts values elsewhere than into its registers.
func (s *state) stored(values ...lua.LValue) {
	if holdLent(values) {
		Forfeit(s.lua())
	}
}

// passed is told that the state, which lends, calls a Go function.
func (s *state) passed(fn *lua.LFunction, args []lua.LValue) {
	if keeps(fn, args) {
		Forfeit(s.lua())
	}
}

// keeps tells whether a Go function may keep the lent string: it is given it, and no borrower.
func keeps(fn *lua.LFunction, args []lua.LValue) bool {
	return holdLent(args) && !borrowers[entryOf(fn.GFunction)]
}

// found is told that values come into the state's registers from elsewhere: that may be the
// registers of another coroutine.
func (s *state) found(values ...lua.LValue) {
	if l := lender.Load(); l != nil && l != s && l.G == s.G && holdLent(values) { // nil: it was another thread's
		Forfeit(s.lua())
	}
}

// holdLent tells whether one of the values is the lent string, or a part of it.
func holdLent(values []lua.LValue) bool {
	for _, v := range values {
		text, ok := v.(lua.LString)
		if ok && uintptr(unsafe.Pointer(unsafe.StringData(string(text))))-lent.from < uintptr(len(lent.buf)) {
			return true
		}
	}
	return false
}

// careless tells whether an instruction that gopher-lua does may put a lent string elsewhere
// than into registers, or find it elsewhere.
func (s *state) careless(inst uint32) bool {
	f := s.currentFrame
	values := s.reg.array[f.LocalBase+argA(inst):]
	switch int(inst >> 26) {
	case lua.OP_NEWTABLE, lua.OP_FORPREP, lua.OP_VARARG, lua.OP_CLOSURE:
		return false
	case lua.OP_SELF:
		_, ok := s.lua().GetMetaField(lua.LString(""), "__index").(*lua.LTable) // no function, which would be given it
		return !ok
	case lua.OP_CLOSE:
		return s.lends() && s.held(f.LocalBase+argA(inst))
	case lua.OP_SETGLOBAL:
		return s.lends() && holdLent(values[:1])
	case lua.OP_CALL, lua.OP_TAILCALL:
		fn, ok := values[0].(*lua.LFunction)
		if !ok {
			return true
		}
		args := values[1:max(argB(inst), 1)]
		if argB(inst) == 0 {
			args = values[1 : s.reg.top-f.LocalBase-argA(inst)]
		}
		if int(inst>>26) == lua.OP_TAILCALL { // closes variables; where its answers go is not looked at
			fromGo := f.Parent == nil || f.Parent.Fn.IsG
			return !fn.IsG || !s.lends() || s.holds(f) || keeps(fn, args) || fromGo && holdLent(args)
		}
		return fn.IsG || s.lends() && holdLent(args) // variable arguments may become a table
	}
	return true
}
