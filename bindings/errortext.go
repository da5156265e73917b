package bindings

import (
	"errors"

	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// ErrorText is what an error of PCall says: the error value, with its __tostring if it
// has one.
func ErrorText(L *lua.LState, err error) string {
	var ae *lua.ApiError
	if !errors.As(err, &ae) {
		return err.Error()
	}
	switch v := ae.Object.(type) {
	case nil:
		return ae.Error()
	case lua.LString, lua.LNumber:
		return v.String()
	case *lua.LTable, *lua.LUserData:
		if text, ok := ownText(L, v); ok {
			return text
		}
	}
	return "(error object is a " + ae.Object.Type().String() + " value)"
}

// ownText is what a value's __tostring says of it, if it has one that does.
func ownText(L *lua.LState, v lua.LValue) (text string, ok bool) {
	fn := L.GetMetaField(v, "__tostring")
	if fn == lua.LNil {
		return "", false
	}
	top := L.GetTop()
	L.Push(fn)
	L.Push(v)
	if lualib.PCall(L, 1) == nil && L.GetTop() > top {
		var s lua.LString
		s, ok = L.Get(top + 1).(lua.LString)
		text = string(s)
	}
	L.SetTop(top)
	return text, ok
}
