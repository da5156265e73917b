package calls

import (
	"slices"

	"sockrepl/bindings/consts"
)

// Takers answers where the constants of a group are taken, or one of them, name: "socket(domain)",
// "setsockopt(name) with IPPROTO_TCP", "getaddrinfo(hints.family)". Sorted, each once.
func Takers(group, name string) (places []string) {
	for _, c := range All() {
		for i, p := range c.Params {
			if name == "" || p.Heeds(name) {
				places = append(places, c.takersAt(i, p, group)...)
			}
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// takersAt answers in what ways one parameter takes a group's constants.
func (c *Call) takersAt(i int, p Param, group string) (places []string) {
	place := func(suffix, with string) {
		places = append(places, c.Name+"("+p.Name+suffix+")"+with)
	}
	switch {
	case p.Group == "SO_" && i > 0 && c.Params[i-1].Group == "SOL_":
		if level, ok := consts.OptionLevel(group); ok {
			place("", " with "+level)
		}
	case p.Group == group, p.Kind == KindSock && group == "SOCK_FLAG", p.Group == "SOL_" && group == "IPPROTO_":
		place("", "")
	case p.Kind == KindAny && i > 0:
		for _, name := range commands(c.Params[i-1].Group, group) {
			place("", " with "+name)
		}
	}
	for _, s := range c.Tables(i) {
		for _, f := range s.Fields {
			if f.Group == group {
				place("."+f.Name, "")
			}
		}
	}
	return places
}

// commands answers the constants after which an argument takes a group's, of those that the
// parameter before it takes.
func commands(before, group string) (names []string) {
	for name, g := range argGroups {
		own, _ := consts.Group(name)
		_, option := consts.OptionLevel(own)
		if _, here := consts.Lookup(name); here && g == group && (own == before || option && before == "SO_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
