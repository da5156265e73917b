package bindings

import (
	"errors"
	"fmt"
	"strings"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/grammar"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
	"golang.org/x/sys/unix"
)

// Load compiles Lua source. name stands in error messages and tracebacks. The error is of the
// form "NAME:LINE: message".
func Load(L *lua.LState, source, name string) (*lua.LFunction, error) {
	return load(L, source, name, nil)
}

// LoadScript is Load for what stands in a file: a first line that begins with # is passed over,
// as the shell's.
func LoadScript(L *lua.LState, source, name string) (*lua.LFunction, error) {
	return LoadChunk(L, source, name, nil)
}

// LoadChunk is LoadScript; what the parser made of the source goes through rewrite first.
func LoadChunk(L *lua.LState, source, name string, rewrite func([]ast.Stmt)) (*lua.LFunction, error) {
	source = strings.TrimPrefix(source, "\ufeff") // as some editors begin a file
	if strings.HasPrefix(source, "#") && !grammar.Directive(source) {
		end := strings.IndexByte(source+"\n", '\n')
		source = source[min(end, len(source)):]
	}
	return load(L, source, name, rewrite)
}

// load is Load with a rewrite, as LoadChunk has it.
func load(L *lua.LState, source, name string, rewrite func([]ast.Stmt)) (*lua.LFunction, error) {
	o := &origin{name: name, parse: func() ([]ast.Stmt, error) {
		chunk, err := grammar.Parse(source, name)
		if err != nil {
			return nil, err
		}
		if rewrite != nil {
			rewrite(chunk)
		}
		return chunk, mend(chunk)
	}}
	proto, err := o.compile()
	if err != nil {
		return nil, syntaxError(source, name, err)
	}
	return L.NewFunctionFromProto(proto), nil
}

// compile parses and compiles, and mends what gopher-lua compiles wrongly.
func (o *origin) compile() (*lua.FunctionProto, error) {
	chunk, err := o.parse()
	if err != nil {
		return nil, err
	}
	proto, err := lua.Compile(chunk, o.name)
	if err != nil {
		return nil, err
	}
	if line := lualib.Measure(proto); line > 0 {
		return nil, &SyntaxError{o.name, line, 0, "function or expression needs too many registers"}
	}
	o.remember(proto, nil)
	lualib.MendGotos(proto)
	return proto, nil
}

// MoveDown has the code of a chunk stand so many lines further down in its source.
func MoveDown(p *lua.FunctionProto, lines int) {
	for i := range p.DbgSourcePositions {
		p.DbgSourcePositions[i] += lines
	}
	for _, inner := range p.FunctionPrototypes {
		inner.LineDefined += lines
		inner.LastLineDefined += lines
		MoveDown(inner, lines)
	}
}

// SyntaxError says where a source is no Lua.
type SyntaxError struct {
	Chunk   string // the source's name
	Line    int    // from 1
	Column  int    // a byte of the offending token, from 1; 0 if it is not known
	Message string
}

// Error writes the error as Lua does.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.Chunk, e.Line, e.Message) }

// syntaxError turns the parser's and the compiler's errors into one.
func syntaxError(source, name string, err error) error {
	var pe *parse.Error
	var ce *lua.CompileError
	var se *SyntaxError
	var fault grammar.Fault
	if errors.As(err, &pe) {
		fault, found := grammar.Diagnose(source)
		if !found && pe.Message == "unterminated string" {
			fault, found = grammar.Unclosed(source)
		}
		if found {
			return &SyntaxError{name, fault.Line, fault.Column, fault.Message}
		}
	}
	switch {
	case errors.As(err, &se):
		return se
	case errors.As(err, &fault):
		return &SyntaxError{name, fault.Line, fault.Column, fault.Message}
	case errors.As(err, &pe) && pe.Pos.Line == parse.EOF:
		last := 1 + strings.Count(strings.TrimSuffix(source, "\n"), "\n")
		return &SyntaxError{name, last, 0, pe.Message + " near '<eof>'"}
	case errors.As(err, &pe):
		return &SyntaxError{name, pe.Pos.Line, pe.Pos.Column, fmt.Sprintf("%s near '%s'", pe.Message, pe.Token)}
	case errors.As(err, &ce):
		return &SyntaxError{name, ce.Line, 0, ce.Message}
	}
	return errors.New(strings.TrimSpace(err.Error()))
}

// loadFile compiles a file.
func (env *Env) loadFile(L *lua.LState, path string) (*lua.LFunction, error) {
	source, err := env.ReadScript(path)
	if errors.Is(err, kernel.ErrInterrupted) {
		L.RaiseError("%s", err.Error())
	}
	if err != nil {
		return nil, err
	}
	return LoadScript(L, source, path)
}

// ReadScript answers what stands in a file.
func (env *Env) ReadScript(path string) (string, error) {
	source, err := env.Task.ReadFile("load", path)
	if err != nil && !errors.Is(err, kernel.ErrInterrupted) {
		err = fmt.Errorf("cannot open %s: %s", path, fileError(err))
	}
	return string(source), err
}

// fileError is what the system said, without Go's words around it.
func fileError(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return consts.ErrnoText(int64(errno))
	}
	return err.Error()
}

// openChunks replaces what loads Lua code, so that all of it has the same errors.
func (env *Env) openChunks(L *lua.LState) {
	L.SetGlobal("loadstring", L.NewFunction(loadstring))
	L.SetGlobal("load", L.NewFunction(loadPieces))
	L.SetGlobal("loadfile", L.NewFunction(env.loadfile))
	L.SetGlobal("dofile", L.NewFunction(env.dofile))
}

// loaded answers a function, or nil and the error.
func loaded(L *lua.LState, fn *lua.LFunction, err error) int {
	if err != nil {
		return push(L, lua.LNil, lua.LString(err.Error()))
	}
	return push(L, fn)
}

func loadstring(L *lua.LState) int {
	source := L.CheckString(1)
	fn, err := Load(L, source, L.OptString(2, chunkName(source)))
	return loaded(L, fn, err)
}

// chunkName names a string by its beginning, as Lua does: [string "x = 1..."].
func chunkName(source string) string {
	line, _, more := strings.Cut(source, "\n")
	if len(line) > 40 {
		line, more = line[:40], true
	}
	if more {
		line += "..."
	}
	return `[string "` + line + `"]`
}

// loadPieces is load: it gathers the pieces that a function answers; a string is taken, too, as in 5.2.
func loadPieces(L *lua.LState) int {
	if _, ok := L.Get(1).(lua.LString); ok {
		return loadstring(L)
	}
	reader := L.CheckFunction(1)
	name := L.OptString(2, "=(load)")
	var source strings.Builder
	for {
		L.Push(reader)
		L.Call(0, 1)
		piece := L.Get(-1)
		L.Pop(1)
		s, ok := piece.(lua.LString)
		switch {
		case piece == lua.LNil || ok && s == "":
			fn, err := Load(L, source.String(), strings.TrimPrefix(name, "="))
			return loaded(L, fn, err)
		case !ok:
			return push(L, lua.LNil, lua.LString("reader function must return a string"))
		}
		source.WriteString(string(s))
	}
}

func (env *Env) loadfile(L *lua.LState) int {
	fn, err := env.loadFile(L, L.CheckString(1))
	return loaded(L, fn, err)
}

func (env *Env) dofile(L *lua.LState) int {
	fn, err := env.loadFile(L, L.CheckString(1))
	if err != nil {
		L.Error(lua.LString(err.Error()), 0)
	}
	top := L.GetTop()
	L.Push(fn)
	L.Call(0, lua.MultRet)
	return L.GetTop() - top
}
