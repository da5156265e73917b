package bindings

import (
	"slices"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// gopher-lua's compiler has a table's items stored 50 at a time, and gets four things wrong:
//
//   - in {1, x = f()}, where a field with a name comes last, all values of f become items;
//   - where such a field follows the 50th item, or the 100th, those items are stored once more,
//     from registers that hold something else by then;
//   - where a call follows the 50th item, or the 100th, and is the last, its values take the
//     places of the first;
//   - it can't count beyond 511 times 50.
const (
	storedAtOnce = 50
	mostItems    = 511*storedAtOnce - 1
)

// mendTable puts the fields into an order, and a form, that it gets right.
func mendTable(t *ast.TableExpr) {
	fields := make([]*ast.Field, 0, len(t.Fields))
	items, last := 0, 0 // how many items there are, and where the last is
	for i, f := range t.Fields {
		final := i == len(t.Fields)-1
		switch {
		case f.Key != nil:
			takeOne(f.Value)
			if items > 0 && items%storedAtOnce == 0 {
				takeOne(fields[last].Value) // it may be the final one now
				fields = slices.Insert(fields, last, f)
				last++
				continue
			}
		case final && isMultiple(f.Value):
			if items > 0 && items%storedAtOnce == 0 {
				fields[last].Value = together(fields[last].Value, f.Value)
				continue
			}
		case items >= mostItems:
			items++
			f = withKey(items, f)
		default:
			items, last = items+1, len(fields)
		}
		fields = append(fields, f)
	}
	t.Fields = fields
}

// withKey makes a field with a key of an item.
func withKey(i int, item *ast.Field) *ast.Field {
	takeOne(item.Value)
	key := &ast.NumberExpr{Value: strconv.Itoa(i)}
	key.SetLine(item.Value.Line())
	return &ast.Field{Key: key, Value: item.Value}
}

// together makes one expression of two, with the values of both.
func together(one, more ast.Expr) ast.Expr {
	all := &ast.ReturnStmt{Exprs: []ast.Expr{&ast.Comma3Expr{}}}
	fn := &ast.FunctionExpr{ParList: &ast.ParList{HasVargs: true}, Stmts: []ast.Stmt{all}}
	call := &ast.FuncCallExpr{Func: fn, Args: []ast.Expr{one, more}}
	for _, node := range []ast.PositionHolder{all, all.Exprs[0], fn, call} {
		node.SetLine(more.Line())
		node.SetLastLine(more.LastLine())
	}
	return call
}

// takeOne has an expression answer one value, as parentheses round it would.
func takeOne(expr ast.Expr) {
	switch e := expr.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
}
