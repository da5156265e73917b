package repl

import "regexp"

// habit is something that is right in C, and here is taken for something else without a word.
type habit struct {
	typed *regexp.Regexp
	note  string
}

var habits = []habit{
	{regexp.MustCompile(`\b(?:bind|connect|sendto)\s*\([^()]*\bhtons\s*\(`),
		"htons has turned the port's bytes round: calls take a port as it is, 7007"},
	{regexp.MustCompile(`\bsend\s*\(\s*\w+\s*,\s*(?:"[^"]*"|'[^']*'|\w+)\s*,\s*(?:[1-9]\d*|#\s*\w+)\s*\)`),
		"send's third argument is its flags: a string knows its own length, send(fd, data)"},
}

// habitual is what is said, once, below what a line with such a habit has answered; "" mostly.
func (s *Session) habitual(u unit) string {
	for _, h := range habits {
		if told := (refusal{call: h.note}); !s.hinted[told] && h.typed.MatchString(u.source) {
			s.hinted[told] = true
			return h.note
		}
	}
	return ""
}
