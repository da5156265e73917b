package grammar

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/gopher-lua/parse"
)

// TestMessages compares with what Lua 5.1 says, and what is told beyond it.
func TestMessages(t *testing.T) {
	for _, c := range []struct {
		source string
		want   Fault
	}{
		{"x = = 3", Fault{1, 5, "unexpected symbol near '='"}},
		{"x", Fault{1, 0, "'=' expected near '<eof>'"}},
		{"f() = 1", Fault{1, 5, "unexpected symbol near '='"}},
		{"(x) = 1", Fault{1, 5, "syntax error near '='"}},
		{"a, f() = 1", Fault{1, 8, "syntax error near '='"}},
		{"f(1 2)", Fault{1, 5, "')' expected near '2' (is a comma missing?)"}},
		{"f(1, 2", Fault{1, 0, "')' expected near '<eof>'"}},
		{"f(1,\n2 3)", Fault{2, 3, "')' expected (to close '(' at line 1) near '3' (is a comma missing?)"}},
		{"t = {1 2}", Fault{1, 8, "'}' expected near '2'"}},
		{"t = {\n[1] 2}", Fault{2, 5, "'=' expected near '2'"}},
		{"t = {[1 = 2}", Fault{1, 9, "']' expected near '='"}},
		{"local 3", Fault{1, 7, "'<name>' expected near '3'"}},
		{"t.1 = 5", Fault{1, 2, "'=' expected near '.1'"}},
		{"x = a.", Fault{1, 0, "'<name>' expected near '<eof>'"}},
		{"a:b = 1", Fault{1, 5, "function arguments expected near '='"}},
		{"return 1 print(2)", Fault{1, 10, "'<eof>' expected near 'print'"}},
		{"do return end end", Fault{1, 15, "'<eof>' expected near 'end' (no block is open here)"}},
		{"else if", Fault{1, 1, "'<eof>' expected near 'else' (no block is open here)"}},
		{"function f() return 1; print(2) end", Fault{1, 24, "'end' expected near 'print'"}},
		{"function f(a b) end", Fault{1, 14, "')' expected near 'b'"}},
		{"for i = 1 do end", Fault{1, 11, "',' expected near 'do'"}},
		{"for i do end", Fault{1, 7, "'=' or 'in' expected near 'do'"}},
		{"for a, b = 1, 2 do end", Fault{1, 10, "'in' expected near '='"}},
		{"for i in 1 10 do end", Fault{1, 12, "'do' expected near '10'"}},
		{"if x print(1) end", Fault{1, 6, "'then' expected near 'print'"}},
		{"if x then else else end", Fault{1, 16, "'end' expected near 'else'"}},
		{"while true\n print(1)\nend", Fault{2, 2, "'do' expected near 'print'"}},
		{"repeat\nx = 1\nend", Fault{3, 1, "'until' expected (to close 'repeat' at line 1) near 'end'"}},
		{"::a", Fault{1, 0, "'::' expected near '<eof>'"}},
		{`f"a" "b" = 1`, Fault{1, 10, "unexpected symbol near '='"}},
		{`x = "a" "b"`, Fault{1, 9, `unexpected symbol near '"b"'`}},
		{"do f(1)) end", Fault{1, 8, "unexpected symbol near ')'"}},
		{"t = {f = function() g(}) end}", Fault{1, 23, "unexpected symbol near '}'"}},
		{"t = {f = function() g() }", Fault{1, 25, "'end' expected near '}'"}},
		{"x = 5 $ 3", Fault{1, 7, "unexpected symbol near '$'"}},
		{"x = ~5", Fault{1, 5, "unexpected symbol near '~'"}},
		{"while x do\n  y()\n\n", Fault{3, 0, "'end' expected (to close 'while' at line 1) near '<eof>'"}},
		{"while x do\n  if y then\n    z()\nend\n", Fault{4, 0,
			"'end' expected (to close 'while' at line 1; by the indentation it is 'if' at line 2 that is not closed) near '<eof>'"}},
		{"f(function()\n\tfor i = 1, 2 do\n\t\tg()\nend)", Fault{4, 4,
			"'end' expected (to close 'function' at line 1; by the indentation it is 'for' at line 2 that is not closed) near ')'"}},
		{"if a then\n  b()\nelse if c then\n  d()\nend\n", Fault{5, 0,
			"'end' expected (to close 'if' at line 1; 'else if' at line 3 begins another 'if' with an 'end' of its own, 'elseif' does not) near '<eof>'"}},
		{"if x != y then end", Fault{1, 6, "'then' expected near '!' (Lua writes ~= for !=)"}},
		{"if a = b then end", Fault{1, 6, "'then' expected near '=' (Lua writes == to compare)"}},
		{"while a = b do end", Fault{1, 9, "'do' expected near '=' (Lua writes == to compare)"}},
		{"if a && b then end", Fault{1, 6, "'then' expected near '&' (Lua writes and for &&)"}},
		{"x += 1", Fault{1, 3, "'=' expected near '+' (Lua has no +=: x = x + 1)"}},
		{"y = x++", Fault{1, 7, "unexpected symbol near '+' (Lua has no ++: x = x + 1)"}},
		{"f(O_RDWR | O_CREAT)", Fault{1, 10, "')' expected near '|' (Lua writes bit.bor(a, b) for a | b)"}},
		{"while (1) {\n x = 1\n}\nend", Fault{4, 1, "'do' expected near 'end' (Lua writes do for { at line 1)"}},
		{"for i in range(3):\n print(i)\nend", Fault{3, 1, "'do' expected near 'end' (Lua writes do for : at line 1)"}},
		{"if x:\n  f()\nend", Fault{3, 1, "'then' expected near 'end' (Lua writes then for : at line 1)"}},
		{"if x:\n  f()", Fault{2, 0, "'then' expected near '<eof>' (Lua writes then for : at line 1)"}},
		{"if x: f()\nend", Fault{2, 1, "'then' expected near 'end' (Lua writes then for : at line 1)"}},
		{"if x: y = 1", Fault{1, 9, "function arguments expected near '=' (Lua writes then for : at line 1)"}},
		{"for x in y: return x", Fault{1, 13, "'<name>' expected near 'return' (Lua writes do for : at line 1)"}},
		{"while x {\n f()\n g()\n}", Fault{3, 2, "'}' expected (to close '{' at line 1) near 'g' (Lua writes do for { at line 1)"}},
		{"x is None", Fault{1, 3, "'=' expected near 'is' (Lua writes == for is)"}},
		{"if x is not None then end", Fault{1, 6, "'then' expected near 'is' (Lua writes ~= for is not)"}},
		{"if is then x y end", Fault{1, 14, "'=' expected near 'y' (a call has parentheses: x(y))"}},
		{"if s in r then end", Fault{1, 6, "'then' expected near 'in' (Lua has no test with in: a loop goes through a table, for _, v in ipairs(t) do)"}},
		{"for in t do end", Fault{1, 5, "'<name>' expected near 'in'"}},
		{"x = 2 ** 3", Fault{1, 8, "unexpected symbol near '*' (Lua writes x ^ y for x ** y)"}},
		{"connect(fd, (struct sockaddr *)&a, 16)", Fault{1, 21, `')' expected near 'sockaddr' (Lua has tables for structs; an address: {addr = "127.0.0.1", port = 7007}, or "127.0.0.1", 7007)`}},
		{"recv(fd, (char *)buf, 100)", Fault{1, 17, "unexpected symbol near ')' (Lua has no pointers, and no casts)"}},
		{"f(*args)", Fault{1, 3, "unexpected symbol near '*' (Lua has no pointers; Python's f(*t) is f(unpack(t)))"}},
		{"*p = 5", Fault{1, 1, "unexpected symbol near '*' (Lua has no pointers; Python's f(*t) is f(unpack(t)))"}},
		{`print "a", "b"`, Fault{1, 10, "unexpected symbol near ',' (several arguments have parentheses: print(a, b))"}},
		{`f "a" y(), 2`, Fault{1, 10, "unexpected symbol near ','"}},
		{`f "a" if x, y then`, Fault{1, 11, "'then' expected near ','"}},
		{`run x.lua`, Fault{1, 5, `'=' expected near 'x' (a name stands in quotes: run "x.lua")`}},
		{"if x:f() y()", Fault{1, 10, "'then' expected near 'y'"}},
		{"if x: f() then y: g() = 1", Fault{1, 23, "unexpected symbol near '='"}},
		{"close s", Fault{1, 7, "'=' expected near 's' (a call has parentheses: close(s))"}},
		{"if x then\r\r y()\r x = = 2\r", Fault{4, 6, "unexpected symbol near '='"}},
		{"x=[[\r\r\r]] do", Fault{4, 0, "'end' expected near '<eof>'"}},
		{"x = 'a\\\r\\\r\\\ra' if then", Fault{4, 7, "unexpected symbol near 'then'"}},
		{"x = 1\r\n\r\ny = = 2", Fault{3, 5, "unexpected symbol near '='"}},
		{"x = .", Fault{1, 5, "unexpected symbol near '.'"}},
		{"x\ny = 1", Fault{2, 1, "'=' expected near 'y'"}},
		{"run check", Fault{1, 5, `'=' expected near 'check' (a name stands in quotes: run "check")`}},
		{"print s.x", Fault{1, 7, "'=' expected near 's' (a call has parentheses: print(s.x))"}},
		{"print getsockname(s)", Fault{1, 7, "'=' expected near 'getsockname' (a call has parentheses: print(getsockname(...)))"}},
		{"thread(target=f)", Fault{1, 14, "')' expected near '=' (Lua has no named arguments: they go by their place)"}},
		{"send(3, “a”)", Fault{1, 9, "unexpected symbol near '“' (a quote is \" or ')"}},
		{"send(3, `a`)", Fault{1, 9, "unexpected symbol near '`' (a quote is \" or ')"}},
		{">>> x = 3", Fault{1, 1, "unexpected symbol near '>' (Python's prompt is no part of the line)"}},
		{"x = 3 >>> 1", Fault{1, 8, "unexpected symbol near '>' (Lua writes bit.rshift(x, n) for x >> n)"}},
		{"trace on", Fault{1, 7, "'=' expected near 'on' (a call has parentheses: trace(true))"}},
		{"x := 3", Fault{1, 4, "'<name>' expected near '=' (Lua writes x = 3 for x := 3)"}},
		{"x = y – 1", Fault{1, 7, "unexpected symbol near '–' (a minus is -)"}},
		{"x =\u00a01", Fault{1, 4, "unexpected symbol near '\u00a0' (it is no blank, but U+00A0)"}},
		{"größe = 1", Fault{1, 3, "'=' expected near 'ö' (a name has the letters a to z only, digits and _)"}},
		{"x = \xe4", Fault{1, 5, "unexpected symbol near '\xe4'"}},
		{"if x == 3: f()", Fault{1, 10, "'then' expected near ':' (Lua writes then for :)"}},
		{"while x:", Fault{1, 0, "'<name>' expected near '<eof>' (Lua writes do for : at line 1)"}},
		{"for i in range(3):\nfor j in range(3):", Fault{2, 1, "'<name>' expected near 'for' (Lua writes do for : at line 1)"}},
		{"if (x == 3) { f(); }", Fault{1, 0, "'then' expected near '<eof>' (Lua writes then for {)"}},
		{"while (1) {", Fault{1, 0, "unexpected symbol near '<eof>' (Lua writes do for {)"}},
		{"for (int i = 0; i < 3; i++) {", Fault{1, 5, "'<name>' expected near '(' (Lua writes for i = 0, 9 do)"}},
		{"if x then else: end", Fault{1, 15, "unexpected symbol near ':' (Lua writes else without a colon)"}},
		{"#include <sys/socket.h>", Fault{1, 1, "unexpected symbol near '#' (Lua has no #include and #define: the calls and constants are there)"}},
		{`x = "abc".upper()`, Fault{1, 10, `unexpected symbol near '.' (Lua writes ("abc"):upper())`}},
		{"x = [1, 2]", Fault{1, 5, "unexpected symbol near '[' (Lua writes {1, 2} for [1, 2])"}},
		{"bind(s, ('127.0.0.1', 80))", Fault{1, 21, "')' expected near ',' (Lua has no tuples: two arguments, or a table {a, b})"}},
		{"do { f() }", Fault{1, 4, "unexpected symbol near '{' (Lua has no braces around a block: it ends with end)"}},
		{"int x = 5", Fault{1, 5, "'=' expected near 'x' (Lua writes local for int)"}},
		{"int main(void) {", Fault{1, 5, "'=' expected near 'main' (Lua writes function for int)"}},
		{"import socket", Fault{1, 8, `'=' expected near 'socket' (nothing is imported: the calls and constants are there; a module: sock = require "sock")`}},
		{"from socket import *", Fault{1, 6, `'=' expected near 'socket' (nothing is imported: the calls and constants are there; a module: sock = require "sock")`}},
		{"struct sockaddr_in a", Fault{1, 8, `'=' expected near 'sockaddr_in' (Lua has tables for structs; an address: {addr = "127.0.0.1", port = 7007}, or "127.0.0.1", 7007)`}},
		{"with open(f) as g:", Fault{1, 6, "'=' expected near 'open' (Lua has no with: f:close() and close(fd) end a use)"}},
		{"bind(s, &a)", Fault{1, 9, "unexpected symbol near '&' (Lua has no pointers: a call answers what C's writes through them)"}},
		{"x = a & b", Fault{1, 7, "unexpected symbol near '&' (Lua writes bit.band(a, b) for a & b)"}},
		{"x = 1 // one", Fault{1, 8, "unexpected symbol near '/' (Lua writes -- before a comment, math.floor(a / b) for a // b)"}},
		{"print(from to)", Fault{1, 12, "')' expected near 'to' (is a comma missing?)"}},
		{"print(addr_t x)", Fault{1, 14, "')' expected near 'x' (is a comma missing?)"}},
		{"x = class 5", Fault{1, 11, "unexpected symbol near '5'"}},
		{"unsigned int x", Fault{1, 10, "'=' expected near 'int' (Lua writes local for unsigned)"}},
		{"uint8_t x", Fault{1, 9, "'=' expected near 'x' (Lua writes local for uint8_t)"}},
		{"static char *name(int x) {", Fault{1, 8, "'=' expected near 'char' (Lua writes function for static)"}},
		{"static int x = f(3)", Fault{1, 8, "'=' expected near 'int' (Lua writes local for static)"}},
		{"function f(int x) end", Fault{1, 16, "')' expected near 'x' (a parameter stands without a type)"}},
		{"raise Exception('x')", Fault{1, 7, "'=' expected near 'Exception' (Lua writes error for raise)"}},
		{"x = f(lambda a, b: a)", Fault{1, 14, "')' expected near 'a' (Lua writes function(x) return x end for lambda)"}},
		{"f = lambda x: x + 1", Fault{1, 17, "function arguments expected near '+' (Lua writes function(x) return x end for lambda)"}},
		{"lambda x", Fault{1, 8, "'=' expected near 'x' (a call has parentheses: lambda(x))"}},
		{"lambda:f() x = = 1", Fault{1, 16, "unexpected symbol near '='"}},
		{"f = lambda x: x()\nx = = 1", Fault{2, 5, "unexpected symbol near '='"}},
		{"/* none */", Fault{1, 1, "unexpected symbol near '/' (Lua writes --[[ ]] around a comment)"}},
		{"x = p->fd", Fault{1, 7, "unexpected symbol near '>' (Lua writes p.x for p->x)"}},
		{"x = y = 5", Fault{1, 7, "unexpected symbol near '=' (an assignment has no value: one for each variable)"}},
		{`x = "abc"[0]`, Fault{1, 10, `unexpected symbol near '[' (Lua writes ("abc"):sub(1, 1))`}},
		{"x = s[1:3]", Fault{1, 8, "']' expected near ':' (Lua writes s:sub(from, to) for s[from:to])"}},
		{"x = {a: b}", Fault{1, 10, `function arguments expected near '}' (Lua writes {a = 1} for {"a": 1})`}},
		{"x = {a:b}", Fault{1, 9, "function arguments expected near '}'"}},
		{`x = {"a": 1}`, Fault{1, 9, `'}' expected near ':' (Lua writes {a = 1} for {"a": 1})`}},
		{"x = {a: 1}", Fault{1, 9, `'<name>' expected near '1' (Lua writes {a = 1} for {"a": 1})`}},
		{"print('it's')", Fault{1, 11, `')' expected near 's' (a quote inside a string is written \' or \")`}},
		{`print("it"'s')`, Fault{1, 11, `')' expected near '"s"' (is a comma missing?)`}},
		{"print('it' s)", Fault{1, 12, "')' expected near 's' (is a comma missing?)"}},
	} {
		got, found := Diagnose(c.source)
		if !found || got != c.want {
			t.Errorf("%q:\n got %v %+v\nwant %+v", c.source, found, got, c.want)
		}
	}
}

