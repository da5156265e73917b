package bindings

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// imports is what each package may import of the project's own and of others' (Go's library
// aside): the order in which data flows, and who may know Lua, the system, and the line editor.
var imports = map[string]string{
	"":                     "bindings bindings/kernel repl",
	"scripts":              "",
	"docs":                 "bindings/lazy",
	"docs/gen":             "bindings/calls",
	"repl":                 "LUA AST PARSE UNIX READLINE bindings bindings/calls bindings/consts bindings/grammar bindings/inspect bindings/kernel bindings/lualib docs repl/complete repl/help bindings/lex scripts bindings/lazy",
	"repl/complete":        "LUA UNIX bindings/calls bindings/consts bindings/kernel repl/help bindings/lex",
	"repl/help":            "bindings/calls bindings/consts bindings/grammar bindings/kernel docs bindings/lex scripts bindings/lazy",
	"bindings/lazy":        "",
	"bindings/lex":         "bindings/lazy",
	"bindings":             "LUA AST PARSE UNIX bindings/calls bindings/consts bindings/grammar bindings/inspect bindings/iolib bindings/kernel bindings/lex bindings/lualib bindings/timeline bindings/trace",
	"bindings/bench":       "UNIX",
	"bindings/built":       "",
	"bindings/calls":       "UNIX bindings/consts bindings/kernel",
	"bindings/consts":      "UNIX",
	"bindings/grammar":     "AST PARSE bindings/lazy bindings/lex",
	"bindings/inspect":     "bindings/consts bindings/kernel bindings/lazy",
	"bindings/iolib":       "LUA UNIX bindings/consts bindings/iolib/stdio bindings/kernel bindings/lualib",
	"bindings/iolib/stdio": "UNIX bindings/kernel",
	"bindings/kernel":      "UNIX bindings/lazy",
	"bindings/lualib":      "LUA PARSE",
	"bindings/timeline":    "UNIX bindings/calls bindings/inspect bindings/kernel bindings/trace",
	"bindings/trace":       "UNIX bindings/calls bindings/consts bindings/kernel bindings/lazy",
}

var shortNames = map[string]string{
	"github.com/yuin/gopher-lua":       "LUA",
	"github.com/yuin/gopher-lua/ast":   "AST",
	"github.com/yuin/gopher-lua/parse": "PARSE",
	"golang.org/x/sys/unix":            "UNIX",
	"github.com/chzyer/readline":       "READLINE",
}

// TestImports holds the packages to that.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}:{{join .Imports " "}}`, "sockrepl/...").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		path, imported, _ := strings.Cut(strings.TrimSpace(line), ":")
		name := strings.TrimPrefix(strings.TrimPrefix(path, "sockrepl"), "/")
		allowed, known := imports[name]
		if !known {
			t.Errorf("package %s is not in the list of who may import what", path)
		}
		for _, other := range strings.Fields(imported) {
			short := strings.TrimPrefix(other, "sockrepl/")
			if s, ok := shortNames[other]; ok {
				short = s
			} else if short == other && !strings.Contains(other, ".") {
				continue // Go's own
			}
			if !slices.Contains(strings.Fields(allowed), short) {
				t.Errorf("%s imports %s", path, other)
			}
		}
	}
}

// TestLazy: the program has no regular expression that each start compiles.
func TestLazy(t *testing.T) {
	const own = `{{with .Module}}{{if .Main}}{{range $.GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`
	out, err := exec.Command("go", "list", "-deps", "-f", own, "sockrepl").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files := token.NewFileSet()
	for _, name := range strings.Fields(string(out)) {
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			if at := compiled(declared); at.IsValid() {
				t.Errorf("%v: a regular expression that each start compiles; see package lazy", files.Position(at))
			}
		}
	}
	if files.Base() == 1 {
		t.Error("no file of the program was found")
	}
}

// compiled is where the variables of a declaration compile a regular expression.
func compiled(declared ast.Decl) (at token.Pos) {
	if _, isVariable := declared.(*ast.GenDecl); !isVariable {
		return token.NoPos
	}
	ast.Inspect(declared, func(n ast.Node) bool {
		if _, isLater := n.(*ast.FuncLit); isLater {
			return false
		}
		if f, ok := n.(*ast.SelectorExpr); ok && f.Sel.Name == "MustCompile" {
			at = f.Pos()
		}
		return true
	})
	return at
}
