package repl

import (
	"bytes"
	"io/fs"
	"testing"

	"sockrepl/scripts"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// TestModulesSetNoGlobals: no module leaves a variable among the user's, as one does where `local` is
// forgotten; the user's own of that name would change under him.
func TestModulesSetNoGlobals(t *testing.T) {
	files, err := fs.Glob(scripts.FS, "lib/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal("no modules", err)
	}
	for _, file := range files {
		source, err := fs.ReadFile(scripts.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		chunk, err := parse.Parse(bytes.NewReader(source), file)
		if err != nil {
			t.Fatal(err)
		}
		proto, err := lua.Compile(chunk, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range globalsSet(proto) {
			if name != "arg" { // which check sets for the program that it runs
				t.Errorf("%s sets the global %s", file, name)
			}
		}
	}
}

// globalsSet are the globals that a function sets, and those in it.
func globalsSet(proto *lua.FunctionProto) (names []string) {
	const opShift, argBits = 26, 1<<18 - 1 // gopher-lua's opcode.go
	for _, inst := range proto.Code {
		if int(inst>>opShift) == lua.OP_SETGLOBAL {
			names = append(names, proto.Constants[inst&argBits].String())
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		names = append(names, globalsSet(inner)...)
	}
	return names
}
