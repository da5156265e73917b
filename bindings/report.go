package bindings

import (
	"errors"
	"slices"
	"strings"

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
		if L.GetMetaField(v, "__tostring") != lua.LNil {
			return L.ToStringMeta(v).String()
		}
	}
	return "(error object is a " + ae.Object.Type().String() + " value)"
}

// Traceback is where an error of PCall happened: Lua's frames, without those of the
// program below them.
func Traceback(err error) string {
	var ae *lua.ApiError
	if !errors.As(err, &ae) || ae.StackTrace == "" {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(ae.StackTrace), "\n")
	for len(lines) > 1 && strings.HasSuffix(lines[len(lines)-1], "[G]: ?") {
		lines = lines[:len(lines)-1]
	}
	// The function that complains about a global's name is none of the user's.
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasSuffix(line, "[G]: in function (anonymous)")
	})
	if len(lines) < 2 {
		return ""
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "[G]", "[Go]")
}
