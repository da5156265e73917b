package bindings

import (
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// gopher-lua's compiler makes "x = a and b", where x is a local variable, evaluate into x
// itself and jump past the store where a is false: x keeps what it had. (It is right in
// "local x = a and b".) mend has such an assignment go through a local of its own:
//
//	do local t = a and b; x = t end

// mend rewrites the statements of a block, and of all blocks and functions inside it.
func mend(block []ast.Stmt) {
	for i, stmt := range block {
		mendInside(stmt)
		if assign, ok := stmt.(*ast.AssignStmt); ok && isMiscompiled(assign) {
			block[i] = throughLocals(assign)
		}
	}
}

// isMiscompiled tells whether a variable is assigned the value of "and" or "or". Whether it
// is a local one is not known here; for others the detour does no harm.
func isMiscompiled(assign *ast.AssignStmt) bool {
	for i, target := range assign.Lhs {
		if _, isVariable := target.(*ast.IdentExpr); !isVariable || i >= len(assign.Rhs) {
			continue
		}
		if _, isLogical := assign.Rhs[i].(*ast.LogicalOpExpr); isLogical {
			return true
		}
	}
	return false
}

// detour names the locals that are between; no program can have such a name.
const detour = "(and)"

func throughLocals(assign *ast.AssignStmt) ast.Stmt {
	values := &ast.LocalAssignStmt{Exprs: assign.Rhs}
	store := &ast.AssignStmt{Lhs: assign.Lhs}
	for i := range assign.Lhs {
		name := detour + strconv.Itoa(i)
		v := &ast.IdentExpr{Value: name}
		v.SetLine(assign.Line())
		values.Names, store.Rhs = append(values.Names, name), append(store.Rhs, v)
	}
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{values, store}}
	for _, stmt := range []ast.Stmt{values, store, block} {
		stmt.SetLine(assign.Line())
		stmt.SetLastLine(assign.LastLine())
	}
	return block
}

// mendInside mends the blocks inside a statement, and the functions in its expressions.
func mendInside(stmt ast.Stmt) {
	switch s := stmt.(type) {
	case *ast.AssignStmt:
		mendFunctions(s.Lhs...)
		mendFunctions(s.Rhs...)
	case *ast.LocalAssignStmt:
		mendFunctions(s.Exprs...)
	case *ast.FuncCallStmt:
		mendFunctions(s.Expr)
	case *ast.DoBlockStmt:
		mend(s.Stmts)
	case *ast.WhileStmt:
		mendFunctions(s.Condition)
		mend(s.Stmts)
	case *ast.RepeatStmt:
		mendFunctions(s.Condition)
		mend(s.Stmts)
	case *ast.IfStmt:
		mendFunctions(s.Condition)
		mend(s.Then)
		mend(s.Else)
	case *ast.NumberForStmt:
		mendFunctions(s.Init, s.Limit, s.Step)
		mend(s.Stmts)
	case *ast.GenericForStmt:
		mendFunctions(s.Exprs...)
		mend(s.Stmts)
	case *ast.FuncDefStmt:
		mendFunctions(s.Func)
	case *ast.ReturnStmt:
		mendFunctions(s.Exprs...)
	}
}

// mendFunctions mends the functions inside of expressions.
func mendFunctions(exprs ...ast.Expr) {
	for _, expr := range exprs {
		switch e := expr.(type) {
		case *ast.FunctionExpr:
			mend(e.Stmts)
		case *ast.AttrGetExpr:
			mendFunctions(e.Object, e.Key)
		case *ast.TableExpr:
			for _, f := range e.Fields {
				mendFunctions(f.Key, f.Value)
			}
		case *ast.FuncCallExpr:
			mendFunctions(e.Func, e.Receiver)
			mendFunctions(e.Args...)
		case *ast.LogicalOpExpr:
			mendFunctions(e.Lhs, e.Rhs)
		case *ast.RelationalOpExpr:
			mendFunctions(e.Lhs, e.Rhs)
		case *ast.StringConcatOpExpr:
			mendFunctions(e.Lhs, e.Rhs)
		case *ast.ArithmeticOpExpr:
			mendFunctions(e.Lhs, e.Rhs)
		case *ast.UnaryMinusOpExpr:
			mendFunctions(e.Expr)
		case *ast.UnaryNotOpExpr:
			mendFunctions(e.Expr)
		case *ast.UnaryLenOpExpr:
			mendFunctions(e.Expr)
		}
	}
}
