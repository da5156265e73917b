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
	case *ast.GenericForStmt:
		mendIterator(s)
	case *ast.NumberForStmt: // goes back by an instruction of its own
		return mendBreak(owner, body)
	case *ast.RepeatStmt:
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

// mendIterator gives "for k, v in next, t do" its third value, nil: gopher-lua counts the
// variables where it should count to three, and what the registers held before is the
// iterator's state.
func mendIterator(s *ast.GenericForStmt) {
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
