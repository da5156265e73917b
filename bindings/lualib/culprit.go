package lualib

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// gopher-lua's messages say "attempt to call a non-function object" and no more. What the
// value was, and which variable held it, stands in the instruction that failed and in the
// ones before it; 5.1's own messages are made in the same way (ldebug.c, getobjname).

// Culprit is the variable that an error is about.
type Culprit struct {
	Kind string     // "global", "local", "upvalue", "field", "method", "for iterator"; "" if it is not known
	Name string     // of the variable; an iterator has none
	Path []string   // the global table's fields that lead to it: "string", "frmat"; nil if it is no global's
	Type string     // of the value: "nil"
	Key  string     // of what was looked up or set in the value; "" if that is not what went wrong
	Self lua.LValue // whose method it should be; nil if it is none
}

// String writes it as 5.3 does: "a nil value (global 'x')".
func (c Culprit) String() string {
	text := "a " + c.Type + " value"
	switch {
	case c.Name != "":
		text += fmt.Sprintf(" (%s '%s')", c.Kind, c.Name)
	case c.Kind != "":
		text += " (" + c.Kind + ")"
	}
	return text
}

// Explain words an error that is being raised in L as Lua does, and tells which variable
// it is about. ok: it is about one. It is to be called before the stack is unwound.
func Explain(L *lua.LState, message string) (better string, c Culprit, ok bool) {
	f := currentFrame(L)
	if c, ok := badArgument(L, f, message); ok {
		return message, c, true
	}
	for _, e := range loopTexts {
		if before, ok := strings.CutSuffix(message, e[0]); ok {
			return before + e[1], c, true
		}
	}
	for _, e := range explanations {
		at := strings.Index(message, e.text)
		if at < 0 || f == nil || f.Fn.IsG || f.Pc < 1 {
			continue
		}
		reg, found := e.register(L, f)
		if !found {
			return message, c, false
		}
		c = f.culprit(reg, f.Pc-1)
		c.Type, c.Key = f.value(L, reg).Type().String(), f.key(L)
		if c.Kind == "method" {
			c.Self = f.value(L, reg+1)
		}
		return message[:at] + e.better + " " + c.String(), c, true
	}
	return message, c, false
}

// loopTexts are what gopher-lua says of a for loop, and Lua.
var loopTexts = [][2]string{
	{"for statement init must be a number", "'for' initial value must be a number"},
	{"for statement limit must be a number", "'for' limit must be a number"},
	{"for statement step must be a number", "'for' step must be a number"},
}

// badArgument finds the variable that is the argument of a Go function, which runs in f and
// was given nil for something. error and join, which hand on what was said of another, were not.
func badArgument(L *lua.LState, f *frame, message string) (c Culprit, ok bool) {
	_, text, found := strings.Cut(message, "bad argument #")
	if !found || !strings.Contains(text, ", got nil)") || f == nil || !f.Fn.IsG || f.Parent == nil || f.Parent.Fn.IsG {
		return c, false
	}
	caller, n := f.Parent, 0
	if _, err := fmt.Sscan(text, &n); err != nil || n >= L.GetTop() || L.Get(n) != lua.LNil { // the error is on top
		return c, false
	}
	op, inst := caller.opcode()
	if op != lua.OP_CALL {
		return c, false
	}
	c = caller.culprit(argA(inst)+n, caller.Pc-1)
	c.Type = "nil"
	return c, c.Kind != ""
}

// explanations lead from gopher-lua's texts to Lua's, and to the register with the value.
var explanations = []struct {
	text, better string
	register     func(L *lua.LState, f *frame) (reg int, ok bool)
}{
	{"attempt to call a non-function object", "attempt to call", called},
	{"attempt to index a non-table object", "attempt to index", indexed},
	{"cannot perform concat operation", "attempt to concatenate", concatenated},
	{"__len undefined", "attempt to get length of", measured},
	{"__unm undefined", "attempt to perform arithmetic on", calculated},
	{"cannot perform", "attempt to perform arithmetic on", calculated},
}

func argA(inst uint32) int  { return int(inst>>18) & 0xff }
func argB(inst uint32) int  { return int(inst) & 0x1ff }
func argC(inst uint32) int  { return int(inst>>9) & 0x1ff }
func argBx(inst uint32) int { return int(inst) & 0x3ffff }

// constant is the bit of an operand that names a constant instead of a register.
const constant = 1 << 8

func called(_ *lua.LState, f *frame) (int, bool) {
	op, inst := f.opcode()
	return argA(inst), op == lua.OP_CALL || op == lua.OP_TAILCALL || op == lua.OP_TFORLOOP
}

func indexed(_ *lua.LState, f *frame) (int, bool) {
	switch op, inst := f.opcode(); op {
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
		return argB(inst), true
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		return argA(inst), true
	}
	return 0, false
}

// key is the name that the frame's instruction looks up or sets in a value.
func (f *frame) key(L *lua.LState) string {
	op, inst := f.opcode()
	operand := argC(inst)
	switch op {
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		operand = argB(inst)
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
	default:
		return ""
	}
	name, _ := f.value(L, operand).(lua.LString)
	return string(name)
}

func measured(_ *lua.LState, f *frame) (int, bool) {
	op, inst := f.opcode()
	return argB(inst), op == lua.OP_LEN
}

func calculated(L *lua.LState, f *frame) (int, bool) {
	op, inst := f.opcode()
	operands := []int{argB(inst), argC(inst)}
	switch {
	case op == lua.OP_UNM:
		operands = operands[:1]
	case op < lua.OP_ADD || op > lua.OP_POW:
		return 0, false
	}
	for _, reg := range operands {
		if !isNumeric(f.value(L, reg)) {
			return reg, true
		}
	}
	return 0, false
}

