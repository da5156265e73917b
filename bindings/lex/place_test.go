package lex

import (
	"fmt"
	"strings"
	"testing"
)

// showOpen writes what is open as sign callee(args) field.
func showOpen(open []Open) string {
	var parts []string
	for _, o := range open {
		part := string(o.Sign) + o.Callee
		if len(o.Args) > 0 {
			part += fmt.Sprintf("%q", o.Args)
		}
		if o.Field != "" {
			part += "." + o.Field
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestAt(t *testing.T) {
	for marked, want := range map[string]string{
		"|":                                      "",
		"socket(|":                               "(socket",
		"socket(AF_INET, |":                      `(socket["AF_INET"]`,
		"socket(AF_INET, 1|)":                    `(socket["AF_INET"]`,
		"socket()|":                              "",
		"setsockopt(fd, IPPROTO_TCP, |":          `(setsockopt["fd" "IPPROTO_TCP"]`,
		"x = f(g(1, 2), {a, b}, |":               `(f["g(1, 2)" "{a, b}"]`,
		"socket(AF_INET, bit.bor(SOCK_STREAM, |": `(socket["AF_INET"] (bit.bor["SOCK_STREAM"]`,
		"poll({{fd=c, events=|":                  `(poll { {["fd=c"].events`,
		"poll({{fd=c, events=1}, |":              `(poll {["{fd=c, events=1}"]`,
		"f{a=1, |":                               `{f["a=1"]`,
		"a.b:c(|":                                "(a.b:c",
		"f()(|":                                  "(",
		`("x"):rep(|`:                            "(",
		"f(a)(b, |":                              `(["b"]`,
		"(1 + |":                                 "(",
		"function f(a, |":                        `b (["a"]`,
		"function f(a, b) return g(|":            "b (g",
		"f(function(a, b) local x, y = 1, |":     "(f b",
		"f(function(a, b) end, |":                `(f["function(a, b) end"] `,
		"f(if x then g(1) end, |":                "",
		"f(1, 2\nlocal x = g(|":                  "(g",
		"f([|":                                   "(f [",
		"t[f(|":                                  "[ (f",
		`run "ec|`:                               `"run`,
		`run "ec|ho"`:                            `"run`,
		`run "echo"|`:                            "",
		`f("a, (b|`:                              "(f",
		`f("a, (b", |`:                           `(f["\"a, (b\""]`,
		"f(--[[ , ]] |":                          "(f",
		"f(x)]|":                                 "",
		"f({)|":                                  "",
		"for i = 1, f(|":                         "(f",
		"while f(x) do g(|":                      "b (g",
		"repeat f(|":                             "b (f",
		"if f(x, |":                              `b (f["x"]`,
		"require 'so|":                           `"require`,
		"print(a); g(|":                          "(g",
		"f(1; |":                                 `(f["1"]`,
		"x = {fd = f(|":                          "{.fd (f",
		"x = {[1] = |":                           "{.[1]",
		"local function f(a|":                    "b (",
	} {
		place := strings.Index(marked, "|")
		text := strings.Replace(marked, "|", "", 1)
		tokens, _ := Tokens(text, State{})
		if got := showOpen(At(text, tokens, place)); got != strings.TrimSpace(want) {
			t.Errorf("%q:\n got %s\nwant %s", marked, got, want)
		}
	}
}

func TestInside(t *testing.T) {
	for marked, want := range map[string]string{
		`f("a|b")`:      `"ab"`,
		`f("ab"|)`:      "",
		`f(|"ab")`:      "",
		`f("ab|`:        `"ab`,
		"x -- y|":       "-- y",
		"x --[[ y ]]|":  "",
		"x --[[ y |":    "--[[ y ",
		"x -|- y":       "-- y",
		"x = [[a\nb|]]": "[[a\nb]]",
	} {
		place := strings.Index(marked, "|")
		text := strings.Replace(marked, "|", "", 1)
		tokens, _ := Tokens(text, State{})
		got := ""
		if i := Inside(text, tokens, place); i >= 0 {
			got = tokens[i].Text(text)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", marked, got, want)
		}
	}
}

func FuzzAt(f *testing.F) {
	for _, seed := range []string{"f(a, {b=function() g('x", "a.b:c[", "end)}]until", "repeat for((", ". :("} {
		f.Add(seed, 4)
	}
	f.Fuzz(func(t *testing.T, text string, place int) {
		tokens, _ := Tokens(text, State{})
		for _, o := range At(text, tokens, place) {
			if o.Begin() < 0 || o.Begin() > len(text) {
				t.Fatalf("%+v in %q", o, text)
			}
		}
		Inside(text, tokens, place)
	})
}