// TestHopeless: a block that begins as in C or Python is not waited for, and one of Lua's is.
func TestHopeless(t *testing.T) {
	for source, want := range map[string]bool{
		"while True:": true, "for i in range(3):": true, "if (s == -1) { f(); }": true, "while (1) {": true, "if (f) {": true,
		"#include <sys/socket.h>": true, "  # define X 1": true,
		"x = {": false, "while true do": false, "if (x) {1} then": false, "if x:f(": false, "if f {": false, "for i in pairs {": false,
		"f(function() if (x) then y = {": false, "x = #": false, "repeat f() until (x) {": false, "o:": false, "while (a) and {} do": false,
	} {
		if got := Hopeless(source); got != want {
			t.Errorf("%q: %v", source, got)
		}
	}
}

// TestDoubt: what may go on as Lua is waited for, and the last line is doubted that looks otherwise.
func TestDoubt(t *testing.T) {
	for source, want := range map[string]string{
		"if x: f()": "Lua writes then for : at line 1", "if x: f()\n": "Lua writes then for : at line 1", "if x: f()\n\n": "",
		"while not a and b: c": "Lua writes do for : at line 1", "if a then b()\nelseif c: d()": "Lua writes then for : at line 2",
		"if x {": "Lua writes then for { at line 1", "for i in f {\n": "Lua writes do for { at line 1",
		"try:": "Lua has no try: ok, err = pcall(f, ...)", "f = lambda x: x": "Lua writes function(x) return x end for lambda",
		"  try :": "Lua has no try: ok, err = pcall(f, ...)",
		"for k, lambda in pairs(t) do f(lambda:name())": "", "x = {lambda = 1, s:len(),": "", "f('lambda x: y',": "",
		"g = lambda x, y: x": "Lua writes function(x) return x end for lambda", "g = lambda: x\ny = f(": "",
		"try: f(": "", "x = try:": "", "lambda:": "Lua writes function(x) return x end for lambda", "lambda(": "",
		"if x:f()": "", "if x{": "", "if x: f() then": "", "if x: f() then y: g(": "", "f {": "", "x: f(": "", "if x then y = {": "",
		"while x:f() do z {": "", "if x: f()\nthen": "", "if f(function() return": "", "if x {}": "", "if x: f() y()": "",
	} {
		if got := Doubt(source); got != want {
			t.Errorf("%q: %q", source, got)
		}
		if Hopeless(source) {
			t.Errorf("%q is not waited for", source)
		}
	}
}

