package consts

import (
	"cmp"
	"iter"
	"strings"
)

// Limits of what counts as a slip.
const (
	shortName    = 8  // from this length on a name with a known prefix may have two slips
	shortestBare = 4  // a name without a known prefix is only looked at from this length on
	longestName  = 48 // no constant is that long
)

// Suggest answers the constant that a mistyped name most likely means: SOCK_STREAM for SOCK_STERAM. A slip is a letter
// too many, too few, wrong, or two that changed places; the case of letters is no slip. A name with a known prefix may
// have one, or two from eight letters on. Any other, a user's own global perhaps, only one, and not in its first letter,
// and it must be in capitals: N, DEBUG, TIME and RANGE are not ETIME and ERANGE. A constant's own name has no suggestion.
func Suggest(name string) (string, bool) {
	upper := strings.ToUpper(name)
	if _, ok := Lookup(name); ok || len(name) > longestName {
		return "", false
	}
	known, limit := KnownPrefix(upper), 1
	switch {
	case known && len(name) >= shortName:
		limit = 2
	case !known && (name != upper || len(name) < shortestBare):
		return "", false
	}
	best := candidate{slips: limit + 1}
	for _, c := range All() {
		if !known && c.Name[0] != upper[0] {
			continue
		}
		if d := slips(upper, strings.ToUpper(c.Name), limit); d <= best.slips && d <= limit {
			best = best.orBetter(newCandidate(upper, c.Name, d))
		}
	}
	return best.name, best.name != ""
}

// candidate is a constant that a name may have meant, with what speaks for it.
type candidate struct {
	name      string
	slips     int
	sameGroup bool
	described bool
	common    int // letters that agree from the start
}

func newCandidate(typed, name string, slips int) candidate {
	meant, ours := groupOf(typed), groupOf(name)
	common := 0
	for common < len(typed) && common < len(name) && typed[common] == name[common] {
		common++
	}
	return candidate{name, slips, meant != nil && meant == ours, descriptions()[name] != "", common}
}

// orBetter answers the likelier of two; the first of equals, which come in alphabetical order.
func (a candidate) orBetter(b candidate) candidate {
	order := cmp.Or(
		cmp.Compare(b.slips, a.slips),
		cmp.Compare(btoi(a.sameGroup), btoi(b.sameGroup)),
		cmp.Compare(btoi(a.described), btoi(b.described)), // people mean what people use
		cmp.Compare(a.common, b.common),
	)
	if order < 0 {
		return b
	}
	return a
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Slips tells how many slips two names of any kind are apart, a number above the limit where they are more than that.
func Slips(a, b string, limit int) int {
	if len(a) > longestName || len(b) > longestName {
		return limit + 1
	}
	return slips(a, b, limit)
}

// slips is the Damerau-Levenshtein distance of two names (no letter moved twice), or any number above the limit where it
// is above the limit.
func slips(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][longestName + 3]int
	older, old, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		old[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			d := min(old[j]+1, row[j-1]+1, old[j-1]+btoi(a[i-1] != b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, older[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit+1 { // a later exchange of two letters can win back one at most
			return limit + 1
		}
		older, old, row = old, row, older
	}
	return old[len(b)]
}

// Nearest answers the one of some names that a mistyped one most likely means: at most one
// slip away, two from six letters on; the case of letters is no slip. Of equals it is the
// first.
func Nearest(name string, among iter.Seq[string]) (nearest string, ok bool) {
	limit := 1
	switch {
	case len(name) < 3 || len(name) > longestName:
		return "", false
	case len(name) >= 6:
		limit = 2
	}
	best, typed := limit+1, strings.ToUpper(name)
	for other := range among {
		if len(other) > longestName || other == name {
			continue
		}
		if d := slips(typed, strings.ToUpper(other), limit); d < best {
			best, nearest = d, other
		}
	}
	return nearest, nearest != ""
}
