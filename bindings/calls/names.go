package calls

import (
	"fmt"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// The host's name, interfaces, services, addresses as text, byte order, and the names
// of errors.
var nameCalls = []Call{
	{
		Name: "gethostname", Man: "gethostname(2)", Class: Names,
		Answers: A{{"name", KindBytes}},
		Doc:     "Answer the name of this machine.",
		Example: "print(#gethostname() > 0) --> true",
		Do:      kernel.Gethostname,
	},
	{
		Name: "if_nametoindex", Man: "if_nametoindex(3)", Class: Names,
		Params: P{Bytes("name")}, Answers: A{{"index", KindInt}},
		Doc:     "Answer the index of a network interface.",
		Errs:    E{{noInterface, "there is no such interface"}},
		Example: "i = if_nameindex()[1]\nprint(if_nametoindex(i.if_name) == i.if_index) --> true",
		Do:      func(f *kernel.Frame) error { return kernel.IfNametoindex(f, f.Str(0)) },
	},
	{
		Name: "if_indextoname", Man: "if_indextoname(3)", Class: Names,
		Params: P{Int("index")}, Answers: A{{"name", KindBytes}},
		Doc:     "Answer the name of a network interface.",
		Errs:    E{{unix.ENXIO, "there is no such interface"}},
		Example: "i = if_nameindex()[1]\nprint(if_indextoname(i.if_index) == i.if_name) --> true",
		Do:      func(f *kernel.Frame) error { return kernel.IfIndextoname(f, f.Int(0)) },
	},
	{
		Name: "getifaddrs", Man: "getifaddrs(3)", Class: Names,
		Answers: A{{"addresses", KindAny}},
		Doc:     "Answer the Internet addresses of this machine: an array of {ifa_name=, ifa_flags=, ifa_addr=, ifa_netmask=}.",
		Notes: []string{
			"ifa_addr can be passed to bind. Interfaces without such an address are not among them: if_nameindex has all.",
			"ifa_flags are those of IFF_UP, IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_MULTICAST and IFF_RUNNING.",
		},
		Example: `for _, i in ipairs(getifaddrs()) do
  if i.ifa_addr.addr == "127.0.0.1" then print(i.ifa_netmask.addr, bit.band(i.ifa_flags, IFF_LOOPBACK) ~= 0) end
end --> 255.0.0.0	true`,
		Do: kernel.Getifaddrs,
	},
	{
		Name: "if_nameindex", Man: "if_nameindex(3)", Class: Names,
		Answers: A{{"interfaces", KindAny}},
		Doc:     "Answer all network interfaces: an array of {if_index=, if_name=}.",
		Example: "for _, i in ipairs(if_nameindex()) do\n  assert(i.if_index > 0 and #i.if_name > 0)\nend",
		Do:      kernel.IfNameindex,
	},
	{
		Name: "getservbyname", Man: "getservbyname(3)", Class: Names,
		Params: P{Bytes("name"), Bytes("proto").Opt()}, Answers: A{{"service", KindTable}},
		Doc: "Look up a service in /etc/services: {s_name=, s_aliases=, s_port=, s_proto=}.",
		Notes: []string{
			"s_port is in host byte order, as bind and connect take it here; C has it in network order.",
			"C answers NULL without an errno where there is none: the errno here is ENOENT.",
		},
		Errs:    E{{unix.ENOENT, "no line of /etc/services has the name, or none with that protocol"}},
		Example: "print(getservbyname(\"http\", \"tcp\").s_port) --> 80",
		Do:      func(f *kernel.Frame) error { return kernel.Getservbyname(f, f.Str(0), f.Str(1)) },
	},
	{
		Name: "getservbyport", Man: "getservbyport(3)", Class: Names,
		Params: P{Int("port"), Bytes("proto").Opt()}, Answers: A{{"service", KindTable}},
		Doc: "Look up the service of a port in /etc/services.",
		Notes: []string{
			"The port is in host byte order: getservbyport(80); C has getservbyport(htons(80)).",
			"C answers NULL without an errno where there is none: the errno here is ENOENT.",
		},
		Errs:    E{{unix.ENOENT, "no line of /etc/services has the port, or none with that protocol"}},
		Example: "s = getservbyport(80, \"tcp\")\nassert(s == nil or s.s_name == \"http\") -- nil where there is no /etc/services",
		Do:      func(f *kernel.Frame) error { return kernel.Getservbyport(f, f.Int(0), f.Str(1)) },
	},
	{
		Name: "inet_pton", Man: "inet_pton(3)", Class: Names,
		Params: P{Enum("af", "AF_"), Bytes("text")}, Answers: A{{"packed", KindBytes}},
		Doc:   "Turn an address's text into its bytes, 4 or 16.",
		Notes: []string{"C answers 0, and no errno, for a text that is no address: here the call fails with EINVAL."},
		Errs: E{
			{unix.EINVAL, "the text is no address of the family"},
			{unix.EAFNOSUPPORT, "the family is neither AF_INET nor AF_INET6"},
		},
		Example: "print(inet_pton(AF_INET, \"65.66.67.68\")) --> ABCD",
		Do:      func(f *kernel.Frame) error { return kernel.InetPton(f, f.Int(0), f.Str(1)) },
	},
	{
		Name: "inet_ntop", Man: "inet_ntop(3)", Class: Names,
		Params: P{Enum("af", "AF_"), Bytes("packed")}, Answers: A{{"text", KindBytes}},
		Doc:     "Turn an address's bytes, 4 or 16, into text.",
		Errs:    E{{unix.EAFNOSUPPORT, "the family is neither AF_INET nor AF_INET6"}},
		Example: "print(inet_ntop(AF_INET, \"ABCD\")) --> 65.66.67.68",
		Do:      func(f *kernel.Frame) error { return kernel.InetNtop(f, f.Int(0), f.Str(1)) },
	},
	{
		Name: "inet_aton", Man: "inet(3)", Class: Names,
		Params: P{Bytes("text")}, Answers: A{{"packed", KindBytes}},
		Doc: "Turn an IPv4 address in any of its forms (127.1, 0x7f000001, 0177.0.0.1) into its 4 bytes.",
		Notes: []string{
			"C answers 0, and no errno, for a text that is no address: here the call fails with EINVAL.",
			"As in glibc, whatever follows a blank is not looked at.",
		},
		Errs:    E{{unix.EINVAL, "the text is no IPv4 address"}},
		Example: "print(inet_ntoa(inet_aton(\"127.1\"))) --> 127.0.0.1",
		Do:      func(f *kernel.Frame) error { return kernel.InetAton(f, f.Str(0)) },
	},
	{
		Name: "inet_ntoa", Man: "inet(3)", Class: Names,
		Params: P{Bytes("packed")}, Answers: A{{"text", KindBytes}},
		Doc:     "Turn the 4 bytes of an IPv4 address into text.",
		Example: "print(inet_ntoa(\"ABCD\")) --> 65.66.67.68",
		Do:      func(f *kernel.Frame) error { return kernel.InetNtoa(f, f.Str(0)) },
	},
	swap("htons", "Turn a 16-bit number from host into network byte order.", 0x1234, kernel.Swap16),
	swap("ntohs", "Turn a 16-bit number from network into host byte order.", 0x1234, kernel.Swap16),
	swap("htonl", "Turn a 32-bit number from host into network byte order.", 0x12345678, kernel.Swap32),
	swap("ntohl", "Turn a 32-bit number from network into host byte order.", 0x12345678, kernel.Swap32),
	{
		Name: "errname", Class: Names,
		Params: P{Long("errno")}, Answers: A{{"name", KindBytes}},
		Doc:     "Answer the name of an error number, nil if it has none.",
		Example: "print(errname(ECONNREFUSED)) --> ECONNREFUSED",
		Do:      errname,
	},
	{
		Name: "strerror", Man: "strerror(3)", Class: Names,
		Params: P{Long("errno")}, Answers: A{{"text", KindBytes}},
		Doc:     "Answer the text of an error number.",
		Notes:   []string{"The errors of getaddrinfo and getnameinfo are other numbers: their text is in the message."},
		Example: "print(strerror(ECONNREFUSED)) --> Connection refused",
		Do: func(f *kernel.Frame) error {
			f.AnswerStr(0, consts.ErrnoText(f.Args[0].Int))
			return nil
		},
	},
}

// swap is the row of a byte order's function. Each is its own inverse.
func swap(name, doc string, sample int, do func(*kernel.Frame, int) error) Call {
	return Call{
		Name: name, Man: "byteorder(3)", Class: Names,
		Params: P{Long("number")}, Answers: A{{"number", KindInt}},
		Doc:     doc,
		Notes:   []string{"Addresses hold their port in host order already: this is for headers of your own."},
		Example: fmt.Sprintf("print(%s(%s(%d))) --> %d", name, name, sample, sample),
		Do:      func(f *kernel.Frame) error { return do(f, f.Int(0)) },
	}
}

// errname answers nothing for a number that is no error's.
func errname(f *kernel.Frame) error {
	if name, ok := consts.ErrnoName(f.Args[0].Int); ok {
		f.AnswerStr(0, name)
	}
	return nil
}
