package bindings

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// gopher-lua's compiler shortens a jump that leads to another jump. Where that one lies
// before it, it is finished already, and its distance is taken for a label's number: a loop
// that goes back to a jump goes anywhere. A loop's body begins with a jump in
//
//	for _, x in ipairs(t) do if false then f(x) end ... end
//
// So that none does, an instruction that does nothing is put there.

// mendLoop answers the block of a statement as it is to be compiled: one that is no loop's
// as it is.
func mendLoop(owner ast.Stmt, body []ast.Stmt) []ast.Stmt {
	switch s := owner.(type) {
	case *ast.WhileStmt:
		mendCondition(&s.Condition)
	case *ast.NumberForStmt: // goes back by an instruction of its own
		return mendBreak(owner, body)
	case *ast.RepeatStmt, *ast.GenericForStmt:
	default:
		return body
	}
	body = mendBreak(owner, body)
	if !startsWithJump(body) {
		return body
	}
	return append([]ast.Stmt{nothingAt(owner)}, body...)
}

// nothingAt is one instruction that does nothing, on the line of a statement.
func nothingAt(place ast.Stmt) ast.Stmt {
	nothing := &ast.LocalAssignStmt{Names: []string{"(nothing)"}}
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{nothing}}
	for _, stmt := range []ast.Stmt{nothing, block} {
		stmt.SetLine(place.Line())
		stmt.SetLastLine(place.Line())
	}
	return block
}

// mendLabels puts such an instruction behind each label that something follows. What a goto closes is
// worked out of the code (see lualib.MendGotos), and there the variables that begin before the label,
// and the function that one behind it may begin with, would begin at the same instruction.
func mendLabels(block []ast.Stmt) []ast.Stmt {
	for i := len(block) - 1; i > 0; i-- {
		label, ok := block[i-1].(*ast.LabelStmt)
		if _, another := block[i].(*ast.LabelStmt); ok && !another {
			block = slices.Insert(block, i, nothingAt(label))
		}
	}
	return block
}

// mendIterator answers a loop over an iterator as it is to be compiled. It gives
// "for k, v in next, t do" its third value, nil: gopher-lua counts the variables where it should
// count to three, and what the registers held before is the iterator's state.
//
// And where a call's answer is only the beginning of the iterator, as in
//
//	for x in f(1)(2) do ... end
//
// what follows, the 2, overwrites it: the loop's own three registers are in use already, so that
// the call's is taken for none. Such a loop gets its iterator from locals:
//
//	do local f, s, c = f(1)(2) for x in f, s, c do ... end end
func mendIterator(s *ast.GenericForStmt) ast.Stmt {
	if !answersFirst(s.Exprs[0]) {
		mendCount(s)
		return s
	}
	values := &ast.LocalAssignStmt{Names: []string{"(iterator)", "(state)", "(control)"}, Exprs: s.Exprs}
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{values, s}}
	for _, stmt := range []ast.Stmt{values, block} {
		stmt.SetLine(s.Line())
		stmt.SetLastLine(s.LastLine())
	}
	s.Exprs = nil
	for _, name := range values.Names {
		v := &ast.IdentExpr{Value: name}
		v.SetLine(s.Line())
		s.Exprs = append(s.Exprs, v)
	}
	return block
}

func mendCount(s *ast.GenericForStmt) {
	if n := len(s.Exprs); isMultiple(s.Exprs[n-1]) {
		for len(s.Names) < n {
			s.Names = append(s.Names, "(nothing)")
		}
		return
	}
	for len(s.Exprs) < 3 {
		none := &ast.NilExpr{}
		none.SetLine(s.Line())
		s.Exprs = append(s.Exprs, none)
	}
}

// answersFirst tells whether an expression may go on with what a call, or "...", answers.
func answersFirst(expr ast.Expr) bool {
	if call, ok := expr.(*ast.FuncCallExpr); ok { // its arguments lie above
		return call.Func != nil && answers(call.Func) || call.Func == nil && answers(call.Receiver)
	}
	_, alone := expr.(*ast.Comma3Expr)
	return !alone && answers(expr)
}

