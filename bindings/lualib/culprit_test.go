package lualib

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// explained runs a chunk that fails, and answers how the error is explained.
func explained(t *testing.T, source string) (text string, c Culprit) {
	t.Helper()
	L, _ := newState(t, Options{})
	fn, err := L.LoadString(source)
	if err != nil {
		t.Fatal(err)
	}
	L.Push(L.NewFunction(func(L *lua.LState) int {
		defer func() {
			problem := recover()
			if problem == nil {
				t.Errorf("%s: no error", source)
				return
			}
			text, c, _ = Explain(L, errorValue(problem).String())
			panic(problem)
		}()
		L.Push(fn)
		L.Call(0, 0)
		return 0
	}))
	_ = L.PCall(0, 0, nil)
	return text, c
}

// TestExplain: an error says what the value was and which variable held it, as 5.3 does.
func TestExplain(t *testing.T) {
	for source, want := range map[string]string{
		`conect(1)`:                                     "attempt to call a nil value (global 'conect')",
		`return conect(1)`:                              "attempt to call a nil value (global 'conect')",
		`local f; f()`:                                  "attempt to call a nil value (local 'f')",
		`local f; (function() f() end)()`:               "attempt to call a nil value (upvalue 'f')",
		`string.frmat("x")`:                             "attempt to call a nil value (field 'frmat')",
		`("x"):uper()`:                                  "attempt to call a nil value (method 'uper')",
		`t = {}; t.a.b = 1`:                             "attempt to index a nil value (field 'a')",
		`return x.y`:                                    "attempt to index a nil value (global 'x')",
		`local x; return x[1]`:                          "attempt to index a nil value (local 'x')",
		`x = true; return x:y()`:                        "attempt to index a boolean value (global 'x')",
		`return 1 + x`:                                  "attempt to perform arithmetic on a nil value (global 'x')",
		`local t = {} return t * 2`:                     "attempt to perform arithmetic on a table value (local 't')",
		`return "a" .. x .. "b"`:                        "attempt to concatenate a nil value (global 'x')",
		`local a, b = "x"; return "1" .. b`:             "attempt to concatenate a nil value (local 'b')",
		`local data; return #data`:                      "attempt to get length of a nil value (local 'data')",
		`return #x.y`:                                   "attempt to index a nil value (global 'x')",
		`t = {}; return #t.y + 1`:                       "attempt to get length of a nil value (field 'y')",
		`(nil)()`:                                       "attempt to call a nil value",
		`local function g() return nil end g()()`:       "attempt to call a nil value",
		`local t = {{}} for i = 1, 2 do t[i].x = 1 end`: "attempt to index a nil value",
		`error("as it is", 0)`:                          "as it is",
	} {
		if got, _ := explained(t, source); trimPosition(got) != want {
			t.Errorf("%s\n got  %q\n want %q", source, got, want)
		}
	}
	if _, c := explained(t, `string.frmat("x")`); len(c.Path) != 2 || c.Path[0] != "string" || c.Path[1] != "frmat" {
		t.Errorf("the path is %q", c.Path)
	}
}

func trimPosition(s string) string {
	const mark = "<string>:1: "
	if len(s) > len(mark) && s[:len(mark)] == mark {
		return s[len(mark):]
	}
	return s
}

// TestFailed: the hook sees each error that ends a coroutine, and each interrupt where
// it is raised, with the stack as it was.
func TestFailed(t *testing.T) {
	var names []string
	var L *lua.LState
	note := func(th *lua.LState) {
		dbg, _ := th.GetStack(0)
		if _, err := th.GetInfo("nS", dbg, lua.LNil); err == nil {
			names = append(names, dbg.Name)
		}
	}
	L, _ = newState(t, Options{Failed: note})
	got := eval(L, `function inner() local x = nil + 1 end
coroutine.resume(coroutine.create(function() pcall(inner) inner() end))
return pcall(inner)`)
	if len(names) != 1 || names[0] != "inner" {
		t.Errorf("the hook saw %q; the chunk answered %q", names, got)
	}
}

// TestExplainCaught: who catches an error is told the same.
func TestExplainCaught(t *testing.T) {
	rows(t, []row{
		{`return pcall(function() local x return x.y end)`, "false|t:1: attempt to index a nil value (local 'x')"},
		{`return xpcall(function() return 1 + nope end, function(m) return 'got ' .. m end)`,
			"false|got t:1: attempt to perform arithmetic on a nil value (global 'nope')"},
		{`return coroutine.resume(coroutine.create(function() local t = {} t.a.b = 1 end))`,
			"false|t:1: attempt to index a nil value (field 'a')"},
		{`return coroutine.wrap(function() return pcall(function() nope() end) end)()`,
			"false|t:1: attempt to call a nil value (global 'nope')"},
		{`return pcall(error, 'attempt to index a non-table object(nil)')`, "false|attempt to index a non-table object(nil)"},
	})
}
