package bindings

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"weak"

	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// Where a local variable's scope ends is for messages, and for where(): which variable lies
// in a register. gopher-lua's compiler writes the end of a block's locals to those whose
// place in the list is the register's number (compile.go, EndScope); after the first block
// that has ended these are others. So when an error is to be explained, its chunk is compiled
// once more, with a local of our own at the end of each block: what comes before it is the
// same code, and where it begins the block's locals end.

// origin is what a chunk was compiled from.
type origin struct {
	parse func() ([]ast.Stmt, error) // as it was compiled
	name  string

	once   sync.Once
	marked *lua.FunctionProto // with the marks; nil if it can't be had
}

// place is where a function stands in its chunk: the way down to it.
type place struct {
	*origin
	way  []int
	once *sync.Once
}

// places knows each function that is compiled here, for as long as it lives.
var places struct {
	sync.Mutex
	of map[weak.Pointer[lua.FunctionProto]]place
}

func init() {
	places.of = map[weak.Pointer[lua.FunctionProto]]place{}
	lualib.EndScopes = EndScopes
}

// remember notes where the functions of a chunk come from.
func (o *origin) remember(p *lua.FunctionProto, way []int) {
	key := weak.Make(p)
	runtime.AddCleanup(p, forget, key)
	places.Lock()
	places.of[key] = place{o, way, new(sync.Once)}
	places.Unlock()
	for i, inner := range p.FunctionPrototypes {
		o.remember(inner, append(way[:len(way):len(way)], i))
	}
}

func forget(key weak.Pointer[lua.FunctionProto]) {
	places.Lock()
	defer places.Unlock()
	delete(places.of, key)
}

// EndScopes puts right where the scopes of a function's locals end.
func EndScopes(p *lua.FunctionProto) {
	places.Lock()
	at, known := places.of[weak.Make(p)]
	places.Unlock()
	if known {
		at.once.Do(func() { at.endScopes(p) })
	}
}

// endScopes takes the ends over from the code with marks, if but for these it is the same;
// false if it is not.
func (at *place) endScopes(p *lua.FunctionProto) bool {
	at.origin.once.Do(at.mark)
	marked := at.marked
	for _, i := range at.way {
		if marked == nil || i >= len(marked.FunctionPrototypes) {
			return false
		}
		marked = marked.FunctionPrototypes[i]
	}
	if marked == nil {
		return false
	}
	ends, marks, ok := scopeEnds(p, marked)
	if !ok || len(p.Code)+marks != len(marked.Code) {
		return false
	}
	for i, local := range p.DbgLocals {
		local.EndPc = ends[i]
	}
	return true
}

// mark compiles the chunk with the marks.
func (o *origin) mark() {
	chunk, err := o.parse()
	if err != nil {
		return
	}
	w := walker{block: markEnd}
	w.walk(nil, chunk)
	o.marked, _ = lua.Compile(chunk, o.name)
}

// endOf, and a number, marks the end of a block in which so many locals were declared.
const endOf = "(end of "

func markedEnd(name string) (locals int, ok bool) {
	n, ok := strings.CutPrefix(name, endOf)
	if ok {
		locals, _ = strconv.Atoi(n)
	}
	return locals, ok
}

// markEnd puts the mark at the end of a block that has locals. Those of a function live to
// its end.
func markEnd(owner ast.Stmt, block []ast.Stmt) []ast.Stmt {
	locals := 0
	switch s := owner.(type) {
	case nil:
		return block
	case *ast.NumberForStmt:
		locals = 3 + 1 // index, limit, step
	case *ast.GenericForStmt:
		locals = 3 + len(s.Names) // generator, state, control
	}
	for _, stmt := range block {
		if local, ok := stmt.(*ast.LocalAssignStmt); ok {
			locals += len(local.Names)
		}
	}
	if locals == 0 {
		return block
	}
	mark := &ast.LocalAssignStmt{Names: []string{endOf + strconv.Itoa(locals)}}
	at := len(block)
	if _, ok := owner.(*ast.RepeatStmt); !ok {
		for at > 0 && isLabel(block[at-1]) { // which are behind the locals' scopes, and are not to be in the mark's
			at--
		}
	}
	return slices.Insert(slices.Clone(block), at, ast.Stmt(mark))
}

func isLabel(stmt ast.Stmt) bool {
	_, ok := stmt.(*ast.LabelStmt)
	return ok
}

// scopeEnds answers for each local the second instruction that does not belong to its scope:
// lua.LFunction.LocalName compares with the one that comes after the one that runs.
func scopeEnds(p, marked *lua.FunctionProto) (ends []int, marks int, ok bool) {
	ends = make([]int, len(p.DbgLocals))
	var open []int // locals in scope, the innermost last
	next := 0
	for _, local := range marked.DbgLocals {
		if ended, isMark := markedEnd(local.Name); isMark {
			if ended > len(open) {
				return nil, 0, false
			}
			inner := open[len(open)-ended:]
			open = open[:len(open)-ended]
			for _, i := range inner {
				ends[i] = local.StartPc - marks // the mark itself is one instruction
			}
			marks++
			continue
		}
		if next == len(ends) || p.DbgLocals[next].Name != local.Name {
			return nil, 0, false
		}
		open = append(open, next)
		next++
	}
	for _, i := range open {
		ends[i] = len(p.Code) + 1
	}
	return ends, marks, next == len(ends)
}
