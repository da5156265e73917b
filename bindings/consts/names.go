package consts

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// index leads from values to names, by group.
type index struct {
	names map[string]map[int64]string // the one name to show a value by
	bits  map[string][]Const          // of a flag group, those with the most bits first
}

var indexed = sync.OnceValue(buildIndex)

func buildIndex() index {
	x := index{map[string]map[int64]string{}, map[string][]Const{}}
	better := map[string]bool{}
	for _, name := range strings.Fields(preferred) {
		better[name] = true
	}
	for _, c := range All() {
		if g := groupOf(c.Name); g != nil && !g.excludes(c.Name) {
			x.add(g.name, c, better)
		}
	}
	for _, g := range groups {
		if g.flags {
			mask, _ := Lookup(g.mask)
			x.bits[g.name] = sortBits(x.names[g.name], mask)
		}
	}
	return x
}

// add enters a constant. They come in alphabetical order, so the first of a value stays unless a preferred one comes.
func (x index) add(group string, c Const, better map[string]bool) {
	names := x.names[group]
	if names == nil {
		names = map[int64]string{}
		x.names[group] = names
	}
	if _, taken := names[c.Value]; !taken || better[c.Name] {
		names[c.Value] = c.Name
	}
}

// sortBits puts names of several bits before those of one of them, as O_SYNC holds O_DSYNC. What lies within the mask is
// an enumeration's.
func sortBits(names map[int64]string, mask int64) []Const {
	var all []Const
	for v, name := range names {
		if v > 0 && v&^mask != 0 {
			all = append(all, Const{name, v})
		}
	}
	slices.SortFunc(all, func(a, b Const) int {
		return cmp.Or(bits.OnesCount64(uint64(b.Value))-bits.OnesCount64(uint64(a.Value)), cmp.Compare(a.Value, b.Value))
	})
	return all
}

// NameOf answers the name of a value in a group: "AF_INET" for ("AF_", 2). Of several names it is always the same one.
// Levels are looked up as SOL_ and then as IPPROTO_, ioctl requests under FIO, options shared by IP_ and IPV6_ in both.
func NameOf(group string, v int64) (string, bool) {
	if name, ok := indexed().names[group][v]; ok {
		return name, true
	}
	if g := grouped().byName[group]; g != nil {
		for next := range strings.FieldsSeq(g.also) {
			if name, ok := indexed().names[next][v]; ok {
				return name, true
			}
		}
	}
	return "", false
}

// Members answers what NameOf and FlagNames can show in a group, sorted by value: the choices for a parameter. Synonyms
// and what only shares the prefix are left out.
func Members(group string) []Const {
	var all []Const
	for v, name := range indexed().names[group] {
		all = append(all, Const{name, v})
	}
	slices.SortFunc(all, func(a, b Const) int { return cmp.Compare(a.Value, b.Value) })
	return all
}

// FlagNames writes a set of flags as C would: "O_RDWR|O_NONBLOCK". Unknown bits stay, as one hexadecimal number at the
// end; no flag at all is "0", and O_RDONLY for "O_"; permissions are octal, "S_IFREG|0644". A negative value is written as a number.
func FlagNames(group string, v int64) string {
	name, mask := enumerated(group, v)
	if name == "" || v < 0 {
		return BitNames(group, v)
	}
	if bits := BitNames(group, v&^mask); bits != "0" {
		return name + "|" + bits
	}
	return name
}

// BitNames writes a set of flags in which no part is a number of its own, as the access mode is in
// open's: pipe2's.
func BitNames(group string, v int64) string {
	if v < 0 {
		return strconv.FormatInt(v, 10)
	}
	if g := grouped().byName[group]; g != nil && g.octal {
		return fmt.Sprintf("%#03o", v)
	}
	var parts []string
	taken, rest := takeBits(group, v)
	for _, c := range taken {
		parts = append(parts, c.Name)
	}
	if rest != 0 {
		parts = append(parts, "0x"+strconv.FormatInt(rest, 16))
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, "|")
}

// IsFlags tells whether a group's values are sets of bits.
func IsFlags(group string) bool {
	g := grouped().byName[group]
	return g != nil && g.flags
}

// Text writes a value as what it is of a group: its flags, or its name; a number where it has none.
func Text(group string, v int64) string {
	if IsFlags(group) {
		return FlagNames(group, v)
	}
	if name, ok := NameOf(group, v); ok && group != "" {
		return name
	}
	return strconv.FormatInt(v, 10)
}

// enumerated answers the name for the bits of v that are an enumeration: the access mode of open's flags, the file type
// of a mode. The mask is all its bits.
func enumerated(group string, v int64) (name string, mask int64) {
	g := grouped().byName[group]
	if g == nil || g.mask == "" {
		return "", 0
	}
	mask, _ = Lookup(g.mask)
	return indexed().names[group][v&mask], mask
}

// takeBits takes names out of v, widest first, and answers them in the order of their values with the bits left over.
func takeBits(group string, v int64) (taken []Const, rest int64) {
	for _, c := range indexed().bits[group] {
		if v&c.Value == c.Value {
			taken, v = append(taken, c), v&^c.Value
		}
	}
	slices.SortFunc(taken, func(a, b Const) int { return cmp.Compare(a.Value, b.Value) })
	return taken, v
}

// sockTypeMask is the part of a socket's type that is no flag (SOCK_TYPE_MASK of include/linux/net.h).
const sockTypeMask = 0xf

// BaseAndFlags writes the type argument of socket: "SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC".
func BaseAndFlags(v int64) string {
	if v < 0 {
		return strconv.FormatInt(v, 10)
	}
	base, ok := NameOf("SOCK_", v&sockTypeMask)
	if !ok {
		base = strconv.FormatInt(v&sockTypeMask, 10)
	}
	if flags := v &^ sockTypeMask; flags != 0 {
		return base + "|" + FlagNames("SOCK_FLAG", flags)
	}
	return base
}

// optionGroups are the groups of setsockopt's names by level. LOCAL_ is not among them: SOL_LOCAL is 0, as IPPROTO_IP is,
// and only the socket's family tells the two apart.
var optionGroups = []struct{ level, group string }{
	{"SOL_SOCKET", "SO_"},
	{"IPPROTO_IP", "IP_"},
	{"IPPROTO_IPV6", "IPV6_"},
	{"IPPROTO_TCP", "TCP_"},
	{"IPPROTO_UDP", "UDP_"},
	{"IPPROTO_ICMPV6", "ICMPV6_OPTION"},
	{"SOL_RAW", "ICMP_OPTION"},
	{"SOL_PACKET", "PACKET_"},
	{"SOL_NETLINK", "NETLINK_OPTION"},
	{"AF_VSOCK", "SO_VM_SOCKETS_"},
}

// OptionGroup answers the group in which a level of setsockopt has its option names: "TCP_" for IPPROTO_TCP.
func OptionGroup(level int64) (string, bool) {
	for _, o := range optionGroups {
		if v, ok := Lookup(o.level); ok && v == level {
			return o.group, true
		}
	}
	return "", false
}

// OptionLevel answers the level of setsockopt whose option names are in a group: "IPPROTO_TCP" for "TCP_".
func OptionLevel(group string) (level string, ok bool) {
	for _, o := range optionGroups {
		if _, here := Lookup(o.level); here && o.group == group {
			return o.level, true
		}
	}
	return "", false
}

// OptionLevels answers the levels of setsockopt that have options, the commonest first.
func OptionLevels() (levels []string) {
	for _, o := range optionGroups {
		if _, here := Lookup(o.level); here {
			levels = append(levels, o.level)
		}
	}
	return levels
}
