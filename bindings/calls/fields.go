package calls

import "slices"

// Field is a field of a table that a parameter takes.
type Field struct {
	Name  string
	Group string // of the constants that it takes; "" if it takes others
}

// TableType says which fields a table has that a parameter takes, or that stands in the one that it
// takes. Completion and help go by it; trace, fault, exec and spawn refuse other fields.
type TableType struct {
	Name   string // for people, with its article: "an address"
	Fields []Field
}

// The types. Addresses of families that are seldom met have other fields besides; so have the
// values of seldom-used options of setsockopt (kernel.Shape).
var (
	addressTable = &TableType{"an address", []Field{{"family", "AF_"}, {"addr", ""}, {"port", ""}, {"path", ""}, {"flowinfo", ""}, {"scope_id", ""}}}
	entryTable   = &TableType{"a poll entry", []Field{{"fd", ""}, {"events", "POLL"}, {"revents", "POLL"}}}
	hintsTable   = &TableType{"hints", []Field{{"family", "AF_"}, {"socktype", "SOCK_"}, {"protocol", "IPPROTO_"}, {"flags", "AI_"}}}
	messageTable = &TableType{"a message", []Field{{"name", ""}, {"iov", ""}, {"control", ""}}}
	controlTable = &TableType{"control data", []Field{{"level", "SOL_"}, {"type", "SCM_"}, {"fds", ""}, {"data", ""}}}
	lockTable    = &TableType{"a lock", []Field{{"type", "F_LOCK_TYPE"}, {"whence", "SEEK_"}, {"start", ""}, {"len", ""}}}
	ownerTable   = &TableType{"an owner", []Field{{"type", "F_OWNER_"}, {"pid", ""}}}
	lingerTable  = &TableType{"SO_LINGER's", []Field{{"onoff", ""}, {"linger", ""}}}
	faultTable   = &TableType{"a fault", []Field{{"errno", "E"}, {"short", ""}, {"delay", ""}, {"fd", ""}, {"nth", ""}, {"after", ""}, {"times", ""}, {"share", ""}, {"seed", ""}, {"threads", ""}}}
	traceTable   = &TableType{"what is traced", []Field{{"fd", ""}, {"strings", ""}, {"paths", ""}, {"lua", ""}, {"io", ""}, {"threads", ""}, {"file", ""}}}
	childTable   = &TableType{"a child's options", []Field{{"env", ""}, {"clearenv", ""}, {"cwd", ""}, {"pass_fds", ""}, {"pgid", ""}, {"setsid", ""}, {"uid", ""}, {"gid", ""}, {"grace", ""}}}
	groupTable   = &TableType{"a multicast group", []Field{{"multiaddr", ""}, {"interface", ""}}}
)

// tables has those of the parameters whose kind does not say which, by "call parameter".
var tables = map[string][]*TableType{
	"getaddrinfo hints":   {hintsTable},
	"getnameinfo address": {addressTable},
	"sendmsg msg":         {messageTable, controlTable, addressTable},
	"recvmsg room":        {messageTable},
	"sendmmsg messages":   {messageTable, controlTable, addressTable},
	"recvmmsg room":       {messageTable},
	"fcntl arg":           {lockTable, ownerTable},
	"setsockopt value":    {lingerTable, groupTable},
	"fault what":          {faultTable},
	"trace what":          {traceTable},
	"exec args":           {childTable},
	"spawn args":          {childTable},
}

// Tables answers the tables that the parameter at a place takes, the outer ones first.
func (c *Call) Tables(i int) []*TableType {
	if i >= len(c.Params) {
		return nil
	}
	switch c.Params[i].Kind {
	case KindAddr:
		return []*TableType{addressTable}
	case KindPollSet:
		return []*TableType{entryTable}
	}
	return tables[c.Name+" "+c.Params[i].Name]
}

// Has tells whether the table has a field.
func (t *TableType) Has(name string) bool {
	return slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Name == name })
}

// Names are those of the fields, in the order of the alphabet.
func (t *TableType) Names() []string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	slices.Sort(names)
	return names
}
