package complete

import (
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/lex"
)

// expectation is what a place takes.
type expectation struct {
	group      string       // of constants
	param      *calls.Param // that takes it; nil of a table's field
	socketType bool         // SOCK_NONBLOCK and SOCK_CLOEXEC may be joined
	descriptor bool
	tables     []*calls.TableType // whose fields may begin here
}

// heeds tells whether the place has a use for a constant of its group.
func (e *expectation) heeds(name string) bool { return e.param == nil || e.param.Heeds(name) }

// expected tells what the text's end takes, by the argument that it stands in: through
// parentheses that only group and through bit.bor.
func (q *question) expected() expectation {
	var field, outer *lex.Open // the innermost table, and the one that it stands in
	for n := len(q.open) - 1; n >= 0; n-- {
		o := &q.open[n]
		if o.Sign == lex.Block || o.Sign == lex.Index {
			break
		}
		switch {
		case o.Sign == lex.Brace && field == nil:
			field = o
		case o.Sign == lex.Brace && outer == nil:
			outer = o
		}
		if o.Callee == "" || isBitwise(o.Callee) {
			continue
		}
		arg := o.Args
		if o.Sign == lex.Brace {
			arg = nil // f{...}: the table is the first argument
		}
		if c := calls.Lookup(o.Callee); c != nil {
			return inCall(c, arg, field, outer)
		}
		break
	}
	return inTable(field)
}

// isBitwise tells whether a function joins flags.
func isBitwise(name string) bool {
	return strings.HasPrefix(name, "bit.") || strings.HasPrefix(name, "bit32.")
}

// inTable tells what a table takes that is no argument of a call.
func inTable(field *lex.Open) expectation {
	if field == nil {
		return expectation{}
	}
	var none *calls.Call
	return expectation{group: none.FieldGroup(0, field.Field), descriptor: field.Field == "fd"}
}

// inCall tells what an argument of a call takes, or a field of the table that is there. outer is
// the table that this one stands in.
func inCall(c *calls.Call, before []string, field, outer *lex.Open) expectation {
	at := len(before)
	if last := len(c.Params) - 1; last >= 0 && c.Params[last].Rest {
		at = min(at, last)
	}
	if at >= len(c.Params) {
		return expectation{}
	}
	kind := c.Params[at].Kind
	switch {
	case field == nil:
		return expectation{
			group:      c.GroupAt(at, before),
			param:      &c.Params[at],
			socketType: kind == calls.KindSock,
			descriptor: kind == calls.KindFD,
		}
	case field.InValue():
		group := c.FieldGroup(at, field.Field)
		return expectation{group: group, descriptor: field.Field == "fd" || field.Field[0] == '['}
	case kind == calls.KindFDSet:
		return expectation{descriptor: true}
	}
	tables := c.Tables(at)
	if outer != nil && outer.InValue() && len(tables) == 1 { // it has no tables in it that are known
		return expectation{descriptor: strings.HasSuffix(outer.Field, "fds")}
	}
	return expectation{tables: tables}
}
