package help

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/docs"
)

// entry is something that there is a page of, with the texts that a search looks through.
type entry struct {
	name  string
	texts []weighed // the first is its line
}

// weighed is a text, and how much a word that is found in it counts.
type weighed struct {
	text   string
	weight int
}

// How much a word counts that is found in a name, in the text of an error, in the sentence of a call, in a constant's
// line, in a note, in the cause of an error.
const (
	inName     = 40
	inErrno    = 30
	inSentence = 12
	inLine     = 10
	inNote     = 5
	inCause    = 4
)

// entries are all pages but the lists, calls first.
var entries = sync.OnceValue(func() (all []entry) {
	for _, c := range calls.All() {
		all = append(all, callEntry(c))
	}
	for _, c := range consts.All() {
		e := entry{c.Name, []weighed{{consts.Doc(c.Name), inLine}}}
		if group, _ := consts.Group(c.Name); group == "E" {
			e.texts = append(e.texts, weighed{consts.ErrnoText(c.Value), inErrno})
		}
		all = append(all, e)
	}
	for _, f := range luaFunctions() {
		all = append(all, entry{f.name, []weighed{{f.line, inLine}}})
	}
	for _, m := range modules() {
		all = append(all, entry{m.name, []weighed{{firstSentence(m.about), inSentence}, {m.about, inNote}}})
		for _, f := range m.functions {
			all = append(all, entry{f.name, []weighed{{firstSentence(f.line), inSentence}, {f.line, inNote}}})
		}
	}
	for _, name := range demos() {
		all = append(all, entry{name, []weighed{{demoLine(name), inSentence}}})
	}
	return append(all, listEntries()...)
})

func callEntry(c *calls.Call) entry {
	e := entry{c.Name, []weighed{{firstOf(absent(c), c.Doc), inSentence}}}
	for _, note := range c.Notes {
		e.texts = append(e.texts, weighed{note, inNote})
	}
	for _, x := range c.Errs {
		name, _ := consts.ErrnoName(int64(x.Errno))
		e.texts = append(e.texts, weighed{name + ": " + x.Cause, inCause})
	}
	return e
}

