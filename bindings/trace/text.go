package trace

import (
	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
)

// Row answers the row of the call that an event is of; nil: it is none of a row's.
func Row(e *kernel.Event) *calls.Call {
	if e.Op.As != "" {
		return calls.Lookup(e.Op.As)
	}
	return calls.Lookup(e.Op.Name)
}

// Begun writes a call as strace does, up to its answer: "recv(4, 4096, 0)".
func Begun(row *calls.Call, e *kernel.Event) string {
	return straceWriter(row, e).inputs() + ")"
}

// Answered writes what it answered.
func Answered(row *calls.Call, e *kernel.Event) string {
	return straceWriter(row, e).answer(e)
}

func straceWriter(row *calls.Call, e *kernel.Event) *writer {
	return &writer{call: &call{row: row, f: e.Frame}, style: straceStyle{defaultStrings}}
}
