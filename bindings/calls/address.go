package calls

import "golang.org/x/sys/unix"

// Family is an address family of which is known what its addresses have.
type Family struct {
	Name   string // AF_INET
	Number int
	Fields []AddressField // besides family; a test compares them with the kernel's reader
}

// AddressField is a field of an address.
type AddressField struct{ Name, Doc string }

// addressFamilies are those whose addresses have fields of their own.
var addressFamilies = append([]Family{
	{"AF_INET", unix.AF_INET, inetFields},
	{"AF_INET6", unix.AF_INET6, append(inetFields[:len(inetFields):len(inetFields)],
		AddressField{"flowinfo", "the flow label and the traffic class; absent if 0"},
		AddressField{"scope_id", "the index of the interface, of a link-local address; addr may have it as fe80::1%eth0; absent if 0"},
	)},
	{"AF_UNIX", unix.AF_UNIX, []AddressField{
		{"path", "the socket's path; one that begins with @ or a NUL byte is abstract (Linux)"},
	}},
}, seldomFamilies...)

var inetFields = []AddressField{
	{"addr", "the address in numbers, or a name to be looked up; \"\" is any address of the machine"},
	{"port", "the port, in host order"},
}

// AddressFamily answers what is known of a family, nil if nothing is.
func AddressFamily(name string) *Family {
	for i := range addressFamilies {
		if addressFamilies[i].Name == name {
			return &addressFamilies[i]
		}
	}
	return nil
}
