package complete

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/lex"
	"sockrepl/repl/help"

	lua "github.com/yuin/gopher-lua"
)

// names answers what may stand as a word that is no field: what its argument takes, then
// variables and functions, keywords, constants.
func (q *question) names(word string) []Candidate {
	want := q.expected()
	first := joined(q.keys(want, word), q.constantsOf(want, word), q.descriptors(want, word))
	if word == "" {
		return first
	}
	others := joined(sorted(append(q.globals(word), q.locals(word)...)), keywords(word))
	if len(first) > 0 && want.group != "" {
		return joined(first, others)
	}
	return joined(first, others, constants(word))
}

// globals answers the global variables that begin with a word; constants are none.
func (q *question) globals(word string) (found []Candidate) {
	if q.State == nil {
		return nil
	}
	q.State.G.Global.ForEach(func(k, v lua.LValue) {
		name, ok := k.(lua.LString)
		if !ok || !strings.HasPrefix(string(name), word) || !lex.IsName(string(name)) {
			return
		}
		if _, constant := consts.Lookup(string(name)); !constant {
			found = append(found, Candidate{string(name), lineOf(string(name), v)})
		}
	})
	return found
}

// lineOf says what a value is: in help's words, or its type and, of a number, its value.
func lineOf(name string, v lua.LValue) string {
	if _, isTable := v.(*lua.LTable); !isTable {
		if line := help.Line(name); line != "" {
			return line
		}
	}
	switch x := v.(type) {
	case lua.LNumber:
		return "number " + strconv.FormatFloat(float64(x), 'g', -1, 64)
	case lua.LBool:
		return "boolean " + x.String()
	}
	return v.Type().String()
}

func keywords(word string) (found []Candidate) {
	for _, k := range lex.Keywords {
		if strings.HasPrefix(k, word) && k != "goto" {
			found = append(found, Candidate{Text: k})
		}
	}
	return found
}

// constants answers the constants that begin with a word: where a prefix that many share is
// not yet typed whole just that, so that S does not offer hundreds.
func constants(word string) (found []Candidate) {
	for _, c := range consts.All() {
		if !strings.HasPrefix(c.Name, word) {
			continue
		}
		if prefix := nextPrefix(c.Name, len(word)); prefix != "" {
			found = append(found, Candidate{prefix, "constants of " + strings.Join(takers(prefix), ", ")})
			continue
		}
		found = append(found, constant(c.Name))
	}
	return sorted(found)
}

// nextPrefix answers the shortest prefix of a group, longer than what is typed, that a
// constant's name begins with; "" if there is none.
func nextPrefix(name string, typed int) string {
	for end := typed + 1; end < len(name); end++ {
		if prefixes()[name[:end]] {
			return name[:end]
		}
	}
	return ""
}

// prefixes are the groups whose names all begin with the group's.
var prefixes = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, group := range consts.Groups() {
		members := consts.Members(group)
		m[group] = len(members) > 1 && !slices.ContainsFunc(members, func(c consts.Const) bool {
			return !strings.HasPrefix(c.Name, group)
		})
	}
	return m
})

// takers names the first places where a group's constants are taken.
func takers(group string) []string {
	places := calls.Takers(group, "")
	return places[:min(2, len(places))]
}

func constant(name string) Candidate { return Candidate{name, consts.Doc(name)} }

// constantsOf answers the constants that the place takes: those of its group that people
// use, and once a part of the name is typed, all of them; where the call says which it heeds,
// those, and others only where what is typed begins none of them.
func (q *question) constantsOf(want expectation, word string) (found []Candidate) {
	groups := []string{want.group}
	if want.socketType {
		groups = append(groups, "SOCK_FLAG")
	}
	if want.group == "SOL_" {
		for _, level := range consts.OptionLevels() {
			if strings.HasPrefix(level, word) {
				found = append(found, constant(level))
			}
		}
		if word == "" {
			return found
		}
	}
	for _, group := range groups {
		var used, others []Candidate
		for _, c := range consts.Members(group) {
			switch {
			case !strings.HasPrefix(c.Name, word):
			case consts.Doc(c.Name) != "" && want.heeds(c.Name):
				used = append(used, constant(c.Name))
			default:
				others = append(others, constant(c.Name))
			}
		}
		if len(used) == 0 || word != "" && (want.param == nil || want.param.Heeded == nil) {
			used = append(sorted(used), sorted(others)...)
		}
		found = append(found, used...)
	}
	return joined(found)
}

// keys answers the fields of the table that the place may begin one of: family=.
func (q *question) keys(want expectation, word string) (found []Candidate) {
	for _, s := range want.tables {
		for _, f := range s.Fields {
			if strings.HasPrefix(f.Name, word) {
				found = append(found, Candidate{f.Name + "=", "a field of " + s.Name})
			}
		}
	}
	return found
}

// descriptors answers the open descriptors where one belongs: the variables that hold one,
// then the numbers.
func (q *question) descriptors(want expectation, word string) []Candidate {
	if !want.descriptor || q.Descriptors == nil {
		return nil
	}
	var variables, numbers []Candidate
	lines := map[int]string{}
	for _, d := range q.Descriptors() {
		lines[d.Number] = d.Line
		if text := strconv.Itoa(d.Number); strings.HasPrefix(text, word) {
			numbers = append(numbers, Candidate{text, d.Line})
		}
	}
	for _, v := range q.globals(word) {
		n, ok := q.State.G.Global.RawGetString(v.Text).(lua.LNumber)
		line, open := lines[int(n)]
		if ok && open && lua.LNumber(int(n)) == n && lex.IsName(v.Text) {
			variables = append(variables, Candidate{v.Text, strings.TrimRight("descriptor "+strconv.Itoa(int(n))+": "+line, ": ")})
		}
	}
	return append(sorted(variables), numbers...)
}

// locals answers the names that the text itself declares: after local and for, local
// functions, the parameters of functions. Where they are seen is not looked at.
func (q *question) locals(word string) (found []Candidate) {
	for i := range q.tokens {
		at := i + 1
		switch q.token(i) {
		case "local", "for":
			if q.token(at) == "function" {
				at++
			}
		case "function":
			for at < len(q.tokens) && q.token(at) != "(" {
				at++
			}
			at++
		default:
			continue
		}
		for _, name := range q.nameList(at) {
			if strings.HasPrefix(name, word) {
				found = append(found, Candidate{name, "local"})
			}
		}
	}
	return found
}

// nameList answers the names from a token on that commas join, but for one that is still
// being typed.
func (q *question) nameList(i int) (names []string) {
	for ; i < len(q.tokens) && q.tokens[i].Kind == lex.Name && q.tokens[i].End < len(q.text); i += 2 {
		names = append(names, q.token(i))
		if q.token(i+1) != "," {
			break
		}
	}
	return names
}

// token answers the text of a token, "" beyond the last.
func (q *question) token(i int) string {
	if i < 0 || i >= len(q.tokens) {
		return ""
	}
	return q.tokens[i].Text(q.text)
}
