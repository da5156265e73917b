package bindings

import (
	"testing"

	"sockrepl/bindings/grammar"

	"github.com/yuin/gopher-lua/ast"
)

// TestBreaksOut: a loop is changed only if a break of its own leaves a block that has a variable and
// makes a function: another one would be slower for nothing.
func TestBreaksOut(t *testing.T) {
	for body, want := range map[string]bool{
		`break`:                                                             false,
		`do local x = function() end break end`:                             true,
		`do local x = function() end end break`:                             false,
		`do local x = 1 break end`:                                          false,
		`do local x = 1 if x then f() end break end`:                        false,
		`do x = function() end break end`:                                   false,
		`local x = function() end do break end`:                             false,
		`if a then local x = 1 f(function() end) break end`:                 true,
		`if a then break else local x = 1 f(function() end) end`:            false,
		`if a then b() else local x = 1 f(function() end) do break end end`: true,
		`do do local function x() end if x then break end end end`:          true,
		`while a do local function x() end break end`:                       false,
		`do local function x() end while a do break end end`:                false,
		`f(function() while a do local function x() end break end end)`:     false,
	} {
		chunk, err := grammar.Parse("while true do "+body+" end", "test")
		if err != nil {
			t.Fatal(err)
		}
		if got := breaksOut(chunk[0].(*ast.WhileStmt).Stmts); got != want {
			t.Errorf("%s: %v", body, got)
		}
	}
}
