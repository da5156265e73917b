package bindings

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sockrepl/bindings/built"
	"sockrepl/bindings/grammar"
	"sockrepl/scripts"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// TestScopes: of each function in the demos, the modules and the tests' own chunks it is
// known where the scopes of its locals end.
func TestScopes(t *testing.T) {
	sources := map[string]string{}
	for _, pattern := range []string{"*.lua", "lib/*.lua"} {
		names, _ := fs.Glob(scripts.FS, pattern)
		for _, name := range names {
			source, _ := fs.ReadFile(scripts.FS, name)
			sources[name] = string(source)
		}
	}
	names, _ := filepath.Glob("testdata/*.lua")
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = string(source)
	}
	if len(sources) < 50 {
		t.Fatalf("%d sources only", len(sources))
	}
	for name, source := range sources {
		o := &origin{name: name, parse: func() ([]ast.Stmt, error) {
			chunk, err := grammar.Parse(source, name)
			mend(chunk)
			return chunk, err
		}}
		proto, err := o.compile()
		if err != nil {
			t.Fatal(err)
		}
		known(t, o, proto, nil)
	}
}

func known(t *testing.T, o *origin, p *lua.FunctionProto, way []int) {
	at := place{origin: o, way: way}
	if !at.endScopes(p) {
		t.Errorf("%s:%d: the code with marks differs", o.name, p.LineDefined)
	}
	if slices.Contains(p.DbgSourcePositions, 0) {
		t.Errorf("%s:%d: an instruction has no line: %v", o.name, p.LineDefined, p.DbgSourcePositions)
	}
	for i, inner := range p.FunctionPrototypes {
		known(t, o, inner, append(way[:len(way):len(way)], i))
	}
}

// TestLocalNames: a message names the variable that is meant, not one whose scope has ended.
func TestLocalNames(t *testing.T) {
	for source, want := range map[string]string{
		`do local a, b = 1, 2 end local v v.x = 1`:                                             "local 'v'",
		`do local a, b = 1, 2 end do local r, v = 0 print("x" .. v) end`:                       "local 'v'",
		`do local a, b = 1, 2 end print(nope.x.y)`:                                             "global 'nope'",
		`for i = 1, 2 do local q = 5 end local w w.x = 1`:                                      "local 'w'",
		`for k, v in pairs {1} do local q = 5 end local r, w = 1 w.x = 1`:                      "local 'w'",
		`for k, v in pairs {1} do local q q.x = 1 end`:                                         "local 'q'",
		`local f = function(p) if p then local a = 1 else local b = 2 end local c c() end f()`: "local 'c'",
		`local n = 0 repeat local a = 1 n = n + 1 until n == 2 local t t.x = 1`:                "local 't'",
		`while true do local a, b, c = 1, 2, 3 break end local t = {} t.y.z = 1`:               "field 'y'",
		`local up do local a = 1 up = function() return a end end local z z.x = 1`:             "local 'z'",
		`local a, b = 1, 2 a, b = b, a local t t.x = a`:                                        "local 't'",
		`local x = 1 local x local y y.z = 1`:                                                  "local 'y'",
		`local t = {} function t:m() do local a = 1 end local s s.x = self end t:m()`:          "local 's'",
	} {
		out, err := exec.Command(built.Program(t), "-e", source).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "("+want+")") {
			t.Errorf("%s\n %s does not name %s", source, out, want)
		}
	}
}
