package repl

import (
	"errors"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/calls"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/lazy"
	"sockrepl/bindings/lex"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// chunkName is what errors call the text that was typed.
const chunkName = "stdin"

// unit is a piece of input that can be evaluated.
type unit struct {
	source  string // as it was typed
	fn      *lua.LFunction
	isExpr  bool        // an expression: it has values, and may be no statement
	call    *calls.Call // the call that it is, if it is one and no more
	args    []string    // of the call, those that are names
	setless bool        // it is select(fd, nil, ...)
	watched bool        // its function takes what is to be told of refusals
	count   int         // its statements; 0 of an expression that is none
}

// compile makes a unit of what was typed: of an expression one that answers its values. Lines
// are counted from those before. more: the source is not finished.
func (s *Session) compile(source string, before int) (u unit, more bool, err error) {
	if u, more, err = s.compileBelow("", source); err != nil && before > 0 {
		// For the lines that the error names. Else they are not read: that would take a time that grows
		// with their number, for each part of a paste.
		return s.compileBelow(strings.Repeat("\n", before), source)
	}
	if u.fn != nil {
		bindings.MoveDown(u.fn.Proto, before)
		s.remember(u.fn.Proto, typedText{source, before})
	}
	return u, more, err
}

// compileBelow is compile for a source below so many lines.
func (s *Session) compileBelow(lines, source string) (u unit, more bool, err error) {
	u.source = source
	statement := expression(source)
	value := "return " + statement
	switch {
	case parses(value):
		u.isExpr = true
		u.fn, err = bindings.LoadChunk(s.state, lines+value, chunkName, func(chunk []ast.Stmt) {
			u.call, u.args = calledBy(chunk), argumentNames(chunk)
			u.count = callsIn(chunk)
			u.setless = u.call != nil && u.call.Name == "select" && beginsSetless(callOf(chunk).Args)
			noTailCall(chunk)
		})
	case !parses(statement) && !grammar.Hopeless(statement) && (incomplete(value) || incomplete(statement)):
		return u, true, nil
	default:
		u.fn, err = bindings.LoadChunk(s.state, lines+statement, chunkName, func(chunk []ast.Stmt) {
			u.count = len(chunk)
			lastingLocals(chunk)
			if u.watched = !strings.Contains(statement, "..."); u.watched {
				watchRefusals(chunk)
			}
		})
		if err != nil {
			err = s.valueError(lines+value, len(lines)+1, err)
		}
	}
	return u, false, err
}

// valueError is what is wrong with a source: as an expression, where that is another language's
// operator ("x == 3 || y" makes sense as far as that, as a statement only up to ==), else as a
// statement. It begins in the line that is named.
func (s *Session) valueError(asValue string, first int, asStatement error) error {
	_, err := bindings.LoadChunk(s.state, asValue, chunkName, nil)
	var se *bindings.SyntaxError
	if !errors.As(err, &se) || !strings.Contains(se.Message, "(Lua ") {
		return asStatement
	}
	if se.Line == first {
		se.Column -= min(se.Column, len("return "))
	}
	return se
}

// expression takes Lua 5.1's "= expr" as "return expr".
func expression(source string) string {
	if trimmed := strings.TrimLeft(source, " \t"); strings.HasPrefix(trimmed, "=") {
		return "return " + trimmed[1:]
	}
	return source
}

func parses(source string) bool {
	_, err := grammar.Parse(source, chunkName)
	return err == nil
}

// incomplete tells whether the source may become valid Lua by going on: the parser met
// its end. A string that is not closed on its line can't, unless the line ends in a
// backslash.
func incomplete(source string) bool {
	_, err := grammar.Parse(source, chunkName)
	var pe *parse.Error
	if !errors.As(err, &pe) || pe.Pos.Line != parse.EOF {
		return false
	}
	if pe.Message == "unterminated string" {
		_, state := lex.Tokens(source, lex.State{})
		_, inside := state.Inside()
		return inside
	}
	return true
}

// calledBy answers the row of the call that a chunk consists of, nil if it does of more.
func calledBy(chunk []ast.Stmt) *calls.Call {
	if call := callOf(chunk); call != nil {
		return calls.Lookup(nameOf(call.Func))
	}
	return nil
}

// beginsSetless tells whether a descriptor may have been meant by the first of select's arguments, as a
// nil for a set follows: Lua's own select would have nothing to choose from.
func beginsSetless(args []ast.Expr) bool {
	if len(args) < 2 {
		return false
	}
	_, isTable := args[0].(*ast.TableExpr)
	_, isNil := args[0].(*ast.NilExpr)
	_, follows := args[1].(*ast.NilExpr)
	return !isTable && !isNil && follows
}

// argumentNames are the names of the arguments of the call that a chunk consists of; "" for
// one that is no name.
func argumentNames(chunk []ast.Stmt) (names []string) {
	if call := callOf(chunk); call != nil {
		for _, a := range call.Args {
			names = append(names, nameOf(a))
		}
	}
	return names
}

// callOf answers the call of a function that a chunk consists of, nil if it does of more.
func callOf(chunk []ast.Stmt) *ast.FuncCallExpr {
	if len(chunk) != 1 {
		return nil
	}
	var e ast.Expr
	switch stmt := chunk[0].(type) {
	case *ast.FuncCallStmt:
		e = stmt.Expr
	case *ast.ReturnStmt:
		if len(stmt.Exprs) == 1 {
			e = stmt.Exprs[0]
		}
	}
	call, ok := e.(*ast.FuncCallExpr)
	if !ok || call.Receiver != nil {
		return nil
	}
	return call
}

// callsIn is 1 of an expression that is a call, and so a statement, else 0.
func callsIn(chunk []ast.Stmt) int {
	if r, ok := chunk[0].(*ast.ReturnStmt); ok && len(r.Exprs) == 1 {
		if call, ok := r.Exprs[0].(*ast.FuncCallExpr); ok && !call.AdjustRet {
			return 1
		}
	}
	return 0
}

// nameOf is the name that an expression is, "" if it is none.
func nameOf(e ast.Expr) string {
	if name, ok := e.(*ast.IdentExpr); ok {
		return name.Value
	}
	return ""
}

// noTailCall puts true before the values of an expression: a call that stands alone would
// be a tail call, and the traceback would begin without it. values takes it off again.
func noTailCall(chunk []ast.Stmt) {
	if r, ok := chunk[0].(*ast.ReturnStmt); ok {
		first := &ast.TrueExpr{}
		first.SetLine(r.Line())
		r.Exprs = append([]ast.Expr{first}, r.Exprs...)
	}
}

// values are the results of a unit.
func (u unit) values(results []lua.LValue) []lua.LValue {
	if u.isExpr {
		return results[1:]
	}
	return results
}

// lastingLocals makes what a chunk declares local at its top a variable of the session, a
// global: each line of the prompt is a chunk of its own, and would take its locals with it.
func lastingLocals(chunk []ast.Stmt) {
	for i, stmt := range chunk {
		local, ok := stmt.(*ast.LocalAssignStmt)
		if !ok {
			continue
		}
		assign := &ast.AssignStmt{Rhs: local.Exprs}
		for _, name := range local.Names {
			v := &ast.IdentExpr{Value: name}
			v.SetLine(local.Line())
			assign.Lhs = append(assign.Lhs, v)
		}
		if len(assign.Rhs) == 0 {
			none := &ast.NilExpr{}
			none.SetLine(local.Line())
			assign.Rhs = []ast.Expr{none}
		}
		assign.SetLine(local.Line())
		assign.SetLastLine(local.LastLine())
		chunk[i] = assign
	}
}

// watcher is the local variable, of a name that nobody can type, that has the function which is
// shown the results of calls.
const watcher = "(watcher)"

// watchRefusals has a chunk that answers no values show what calls at its top answer: those
// whose results nobody takes, and those of which a variable takes the first alone. That a call
// was refused would else be lost, and its reason.
func watchRefusals(chunk []ast.Stmt) {
	if len(chunk) == 0 {
		return
	}
	for i, stmt := range chunk {
		switch stmt := stmt.(type) {
		case *ast.FuncCallStmt:
			stmt.Expr = watched("", stmt.Expr)
		case *ast.AssignStmt:
			if len(stmt.Lhs) == 1 && len(stmt.Rhs) == 1 {
				variable, _ := stmt.Lhs[0].(*ast.IdentExpr)
				call, ok := stmt.Rhs[0].(*ast.FuncCallExpr)
				if ok && variable != nil && !call.AdjustRet {
					chunk[i] = watchedAssignment(stmt, variable.Value, call)
				}
			}
		}
	}
	line := chunk[0].Line()
	given := &ast.LocalAssignStmt{Names: []string{watcher}, Exprs: []ast.Expr{&ast.Comma3Expr{}}}
	given.SetLine(line)
	given.Exprs[0].SetLine(line)
	all := &ast.DoBlockStmt{Stmts: append([]ast.Stmt{given}, chunk...)}
	all.SetLine(line)
	all.SetLastLine(chunk[len(chunk)-1].LastLine())
	for i := range chunk {
		nothing := &ast.DoBlockStmt{}
		nothing.SetLine(line)
		chunk[i] = nothing
	}
	chunk[0] = all
}

// watched is a call of the watcher with results; variable is what takes the first of them.
func watched(variable string, results ...ast.Expr) *ast.FuncCallExpr {
	w := &ast.FuncCallExpr{Func: &ast.IdentExpr{Value: watcher}, Args: append([]ast.Expr{&ast.StringExpr{Value: variable}}, results...)}
	for _, node := range []ast.Expr{w, w.Func, w.Args[0]} {
		node.SetLine(results[0].Line())
		node.SetLastLine(results[0].LastLine())
	}
	return w
}

// answerNames are those of the local variables that take what an assigned call answers: as many
// as a refusal has, and one that tells whether there were more.
var answerNames = []string{"(1)", "(2)", "(3)", "(4)"}

// watchedAssignment has a variable take a call's first answer, and then the watcher see them
// all. It is not the watcher that hands the answer on: where Ctrl-C ended the call, what it had
// received until then is assigned before the chunk stops at the next call.
func watchedAssignment(assign *ast.AssignStmt, variable string, call *ast.FuncCallExpr) ast.Stmt {
	names := make([]ast.Expr, len(answerNames))
	for i, name := range answerNames {
		names[i] = &ast.IdentExpr{Value: name}
		names[i].SetLine(call.Line())
		names[i].SetLastLine(call.LastLine())
	}
	taken := &ast.LocalAssignStmt{Names: answerNames, Exprs: []ast.Expr{call}}
	seen := &ast.FuncCallStmt{Expr: watched(variable, names...)}
	assign.Rhs[0] = names[0]
	all := &ast.DoBlockStmt{Stmts: []ast.Stmt{taken, assign, seen}}
	for _, stmt := range []ast.Stmt{taken, seen, all} {
		stmt.SetLine(assign.Line())
		stmt.SetLastLine(assign.LastLine())
	}
	return all
}

// watch is the watcher: it is given a variable's name, and a call's results.
func (s *Session) watch(L *lua.LState) int {
	var results []lua.LValue
	last := L.GetTop()
	for last > 1 && L.Get(last) == lua.LNil { // of the variables more than there were results
		last--
	}
	for i := 2; i <= last; i++ {
		results = append(results, L.Get(i))
	}
	if isRefusal(results) {
		s.terminal.freshLine()
		prefix := ""
		if variable := L.Get(1).String(); variable != "" {
			prefix = variable + " = "
		}
		s.showRefusal(prefix, results)
	}
	return 0
}

// question takes "recv?", and "help recv", "?recv" and "? why does recv block", which are no Lua, as a
// question about recv, and "?" as one about everything.
func question(source string) (topic string, ok bool) {
	source = strings.TrimSpace(source)
	if asked := askedFor().FindStringSubmatch(source); asked != nil && !parses("return "+source) {
		return asked[1], true
	}
	topic, ok = strings.CutSuffix(source, "?")
	topic = strings.TrimSpace(topic)
	for part := range strings.FieldsFuncSeq(topic, func(r rune) bool { return r == '.' || r == ':' }) {
		if !lex.IsName(part) && !lex.IsKeyword(part) {
			return "", false
		}
	}
	return topic, ok
}

// askedFor is a question in words, without quotes.
var askedFor = lazy.Regexp(`^(?:help[ \t]+|\?+[ \t]*)([\w.:'/-]+(?:[ \t]+[\w.:'/-]+)*)(?:\(\))?[ \t]*\?*$`)
