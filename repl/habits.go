package repl

import (
	"regexp"
	"strconv"
	"strings"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/lazy"
	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
)

// habit is what is easily written, from C or by a slip, and taken for something else without a word.
type habit struct {
	typed func() *regexp.Regexp // in the words of plainly
	meant func(s *Session, text string, match []string) bool
	note  string
}

var habits = []habit{
	{lazy.Regexp(`(?:^|[^.:] )(bind|connect|sendto) \( [^()]*\bhtons \(`), isOwn,
		"htons has turned the port's bytes round: calls take a port as it is, 7007"},
	{lazy.Regexp(`(?:^|[^.:] )(send) \( \w+ , (?:"(\d+)"|(\w+)) , ([1-9]\d*|# \w+) \)`), isLength,
		"send's third argument is its flags: a string knows its own length, send(fd, data)"},
	{lazy.Regexp(`(?:^|[^.:] )(sendto) \( \w+ , (?:"\d+"|\w+) , "`), isOwn,
		"the flags stand before the address: sendto(fd, data, 0, host, port)"},
	{lazy.Regexp(`(?:^|[^.:] )(socket|socketpair) \( SOCK_`), isOwn,
		"the domain stands before the type, socket(AF_INET, SOCK_STREAM): the number is another family's"},
	{lazy.Regexp(`(?:^|[^.:] )([gs]etsockopt) \( \w+ , (?:SO|TCP|UDP|IP|IPV6)_`), isOwn,
		"an option's level stands before it: SOL_SOCKET before SO_SNDBUF, IPPROTO_TCP before TCP_NODELAY"},
	{lazy.Regexp(`(?:^|[^.:] )([gs]etsockopt) \( \w+ , SOL_SOCKET , (?:TCP|IP|IPV6|UDP)_\w+`), isOwn,
		"TCP, IP and IPv6 have levels of their own, IPPROTO_TCP for TCP_NODELAY: at SOL_SOCKET the number is another option's"},
	{lazy.Regexp(`(?:^|[^.:] )([gs]etsockopt) \( \w+ , IPPROTO_\w+ , (SO_\w+)`), isSocketOption,
		"the level of the SO_ options is SOL_SOCKET: at another the number is another option's"},
	{lazy.Regexp(`(?:^|[^.:] )(fcntl) \( \w+ , (?:O|FD)_`), isOwn,
		"a command stands before the flags, F_SETFL before O_NONBLOCK: the number is another command's, or none's"},
	{lazy.Regexp(`(?:^|[^.:] )(fcntl) \( \w+ , F_SETFL , fcntl \( \w+ , F_GETFL (?:, 0 )?\) \+ O_`), isOwn,
		"+ adds a flag again that is set, which makes others of it: bit.bor(flags, O_NONBLOCK)"},
	{lazy.Regexp(`(?:^|[^.:] )(socket|bind|listen|connect|accept4?|close|send|sendto|recv|recvfrom|read|write|select|poll|pipe|dup2?|setsockopt|shutdown|open) \( [^()]*\) (?:==|~=) - 1(?: |$)`), isOwn,
		noMinusOne},
	{lazy.Regexp(`(?:^|[^.:] )(\w+) (?:==|~=) - 1(?: |$)`), isNil, noMinusOne},
	{lazy.Regexp(`(?:^|[^.:] )(\w+) (?:==|~=) (E[A-Z0-9]+)(?: |$)`), isMessage,
		"the errno is the third answer, behind its message: n, message, err = recv(...)"},
	{lazy.Regexp(`(?:^|[^.:] )(\w+) \[ (\d+|\w+|# \w+) \]`), isText,
		"a string has no elements: s:sub(1, 1) is its first character, s:byte(1) the number of that"},
	{lazy.Regexp(`(?:^|[^.:] )(\w+) \[ 0 \]`), isArray,
		"an array's first element is [1], its last [#t]: there is nothing at [0]"},
	{lazy.Regexp(`(?:^|[^.:] )(fds) [([] (\w+) [)\]]`), isNumber,
		"fds() is the whole table, fdinfo(fd) one descriptor"},
	{lazy.Regexp(`(?:^|[^.:] )(string) \. (?:un)?pack \( "!\d+"`), isTable,
		"! aligns, as C's compiler does, and is no byte order as Python's: network order is >"},
	{lazy.Regexp(`^(print) "\d+" ,`), isOwn,
		"print was given the first alone: several arguments have parentheses, print(a, b)"},
	{lazy.Regexp(`(?:^| )= (assert) (\w+) \(`), isCommand,
		"a call has parentheses, assert(socket(...)): without, these are two statements"},
}

const noMinusOne = "a call that is refused answers nil, not -1: if not connect(...) then"

// isOwn tells whether the global that the first group names is the call still, and not a function of the
// user's.
func isOwn(s *Session, text string, match []string) bool {
	f, ok := s.state.G.Global.RawGetString(match[1]).(*lua.LFunction)
	return ok && f.IsG && !regexp.MustCompile(` local (?:function |(?:\w+ , )*)`+match[1]+` `).MatchString(text)
}

// isLength tells whether the third argument of a send may be the length of its second, with C's byte
// 0 or without: another number than that is flags.
func isLength(s *Session, text string, match []string) bool {
	length, err := strconv.Atoi(match[2])
	if data, ok := s.global(text, match[3]).(lua.LString); ok {
		length, err = len(data), nil
	}
	n, isNumber := strconv.Atoi(match[4])
	return (err != nil || isNumber != nil || n == length || n == length+1) && isOwn(s, text, match)
}

