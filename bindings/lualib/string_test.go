package lualib

import (
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sockrepl/bindings/built"

	lua "github.com/yuin/gopher-lua"
)

// The chunks in testdata/same print the same under Lua 5.1 itself.
func TestSameAsLua51(t *testing.T) {
	real := built.Tool(t, "lua5.1")
	files, _ := filepath.Glob("testdata/same/*.lua")
	if len(files) == 0 {
		t.Fatal("no chunks")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := exec.Command(real, file).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, want)
			}
			L, out := newState(t, Options{})
			if err := L.DoFile(file); err != nil {
				t.Fatal(err)
			}
			compareLines(t, out.String(), string(want))
		})
	}
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(g) || g[i] != w[i] {
			t.Errorf("line %d\n got  %q\n want %q", i+1, g[min(i, len(g)-1)], w[i])
		}
	}
}

// The chunks in testdata are assertions.
func TestChunks(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.lua")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			L, out := newState(t, Options{})
			if err := L.DoFile(file); err != nil {
				t.Fatal(err, out)
			}
		})
	}
}

var stringRows = []row{
	{`return ('abc'):rep(0), ('abc'):rep(-1), ('ab'):rep(3), (''):rep(1e15)`, "||ababab|"},
	{`return ('x'):rep('2')`, "xx"},
	{`return pcall(string.rep)`, "false|t:1: bad argument #1 to 'rep' (string expected, got no value)"},
	{`return pcall(string.rep, 'x', {})`, "false|t:1: bad argument #2 to 'rep' (number expected, got table)"},
	// gopher-lua: 200 becomes two bytes of UTF-8, upper and lower spoil bytes
	{`return string.format('%c', 200) == string.char(200)`, "true"},
	{`return (string.char(233, 97, 255)):upper() == string.char(233, 65, 255)`, "true"},
	{`return (string.char(201, 65)):lower() == string.char(201, 97)`, "true"},
	{`return #string.char(0, 255):reverse(), ('abc'):reverse()`, "2|cba"},
	{`return pcall(string.char, 256)`, "false|t:1: bad argument #1 to 'char' (invalid value)"},
	{`return select('#', ('x'):rep(200000):byte(1, -1))`, "200000"},
	{`return pcall(string.byte, ('x'):rep(2e6), 1, -1)`, "false|t:1: string slice too long"},
	{`return coroutine.wrap(function() return select('#', ('x'):rep(200000):byte(1, -1)) end)()`, "200000"},
	// gopher-lua: 1
	{`return string.find('abc', '', 10)`, "4|3"},
	{`local t = {} for i = 0, 255 do t[#t + 1] = string.char(i) end local s = table.concat(t) return loadstring('return ' .. string.format('%q', s))() == s`, "true"},
	{`return string.format('%d %u %x', '9223372036854775807', '18446744073709551615', -1)`, "9223372036854775807 18446744073709551615 ffffffffffffffff"},
	{`return pcall(string.format, '%d', 'x')`, "false|t:1: bad argument #2 to 'format' (number expected, got string)"},
	{`return pcall(string.format, '%d', 2^64)`, "false|t:1: bad argument #2 to 'format' (number has no integer representation)"},
	{`return pcall(string.format, '%d', 0/0)`, "false|t:1: bad argument #2 to 'format' (number has no integer representation)"},
	{`return pcall(string.format, '%s %s', 1)`, "false|t:1: bad argument #3 to 'format' (no value)"},
	{`return pcall(string.format, '%y', 1)`, "false|t:1: invalid option '%y' to 'format'"},
	{`return pcall(string.format, '%')`, "false|t:1: invalid option '%' to 'format'"},
	{`return pcall(string.format, '%123d', 1)`, "false|t:1: invalid format (width or precision too long)"},
	{`return pcall(string.format, '%-+ #0-d', 1)`, "false|t:1: invalid format (repeated flags)"},
	{`return string.format('%s %s %s', nil, true, setmetatable({}, {__tostring = function() return 'T' end}))`, "nil true T"},
	{`return pcall(string.format, '%s', setmetatable({}, {__tostring = function() return {} end}))`, "false|t:1: 'tostring' must return a string"},
	{`return string.format('%a %A %.2a %#a', 1, 0.5, 3.14159, 1)`, "0x1p+0 0X1P-1 0x1.92p+1 0x1.p+0"},
	{`return pcall(string.gsub, 'x', 'x', true)`, "false|t:1: bad argument #3 to 'gsub' (string/function/table expected)"},
	{`return pcall(string.find, 'a', ('('):rep(33) .. 'a' .. (')'):rep(33))`, "false|t:1: too many captures"},
	{`return pcall(string.find, ('a'):rep(300), ('a?'):rep(300) .. 'b')`, "false|t:1: pattern too complex"},
	{`return #(('x'):rep(1e6):gsub('x', 'yz'))`, "2000000"},
	{`return ('a\0b\0c'):gsub('%z', '0')`, "a0b0c|2"},
	{`return (('a\0b'):find('\0b')), (('a\0b'):find('[\0]')), (('a.b'):gsub('[.]', '\0') == 'a\0b')`, "2|2|true"},
	{`return (('a'):gsub('a', 'x%') == 'x\0')`, "true"}, // as C finds it
	{`return ('x'):len(), #'\0\0', string.len(12)`, "1|2|2"},
}

