package bindings

import "github.com/yuin/gopher-lua/ast"

// A break leaves the blocks that it stands in, up to its loop's. gopher-lua's compiler has it close
// their variables only if a closure has one of the loop's own block: otherwise
//
//	for _, v in ipairs(t) do
//	  if v.ok then local x = v.x; get = function() return x end; break end
//	end
//
// leaves x in a register that is somebody else's soon. So such a loop's block gets a variable, and
// a closure that has it and is never made.

// mendBreak answers a loop's body as it is to be compiled.
func mendBreak(owner ast.Stmt, body []ast.Stmt) []ast.Stmt {
	if !breaksOut(body) {
		return body
	}
	const name = "(kept)"
	keeps := &ast.FunctionExpr{
		ParList: &ast.ParList{},
		Stmts:   []ast.Stmt{&ast.ReturnStmt{Exprs: []ast.Expr{&ast.IdentExpr{Value: name}}}},
	}
	never := &ast.IfStmt{
		Condition: &ast.FalseExpr{},
		Then:      []ast.Stmt{&ast.LocalAssignStmt{Names: []string{"(keeps)"}, Exprs: []ast.Expr{keeps}}},
	}
	kept := &ast.LocalAssignStmt{Names: []string{name}}
	inner := keeps.Stmts[0].(*ast.ReturnStmt)
	for _, node := range []ast.PositionHolder{keeps, inner, inner.Exprs[0], never, never.Condition, never.Then[0], kept} {
		node.SetLine(owner.Line())
		node.SetLastLine(owner.Line())
	}
	return append([]ast.Stmt{kept, never}, body...)
}

// breaksOut tells whether a break may leave a variable that a closure has, in a block inside of this
// one.
func breaksOut(body []ast.Stmt) bool {
	for _, stmt := range body {
		for _, block := range blocksOf(stmt) {
			if breaks(block) && (breaksOut(block) || declares(block) && makesFunction(block)) {
				return true
			}
		}
	}
	return false
}

// breaks tells whether a block has a break of the loop around it.
func breaks(block []ast.Stmt) bool {
	for _, stmt := range block {
		if _, ok := stmt.(*ast.BreakStmt); ok {
			return true
		}
		for _, inner := range blocksOf(stmt) {
			if breaks(inner) {
				return true
			}
		}
	}
	return false
}

// blocksOf are the blocks of a statement that is no loop.
func blocksOf(stmt ast.Stmt) [][]ast.Stmt {
	switch s := stmt.(type) {
	case *ast.DoBlockStmt:
		return [][]ast.Stmt{s.Stmts}
	case *ast.IfStmt:
		return [][]ast.Stmt{s.Then, s.Else}
	}
	return nil
}

func declares(block []ast.Stmt) bool {
	for _, stmt := range block {
		if _, ok := stmt.(*ast.LocalAssignStmt); ok {
			return true
		}
	}
	return false
}

// makesFunction tells whether there is a function in a block.
func makesFunction(block []ast.Stmt) (found bool) {
	w := walker{block: func(owner ast.Stmt, block []ast.Stmt) []ast.Stmt {
		found = found || owner == nil
		return block
	}}
	for _, stmt := range block {
		w.inside(stmt)
	}
	return found
}
