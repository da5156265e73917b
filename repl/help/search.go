package help

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/grammar"
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

// How much a word counts that is a whole name, is found in a name, in the text of an error, what all of them count besides
// that stand in a row, how much one counts in the sentence of a call, in a constant's line, in a note, in the cause of an error.
const (
	isName     = 50
	inName     = 40
	inErrno    = 30
	inPhrase   = 20
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
		all = append(all, constantEntry(c))
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

// constantEntry is that of a constant. The system's text of an error counts as such only where there is a line of ours
// besides, as there is of those that sockets meet.
func constantEntry(c consts.Const) entry {
	e := entry{c.Name, []weighed{{consts.Doc(c.Name), inLine}}}
	if group, _ := consts.Group(c.Name); group != "E" {
		return e
	}
	text := consts.ErrnoText(c.Value)
	if shown, _ := consts.ErrnoName(c.Value); shown != c.Name {
		e.texts[0].text = "another name of " + shown
	} else if e.texts[0].text != text {
		e.texts = append(e.texts, weighed{text, inErrno})
	}
	return e
}

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
// names are known, and of the keys what they do.
func listEntries() (all []entry) {
	for _, class := range calls.Classes {
		all = append(all, entry{name: string(class)})
	}
	for _, table := range luaTables() {
		all = append(all, entry{name: table})
	}
	for name := range indexes {
		if calls.Lookup(name) == nil { // guide, which is among the calls
			all = append(all, entry{name, textsOf(name)})
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return all
}

// textsOf is what is searched of a list: of the keys what each does.
func textsOf(list string) (texts []weighed) {
	if list == "keys" {
		texts = []weighed{{"What the keys of the prompt do.", inLine}}
		for _, key := range docs.Keys() {
			texts = append(texts, weighed{key.Name + ": " + key.Does, inSentence})
		}
	}
	return texts
}

// synonyms are words that people use for the same thing, as stems; one that stands for
// another counts half.
var synonyms = [][]string{
	{"blocking", "o_nonblock", "eagain", "msg_dontwait"},
	{"nonblocking", "o_nonblock", "fcntl", "sock_nonblock", "eagain", "einprogress", "msg_dontwait"},
	{"timeout", "so_rcvtimeo", "so_sndtimeo", "etimedout", "milliseconds"},
	{"dns", "resolve", "lookup", "hostname", "getaddrinfo", "getnameinfo"},
	{"disconnect", "shutdown", "hangup", "pollhup", "eof"},
	{"inuse", "reuse", "so_reuseaddr", "eaddrinuse", "time_wait"},
	{"epipe", "sigpipe", "msg_nosignal"},
	{"recv", "receive"},
	{"server", "listen", "accept"},
	{"client", "connect"},
	{"ipv4", "inet", "af_inet"},
	{"ipv6", "inet6", "af_inet6"},
	{"tcp", "sock_stream", "ipproto_tcp"},
	{"udp", "datagram", "packet", "sock_dgram", "ipproto_udp"},
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
	{"process", "pid", "fork", "spawn"},
	{"zombie", "defunct", "waitpid", "wait4"},
	{"partial", "short"},
	{"halfclose", "half_close", "shutdown", "shut_wr"},
	{"edge", "edgetriggered", "leveltriggered", "epollet"},
	{"localhost", "loopback", "inaddr_loopback"},
	{"ephemeral", "port", "bind", "getsockname"},
	{"handshake", "connect", "accept", "tcp_syn_recv"},
	{"deadlock", "mutex", "lock"},
	{"replay", "trace", "save"},
	{"c10k", "epoll_wait", "models", "cost"},
	{"race", "lost_update", "mutex"},
	{"exit", "quit", "leave", "terminate"},
	{"buffer", "so_rcvbuf", "so_sndbuf"},
	{"fd", "descriptor"},
	{"clone", "dup", "duplicate"},
	{"address", "addr"},
	{"time", "clock", "gettimeofday", "sleep"},
	{"rights", "scm_rights", "sendmsg"},
	{"fault", "inject", "chaos", "lossy", "loss", "lost", "drop", "unreliable", "misbehave"},
	{"delay", "slow", "fault"},
	{"show", "display", "inspect", "pretty", "pprint"},
}

// noise are words that say nothing of what is asked for.
const noise = " a an the of to in on at is it i my me you do does did how what why when where which who can could should be " +
	"am are was with for from by and or not if then that this there so as struct threeway "

// slight are words that a question may have and an answer need not: they count where they are found.
const slight = " socket sockets call calls function functions program each every one two many work works "

// joined are words that people write apart, too.
var joined = strings.NewReplacer("half close", "halfclose", "edge triggered", "edgetriggered", "level triggered", "leveltriggered",
	"-", "", "time out", "timeout", "non blocking", "nonblocking", "in use", "inuse")

// words cuts a text into small letters' words: a hyphen joins, an underscore belongs.
func words(text string) []string {
	text = joined.Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// stem takes the common endings off a word, so that "blocking" finds "blocks".
func stem(word string) string {
	for _, ending := range []string{"ings", "ing", "ies", "ied", "es", "ed", "s", "e"} {
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

// word is one of a query's.
type word struct {
	itself string         // in small letters
	stands map[string]int // what it may stand as: see alternatives
	slight bool
}

// asked are the words of a query that say something; slight ones are required if there are no others.
func asked(query string) (list []word) {
	required := 0
	for _, w := range words(query) {
		if strings.Contains(noise, " "+w+" ") {
			continue
		}
		list = append(list, word{w, alternatives(w), strings.Contains(slight, " "+w+" ")})
		if !list[len(list)-1].slight {
			required++
		}
	}
	for i := range list {
		list[i].slight = list[i].slight && required > 0
	}
	return list
}

// find answers what has all the words of a query, or one of them as its name; if nothing has, what has some.
// What has no line to show comes last.
func find(query string) []hit {
	list := asked(query)
	var all, named, some []hit
	for _, e := range searched() {
		switch h, found := e.score(list); found {
		case allFound:
			all = append(all, h)
		case nameFound:
			named = append(named, h)
		case someFound:
			some = append(some, h)
		}
	}
	if all == nil {
		all = some
	}
	all = append(all, named...)
	slices.SortStableFunc(all, func(a, b hit) int { return cmp.Or(b.lines()-a.lines(), cmp.Compare(b.score, a.score)) })
	return all
}

// lines is 0 for an entry of which there is only a name to show.
func (h hit) lines() int {
	if len(h.entry.texts) == 0 || h.entry.texts[0].text == "" {
		return 0
	}
	return 1
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

// What an entry has of a query's words.
type match int

const (
	nothingFound match = iota
	someFound
	nameFound // a word that is its name, and not all others
	allFound
)

// score tells how well an entry answers a query.
func (s stemmed) score(asked []word) (h hit, m match) {
	h.entry = s.entry
	best, missing, named := 0, 0, false
	for _, w := range asked {
		found := max(weigh(s.name, w.stands), within(s.entry.name, w.stands)) * inName
		if w.itself == strings.ToLower(s.entry.name) {
			found, named = found+isName, true
		} else if w.stands[strings.ToLower(s.entry.name)] > 0 {
			found += isName / 2
		}
		from := -1
		for i, text := range s.texts {
			if n := weigh(text, w.stands) * s.entry.texts[i].weight; n > found {
				found, from = n, i
			}
		}
		if found == 0 && !w.slight {
			missing++
		}
		h.score += found
		if found > best {
			best, h.shown = found, ""
			if from > 0 && s.entry.texts[from].weight != inErrno {
				h.shown = s.entry.texts[from].telling(w)
			}
		}
	}
	if len(asked) > 1 && len(s.texts) > 0 && strings.Contains(phrase(s.texts[0]), phraseOf(asked)) {
		h.score += inPhrase
	}
	switch {
	case h.score == 0:
		return h, nothingFound
	case missing == 0:
		return h, allFound
	case named:
		return h, nameFound
	}
	return h, someFound
}

// phrase joins stems so that one can look for several in a row.
func phrase(stems []string) string { return " " + strings.Join(stems, " ") + " " }

func phraseOf(asked []word) string {
	var list []string
	for _, w := range asked {
		list = append(list, stem(w.itself))
	}
	return phrase(list)
}

// telling is the sentence of a text that has a word.
func (t weighed) telling(w word) string {
	for _, paragraph := range strings.Split(t.text, "\n\n") {
		if strings.HasPrefix(paragraph, "  ") { // code
			continue
		}
		for _, sentence := range strings.SplitAfter(strings.Join(strings.Fields(paragraph), " "), ". ") {
			if weigh(stems(words(sentence)), w.stands) > 0 {
				return strings.TrimSpace(sentence)
			}
		}
	}
	return t.text
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
		if w == "port" {
			name = strings.ReplaceAll(name, "support", "") // EAFNOSUPPORT has none
		}
		if len(w) >= 4 && strings.Contains(name, w) {
			return 1
		}
	}
	return 0
}

// mostHits is how many finds are shown with their line.
const mostHits = 8

// mostNames is how many more are named.
const mostNames = 14

// search writes what has to do with the words of a query.
func (p *page) search(query string) bool {
	hits := find(query)
	chapters := chaptersAbout(query)
	switch {
	case len(hits) == 0 && chapters == nil:
		return false
	case len(hits) == 1 && grammar.Foreign(query) == "" && exact(p, hits[0].entry.name):
		p.readings(chapters)
		return true
	}
	p.head(`About "` + escape(query) + `"`)
	for _, text := range meanings(query) {
		p.para(0, text)
	}
	var items []item
	for _, h := range hits[:min(len(hits), mostHits)] {
		line := h.shown
		if line == "" && len(h.entry.texts) > 0 {
			line = h.entry.texts[0].text
		}
		items = append(items, item{h.entry.name, shortened(firstSentence(line))})
	}
	p.list(items)
	p.readings(chapters)
	if len(hits) > mostHits {
		var names []string
		for _, h := range hits[mostHits:min(len(hits), mostHits+mostNames)] {
			names = append(names, h.entry.name)
		}
		p.head("")
		p.dim(0, "Also "+strings.Join(names, ", ")+".")
	}
	return true
}

// longestLine is how many characters of a sentence are shown of what was found.
const longestLine = 125

// shortened cuts a sentence that is too long, at a word's end.
func shortened(text string) string {
	if len(text) <= longestLine {
		return text
	}
	at := strings.LastIndexByte(text[:longestLine], ' ')
	return strings.TrimRight(text[:at], ",;:") + " ..."
}
