package complete

import (
	"strconv"
	"strings"

	"sockrepl/bindings/lex"
	"sockrepl/repl/help"

	lua "github.com/yuin/gopher-lua"
)

// deepest is how many __index tables are looked through: a cycle of them ends there.
const deepest = 20

// fields answers the fields, or the methods, of what stands before the token n, a point or a
// colon.
func (q *question) fields(n int, methods bool, word string) []Candidate {
	if q.State == nil {
		return nil
	}
	name, v := q.value(n)
	if v == lua.LNil {
		return q.unloaded(name, word)
	}
	var found []Candidate
	for range deepest {
		if t, ok := v.(*lua.LTable); ok {
			found = append(found, fieldsOf(t, name, methods, word)...)
		}
		next := q.index(v)
		if next == lua.LNil {
			break
		}
		v, name = next, q.nameOf(v, name)
	}
	return sorted(found)
}

// nameOf is what help calls the table in which the methods of a value are found.
func (q *question) nameOf(v lua.LValue, name string) string {
	switch v.(type) {
	case lua.LString:
		return "string"
	case lua.LChannel:
		return "channel"
	case *lua.LUserData:
		return "file"
	}
	return name
}

// fieldsOf answers the fields of one table whose keys are names.
func fieldsOf(t *lua.LTable, name string, methods bool, word string) (found []Candidate) {
	t.ForEach(func(k, v lua.LValue) {
		key, ok := k.(lua.LString)
		if !ok || !strings.HasPrefix(string(key), word) || !lex.IsName(string(key)) {
			return
		}
		if methods && !callable(v) || word == "" && strings.HasPrefix(string(key), "__") {
			return
		}
		line := help.Line(name + "." + string(key))
		if line == "" {
			line = help.Line(name + ":" + string(key))
		}
		if line == "" {
			line = lineOf("", v)
		}
		found = append(found, Candidate{string(key), line})
	})
	return found
}

// callable tells whether a value can be called; only whether __call is there is looked at.
func callable(v lua.LValue) bool {
	switch x := v.(type) {
	case *lua.LFunction:
		return true
	case *lua.LTable:
		mt, ok := x.Metatable.(*lua.LTable)
		return ok && mt.RawGetString("__call") != lua.LNil
	}
	return false
}

// index answers the table in which what a value lacks is looked for, nil if there is none:
// an __index that is a function is not called, but may have its fields listed beside it.
func (q *question) index(v lua.LValue) lua.LValue {
	var meta lua.LValue = lua.LNil
	switch x := v.(type) {
	case *lua.LTable:
		meta = x.Metatable
	case *lua.LUserData:
		meta = x.Metatable
	case lua.LString, lua.LChannel:
		meta = q.State.GetMetatable(x)
	}
	if mt, ok := meta.(*lua.LTable); ok {
		for _, event := range []string{"__index", "__fields"} {
			if t, ok := mt.RawGetString(event).(*lua.LTable); ok {
				return t
			}
		}
	}
	return lua.LNil
}

// get reads a field of a value, raw, through its __index tables.
func (q *question) get(v lua.LValue, key lua.LValue) lua.LValue {
	for range deepest {
		if t, ok := v.(*lua.LTable); ok {
			if found := t.RawGet(key); found != lua.LNil {
				return found
			}
		}
		if v = q.index(v); v == lua.LNil {
			break
		}
	}
	return lua.LNil
}

// value finds the value of the expression that ends before the token n, as far as that is
// read from tables: a.b[1]["c"]:d. It answers what it is called, too, and nil for what would
// have to be run.
func (q *question) value(n int) (name string, v lua.LValue) {
	i := n - 1
	switch {
	case i < 0:
		return "", lua.LNil
	case q.tokens[i].Kind == lex.String:
		return q.literal(i)
	case q.token(i) == ")":
		if q.token(i-2) == "(" && q.tokens[i-1].Kind == lex.String && !q.isOperand(i-3) {
			return "string", lua.LString("")
		}
		return "", lua.LNil
	case q.token(i) == "]":
		return q.element(i)
	case q.tokens[i].Kind != lex.Name:
		return "", lua.LNil
	}
	key := q.token(i)
	if link := q.token(i - 1); link == "." || link == ":" {
		name, v = q.value(i - 1)
		return name + "." + key, q.get(v, lua.LString(key))
	}
	return q.variable(key)
}

// literal answers that a string stands there, unless it is an argument: require "x".y.
func (q *question) literal(i int) (name string, v lua.LValue) {
	if q.isOperand(i - 1) {
		return "", lua.LNil
	}
	return "string", lua.LString("")
}

// isOperand tells whether a token ends a value, so that a parenthesis or a string behind it
// is its argument.
func (q *question) isOperand(i int) bool {
	if i < 0 {
		return false
	}
	text := q.token(i)
	return q.tokens[i].Kind == lex.Name || q.tokens[i].Kind == lex.String || text == ")" || text == "]"
}

// element reads t[1] and t["x"]; the token i is the closing bracket.
func (q *question) element(i int) (name string, v lua.LValue) {
	if q.token(i-2) != "[" {
		return "", lua.LNil
	}
	var key lua.LValue = lua.LNil
	switch text := q.token(i - 1); q.tokens[i-1].Kind {
	case lex.Number:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			key = lua.LNumber(n)
		}
	case lex.String:
		key = lua.LString(strings.Trim(text, `"'`))
	case lex.Name:
		_, key = q.variable(text)
	}
	name, v = q.value(i - 2)
	return name + "[]", q.get(v, key)
}

// variable reads a global, or a local of the text that is a module: local s = require "sock".
func (q *question) variable(name string) (string, lua.LValue) {
	if module := q.required(name); module != "" {
		loaded := q.get(q.get(q.State.G.Global, lua.LString("package")), lua.LString("loaded"))
		return module, q.get(loaded, lua.LString(module))
	}
	return name, q.State.G.Global.RawGetString(name)
}

// required answers the module that the text assigns to a name, "" if none.
func (q *question) required(name string) string {
	for i := len(q.tokens) - 4; i >= 0; i-- {
		if q.token(i) != name || q.token(i+1) != "=" || q.token(i+2) != "require" {
			continue
		}
		at := i + 3
		if q.token(at) == "(" {
			at++
		}
		if at < len(q.tokens) && q.tokens[at].Kind == lex.String {
			return strings.Trim(q.token(at), `"'`)
		}
	}
	return ""
}

// unloaded answers the functions of a module that is built in but not loaded yet.
func (q *question) unloaded(module, word string) (found []Candidate) {
	for _, f := range help.Functions(module) {
		if strings.HasPrefix(f, word) {
			found = append(found, Candidate{f, help.Line(module + "." + f)})
		}
	}
	return sorted(found)
}
