package help

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"sockrepl/docs"
)

// chapter is one of the guide's, as it is searched.
type chapter struct {
	item
	title []string       // its title's stems
	count map[string]int // how often it has each stem
}

var chapters = sync.OnceValue(func() (all []chapter) {
	for i, c := range docs.Chapters() {
		found := chapter{item{fmt.Sprintf("guide(%d)", i+1), c.Title}, stems(words(c.Title)), map[string]int{}}
		for _, s := range stems(words(c.Text)) {
			found.count[s]++
		}
		all = append(all, found)
	}
	return all
})

// enough is how often a chapter has a word whose subject it is; a word of its title counts so.
const enough = 5

// mostChapters is how many chapters a search shows.
const mostChapters = 2

// chaptersAbout answers the chapters of the guide that have all words of a query, the best first.
func chaptersAbout(query string) (items []item) {
	type reading struct {
		item
		score int
	}
	var found []reading
	list := asked(query)
	for _, c := range chapters() {
		if score, ok := c.score(list); ok {
			found = append(found, reading{c.item, score})
		}
	}
	slices.SortStableFunc(found, func(a, b reading) int { return cmp.Compare(b.score, a.score) })
	for _, r := range found[:min(len(found), mostChapters)] {
		items = append(items, r.item)
	}
	return items
}

// score tells how much a chapter has of the words, and whether it has all.
func (c chapter) score(asked []word) (score int, all bool) {
	for _, w := range asked {
		s := stem(w.itself)
		n := min(c.count[s], enough)
		if slices.Contains(c.title, s) {
			n += enough
		}
		if n == 0 && !w.slight {
			return 0, false
		}
		score += n
	}
	return score, score > 0
}

// readings names chapters below what else was found.
func (p *page) readings(chapters []item) {
	if chapters == nil {
		return
	}
	p.head("In the guide")
	for i := range chapters {
		chapters[i].text = strings.TrimSpace(strings.TrimLeft(chapters[i].text, "0123456789."))
	}
	p.list(chapters)
}
