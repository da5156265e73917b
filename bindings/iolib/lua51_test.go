//go:build linux

// Linux alone: errnos, the size of a pipe and /proc are its own here.

package iolib_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"sockrepl/bindings/built"
	"sockrepl/bindings/iolib"
)

// lua51 runs a chunk in Lua 5.1 and answers what it wrote.
func lua51(t *testing.T, chunk string) string {
	t.Helper()
	path := built.Tool(t, "lua5.1")
	c := exec.Command(path, "-")
	c.Stdin = strings.NewReader(chunk)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// sameAsLua runs the chunk in both; it writes with io.write.
func sameAsLua(t *testing.T, chunk string) {
	t.Helper()
	open(t, iolib.Options{}) // the folder of its own
	want := lua51(t, chunk)
	out, err := child(t, chunk).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, wanted := strings.Split(string(out), "\n"), strings.Split(want, "\n")
	for i := range max(len(got), len(wanted)) {
		switch {
		case i >= len(got) || i >= len(wanted):
			t.Fatalf("%d lines, Lua 5.1 has %d", len(got), len(wanted))
		case got[i] != wanted[i]:
			t.Errorf("got     %s\nLua 5.1 %s", got[i], wanted[i])
		}
	}
}

// show writes values on a line, a number and a text each in one way only.
const show = `
local function show(...)
	for i = 1, select("#", ...) do
		local v = select(i, ...)
		if type(v) == "string" then v = v:gsub("^<string>:%d+: ", ""):gsub("[^%w%p ]", function(c) return "<" .. c:byte() .. ">" end) end
		if type(v) == "number" then
			if v ~= v then v = "nan" elseif v == 1/0 then v = "inf" elseif v == -1/0 then v = "-inf" else v = string.format("%.10g", v) end
		end
		io.write(tostring(v), "|")
	end
	io.write("\n")
end
`

func TestNumeralsAsLua(t *testing.T) {
	texts := []string{"12 x", "0x1F,", "1e", "1e+", "1ex", "-", "+5", "-.5.", "nan", "nax", "inf", "infin", "infinity",
		"infix", "0x", "0xg", "1.2.3", ".", "..5", "1e5e5", "  7\n8", "abc", "1_0", "- 5", "", "0x1p4", "0x.8", "1e999",
		"-inf", "0x1p", "0x1p+2-", "007", "\t\v\f\r\n 3", "1,5", "--1", "1-2", "0e0", "00x1", "NAN", "InFiNiTy1", "1E+05"}
	alphabet := "0011259eExXpP+-.. \naAfFiInNt"
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var b strings.Builder
		for range 1 + random.IntN(7) {
			b.WriteByte(alphabet[random.IntN(len(alphabet))])
		}
		if !strings.Contains(strings.ToLower(b.String()), "0x.") { // glibc reads a bare 0x. as 0
			texts = append(texts, b.String())
		}
	}
	var chunk strings.Builder
	chunk.WriteString(show)
	for i, text := range texts {
		name := fmt.Sprintf("n%d", i)
		fmt.Fprintf(&chunk, "do local w = io.open(%q, 'w') w:write(%q) w:close() end\n", name, text)
		fmt.Fprintf(&chunk, "do local f = io.open(%q) show(%q, f:read('*n', '*n')) show(f:read('*a')) f:close() end\n", name, strings.Map(visible, text))
	}
	sameAsLua(t, strings.NewReplacer(`\v`, `\11`, `\f`, `\12`).Replace(chunk.String()))
}

func visible(r rune) rune {
	if r < ' ' {
		return '_'
	}
	return r
}

func TestReadFormatsAsLua(t *testing.T) {
	sameAsLua(t, show+`
local w = io.open("a", "w") w:write("one\n\n12 0x10 three\n", ("x"):rep(9000), "\nlast") w:close()
local list = {{}, {"*l"}, {"*a"}, {"*n"}, {0}, {3}, {4, "*l", "*n", "*n", "*l"}, {"*l", "*l", "*l", "*l", "*l", "*l", "*l"},
	{"*a", "*a"}, {"*a", "*l"}, {"*a", 0}, {"*a", 1}, {100000, 1}, {"*l", "*n", "*l"}, {5, 0, 5}}
for _, formats in ipairs(list) do
	local f = io.open("a") show(f:read(unpack(formats))) show(f:seek()) show(f:read()) f:close()
end
for line in io.lines("a") do show(line) end
local f = io.open("a", "r+") f:seek("end", -4) show(f:read(2)) f:seek("cur", 0) f:write("XY") f:seek("set", 0) show(#f:read("*a")) show(f:seek("cur", -4), f:read("*a"))
show(f:seek("set", -1)) show(f:seek("end")) f:close()
f = io.open("a", "a+") f:write("more") f:seek("set", 0) show(f:read()) f:close()
show(io.open("a/b")) show(io.open("none")) show(pcall(f.read, f)) show(io.type(f), io.type(io.stdout), io.type(1))
`)
}

func TestDatesAsLua(t *testing.T) {
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"} {
		if _, err := os.Stat("/usr/share/zoneinfo/" + zone); err != nil && zone != "UTC" {
			continue
		}
		t.Run(zone, func(t *testing.T) {
			t.Setenv("TZ", zone)
			sameAsLua(t, show+`
local all = "%a|%A|%b|%B|%c|%C|%d|%D|%e|%F|%g|%G|%h|%H|%I|%j|%k|%l|%m|%M|%n|%p|%P|%r|%R|%S|%t|%T|%u|%U|%V|%w|%W|%x|%X|%y|%Y|%z|%Z|%%|%Q|%E|%Ey|%"
for _, t in ipairs{0, 1e9, -86400, 951782400, 1719792000, 1704067200, 1735603200, 1e11, -2e10, 4102444799, 1e17} do
	show(os.date(all, t)) show(os.date("!" .. all, t)) show(os.date(nil, t))
	local d = os.date("*t", t)
	if d then show(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst) show(os.time(d)) end
end
show(os.date("!%H", 1e30)) show(os.date("%s", 77.9))
for _, dst in ipairs{true, false, "none"} do
	if dst == "none" then dst = nil end
	show(os.time{year = 2024, month = 7, day = 1, isdst = dst}) show(os.time{year = 2024, month = 1, day = 1, hour = 0, isdst = dst})
	show(os.time{year = 2024, month = 14, day = -3, hour = 30, min = -5, sec = "90", isdst = dst})
end
show(pcall(os.time, {year = 2024, month = 1})) show(os.difftime(1.5, 1), os.difftime(5))
`)
		})
	}
}
