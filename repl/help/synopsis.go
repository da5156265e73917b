package help

import (
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/lex"
)

// Synopsis answers the usage of the call in whose parentheses the place (a byte) of a line
// stands, the parameter that is typed there passed through mark, and what that parameter
// takes. Both are "" outside of a call's parentheses, and in those of a method or of a
// function that is none of ours.
func Synopsis(line string, place int, mark func(string) string) (usage, taking string) {
	tokens, _ := lex.Tokens(line, lex.State{})
	if i := lex.Inside(line, tokens, place); i >= 0 && tokens[i].Kind == lex.Comment {
		return "", ""
	}
	open := lex.At(line, tokens, place)
	for n := len(open) - 1; n >= 0; n-- {
		o := &open[n]
		switch {
		case o.Sign == lex.Block:
			return "", ""
		case o.Callee != "" && o.Sign == lex.Paren:
			return synopsis(o.Callee, o.Args, mark)
		case o.Callee != "": // f{ or f"
			return synopsis(o.Callee, nil, mark)
		case o.Sign == lex.Paren && isCalled(line, tokens, o):
			return "", ""
		}
	}
	return "", ""
}

// isCalled tells whether a parenthesis without a name before it calls all the same: f()(x.
func isCalled(line string, tokens []lex.Token, o *lex.Open) bool {
	for i, t := range tokens {
		if t.Kind == lex.Bracket && t.Start < o.Begin() && t.End >= o.Begin() && i > 0 {
			before := tokens[i-1]
			text := before.Text(line)
			return before.Kind == lex.Name || before.Kind == lex.String || text == ")" || text == "]" || text == "}"
		}
	}
	return false
}

// synopsis writes the usage of a call or of a function of Lua's.
func synopsis(callee string, args []string, mark func(string) string) (usage, taking string) {
	if c := calls.Lookup(callee); c != nil {
		at := len(args)
		if last := len(c.Params) - 1; last >= 0 && c.Params[last].Rest {
			at = min(at, last)
		}
		usage = c.Usage(at, mark) + answers(c.Synopsis())
		if at < len(c.Params) {
			return usage, takes(c, at, args)
		}
		return usage, ""
	}
	if f := luaFunction(callee); f != nil && strings.Contains(f.synopsis, "(") {
		return markParameter(f.synopsis, len(args), mark), f.line
	}
	return moduleSynopsis(callee, args, mark)
}

// moduleSynopsis writes the usage of a function of a module that is built in.
func moduleSynopsis(callee string, args []string, mark func(string) string) (usage, taking string) {
	for _, m := range modules() {
		for _, f := range m.functions {
			if f.name == callee {
				return markParameter(f.synopsis, len(args), mark), firstSentence(f.line)
			}
		}
	}
	return "", ""
}

// answers is the part of a synopsis from its arrow on.
func answers(synopsis string) string {
	if at := strings.Index(synopsis, " →"); at >= 0 {
		return synopsis[at:]
	}
	return ""
}

// markParameter passes the parameter at a place of a synopsis through mark; what follows the
// last one belongs to it if that is "...".
func markParameter(synopsis string, at int, mark func(string) string) string {
	open := strings.IndexByte(synopsis, '(')
	end := strings.IndexByte(synopsis, ')')
	params := synopsis[open+1 : end]
	count := strings.Count(params, ",")
	if strings.HasSuffix(strings.TrimRight(params, "]"), "...") {
		at = min(at, count)
	}
	from := 0
	for range at {
		next := strings.IndexByte(params[from:], ',')
		if next < 0 {
			return synopsis
		}
		from += next + 1
	}
	to := len(params)
	if next := strings.IndexByte(params[from:], ','); next >= 0 {
		to = from + next
	}
	name := strings.Trim(params[from:to], " []")
	if name == "" {
		return synopsis
	}
	from += strings.Index(params[from:to], name)
	return synopsis[:open+1] + params[:from] + mark(name) + params[from+len(name):] + synopsis[end:]
}