func TestString(t *testing.T) {
	rows(t, stringRows)
}

func TestHexdumpAsTheProgram(t *testing.T) {
	program := built.Tool(t, "hexdump")
	for _, s := range []string{"", "x", strings.Repeat("a", 16), strings.Repeat("a", 100), strings.Repeat("ab\x00\xff", 17) + strings.Repeat("\x00", 64) + "z"} {
		cmd := exec.Command(program, "-C")
		cmd.Stdin = strings.NewReader(s)
		want, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := Hexdump(nil, s, hexWidth); got != strings.TrimSuffix(string(want), "\n") {
			t.Errorf("%q\n got\n%s\n want\n%s", s, got, want)
		}
	}
}

var packRows = []row{
	{`<i4|1`, "01000000"}, {`>i4|1`, "00000001"}, {`<i2|-2`, "feff"}, {`b|-128`, "80"}, {`B|255`, "ff"},
	{`>I3|66051`, "010203"}, {`<i16|-1`, "ffffffffffffffffffffffffffffffff"}, {`>I16|258`, "00000000000000000000000000000102"},
	{`<j|-1`, "ffffffffffffffff"}, {`<J|'18446744073709551615'`, "ffffffffffffffff"}, {`>J|'9223372036854775809'`, "8000000000000001"},
	{`<i8|'-9223372036854775808'`, "0000000000000080"}, {`<d|1`, "000000000000f03f"}, {`>f|1`, "3f800000"}, {`>n|-2`, "c000000000000000"},
	{`z|'abc'`, "61626300"}, {`>s2|'abc'`, "0003616263"}, {`s1|''`, "00"}, {`c5|'abc'`, "6162630000"}, {`c0|''`, ""},
	{`<!4 b i4|1, 2`, "0100000002000000"}, {`<!4 b Xi4 b|1, 2`, "0100000002"}, {`x b x|1`, "000100"}, {`<!2 b i8|1, 2`, "01000200000000000000"},
	{`<!8 b !1 i2|1, 2`, "010200"}, {`>l|1`, "0000000000000001"}, {`<H|'0x1234'`, "3412"}, {`b|1.0`, "01"}, {``, ""},
	{`>!4 b s4|1, 'a'`, "010000000000000161"},
	{`b|128`, "!bad argument #2 to 'pack' (integer overflow)"}, {`B|256`, "!bad argument #2 to 'pack' (unsigned overflow)"},
	{`B|-1`, "!bad argument #2 to 'pack' (unsigned overflow)"}, {`j|2^63`, "!bad argument #2 to 'pack' (integer overflow)"},
	{`J|2^64`, "!bad argument #2 to 'pack' (number has no integer representation)"}, {`b|1.5`, "!bad argument #2 to 'pack' (number has no integer representation)"},
	{`b|'x'`, "!bad argument #2 to 'pack' (number expected, got string)"}, {`b|`, "!bad argument #2 to 'pack' (number expected, got no value)"},
	{`z|nil`, "!bad argument #2 to 'pack' (string expected, got nil)"}, {`z|'a\0b'`, "!bad argument #2 to 'pack' (string contains zeros)"},
	{`c1|'ab'`, "!bad argument #2 to 'pack' (string longer than given size)"}, {`s1|('x'):rep(256)`, "!bad argument #2 to 'pack' (string length does not fit in given size)"},
	{`i17|1`, "!integral size (17) out of limits [1,16]"}, {`i0|1`, "!integral size (0) out of limits [1,16]"}, {`c|1`, "!missing size for format option 'c'"},
	{`y|1`, "!invalid format option 'y'"}, {`X|`, "!bad argument #1 to 'pack' (invalid next option for option 'X')"}, {`Xz|`, "!bad argument #1 to 'pack' (invalid next option for option 'X')"},
	{`!4 i3|1`, "!bad argument #1 to 'pack' (format asks for alignment not power of 2)"},
}

