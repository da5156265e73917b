package repl

import (
	"regexp"
	"strconv"
	"strings"

	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
)

// habit is what is easily written, from C or by a slip, and taken for something else without a word.
type habit struct {
	typed *regexp.Regexp // in the words of plainly; the first group is the call
	meant func(match []string) bool
	note  string
}

var habits = []habit{
	{regexp.MustCompile(`(?:^|[^.:] )(bind|connect|sendto) \( [^()]*\bhtons \(`), nil,
		"htons has turned the port's bytes round: calls take a port as it is, 7007"},
	{regexp.MustCompile(`(?:^|[^.:] )(send) \( \w+ , (?:"(\d+)"|\w+) , ([1-9]\d*|# \w+) \)`), isLength,
		"send's third argument is its flags: a string knows its own length, send(fd, data)"},
	{regexp.MustCompile(`(?:^|[^.:] )([gs]etsockopt) \( \w+ , SOL_SOCKET , (?:TCP|IP|IPV6|UDP)_\w+`), nil,
		"TCP, IP and IPv6 have levels of their own, IPPROTO_TCP for TCP_NODELAY: at SOL_SOCKET the number is another option's"},
	{regexp.MustCompile(`(?:^|[^.:] )([gs]etsockopt) \( \w+ , IPPROTO_\w+ , (SO_\w+)`), isSocketOption,
		"the level of the SO_ options is SOL_SOCKET: at another the number is another option's"},
}

// isLength tells whether the third argument of a send may be the length of its second, with C's byte
// 0 or without: another number than that of a string which is written there is flags.
func isLength(match []string) bool {
	length, err := strconv.Atoi(match[2])
	n, isNumber := strconv.Atoi(match[3])
	return err != nil || isNumber != nil || n == length || n == length+1
}

// isSocketOption tells whether an SO_ option is one of SOL_SOCKET: the packet filter's, which a redirected
// connection's first address is asked by, is IPPROTO_IP's.
func isSocketOption(match []string) bool { return match[2] != "SO_ORIGINAL_DST" }

// habitual is what is said, once, below what a line with such a habit has answered; "" mostly.
func (s *Session) habitual(u unit) string {
	text := plainly(u.source)
	for _, h := range habits {
		told := refusal{call: h.note}
		if s.hinted[told] {
			continue
		}
		for _, m := range h.typed.FindAllStringSubmatch(text, -1) {
			if s.isOwn(m[1]) && (h.meant == nil || h.meant(m)) {
				s.hinted[told] = true
				return h.note
			}
		}
	}
	return ""
}

// isOwn tells whether a global is the call still, and not a function of the user's.
func (s *Session) isOwn(call string) bool {
	f, ok := s.state.G.Global.RawGetString(call).(*lua.LFunction)
	return ok && f.IsG
}

// plainly is a source with a blank between its words, without comments, and of each string its length.
func plainly(source string) string {
	tokens, _ := lex.Tokens(source, lex.State{})
	var words []string
	for _, t := range tokens {
		switch text := t.Text(source); t.Kind {
		case lex.Comment:
		case lex.String:
			words = append(words, strconv.Quote(strconv.Itoa(len(escaped.ReplaceAllString(text, "x"))-len(`""`))))
		default:
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// escaped are bytes as strings have those that can't be typed.
var escaped = regexp.MustCompile(`\\(?:\d{1,3}|.|\n)`)
