package calls

import (
	"strconv"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// Which group of constants ("AF_", "O_") a value is of, where the parameter alone does not say it:
// in a table, behind a command of fcntl or a level of setsockopt, in an answer. Completion offers the
// group's names; the trace and the prompt write a number as one of them.

// FieldGroup answers the group of the constants that a field of an argument's table takes,
// "" if none. A table that is no argument yet, c being nil, may be an address or an entry.
func (c *Call) FieldGroup(i int, field string) string {
	looked := []*TableType{addressTable, entryTable, hintsTable}
	if c != nil {
		looked = c.Tables(i)
	}
	for _, s := range looked {
		for _, f := range s.Fields {
			if f.Name == field {
				return f.Group
			}
		}
	}
	return ""
}

// argGroups are the groups of an argument of any type by what stands before it: what
// fcntl's commands and the options of setsockopt take. (A kernel.Shape has the group of an
// option's answer.)
var argGroups = map[string]string{
	"F_SETFL": "O_", "F_SETFD": "FD_", "F_ADD_SEALS": "F_SEAL_", "F_SETSIG": "SIG", "F_SETLEASE": "F_LOCK_TYPE",
	"IP_MTU_DISCOVER": "IP_PMTUDISC_", "IPV6_MTU_DISCOVER": "IPV6_PMTUDISC_", "SO_TIMESTAMPING": "SOF_TIMESTAMPING_",
	"PACKET_FANOUT": "PACKET_FANOUT_", "UDP_ENCAP": "UDP_ENCAP_", "IP_TOS": "IPTOS_", "IPV6_TCLASS": "IPTOS_",
}

// GroupAt answers the group of the constants that the argument at a place (from 0) takes, ""
// if none, where the source of the arguments before it is known: TCP_ after IPPROTO_TCP.
func (c *Call) GroupAt(i int, before []string) string {
	if i >= len(c.Params) {
		return ""
	}
	p := c.Params[i]
	if i == 0 || len(before) < i {
		return p.Group
	}
	last := before[i-1]
	if p.Group == "SO_" && c.Params[i-1].Group == "SOL_" {
		return optionGroup(last)
	}
	if p.Kind == KindAny {
		return argGroups[last]
	}
	return p.Group
}

// optionGroup answers the group of a level's options. One that is not written as a constant
// or a number may be any; most are SOL_SOCKET.
func optionGroup(level string) string {
	v, ok := consts.Lookup(level)
	if !ok {
		n, err := strconv.ParseInt(level, 0, 64)
		if err != nil {
			return "SO_"
		}
		v = n
	}
	group, _ := consts.OptionGroup(v)
	return group
}

// tableGroups are the groups of fields of tables that calls answer, and take, wherever they
// stand: a table is known by another field that it has.
var tableGroups = []struct{ with, field, group string }{
	{"fd", "events", "POLL"}, {"fd", "revents", "POLL"},
	{"iov", "flags", "MSG_"},
	{"type", "level", "SOL_"},
	{"whence", "type", "F_LOCK_TYPE"}, {"start", "whence", "SEEK_"},
	{"pid", "type", "F_OWNER_"},
	{"ifa_name", "ifa_flags", "IFF_"},
	{"st_ino", "st_mode", "S_I"},
	{"addr", "family", "AF_"}, {"path", "family", "AF_"},
}

// TableGroup answers the group of the constants that a field of a table is one of, "" if none.
// get answers what the table has under a name, and whether that is an integer.
func TableGroup(field string, get func(name string) (value int64, isInt, there bool)) string {
	if level, isInt, _ := get("level"); isInt && field == "type" {
		return controlGroup(level)
	}
	for _, g := range tableGroups {
		if _, _, there := get(g.with); there && g.field == field {
			return g.group
		}
	}
	return ""
}

// controlGroup is what the type of a control message is a name among: of SOL_SOCKET an SCM_,
// elsewhere the option that asks for it.
func controlGroup(level int64) string {
	if level == unix.SOL_SOCKET {
		return "SCM_"
	}
	group, _ := consts.OptionGroup(level)
	return group
}

// answerGroups are the groups of what fcntl's commands answer.
var answerGroups = map[string]string{
	"F_GETFL": "O_", "F_GETFD": "FD_", "F_GET_SEALS": "F_SEAL_", "F_GETSIG": "SIG", "F_GETLEASE": "F_LOCK_TYPE",
}

// AnswerGroup answers the group of the constants that the answer at a place is of, "" if none:
// a number, or an array of such. arg tells the argument at a place, if it is known and an integer.
func (c *Call) AnswerGroup(i int, arg func(at int) (int64, bool)) string {
	if i >= len(c.Answers) {
		return ""
	}
	switch k := c.Answers[i].Kind; {
	case k == KindEvents:
		return "EPOLL"
	case k == KindLimit:
		return "RLIM_"
	case k == KindFlags: // what was set before
		return c.Params[0].Group
	case k != KindAny || i > 0 || len(c.Params) < 2:
		return ""
	}
	before, known := arg(1)
	if !known {
		return ""
	}
	if c.Params[1].Group == "SOL_" && len(c.Params) > 2 {
		if option, ok := arg(2); ok {
			return kernel.OptionOf(int(before), int(option), 0).Shape.Group
		}
		return ""
	}
	command, _ := consts.NameOf(c.Params[1].Group, before)
	return answerGroups[command]
}