func isNumeric(v lua.LValue) bool {
	if s, ok := v.(lua.LString); ok {
		_, ok = ParseNumber(string(s))
		return ok
	}
	return v.Type() == lua.LTNumber
}

func concatenated(L *lua.LState, f *frame) (int, bool) {
	op, inst := f.opcode()
	if op != lua.OP_CONCAT {
		return 0, false
	}
	for reg := argC(inst); reg >= argB(inst); reg-- { // Lua joins from the right
		if !lua.LVCanConvToString(f.value(L, reg)) {
			return reg, true
		}
	}
	return 0, false
}

// value is what a register has, or the constant that an operand names.
func (f *frame) value(L *lua.LState, reg int) lua.LValue {
	if reg >= constant {
		return f.Fn.Proto.Constants[reg&^constant]
	}
	r := stateOf(L).reg
	if at := f.LocalBase + reg; at < len(r.array) && r.array[at] != nil {
		return r.array[at]
	}
	return lua.LNil
}

// Constructed tells whether argument n, from 1, of the running Go function was written as
// a table, {...}, in the call.
func Constructed(L *lua.LState, n int) bool {
	caller := currentFrame(L).Parent
	if caller == nil || caller.Fn.IsG {
		return false
	}
	op, inst := caller.opcode()
	if op != lua.OP_CALL && op != lua.OP_TAILCALL {
		return false
	}
	for pc := caller.Pc - 2; pc >= 0; pc-- {
		before := caller.Fn.Proto.Code[pc]
		if argA(before) == argA(inst)+n {
			op := int(before >> 26)
			return op == lua.OP_NEWTABLE || op == lua.OP_SETLIST
		}
	}
	return false
}

// Written answers how many arguments of the running Go function were written one by one; 0 where the last
// of them are all that a call answered, or a vararg, or where there is no such call.
func Written(L *lua.LState) int {
	f := currentFrame(L)
	if f == nil || !f.Fn.IsG || f.Parent == nil || f.Parent.Fn.IsG {
		return 0
	}
	op, inst := f.Parent.opcode()
	if op != lua.OP_CALL && op != lua.OP_TAILCALL {
		return 0
	}
	return max(argB(inst)-1, 0)
}

// Quoted tells whether the call that fails in the running Lua function has one argument, and that is a
// string which is written there.
func Quoted(L *lua.LState) bool {
	f := currentFrame(L)
	if f == nil || f.Fn.IsG || f.Pc < 2 {
		return false
	}
	op, inst := f.opcode()
	before := f.Fn.Proto.Code[f.Pc-2]
	if op != lua.OP_CALL && op != lua.OP_TAILCALL || argB(inst) != 2 || int(before>>26) != lua.OP_LOADK {
		return false
	}
	_, isString := f.Fn.Proto.Constants[argBx(before)].(lua.LString)
	return isString
}

// culprit names what lies in a register before the instruction at pc.
func (f *frame) culprit(reg, pc int) Culprit {
	if op, inst := f.opcode(); op == lua.OP_TFORLOOP && reg == argA(inst) && pc == f.Pc-1 {
		return Culprit{Kind: "for iterator"}
	}
	if name, ok := f.local(reg, pc); ok && name[0] != '(' { // else it is the compiler's own
		return Culprit{Kind: "local", Name: name}
	}
	for pc--; pc >= 0; pc-- {
		if inst := f.Fn.Proto.Code[pc]; argA(inst) == reg {
			return f.loaded(inst, pc)
		}
	}
	return Culprit{}
}

// EndScopes, if it is set, puts right where the scopes of a function's locals end.
var EndScopes func(*lua.FunctionProto)

// local names the local variable that lives in a register at pc.
func (f *frame) local(reg, pc int) (name string, ok bool) {
	if EndScopes != nil {
		EndScopes(f.Fn.Proto)
	}
	for _, l := range f.Fn.Proto.DbgLocals {
		if l.StartPc <= pc && pc+1 < l.EndPc {
			if reg == 0 {
				return l.Name, true
			}
			reg--
		}
	}
	return "", false
}

// loaded names what an instruction put into its register.
func (f *frame) loaded(inst uint32, pc int) Culprit {
	p := f.Fn.Proto
	switch int(inst >> 26) {
	case lua.OP_GETGLOBAL:
		name := p.Constants[argBx(inst)].String()
		return Culprit{Kind: "global", Name: name, Path: []string{name}}
	case lua.OP_GETUPVAL:
		if b := argB(inst); b < len(p.DbgUpvalues) {
			return Culprit{Kind: "upvalue", Name: p.DbgUpvalues[b]}
		}
	case lua.OP_MOVE, lua.OP_MOVEN: // each of several is an instruction of its own
		return f.culprit(argB(inst), pc)
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
		return f.member("field", inst, pc)
	case lua.OP_SELF:
		return f.member("method", inst, pc)
	}
	return Culprit{}
}

func (f *frame) member(kind string, inst uint32, pc int) Culprit {
	key := argC(inst)
	if key < constant {
		return Culprit{}
	}
	name, ok := f.Fn.Proto.Constants[key&^constant].(lua.LString)
	if !ok {
		return Culprit{}
	}
	c := Culprit{Kind: kind, Name: string(name)}
	if table := f.culprit(argB(inst), pc); table.Path != nil {
		c.Path = append(table.Path, c.Name)
	}
	return c
}
