package bindings

import (
	"fmt"
	"math"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// optionReader reads the table that a function takes which is about calls: the names of some,
// and named options.
type optionReader struct {
	L        *lua.LState
	function string
}

// each hands on the names of calls and the options, which are those of the row.
func (r optionReader) each(t *lua.LTable, call func(name string), option func(name string, v lua.LValue)) {
	known := calls.Lookup(r.function).Tables(0)[0]
	t.ForEach(func(k, v lua.LValue) {
		switch key := k.(type) {
		case lua.LNumber:
			call(r.call(v))
		case lua.LString:
			if !known.Has(string(key)) {
				r.fail("there is no option '%s' (there are %s)", kernel.Escape(string(key)), strings.Join(known.Names(), ", "))
			}
			option(string(key), v)
		default:
			r.fail("names of calls and named options expected, got the key %s", typeOf(k))
		}
	})
}

func (r optionReader) fail(format string, args ...any) {
	BadArgument(r.L, r.function, 1, fmt.Sprintf(format, args...))
}

func (r optionReader) call(v lua.LValue) string {
	name, ok := v.(lua.LString)
	if !ok {
		r.fail("the name of a call expected, got %s", typeOf(v))
	}
	if !isCall(string(name)) {
		r.fail("there is no call '%s' to %s%s", kernel.Escape(string(name)), r.function, nearCall(string(name)))
	}
	return string(name)
}

// isCall tells whether a name is that of a call that goes through the gate.
func isCall(name string) bool {
	c := calls.Lookup(name)
	return c != nil && c.Do != nil
}

// nearCall asks whether the call was meant whose name is nearest to one that none has.
func nearCall(name string) string {
	near, ok := consts.Nearest(name, func(yield func(string) bool) {
		for _, c := range calls.All() {
			if isCall(c.Name) && !yield(c.Name) {
				return
			}
		}
	})
	if !ok {
		return ""
	}
	return "; did you mean " + near + "?"
}

func (r optionReader) integer(name string, v lua.LValue, least int64) int {
	n, ok := integral(v)
	if !ok || n < least || n > math.MaxInt32 {
		r.fail("field '%s': integer of %d or more expected, got %s", name, least, typeOf(v))
	}
	return int(n)
}

// number reads one from 0 to a bound.
func (r optionReader) number(name string, v lua.LValue, most float64) float64 {
	n, ok := v.(lua.LNumber)
	if !ok || !(n >= 0 && float64(n) <= most) {
		r.fail("field '%s': number from 0 to %g expected, got %s", name, most, typeOf(v))
	}
	return float64(n)
}

func (r optionReader) boolean(name string, v lua.LValue) bool {
	b, ok := v.(lua.LBool)
	if !ok {
		r.fail("field '%s': true or false expected, got %s", name, typeOf(v))
	}
	return bool(b)
}
