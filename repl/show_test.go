package repl_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"sockrepl/bindings/built"
)

// TestShow: a script, its threads and its children print values as the prompt does; what a
// terminal would obey is escaped.
func TestShow(t *testing.T) {
	for source, want := range map[string]string{
		`show({a = 1, b = {c = "\27[31m"}}, "s\0", 42, nil)`: `{a = 1, b = {c = "\027[31m"}}` + "\t\"s\\000\"\t42\tnil",
		`show()`: "",
		`show({st_ino = 1, st_mode = bit.bor(S_IFREG, 420)})`:                                           "{st_ino = 1, st_mode = 33188 --[[S_IFREG|0644]]}",
		`show({{fd = 1, revents = POLLOUT}}, recv)`:                                                     "{{fd = 1, revents = 4 --[[POLLOUT]]}}\tfunction recv(fd, count [, flags]) → data",
		`local t = {} t[1] = t show(t)`:                                                                 "{{cycle}}",
		`show(setmetatable({}, {__tostring = function() return "\7" end}))`:                             `\007`,
		`local t = {1} show({t, t, x = t})`:                                                             "{{1}, {1}, x = {1}}",
		`show({[10] = 1, [7] = 2, [-1] = 3, x = 4, [2.5] = 5})`:                                         "{[-1] = 3, [2.5] = 5, [7] = 2, [10] = 1, x = 4}",
		`show({[10] = 1, a = 2, ["!"] = 3})`:                                                            `{[10] = 1, ["!"] = 3, a = 2}`,
		`show("\194\155\226\128\174\200")`:                                                              `"\194\155\226\128\174\200"`,
		`local t = {x = 1} for i = 1, 130 do t[i] = 10000 + i end show(t)`:                              rows(10001, 10100, 11) + ",\n  x = 1,\n  … 30 more\n}",
		`show("a" .. ("é"):rep(200))`:                                                                   `"a` + strings.Repeat("é", 199) + `…" (401 bytes)`,
		`local t = {} for i = 1, 102 do t["k" .. i] = 1 end show(t)`:                                    "{\n  " + strings.Join(hundred(), ",\n  ") + ",\n  … 2 more\n}",
		`show(setmetatable({}, {__tostring = error}))`:                                                  "table",
		`show({{{{{}}, {{1}}}}})`:                                                                       "{{{{{}}, {{…}}}}}",
		`show(("x"):rep(500))`:                                                                          `"` + strings.Repeat("x", 400) + `…" (500 bytes)`,
		`join(thread(function() show({1, true}) end))`:                                                  "{1, true}",
		`waitpid(spawn(function() show({1, true}) end))`:                                                "{1, true}",
		`print(pcall(show, setmetatable({}, {__index = function() error "no" end})))`:                   "{}\ntrue",
		`local l = {} for i = 1, 3 do l[i] = ("y"):rep(39) end l[2] = ("z"):rep(70) show({l[1], l[2]})`: "{\n  \"" + strings.Repeat("y", 39) + "\",\n  \"" + strings.Repeat("z", 70) + "\"\n}",
	} {
		got, err := exec.Command(built.Program(t), "-e", source).CombinedOutput()
		if err != nil || string(got) != want+"\n" {
			t.Errorf("%s: %v\ngot  %s\nwant %s", source, err, got, want)
		}
	}
}

// TestShowSaved: show is part of a session that is saved.
func TestShowSaved(t *testing.T) {
	s := open(t, setting{})
	s.expect(`show({1, "a"})`, `{1, "a"}`)
	s.answer(`save "s.lua"`)
	s.expect(`print(io.open("s.lua"):read("*a"):match("show[^\n]*"))`, `show({1, "a"})`)
}

// rows are a table's numbers from one to another, so many in a line.
func rows(from, to, each int) string {
	lines := []string{}
	for ; from <= to; from += each {
		lines = append(lines, numbered(from, min(from+each-1, to)))
	}
	return "{\n  " + strings.Join(lines, ",\n  ")
}

// hundred are the first of the entries k1 to k102, by their names.
func hundred() (entries []string) {
	for i := 1; i <= 102; i++ {
		entries = append(entries, fmt.Sprintf("k%d = 1", i))
	}
	slices.Sort(entries)
	return entries[:100]
}