// listEntries are the chapters, the tables of Lua's library and the lists themselves: their
// names are known, nothing is searched in them.
func listEntries() (all []entry) {
	for _, class := range calls.Classes {
		if len(calls.OfClass(class)) > 0 {
			all = append(all, entry{name: string(class)})
		}
	}
	for _, table := range luaTables() {
		all = append(all, entry{name: table})
	}
	for name := range indexes {
		if calls.Lookup(name) == nil { // guide, which is among the calls
			all = append(all, entry{name: name})
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return all
}

// synonyms are words that people use for the same thing, as stems; one that stands for
// another counts half.
var synonyms = [][]string{
	{"nonblocking", "o_nonblock", "sock_nonblock", "eagain", "einprogress", "msg_dontwait"},
	{"timeout", "so_rcvtimeo", "so_sndtimeo", "etimedout", "milliseconds"},
	{"dns", "resolve", "lookup", "hostname", "getaddrinfo", "getnameinfo"},
	{"disconnect", "shutdown", "hangup", "pollhup", "eof"},
	{"inuse", "reuse", "so_reuseaddr", "eaddrinuse", "time_wait"},
	{"epipe", "sigpipe", "msg_nosignal"},
	{"server", "listen", "accept"},
	{"client", "connect"},
	{"ipv4", "inet", "af_inet"},
	{"ipv6", "inet6", "af_inet6"},
	{"tcp", "sock_stream", "ipproto_tcp"},
	{"udp", "datagram", "sock_dgram", "ipproto_udp"},
	{"unix", "af_unix", "socketpair"},
	{"nagle", "tcp_nodelay", "tcp_cork"},
	{"multicast", "membership", "multiaddr", "ip_add_membership"},
	{"urgent", "msg_oob", "so_oobinline"},
	{"multiplex", "select", "poll", "epoll_wait", "kevent"},
	{"refused", "econnrefused"},
	{"reset", "econnreset", "so_linger"},
	{"keepalive", "so_keepalive"},
	{"broadcast", "so_broadcast"},
	{"endian", "htons", "htonl", "byteorder"},
	{"interface", "if_nametoindex"},
	{"process", "pid", "fork"},
	{"buffer", "so_rcvbuf", "so_sndbuf"},
	{"clone", "dup", "duplicate"},
	{"address", "addr"},
	{"time", "clock", "gettimeofday", "sleep"},
	{"rights", "scm_rights", "sendmsg"},
	{"fault", "inject", "chaos", "lossy", "drop", "unreliable", "misbehave"},
	{"delay", "slow", "fault"},
	{"show", "display", "inspect", "pretty", "pprint"},
}

// noise are words that say nothing of what is asked for.
const noise = " a an the of to in on at is it i my do does how what why when where which can be with for and or not "

// words cuts a text into small letters' words: a hyphen joins, an underscore belongs.
func words(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "-", "")
	return strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// stem takes the common endings off a word, so that "blocking" finds "blocks".
func stem(word string) string {
	for _, ending := range []string{"ings", "ing", "ies", "ied", "es", "ed", "s"} {
		if rest, ok := strings.CutSuffix(word, ending); ok && len(rest) >= 3 {
			return rest
		}
	}
	return word
}

// alternatives answers what a word may stand as, with how much that counts: 2 for itself.
func alternatives(word string) map[string]int {
	found := map[string]int{stem(word): 2}
	for _, set := range synonyms {
		if !slices.ContainsFunc(set, func(s string) bool { return s == word || stem(s) == stem(word) }) {
			continue
		}
		for _, other := range set {
			if s := stem(other); found[s] == 0 {
				found[s] = 1
			}
		}
	}
	return found
}

// hit is an entry that was found.
type hit struct {
	entry *entry
	score int
	shown string // the text in which it was found, where its own line is not it
}

// find answers what has all the words of a query, or, if nothing has, what has some.
func find(query string) []hit {
	var asked []map[string]int
	for _, w := range words(query) {
		if strings.Contains(noise, " "+w+" ") {
			continue
		}
		asked = append(asked, alternatives(w))
	}
	var all, some []hit
	for _, e := range searched() {
		h, matched := e.score(asked)
		switch {
		case matched == 0:
		case matched == len(asked):
			all = append(all, h)
		default:
			some = append(some, h)
		}
	}
	if all == nil {
		all = some
	}
	slices.SortStableFunc(all, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	return all
}

// stemmed is an entry whose texts are cut into stems already.
type stemmed struct {
	entry *entry
	name  []string
	texts [][]string
}

var searched = sync.OnceValue(func() (all []stemmed) {
	list := entries()
	for i := range list {
		s := stemmed{entry: &list[i], name: nameStems(list[i].name)}
		for _, t := range list[i].texts {
			s.texts = append(s.texts, stems(words(t.text)))
		}
		all = append(all, s)
	}
	return all
})

// nameStems answers a name's words: the whole, and its parts between underscores.
func nameStems(name string) []string {
	list := words(name)
	for _, w := range list {
		list = append(list, strings.Split(w, "_")...)
	}
	return stems(list)
}

func stems(list []string) []string {
	for i, w := range list {
		list[i] = stem(w)
	}
	return list
}

// score tells how well an entry answers a query, and how many of its words it has.
func (s stemmed) score(asked []map[string]int) (h hit, matched int) {
	h.entry = s.entry
	best := 0
	for _, alternatives := range asked {
		found := max(weigh(s.name, alternatives), within(s.entry.name, alternatives)) * inName
		from := -1
		for i, text := range s.texts {
			if n := weigh(text, alternatives) * s.entry.texts[i].weight; n > found {
				found, from = n, i
			}
		}
		if found > 0 {
			matched++
		}
		h.score += found
		if found > best {
			best, h.shown = found, ""
			if from > 0 && s.entry.texts[from].weight != inErrno {
				h.shown = s.entry.texts[from].text
			}
		}
	}
	if len(s.texts) == 0 || len(s.texts[0]) == 0 {
		h.score /= 2 // there is only a name to show
	}
	return h, matched
}

// weigh answers how much the best of the alternatives counts that a text has, 0 if it has
// none.
func weigh(text []string, alternatives map[string]int) (best int) {
	for _, w := range text {
		best = max(best, alternatives[w])
	}
	return best
}

// within answers 1 if a name has one of the alternatives in it, be it within a word:
// SO_REUSEADDR has reuse.
func within(name string, alternatives map[string]int) int {
	name = strings.ToLower(name)
	for w := range alternatives {
		if len(w) >= 4 && strings.Contains(name, w) {
			return 1
		}
	}
	return 0
}

// mostHits is how many finds are shown with their line.
const mostHits = 15

// search writes what has to do with the words of a query.
func (p *page) search(query string) bool {
	hits := find(query)
	if len(hits) == 0 {
		return false
	}
	if len(hits) == 1 {
		return exact(p, hits[0].entry.name)
	}
	p.head(`About "` + escape(query) + `"`)
	if t, ok := docs.Elsewhere(strings.TrimSuffix(query, "()")); ok {
		p.para(0, t.String())
	}
	var items []item
	for _, h := range hits[:min(len(hits), mostHits)] {
		line := h.shown
		if line == "" && len(h.entry.texts) > 0 {
			line = h.entry.texts[0].text
		}
		items = append(items, item{h.entry.name, firstSentence(line)})
	}
	p.list(items)
	if len(hits) > mostHits {
		var names []string
		for _, h := range hits[mostHits:min(len(hits), 3*mostHits)] {
			names = append(names, h.entry.name)
		}
		p.head("")
		p.dim(0, "Also "+strings.Join(names, ", ")+".")
	}
	return true
}