// isSocketOption tells whether an SO_ option is one of SOL_SOCKET: the packet filter's, which a redirected
// connection's first address is asked by, is IPPROTO_IP's.
func isSocketOption(s *Session, text string, match []string) bool {
	return match[2] != "SO_ORIGINAL_DST" && isOwn(s, text, match)
}

// isMessage tells whether what is compared with an errno is a refusal's message.
func isMessage(s *Session, text string, match []string) bool {
	message, _ := s.global(text, match[1]).(lua.LString)
	_, isConstant := consts.Lookup(match[2])
	return isConstant && refusalText().MatchString(string(message))
}

var refusalText = lazy.Regexp(`^\w+: E[A-Z0-9]+ \(`)

// isText tells whether what an index follows is a string, and was before the line: line = line[1] makes
// one of a table. A name may be a method's, and the program may have given strings elements.
func isText(s *Session, text string, match []string) bool {
	_, ok := s.global(text, match[1]).(lua.LString)
	ok = ok && s.state.GetField(s.state.GetMetatable(lua.LString("")), "__index").Type() == lua.LTTable
	_, isName := s.global(text, match[2]).(lua.LString)
	return ok && !isName && !regexp.MustCompile(`(?:^| )`+match[1]+` (?:, \w+ )*= `).MatchString(text)
}

// isArray tells whether what is asked for its element 0 is a table that is counted from 1: it has none. The
// line does not reckon with that, nor has taken it out.
func isArray(s *Session, text string, match []string) bool {
	t, ok := s.global(text, match[1]).(*lua.LTable)
	ok = ok && t.Len() > 0 && t.RawGet(lua.LNumber(0)) == lua.LNil && t.Metatable == lua.LNil
	first := match[1] + ` \[ 0 \]`
	return ok && !regexp.MustCompile(`(?:^| )(?:`+first+` (?:=|[=~]= nil|or)|not `+first+`)(?: |$)`).MatchString(text)
}

// isTable tells whether a library is there still.
func isTable(s *Session, text string, match []string) bool {
	return s.state.G.Global.RawGetString(match[1]).Type() == lua.LTTable
}

// isNumber tells whether a call of ours is given a number, written there or a global's.
func isNumber(s *Session, text string, match []string) bool {
	_, err := strconv.Atoi(match[2])
	_, ok := s.global(text, match[2]).(lua.LNumber)
	return (ok || err == nil) && isOwn(s, text, match)
}

// isNil tells whether what is compared is no number at all, and the line does not look for nil, too, nor
// has made it nil.
func isNil(s *Session, text string, match []string) bool {
	if otherVariable().MatchString(text) || lex.IsKeyword(match[1]) || s.global(text, match[1]) != lua.LNil {
		return false
	}
	name := match[1]
	return !regexp.MustCompile(`(?:^| )(?:for ` + name + ` =|` + name + ` (?:==?|~=) nil|not ` + name + `|` + name + ` and)(?: |$)`).MatchString(text)
}

// isCommand tells whether assert stands before a call as a command would.
func isCommand(s *Session, text string, match []string) bool {
	return !lex.IsKeyword(match[2]) && isOwn(s, text, match)
}

// global is the value of the global of that name, nil where it may be another variable in the line.
func (s *Session) global(text, name string) lua.LValue {
	if otherVariable().MatchString(text) {
		return lua.LNil
	}
	return s.state.G.Global.RawGetString(name)
}

// otherVariable is in a line that has variables of its own; what is declared at its top is a global.
var otherVariable = lazy.Regexp(`(?:^| )(?:function|for \w+ (?:, \w+ )*in) | local `)

// habitual is what is said, once, below what a line with such a habit has answered; "" mostly.
func (s *Session) habitual(u unit) string {
	text := plainly(u.source)
	for _, h := range habits {
		told := refusal{call: h.note}
		if s.hinted[told] {
			continue
		}
		for _, m := range h.typed().FindAllStringSubmatch(text, -1) {
			if h.meant(s, text, m) {
				s.hinted[told] = true
				return h.note
			}
		}
	}
	return ""
}

// plainly is a source with a blank between its words, without comments, and of each string its length, behind
// a ! if it begins as a format of Python's does. The end of a line is a word, since it may be a statement's.
func plainly(source string) string {
	tokens, _ := lex.Tokens(source, lex.State{})
	var words []string
	end := 0
	for _, t := range tokens {
		if strings.Contains(source[end:t.Start], "\n") {
			words = append(words, "\n")
		}
		end = t.End
		switch text := t.Text(source); t.Kind {
		case lex.Comment:
		case lex.String:
			length := strconv.Itoa(len(escaped().ReplaceAllString(text, "x")) - len(`""`))
			if pythonOrder().MatchString(text) {
				length = "!" + length
			}
			words = append(words, strconv.Quote(length))
		default:
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// escaped are bytes as strings have those that can't be typed.
var escaped = lazy.Regexp(`\\(?:\d{1,3}|.|\n)`)

// pythonOrder begins a format of Python's in network order; in one of Lua's a number mostly follows.
var pythonOrder = lazy.Regexp(`^["']![A-Za-z]`)
