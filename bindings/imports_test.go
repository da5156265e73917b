package bindings

import (
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
	"docs":                 "",
	"docs/gen":             "bindings/calls",
	"repl":                 "LUA AST PARSE UNIX READLINE bindings bindings/calls bindings/consts bindings/grammar bindings/inspect bindings/kernel bindings/lualib docs repl/complete repl/help bindings/lex scripts",
	"repl/complete":        "LUA UNIX bindings/calls bindings/consts bindings/kernel repl/help bindings/lex",
	"repl/help":            "bindings/calls bindings/consts bindings/grammar bindings/kernel docs bindings/lex scripts",
	"bindings/lex":         "",
	"bindings":             "LUA AST PARSE UNIX bindings/calls bindings/consts bindings/grammar bindings/inspect bindings/iolib bindings/kernel bindings/lex bindings/lualib bindings/timeline bindings/trace",
	"bindings/bench":       "UNIX",
	"bindings/built":       "",
	"bindings/calls":       "UNIX bindings/consts bindings/kernel",
	"bindings/consts":      "UNIX",
	"bindings/grammar":     "AST PARSE",
	"bindings/inspect":     "bindings/consts bindings/kernel",
	"bindings/iolib":       "LUA UNIX bindings/consts bindings/iolib/stdio bindings/kernel bindings/lualib",
	"bindings/iolib/stdio": "UNIX bindings/kernel",
	"bindings/kernel":      "UNIX",
	"bindings/lualib":      "LUA PARSE",
	"bindings/timeline":    "UNIX bindings/calls bindings/inspect bindings/kernel bindings/trace",
	"bindings/trace":       "UNIX bindings/calls bindings/consts bindings/kernel",
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
