package calls

import (
	"math"
	"strconv"
	"strings"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// getaddrinfo(3), getnameinfo(3). Their errors are EAI numbers, which the rows' Errs
// can't hold: the notes have their causes.
var resolveCalls = []Call{
	{
		Name: "getaddrinfo", Man: "getaddrinfo(3)", Class: Names,
		Params:  P{Bytes("node").Opt(), Any("service").Opt(), Table("hints").Opt()},
		Answers: A{{"entries", KindAny}},
		Doc:     "Look up a host and a service: an array of {family=, socktype=, protocol=, addr=, port=}, the best first.",
		Notes: []string{
			"hints is a table {family=, socktype=, protocol=, flags=}; an entry is an address as it is: connect(fd, entries[1]).",
			"An entry has scope_id if it is of a link (fe80::1%eth0); the first has canonname with AI_CANONNAME.",
			"service may be a port's number. A port beyond 65535 is refused, where glibc takes it modulo 65536.",
			"Names come from the hosts file and DNS; other modules of nsswitch.conf (mDNS, LDAP) and AI_IDN are not used.",
			"EAI_NONAME: no such name, or neither node nor service given. EAI_AGAIN: no name server answered. EAI_SYSTEM: no descriptor is left to ask by (EMFILE).",
			"EAI_NODATA: the name has no address of the family. EAI_ADDRFAMILY: an address in numbers is of the other family.",
			"EAI_SERVICE: no such service for the socket type. EAI_FAMILY, EAI_SOCKTYPE, EAI_BADFLAGS: the hints are wrong.",
		},
		Example: `a = getaddrinfo("127.0.0.1", 80, {socktype=SOCK_STREAM})
print(#a, a[1].addr, a[1].port, a[1].protocol == IPPROTO_TCP) --> 1	127.0.0.1	80	true`,
		Wait: kernel.Remote,
		Do:   getaddrinfo,
	},
	{
		Name: "getnameinfo", Man: "getnameinfo(3)", Class: Names,
		Params:  P{Table("address"), Flags("flags", "NI_").Or(0)},
		Answers: A{{"host", KindBytes}, {"service", KindBytes}},
		Doc:     "Look up the names of an address's host and service; what has no name is answered in numbers.",
		Notes: []string{
			"EAI_NONAME: the host has no name, and NI_NAMEREQD asks for one. EAI_AGAIN: no name server answered.",
			"EAI_FAMILY: only IPv4, IPv6 and Unix addresses have names.",
		},
		Example: `host, service = getnameinfo({addr="127.0.0.1", port=7}, bit.bor(NI_NUMERICHOST, NI_NUMERICSERV))
print(host, service) --> 127.0.0.1	7`,
		Wait: kernel.Remote,
		Do:   getnameinfo,
	},
}

// getaddrinfoOp is the same call for lookupHost: a row that held its own All() would be
// an initialization cycle.
var getaddrinfoOp = kernel.Op{Name: "getaddrinfo", Wait: kernel.Remote, Do: getaddrinfo}

// lookupHost is what a call that is given a name asks. It goes through the gate as a
// call of its own, so that the trace shows it.
func lookupHost(t *kernel.Task, name string, family int) (*kernel.Sockaddr, error) {
	f := &kernel.Frame{Task: t}
	f.Reset()
	f.Args[0] = kernel.Value{Set: true, Str: name}
	f.Args[2] = kernel.Value{Set: true, Any: kernel.Record{{Name: "family", Value: int64(family)}}}
	if err := t.Do(&getaddrinfoOp, f); err != nil {
		return nil, err
	}
	first := f.Out[0].Any.([]any)[0].(kernel.Record)
	f.Peer = kernel.Peer{Set: true, Table: first}
	return f.FixedAddress(0)
}

func getaddrinfo(f *kernel.Frame) error {
	var node *string
	if f.Has(0) {
		node = &f.Args[0].Str
	}
	service, err := serviceArg(f, 1)
	if err != nil {
		return err
	}
	hints := kernel.DefaultHints()
	if f.Has(2) {
		if hints, err = hintsArg(f, 2); err != nil {
			return err
		}
	}
	return kernel.Getaddrinfo(f, node, service, hints)
}

// serviceArg takes a port's number for its digits.
func serviceArg(f *kernel.Frame, arg int) (*string, error) {
	v := f.Args[arg].Any
	if v == nil {
		return nil, nil
	}
	if s, ok := v.(string); ok {
		return &s, nil
	}
	port, ok := kernel.AsInt(v)
	if !ok {
		return nil, &kernel.ArgError{Arg: arg, Text: "service name or port expected, got " + kernel.TypeName(v)}
	}
	digits := strconv.FormatInt(port, 10)
	if port < 0 || port > math.MaxUint16 {
		return nil, &kernel.ArgError{Arg: arg, Text: "a port of 0 to 65535 expected, got " + digits}
	}
	return &digits, nil
}

func hintsArg(f *kernel.Frame, arg int) (h kernel.Hints, err error) {
	record, _ := f.Args[arg].Any.(kernel.Record)
	r := kernel.NewReader(record, "hints")
	field := func(name string) int { return int(r.Range(name, 0, math.MinInt32, math.MaxUint32)) }
	h = kernel.Hints{
		Family: field("family"), Socktype: field("socktype"),
		Protocol: field("protocol"), Flags: field("flags"),
	}
	if err := r.Done(); err != nil {
		return h, &kernel.ArgError{Arg: arg, Text: err.Error()}
	}
	return h, nil
}

func getnameinfo(f *kernel.Frame) error {
	record, _ := f.Args[0].Any.(kernel.Record)
	f.Peer = kernel.Peer{Set: true, Table: withFamily(record)}
	a, err := f.FixedAddress(0)
	if err != nil {
		return err
	}
	return kernel.Getnameinfo(f, a, f.Int(1))
}

// withFamily adds the family to an address that names none. Elsewhere it follows from
// the socket; here there is no socket.
func withFamily(r kernel.Record) kernel.Record {
	if r.Get("family") != nil || r.Get("path") != nil {
		return r
	}
	family := unix.AF_INET
	if text, _ := r.Get("addr").(string); strings.Contains(text, ":") {
		family = unix.AF_INET6
	}
	return append(kernel.Record{{Name: "family", Value: int64(family)}}, r...)
}
