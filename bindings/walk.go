package bindings

import "github.com/yuin/gopher-lua/ast"

// walker goes through what the parser made of a source, the inner before the outer.
type walker struct {
	// block is given each block with the statement that it belongs to, nil for a function's
	// and for a chunk, and answers what it is to be.
	block func(owner ast.Stmt, block []ast.Stmt) []ast.Stmt
	// table is given each table's constructor; it may be nil.
	table func(*ast.TableExpr)
	// number is given each number; it may be nil.
	number func(*ast.NumberExpr)

	depth   int
	tooDeep int // the line of what is nested deeper than maxDepth; 0: nothing is
}

// maxDepth is how deeply what a source says may be nested. What follows is done by recursion,
// by gopher-lua's compiler too, and where Go's stack ends the process does. Lua's own limit is
// 200, but does not count all that is nested here, such as the sums in 1 + 2 + 3.
const maxDepth = 20000

// enters tells whether there is depth left for a statement or an expression. Who was let in
// leaves.
func (w *walker) enters(node ast.PositionHolder) bool {
	if w.depth == maxDepth {
		w.tooDeep = max(w.tooDeep, node.Line(), 1)
		return false
	}
	w.depth++
	return true
}

func (w *walker) leave() { w.depth-- }

// walk goes through a block, and answers what it is to be.
func (w *walker) walk(owner ast.Stmt, block []ast.Stmt) []ast.Stmt {
	for _, stmt := range block {
		w.inside(stmt)
	}
	return w.block(owner, block)
}

// inside goes through the blocks inside a statement, and its expressions.
func (w *walker) inside(stmt ast.Stmt) {
	if !w.enters(stmt) {
		return
	}
	defer w.leave()
	switch s := stmt.(type) {
	case *ast.AssignStmt:
		w.expressions(s.Lhs...)
		w.expressions(s.Rhs...)
	case *ast.LocalAssignStmt:
		w.expressions(s.Exprs...)
	case *ast.FuncCallStmt:
		w.expressions(s.Expr)
	case *ast.DoBlockStmt:
		s.Stmts = w.walk(s, s.Stmts)
	case *ast.WhileStmt:
		w.expressions(s.Condition)
		s.Stmts = w.walk(s, s.Stmts)
	case *ast.RepeatStmt:
		w.expressions(s.Condition)
		s.Stmts = w.walk(s, s.Stmts)
	case *ast.IfStmt:
		w.expressions(s.Condition)
		s.Then = w.walk(s, s.Then)
		s.Else = w.walk(s, s.Else)
	case *ast.NumberForStmt:
		w.expressions(s.Init, s.Limit, s.Step)
		s.Stmts = w.walk(s, s.Stmts)
	case *ast.GenericForStmt:
		w.expressions(s.Exprs...)
		s.Stmts = w.walk(s, s.Stmts)
	case *ast.FuncDefStmt:
		w.expressions(s.Func)
	case *ast.ReturnStmt:
		w.expressions(s.Exprs...)
	}
}

// expressions goes through the functions, and the tables, inside of expressions.
func (w *walker) expressions(exprs ...ast.Expr) {
	for _, expr := range exprs {
		w.expression(expr)
	}
}

func (w *walker) expression(expr ast.Expr) {
	if expr == nil || !w.enters(expr) {
		return
	}
	defer w.leave()
	switch e := expr.(type) {
	case *ast.FunctionExpr:
		e.Stmts = w.walk(nil, e.Stmts)
	case *ast.NumberExpr:
		if w.number != nil {
			w.number(e)
		}
	case *ast.AttrGetExpr:
		w.expressions(e.Object, e.Key)
	case *ast.TableExpr:
		for _, f := range e.Fields {
			w.expressions(f.Key, f.Value)
		}
		if w.table != nil {
			w.table(e)
		}
	case *ast.FuncCallExpr:
		w.expressions(e.Func, e.Receiver)
		w.expressions(e.Args...)
	case *ast.LogicalOpExpr:
		w.expressions(e.Lhs, e.Rhs)
	case *ast.RelationalOpExpr:
		w.expressions(e.Lhs, e.Rhs)
	case *ast.StringConcatOpExpr:
		w.expressions(e.Lhs, e.Rhs)
	case *ast.ArithmeticOpExpr:
		w.expressions(e.Lhs, e.Rhs)
	case *ast.UnaryMinusOpExpr:
		w.expressions(e.Expr)
	case *ast.UnaryNotOpExpr:
		w.expressions(e.Expr)
	case *ast.UnaryLenOpExpr:
		w.expressions(e.Expr)
	}
}
