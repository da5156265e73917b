package lex

import (
	"fmt"
	"strings"
	"testing"
)

var kindNames = [...]string{"name", "keyword", "number", "string", "comment", "operator", "bracket", "error"}

// show writes tokens as kind:text, with a + after what is unfinished.
func show(text string, tokens []Token) string {
	var parts []string
	for _, t := range tokens {
		part := kindNames[t.Kind] + ":" + t.Text(text)
		if t.Open {
			part += "+"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"x = 1":                  "name:x operator:= number:1",
		"local f=nil":            "keyword:local name:f operator:= keyword:nil",
		"recv?":                  "name:recv error:?",
		"a.b:c()":                "name:a operator:. name:b operator:: name:c bracket:( bracket:)",
		"é = ü":                  "error:é operator:= error:ü",
		"1..2":                   "error:1..2",
		"1 ..2 a..1":             "number:1 operator:.. number:2 name:a operator:.. number:1",
		"1.5e-3 0xFf .5 3.":      "number:1.5e-3 number:0xFf number:.5 number:3.",
		"3x 0x 1e 1.2.3":         "error:3x error:0x error:1e error:1.2.3",
		`"a\"b" 'c'`:             `string:"a\"b" string:'c'`,
		`send(fd, "x`:            `name:send bracket:( name:fd operator:, string:"x+`,
		`"a\`:                    `string:"a\+`,
		"\"open\nx":              "string:\"open+ name:x",
		"\"a\\\nb\" x":           "string:\"a\\\nb\" name:x",
		"\"a\\\r\nb\" x":         "string:\"a\\\r\nb\" name:x",
		"[[a]] [=[b]]]=] [==[ c": "string:[[a]] string:[=[b]]]=] string:[==[ c+",
		"a[=":                    "name:a bracket:[ operator:=",
		"t[1]":                   "name:t bracket:[ number:1 bracket:]",
		"x -- y\nz":              "name:x comment:-- y name:z",
		"--[[ a\nb ]] c --[=[ d": "comment:--[[ a\nb ]] name:c comment:--[=[ d+",
		"--[ a\nb":               "comment:--[ a name:b",
		"a ~= b ... :: ~ <= ==":  "name:a operator:~= name:b operator:... operator::: error:~ operator:<= operator:==",
		"$x @ `":                 "error:$ name:x error:@ error:`",
		"x\x00y":                 "name:x error:\x00 name:y",
		"\t a \v\f\r\n b":        "name:a name:b",
		"f'x'[[y]]{}":            "name:f string:'x' string:[[y]] bracket:{ bracket:}",
		"_x1 = goto_ goto":       "name:_x1 operator:= name:goto_ keyword:goto",
		"#t^2%3":                 "operator:# name:t operator:^ number:2 operator:% number:3",
		"[[ ]=] ]]":              "string:[[ ]=] ]]",
		`"\\" x`:                 `string:"\\" name:x`,
		strings.Repeat("(", 3):   "bracket:( bracket:( bracket:(",
		"'it''s'":                "string:'it' string:'s'",
		"x--":                    "name:x comment:--",
		"a - -1":                 "name:a operator:- operator:- number:1",
		"return--[[x]]1":         "keyword:return comment:--[[x]] number:1",
		"0x1p4 0b1":              "error:0x1p4 error:0b1",
		"t.x.y=2":                "name:t operator:. name:x operator:. name:y operator:= number:2",
		"1e5..''":                "number:1e5 operator:.. string:''",
		"'a\\":                   "string:'a\\+",
		"--":                     "comment:--",
		"[":                      "bracket:[",
		"[=":                     "bracket:[ operator:=",
		"[[":                     "string:[[+",
	} {
		tokens, _ := Tokens(text, State{})
		if got := show(text, tokens); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestLines holds that a text cut line by line has the tokens that it has as a whole.
func TestLines(t *testing.T) {
	for _, c := range []struct{ lines, want []string }{
		{[]string{"x = [[a", "b", "c]] y"}, []string{"name:x operator:= string:[[a+", "string:b+", "string:c]] name:y"}},
		{[]string{"--[==[ a", "]] b", "]==] c"}, []string{"comment:--[==[ a+", "comment:]] b+", "comment:]==] name:c"}},
		{[]string{`s = "a\`, `b\`, `c" d`}, []string{`name:s operator:= string:"a\+`, `string:b\+`, `string:c" name:d`}},
		{[]string{`s = "a`, "b"}, []string{`name:s operator:= string:"a+`, "name:b"}},
		{[]string{"x = [[", "", "]]"}, []string{"name:x operator:= string:[[+", "", "string:]]"}},
		{[]string{`s = 'a\\`, "b"}, []string{`name:s operator:= string:'a\\+`, "name:b"}},
	} {
		var state State
		for i, line := range c.lines {
			var tokens []Token
			tokens, state = Tokens(line, state)
			if got := show(line, tokens); got != c.want[i] {
				t.Errorf("%q, line %d:\n got %s\nwant %s", c.lines, i+1, got, c.want[i])
			}
		}
		if kind, inside := state.Inside(); inside {
			t.Errorf("%q ends inside a %s", c.lines, kindNames[kind])
		}
	}
}

func TestMatch(t *testing.T) {
	for marked, want := range map[string]string{ // | is the cursor
		"f(a, (b))|":       "8 1",
		"f(a, (b)|)":       "7 5",
		"|(a)":             "0 2",
		"f(|a)":            "1 3",
		"f|(a)":            "1 3",
		"{1, t[2]}|":       "8 0",
		`f(")")|`:          "5 1",
		"f(--[[)]] x)|":    "11 1",
		"f(|":              "none",
		"f(]|)":            "none",
		"f([)|":            "none",
		"a| b":             "none",
		"":                 "none",
		"|":                "none",
		"x = {\n  f(\n)}|": "12 4",
	} {
		place := max(strings.IndexByte(marked, '|'), 0)
		text := strings.Replace(marked, "|", "", 1)
		tokens, _ := Tokens(text, State{})
		got := "none"
		if at, other, ok := Match(text, tokens, place); ok {
			got = fmt.Sprint(at, " ", other)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", marked, got, want)
		}
	}
}

// FuzzTokens holds that tokens lie in order within the text, that only white space is
// between them, and that lines cut one by one end in the state that the whole ends in.
func FuzzTokens(f *testing.F) {
	for _, seed := range []string{"f(\"a\\\nb\", [==[x\n]==])--[[", "'\\", "0x", "é?\x00\r", "\"a\\\r\n"} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, place int) {
		tokens, state := Tokens(text, State{})
		end := 0
		for _, token := range tokens {
			if token.Start < end || token.End <= token.Start || token.End > len(text) {
				t.Fatalf("token %+v after byte %d of %q", token, end, text)
			}
			if between := text[end:token.Start]; strings.Trim(between, " \t\n\v\f\r") != "" {
				t.Fatalf("%q is in no token of %q", between, text)
			}
			end = token.End
		}
		if strings.Trim(text[end:], " \t\n\v\f\r") != "" {
			t.Fatalf("%q is in no token of %q", text[end:], text)
		}
		var byLine State
		for line := range strings.Lines(text) {
			_, byLine = Tokens(strings.TrimSuffix(line, "\n"), byLine)
		}
		if !strings.HasSuffix(text, "\\\n") && !strings.HasSuffix(text, "\n") && byLine != state {
			t.Fatalf("%q: by line %+v, whole %+v", text, byLine, state)
		}
		Match(text, tokens, place)
	})
}