// answers tells whether there is a call or "..." in an expression.
func answers(expr ast.Expr) bool {
	switch e := expr.(type) {
	case *ast.FuncCallExpr, *ast.Comma3Expr:
		return true
	case *ast.AttrGetExpr:
		return answers(e.Object) || answers(e.Key)
	case *ast.LogicalOpExpr:
		return answers(e.Lhs) || answers(e.Rhs)
	case *ast.ArithmeticOpExpr:
		return answers(e.Lhs) || answers(e.Rhs)
	case *ast.RelationalOpExpr:
		return answers(e.Lhs) || answers(e.Rhs)
	case *ast.StringConcatOpExpr:
		return answers(e.Lhs) || answers(e.Rhs)
	case *ast.UnaryMinusOpExpr:
		return answers(e.Expr)
	case *ast.UnaryNotOpExpr:
		return answers(e.Expr)
	case *ast.UnaryLenOpExpr:
		return answers(e.Expr)
	}
	return false
}

// startsWithJump tells whether the first instruction of a block may be a jump: "break" is,
// and what begins with a constant and "and" or "or".
func startsWithJump(block []ast.Stmt) bool {
	for i, stmt := range block {
		switch s := stmt.(type) {
		case *ast.DoBlockStmt:
			return startsWithJump(slices.Concat(s.Stmts, block[i+1:]))
		case *ast.LabelStmt:
		case *ast.RepeatStmt:
			return startsWithJump(s.Stmts)
		case *ast.IfStmt:
			return isConstant(first(s.Condition))
		case *ast.WhileStmt:
			return isConstant(first(s.Condition))
		case *ast.AssignStmt:
			return jumps(append(s.Lhs[:1:1], s.Rhs...)...)
		case *ast.LocalAssignStmt:
			return jumps(s.Exprs...)
		case *ast.ReturnStmt:
			return jumps(s.Exprs...)
		case *ast.FuncCallStmt:
			return jumps(s.Expr)
		case *ast.NumberForStmt:
			return jumps(s.Init)
		case *ast.GenericForStmt:
			return jumps(s.Exprs...)
		case *ast.FuncDefStmt:
			return false
		default:
			return true
		}
	}
	return false
}

// jumps tells whether what is evaluated first, of all that expressions are made of, is a
// constant with "and" or "or" after it.
func jumps(exprs ...ast.Expr) bool {
	for _, expr := range exprs {
		switch e := expr.(type) {
		case *ast.LogicalOpExpr:
			return isConstant(first(e)) || jumps(first(e))
		case *ast.AttrGetExpr:
			return jumps(e.Object, e.Key)
		case *ast.FuncCallExpr:
			if e.Func == nil {
				return jumps(e.Receiver)
			}
			return jumps(e.Func)
		case *ast.ArithmeticOpExpr:
			return jumps(e.Lhs, e.Rhs)
		case *ast.RelationalOpExpr:
			return jumps(e.Lhs, e.Rhs)
		case *ast.StringConcatOpExpr:
			return jumps(e.Lhs, e.Rhs)
		case *ast.UnaryMinusOpExpr:
			return jumps(e.Expr)
		case *ast.UnaryNotOpExpr:
			return jumps(e.Expr)
		case *ast.UnaryLenOpExpr:
			return jumps(e.Expr)
		case *ast.IdentExpr: // it may take no instruction: the next expression is the first
		case ast.ConstExpr: // so may this
		default:
			return false
		}
	}
	return false
}

// mendCondition has a while loop begin with a comparison where it would begin with the jump
// that "while false" is.
func mendCondition(condition *ast.Expr) {
	leaf := firstOf(condition)
	switch (*leaf).(type) {
	case *ast.FalseExpr, *ast.NilExpr:
		never := &ast.RelationalOpExpr{Operator: "==", Lhs: &ast.NumberExpr{Value: "1"}, Rhs: &ast.NumberExpr{Value: "2"}}
		for _, node := range []ast.Expr{never, never.Lhs, never.Rhs} {
			node.SetLine((*leaf).Line())
		}
		*leaf = never
	}
}

// first is the part of a condition that is looked at first.
func first(condition ast.Expr) ast.Expr { return *firstOf(&condition) }

func firstOf(condition *ast.Expr) *ast.Expr {
	switch e := (*condition).(type) {
	case *ast.LogicalOpExpr:
		return firstOf(&e.Lhs)
	case *ast.UnaryNotOpExpr:
		return firstOf(&e.Expr)
	}
	return condition
}

func isConstant(expr ast.Expr) bool {
	_, ok := expr.(ast.ConstExpr)
	return ok
}