// TestSilent: nothing is said of what the words do not tell.
func TestSilent(t *testing.T) {
	deep := strings.Repeat("(", 1000)
	for _, source := range []string{"", "x = 1", `x = "abc`, "x = [[abc", "--[[ abc", deep, "x = " + deep, strings.Repeat("do ", 1000)} {
		if got, found := Diagnose(source); found {
			t.Errorf("%.20q: %+v", source, got)
		}
	}
}

// sources are Lua files that are known to be right.
func sources(t *testing.T) (all []string) {
	for _, folder := range []string{"../../scripts", "../lualib/testdata", "../bench"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".lua" {
				return err
			}
			text, err := os.ReadFile(path)
			all = append(all, string(text))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 30 {
		t.Fatalf("only %d files of Lua", len(all))
	}
	return all
}

// TestAgrees: what the parser takes has no fault, and what it refuses is found to have one,
// with the place inside the text. The refused ones are right ones with a word too few, or
// one twice, or one at another's place.
func TestAgrees(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	refused, silent := 0, 0
	for _, source := range sources(t) {
		if fault, found := Diagnose(source); found {
			t.Errorf("%.40q: %+v", source, fault)
		}
		words := strings.SplitAfter(source, " ")
		for range 40 {
			w := append([]string(nil), words...)
			switch at, other := random.IntN(len(w)), random.IntN(len(w)); random.IntN(3) {
			case 0:
				w[at] = ""
			case 1:
				w[at] += w[at]
			case 2:
				w[at] = w[other]
			}
			text := strings.Join(w, "")
			if random.IntN(4) == 0 {
				text = strings.ReplaceAll(text, "\n", []string{"\r", "\r\n", "\n\r", "\r\r"}[random.IntN(4)])
			}
			_, err := parse.Parse(strings.NewReader(text), "")
			fault, found := Diagnose(text)
			switch {
			case err == nil && found:
				t.Errorf("found %+v where the parser finds nothing", fault)
			case err != nil && found:
				refused++
				if n := len(lines(text)); fault.Line < 1 || fault.Line > n {
					t.Errorf("line %d of %d: %s", fault.Line, n, fault.Message)
				}
			case err != nil:
				silent++
			}
		}
	}
	if refused < 500 || silent > refused/10 {
		t.Errorf("%d faults found, and %d not", refused, silent)
	}
}