func TestPack(t *testing.T) {
	L, _ := newState(t, Options{})
	for _, r := range packRows {
		format, values, _ := strings.Cut(r.src, "|")
		src := "return string.pack('" + format + "'"
		if values != "" {
			src += ", " + values
		}
		got := eval(L, src+")")
		if message, failed := strings.CutPrefix(got, "error: t:1: "); failed {
			got = "!" + message
		} else {
			got = hex.EncodeToString([]byte(got))
		}
		if got != r.want {
			t.Errorf("%s: got %s, want %s", r.src, got, r.want)
		}
	}
}

func TestUnpack(t *testing.T) {
	rows(t, []row{
		{`return string.unpack('<i4 >i4', string.pack('<i4 >i4', -5, 7))`, "-5|7|9"},
		{`return string.unpack('<I4', '\255\255\255\255')`, "4294967295|5"},
		{`return string.unpack('<i3', '\255\255\255')`, "-1|4"},
		{`return string.unpack('<J', ('\255'):rep(8))`, "18446744073709551615|9"},
		{`return type((string.unpack('<J', ('\255'):rep(8)))), type((string.unpack('>J', '\128' .. ('\0'):rep(7))))`, "string|number"},
		{`return (string.unpack('<j', '\1' .. ('\0'):rep(6) .. '\128'))`, "-9223372036854775807"},
		{`return (string.unpack('>j', '\0\32' .. ('\0'):rep(5) .. '\1'))`, "9007199254740993"},
		{`local s = string.pack('<J', (string.unpack('<J', '\1' .. ('\255'):rep(7)))) return s == '\1' .. ('\255'):rep(7)`, "true"},
		{`return string.unpack('<i16', ('\254') .. ('\255'):rep(15))`, "-2|17"},
		{`return string.unpack('<I16', ('\255'):rep(16))`, "error: t:1: 16-byte integer does not fit into 64 bits"},
		{`return string.unpack('z s1 c2', 'ab\0\3xyzPQ')`, "ab|xyz|PQ|10"},
		{`return string.unpack('B', 'abc', 2)`, "98|3"},
		{`return string.unpack('B', 'abc', -1)`, "99|4"},
		{`return string.unpack('', 'abc', 4)`, "4"},
		{`return string.unpack('', 'abc', 5)`, "error: t:1: bad argument #3 to 'unpack' (initial position out of string)"},
		{`return string.unpack('i4', 'abc')`, "error: t:1: bad argument #2 to 'unpack' (data string too short)"},
		{`return string.unpack('s1', '\5abc')`, "error: t:1: bad argument #2 to 'unpack' (data string too short)"},
		{`return string.unpack('s8', ('\255'):rep(8))`, "error: t:1: bad argument #2 to 'unpack' (data string too short)"},
		{`return string.unpack('z', 'abc')`, "error: t:1: bad argument #2 to 'unpack' (unfinished string for format 'z')"},
		{`return string.unpack('<f d', string.pack('<f d', 1.5, -2.25))`, "1.5|-2.25|13"},
		{`return select('#', string.unpack(('B'):rep(50000), ('x'):rep(50000)))`, "50001"},
		{`return string.packsize('<!4 b i4 d'), string.packsize('i2 i2'), string.packsize('')`, "16|4|0"},
		{`return string.packsize('z')`, "error: t:1: bad argument #1 to 'packsize' (variable-size format in packsize)"},
		{`return string.packsize('c2000000000 c2000000000')`, "error: t:1: bad argument #1 to 'packsize' (format result too large)"},
	})
}

