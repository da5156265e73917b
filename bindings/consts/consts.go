package consts

import (
	"slices"
	"strings"
	"sync"
)

// Const is a constant of C's.
type Const struct {
	Name  string // as the header spells it
	Value int64  // exact as a Lua number too: at most 2^53 in size
}

// All answers the constants of this system, sorted by name, each once. The slice is shared: read it only.
func All() []Const { return joined() }

var joined = sync.OnceValue(join)

func join() []Const {
	extra := slices.Concat(extraEverywhere, extraSystem)
	slices.SortFunc(extra, func(a, b Const) int { return strings.Compare(a.Name, b.Name) })
	return merge(generated, extra)
}

// merge joins two sorted lists. Sorting the whole anew would cost more than all else at start-up.
func merge(a, b []Const) []Const {
	all := make([]Const, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].Name < b[0].Name {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// Lookup answers the value of a constant of this system: 2 for "AF_INET".
func Lookup(name string) (int64, bool) {
	all := All()
	i, ok := slices.BinarySearchFunc(all, name, func(c Const, name string) int {
		return strings.Compare(c.Name, name)
	})
	if !ok {
		return 0, false
	}
	return all[i].Value, true
}

// titles are the systems in the order of their bits in znames.go.
var titles = [...]string{"Linux", "macOS", "FreeBSD"}

// elsewhere holds the names that some system lacks, with the set of those that have it.
var elsewhere = sync.OnceValue(func() map[string]int {
	sets := map[string]int{}
	for set, names := range scattered {
		for _, name := range strings.Fields(names) {
			sets[name] = set
		}
	}
	return sets
})

// Elsewhere tells of a name that is no constant here but is one on other systems, and names these: "Linux", or "macOS
// and FreeBSD". It answers false for this system's own constants and for names that are none anywhere.
func Elsewhere(name string) (systems string, ok bool) {
	set, ok := elsewhere()[name]
	if !ok {
		return "", false
	}
	if _, here := Lookup(name); here {
		return "", false
	}
	var have []string
	for i, title := range titles {
		if set&(1<<i) != 0 {
			have = append(have, title)
		}
	}
	return strings.Join(have, " and "), true
}
