package help

import (
	"slices"
	"strings"
)

// statements are Lua's words that are neither calls nor functions, with what is written with them.
var statements = map[string]struct{ about, example string }{
	"for": {"Repeat for each number, or for each that an iterator answers.",
		"for i = 1, 3 do print(i) end\nfor i, fd in ipairs({3, 4}) do print(i, fd) end\nfor name, v in pairs({port = 7007}) do print(name, v) end"},
	"while":    {"Repeat as long as a condition holds; break ends it.", "n = 3\nwhile n > 0 do n = n - 1 end"},
	"repeat":   {"Repeat until a condition holds.", "n = 0\nrepeat n = n + 1 until n == 3"},
	"if":       {"Do something under a condition. Only nil and false do not hold: 0 and \"\" do.", "if n == 0 then\n  print(\"none\")\nelseif n == 1 then\n  print(\"one\")\nelse\n  print(\"many\")\nend"},
	"function": {"Make a function.", "function double(n) return 2 * n end\nprint(double(4)) --> 8"},
	"local":    {"Declare a variable of the block; at the prompt it lasts.", "local n, name = 3, \"x\""},
	"return":   {"Answer values from a function, and end it.", "function both() return 1, 2 end\na, b = both()"},
	"break":    {"End the innermost loop.", "while true do break end"},
	"goto":     {"Go on at a label.", "for i = 1, 3 do\n  if i == 2 then goto continue end\n  print(i)\n  ::continue::\nend"},
	"do":       {"A block with local variables of its own.", "do\n  local n = 1\nend"},
	"and":      {"The first value if it is nil or false, else the second.", "x = name and name:upper()"},
	"or":       {"The first value unless it is nil or false, else the second.", "port = port or 7007"},
	"not":      {"true for nil and false, else false.", "if not fd then print(\"none\") end"},
	"nil":      {"No value: what a variable is that was not set, and what a call answers first that was refused.", "fd, message, err = open(\"/nonexistent\", O_RDONLY)\nif fd == nil then print(message) end"},
}

// operators are Lua's signs, which have a page in common.
var operators = strings.Fields("== ~= < <= > >= .. # + - * / % ^ = ... operators")

// operator writes the page of Lua's operators.
func (p *page) operator(name string) bool {
	if !slices.Contains(operators, name) {
		return false
	}
	p.title("operators", "Lua")
	p.list([]item{
		{"== ~= < <= > >=", "Compare; a number and a string are never equal, two tables only if they are the same."},
		{"and or not", `A condition fails for nil and false only: 0 and "" hold.`},
		{"a .. b, #a", "Two strings as one; how many bytes a string has, how many elements a table."},
		{"+ - * / % ^", "Of numbers: / keeps the fraction, ^ is the power."},
		{"a, b = f()", "= assigns, and is no value; a call may answer several."},
		{"bit.bor(a, b)", `Joins flags: help "bit" has the others.`},
	})
	return true
}

// partOf are words that stand in another's statement.
var partOf = map[string]string{
	"then": "if", "else": "if", "elseif": "if", "end": "function", "until": "repeat", "in": "for", "true": "if", "false": "if",
}

// statement writes the page of a word of Lua's own.
func (p *page) statement(name string) bool {
	if whole, ok := partOf[name]; ok {
		name = whole
	}
	s, ok := statements[name]
	if !ok {
		return false
	}
	p.title(name, "Lua")
	p.head("")
	p.para(0, s.about)
	p.head("Example")
	p.code(strings.TrimSuffix(s.example, "\n"))
	return true
}
