package lualib

import (
	"runtime"
	"runtime/metrics"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

func (l *library) openBase(L *lua.LState) {
	set(L, Module(L, "_G"), map[string]lua.LGFunction{
		"assert":         assert,
		"collectgarbage": collectgarbage,
		"error":          raiseError,
		"rawset":         rawSet,
		"setmetatable":   setMetatable,
		"tonumber":       l.tonumber,
		"tostring":       tostring,
		"unpack":         unpackTable,
	})
	L.SetGlobal("_printregs", lua.LNil) // a help for gopher-lua's own authors
	l.openPairs(L)
}

// assert hands its message on as it is, whatever it is; gopher-lua's adds a
// position and takes strings alone.
func assert(L *lua.LState) int {
	a := args(L, "assert")
	if lua.LVAsBool(a.Any(1)) {
		return L.GetTop()
	}
	if L.GetTop() == 1 {
		L.RaiseError("assertion failed!")
	}
	raise(L, L.Get(2))
	return 0
}

// rawSet is rawset, which answers the table.
func rawSet(L *lua.LState) int {
	a := args(L, "rawset")
	t := a.Table(1)
	key, value := a.Any(2), a.Any(3)
	if isKey(key) {
		rawset(t, key, value)
	} else {
		L.RawSet(t, key, value) // which raises
	}
	L.SetTop(1)
	return 1
}

// setMetatable is setmetatable: of tables alone. gopher-lua's takes a string, too, and then all
// strings are without their methods.
func setMetatable(L *lua.LState) int {
	a := args(L, "setmetatable")
	t := a.Table(1)
	mt := L.Get(2)
	if mt.Type() != lua.LTTable && (mt != lua.LNil || L.GetTop() < 2) {
		a.Fail(2, "nil or table expected")
	}
	if L.GetMetaField(t, "__metatable") != lua.LNil {
		L.RaiseError("cannot change a protected metatable")
	}
	t.Metatable = mt
	L.SetTop(1)
	return 1
}

// raise raises a value as it is.
func raise(L *lua.LState, v lua.LValue) { L.Error(v, 0) }

// raiseError is error: a message gets the position of the function at the
// level that is asked for, anything else goes as it is.
func raiseError(L *lua.LState) int {
	level := args(L, "error").optInteger(2, 1)
	v := L.Get(1)
	if lua.LVCanConvToString(v) && level > 0 {
		v = lua.LString(where(L, level) + toString(L, v))
	}
	raise(L, v)
	return 0
}

// where is luaL_where: "chunk:line: " of the function at a level, nothing if
// it is a Go function or one that this library runs coroutines with.
func where(L *lua.LState, level int) string {
	d, ok := L.GetStack(level)
	if !ok {
		return ""
	}
	if _, err := L.GetInfo("Sl", d, lua.LNil); err != nil || d.CurrentLine <= 0 || d.Source == ownChunk {
		return ""
	}
	return d.Source + ":" + strconv.Itoa(d.CurrentLine) + ": "
}

func tostring(L *lua.LState) int {
	L.Push(stringOf(L, args(L, "tostring").Any(1)))
	return 1
}

// toString is Lua's tostring for Go code: __tostring is
// honoured, and infinities read as C prints them.
func toString(L *lua.LState, v lua.LValue) string {
	switch v := stringOf(L, v).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return NumberText(v)
	}
	L.RaiseError("'tostring' must return a string")
	return ""
}

func stringOf(L *lua.LState, v lua.LValue) lua.LValue {
	switch s := v.(type) {
	case lua.LString:
		return s
	case lua.LNumber:
		return lua.LString(NumberText(s))
	}
	return L.ToStringMeta(v)
}

// collectgarbage drives Go's collector, which has no pause or step to set:
// those options answer what Lua's would at its defaults.
func collectgarbage(L *lua.LState) int {
	a := args(L, "collectgarbage")
	answer := 0.0
	switch opt := a.OptStr(1, "collect"); opt {
	case "collect":
		runtime.GC()
	case "count":
		answer = heapBytes() / 1024
	case "step":
		runtime.GC()
		L.Push(lua.LTrue) // a cycle is finished
		return 1
	case "setpause", "setstepmul":
		answer = 200
	case "stop", "restart":
	default:
		a.Fail(1, "invalid option '%s'", opt)
	}
	L.Push(lua.LNumber(answer))
	return 1
}

// heapBytes is what live and unswept objects take; reading it stops nothing,
// as runtime.ReadMemStats would.
func heapBytes() float64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64())
}
