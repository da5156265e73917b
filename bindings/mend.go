package bindings

import (
	"strconv"

	"sockrepl/bindings/grammar"
	"sockrepl/bindings/lualib"

	"github.com/yuin/gopher-lua/ast"
)

// gopher-lua's compiler gets four kinds of assignment wrong, which mend has go through locals
// of their own.
//
// "x = a and b", where x is a local variable, evaluates into x itself and jumps past the
// store where a is false: x keeps what it had. (It is right in "local x = a and b".)
//
//	do local v = a and b; x = v end
//
// "x = ...", where x is a local variable, clears the ones that were declared after it. And
// "x = f(y)", where x is the last parameter, puts f and y into x and the ones after it.
//
// "a, b = b, a" stores into a before it reads it for b, and "outer, t.x = 1, 2" takes the
// wrong registers where one target is in a table and the other is not:
//
//	do local t, k = t, "x"; local v, w = 1, 2; t[k] = w; outer = v end

// mend rewrites the statements of a chunk, all blocks and functions inside it.
func mend(chunk []ast.Stmt) error {
	w := walker{table: mendTable, number: mendNumber, block: func(owner ast.Stmt, block []ast.Stmt) []ast.Stmt {
		for i, stmt := range block {
			switch s := stmt.(type) {
			case *ast.AssignStmt:
				if isMiscompiled(s) {
					block[i] = throughLocals(s)
				}
			case *ast.GenericForStmt:
				block[i] = mendIterator(s)
			}
		}
		return mendLoop(owner, mendLabels(block))
	}}
	w.walk(nil, chunk)
	if w.tooDeep > 0 {
		return grammar.Fault{Line: w.tooDeep, Message: "chunk has too many syntax levels"}
	}
	return nil
}

// mendNumber writes a number as gopher-lua's compiler reads it rightly: of its own it takes
// 0010 for octal, and 0xffffffffffffffff and 1e999 for no numbers.
func mendNumber(number *ast.NumberExpr) {
	if value, ok := lualib.ParseNumber(number.Value); ok {
		number.Value = strconv.FormatFloat(value, 'g', -1, 64)
	}
}

// isMiscompiled tells whether an assignment may be. Whether a name is a local variable's is
// not known here; for others the detour does no harm.
func isMiscompiled(assign *ast.AssignStmt) bool {
	if len(assign.Lhs) == 1 && len(assign.Rhs) == 1 {
		switch assign.Rhs[0].(type) {
		case *ast.LogicalOpExpr, *ast.Comma3Expr, *ast.FuncCallExpr:
			return allVariables(assign.Lhs)
		}
		return false
	}
	return len(assign.Rhs) != 1 || !allVariables(assign.Lhs) || !isMultiple(assign.Rhs[0])
}

func allVariables(targets []ast.Expr) bool {
	for _, target := range targets {
		if _, ok := target.(*ast.IdentExpr); !ok {
			return false
		}
	}
	return true
}

// isMultiple tells whether an expression answers as many values as are wanted: they are all
// there before the first is stored.
func isMultiple(expr ast.Expr) bool {
	switch e := expr.(type) {
	case *ast.FuncCallExpr:
		return !e.AdjustRet
	case *ast.Comma3Expr:
		return !e.AdjustRet
	}
	return false
}

// detour is a statement that assigns through locals, in the making. No program can have
// names such as these locals'.
type detour struct {
	assign *ast.AssignStmt
	block  ast.DoBlockStmt
}

// throughLocals is the detour of an assignment: its values go to locals first.
func throughLocals(assign *ast.AssignStmt) ast.Stmt {
	d := &detour{assign: assign}
	targets := make([]ast.Expr, len(assign.Lhs))
	for i, target := range assign.Lhs {
		targets[i] = d.target(i, target)
	}
	values := &ast.LocalAssignStmt{Exprs: assign.Rhs}
	for i := range max(len(assign.Lhs), len(assign.Rhs)) {
		values.Names = append(values.Names, "(value"+strconv.Itoa(i)+")")
	}
	d.add(values)
	for i := len(targets) - 1; i >= 0; i-- { // Lua, too, stores the last first
		d.add(&ast.AssignStmt{Lhs: targets[i : i+1], Rhs: []ast.Expr{d.name(values.Names[i])}})
	}
	return d.placed(&d.block)
}

// target answers target i as it is to be used after the values are known: what it takes to
// find it is looked up before.
func (d *detour) target(i int, target ast.Expr) ast.Expr {
	index, ok := target.(*ast.AttrGetExpr)
	if !ok || len(d.assign.Lhs) == 1 {
		return target
	}
	found := &ast.AttrGetExpr{Object: d.early("(table"+strconv.Itoa(i)+")", index.Object), Key: index.Key}
	switch index.Key.(type) {
	case *ast.StringExpr, *ast.NumberExpr:
	default:
		found.Key = d.early("(key"+strconv.Itoa(i)+")", index.Key)
	}
	found.SetLine(target.Line())
	found.SetLastLine(target.LastLine())
	return found
}

// early evaluates an expression into a local, and answers that.
func (d *detour) early(name string, expr ast.Expr) ast.Expr {
	d.add(&ast.LocalAssignStmt{Names: []string{name}, Exprs: []ast.Expr{expr}})
	return d.name(name)
}

func (d *detour) name(name string) ast.Expr {
	v := &ast.IdentExpr{Value: name}
	v.SetLine(d.assign.Line())
	return v
}

func (d *detour) add(stmt ast.Stmt) { d.block.Stmts = append(d.block.Stmts, d.placed(stmt)) }

func (d *detour) placed(stmt ast.Stmt) ast.Stmt {
	stmt.SetLine(d.assign.Line())
	stmt.SetLastLine(d.assign.LastLine())
	return stmt
}