func FuzzUnpack(f *testing.F) {
	for _, r := range packRows {
		format, _, _ := strings.Cut(r.src, "|")
		f.Add(format, r.want, 1)
	}
	f.Fuzz(func(t *testing.T, format, data string, pos int) {
		callAny(t, "unpack", lua.LString(format), lua.LString(data), lua.LNumber(pos))
		callAny(t, "packsize", lua.LString(format))
		callAny(t, "pack", lua.LString(format), lua.LNumber(pos), lua.LString(data), lua.LString(data), lua.LNumber(1))
	})
}

func FuzzPattern(f *testing.F) {
	for _, p := range []string{"", "%", "[", "[^]", "[]]", "[%", "[a-", "%b", "%bxy", "%f", "%f[%a]", "(", ")", "()", "%1", "(a)%1", "a-", "a*", "^$", "a?b", "[%a-z]", "(()", "%z"} {
		f.Add("hello (world) aabb\x00\xff", p, "<%0%1>")
	}
	f.Fuzz(func(t *testing.T, subject, pattern, repl string) {
		if len(subject) > 64 || len(pattern) > 16 {
			return // no search of hours
		}
		s, p := lua.LString(subject), lua.LString(pattern)
		callAny(t, "find", s, p, lua.LNumber(len(repl)))
		callAny(t, "match", s, p)
		callAny(t, "gsub", s, p, lua.LString(repl))
	})
}

func FuzzFormat(f *testing.F) {
	for _, s := range []string{"%d", "%5.2s", "%-+ #0-d", "%q", "%a", "%c", "%", "%%", "%99.99f", "%#x", "%y", "%.", "%g"} {
		f.Add(s, 1.5, "x")
		f.Add(s, -1.0, "12")
	}
	f.Fuzz(func(t *testing.T, format string, n float64, s string) {
		callAny(t, "format", lua.LString(format), lua.LNumber(n), lua.LString(s), lua.LNumber(n))
		callAny(t, "format", lua.LString(format), lua.LString(s), lua.LNumber(n), lua.LTrue)
	})
}

// callAny calls a function of string: it may raise an error, but not panic.
func callAny(t *testing.T, name string, values ...lua.LValue) {
	L := lua.NewState(lua.Options{CallStackSize: 64, RegistrySize: 512, RegistryMaxSize: 1 << 16, RegistryGrowStep: 512})
	defer L.Close()
	Open(L, Options{Room: func(n int64) bool { return n < 1<<24 }})
	fn := Module(L, "string").RawGetString(name)
	err := L.CallByParam(lua.P{Fn: fn, NRet: lua.MultRet, Protect: true}, values...)
	if e, ok := err.(*lua.ApiError); ok && e.Type == lua.ApiErrorPanic {
		t.Fatalf("%s %q: %v", name, values, e)
	}
}

func BenchmarkGsub1MB(b *testing.B) {
	bench(b, `local s = ('hello world '):rep(87382) for i = 1, N do s:gsub('world', 'there') end`)
}
func BenchmarkGsubFunction1MB(b *testing.B) {
	bench(b, `local s = ('hello world '):rep(87382) for i = 1, N do s:gsub('%w+', function(w) return w end) end`)
}
func BenchmarkUnpackHeader(b *testing.B) {
	bench(b, `local s = string.pack('>BBHI4', 1, 2, 3, 4) for i = 1, N do string.unpack('>BBHI4', s) end`)
}
func BenchmarkPackHeader(b *testing.B) {
	bench(b, `for i = 1, N do string.pack('>BBHI4', 1, 2, 3, 4) end`)
}
func BenchmarkFormat(b *testing.B) {
	bench(b, `for i = 1, N do string.format('%d %s %5.2f', i, 'x', 1.5) end`)
}
func BenchmarkBand(b *testing.B) { bench(b, `for i = 1, N do bit.band(i, 255) end`) }
func BenchmarkFind(b *testing.B) {
	bench(b, `local s = 'Content-Length: 1234' for i = 1, N do s:find('^(%S+):%s*(%d+)$') end`)
}
