package lualib

import "testing"

func TestBase(t *testing.T) {
	rows(t, []row{
		// gopher-lua: adds a position, takes strings alone
		{`assert(false, 'm')`, "error: m"},
		{`local e = {} local ok, v = pcall(assert, nil, e) return v == e`, "true"},
		{`return pcall(assert, false, nil)`, "false|nil"},
		{`return pcall(assert, false)`, "false|t:1: assertion failed!"},
		{`return assert(1, 2, nil)`, "1|2|nil"},
		{`assert()`, "error: t:1: bad argument #1 to 'assert' (value expected)"},
		{`assert(nil, 'connect: ECONNREFUSED (Connection refused)', 111)`, "error: connect: ECONNREFUSED (Connection refused)"},
		{`error('x')`, "error: t:1: x"},
		{`error('x', 0)`, "error: x"},
		{`local function f() error('x', 2) end
f()`, "error: t:2: x"},
		{`return pcall(error, 'x')`, "false|x"},
		{`error()`, "error: nil"},
		// gopher-lua: nil
		{`return tonumber('1e5'), tonumber(' 0x10 '), tonumber('1e'), tonumber(''), tonumber('0x'), tonumber('1_0'), tonumber('1 2')`, "100000|16|nil|nil|nil|nil|nil"},
		{`return tonumber('ff', 16), tonumber('0xff', 16), tonumber('zz', 36), tonumber('8', 8), tonumber('-ff', 16), tonumber(' 11 ', 2), tonumber(10, 2)`, "255|255|1295|nil|-255|3|2"},
		{`return pcall(tonumber, '1', 37)`, "false|t:1: bad argument #2 to 'tonumber' (base out of range)"},
		{`return pcall(tonumber)`, "false|t:1: bad argument #1 to 'tonumber' (value expected)"},
		{`return tonumber(nil), tonumber({}), tonumber(true)`, "nil|nil|nil"},
		{`return tostring(1/0), tostring(-1/0), tostring(2^53), tostring(1e300), tostring(0.1), tostring(-2^63)`, "inf|-inf|9007199254740992|1e+300|0.1|-9223372036854775808"},
		// gopher-lua: 1.795619923808633e+09, +Inf
		{`return 1795619923.808633 .. '', tostring(-1795619923.808633), 0.5 .. 'x' .. 1e15, 1/0 .. '', -0.00012345678901234567 .. '', 1e-5 .. '', 2^63 .. '', -0 .. ''`,
			"1795619923.808633|-1795619923.808633|0.5x1000000000000000|inf|-0.00012345678901234567|1e-05|9.223372036854776e+18|0"},
		{`local s = ('x'):rep(127) return #(s .. 'y'), #(s .. 'yy'), s .. 1 == s .. '1', #(s .. 1e100 .. s), 'a' .. 'b' .. 'c' .. 'd'`, "128|129|true|260|abcd"},
		{`local t = setmetatable({}, {__concat = function(a, b) return type(a) .. type(b) end}) return 'a' .. t, t .. 1, 'a' .. 'b' .. t .. 1 .. 2`, "stringtable|tablenumber|abtablestring"},
		{`return pcall(function(a) return 'x' .. a end, {})`, "false|t:1: attempt to concatenate a table value (local 'a')"},
		{`return math.huge == 1/0, -math.huge`, "true|-inf"},
		{`return type(collectgarbage('count')), collectgarbage('count') > 100, collectgarbage(), collectgarbage('step'), collectgarbage('stop'), collectgarbage('restart'), collectgarbage('setpause', 100)`, "number|true|0|true|0|0|200"},
		{`return pcall(collectgarbage, 'x')`, "false|t:1: bad argument #1 to 'collectgarbage' (invalid option 'x')"},
		{`return math.log10(1000), math.log10(0.001), math.fmod(-7, 3), math.mod(-7, 3), math.modf(1/0)`, "3|-3|-1|-1|inf|0"},
		{`math.randomseed(7) local a = math.random(1e6) math.randomseed(7) return a == math.random(1e6)`, "true"},
		{`return pcall(math.random, 0)`, "false|t:1: bad argument #1 to 'random' (interval is empty)"},
		{`return pcall(math.random, 2, 1)`, "false|t:1: bad argument #2 to 'random' (interval is empty)"},
		{`for i = 1, 1000 do local r = math.random(3) assert(r >= 1 and r <= 3 and r % 1 == 0) r = math.random(-2, 2) assert(r >= -2 and r <= 2 and r % 1 == 0) end`, ""},
		{`return math.max(1, '3', 2), math.min(3, 1, 2)`, "3|1"},
		{`return pcall(math.max)`, "false|t:1: bad argument #1 to 'max' (number expected, got no value)"},
	})
}

func TestTable(t *testing.T) {
	rows(t, []row{
		{`return table.concat({1, 2, 3}, ', '), table.concat({}), table.concat({1, 2, 3}, '-', 2, 3), table.concat({1}, ',', 2, 1)`, "1, 2, 3||2-3|"},
		{`return table.concat({1, 2, {}})`, "error: t:1: invalid value (table) at index 3 in table for 'concat'"},
		{`return table.concat({1}, ',', 1, 2)`, "error: t:1: invalid value (nil) at index 2 in table for 'concat'"},
		{`local t = {} for i = 1, 200000 do t[i] = 'xy' end return #table.concat(t, ',')`, "599999"},
		{`local t = {} for i = 1, 300000 do t[#t + 1] = i end return #t, t[300000], #{unpack(t)}`, "300000|300000|300000"},
		{`local t = {} t[16777343] = 1 return #t, t[16777343]`, "0|1"},
		{`local t = {3, 1, 2} table.sort(t) return unpack(t)`, "1|2|3"},
		{`local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return unpack(t)`, "3|2|1"},
		{`local t = {3, 1, 2, 9} t[4] = nil table.sort(t) return #t, unpack(t)`, "3|1|2|3"},
		{`local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function() return true end) return #t`, "1000"},
		{`local t = {} for i = 1, 1000 do t[i] = i % 7 end table.sort(t, function(a, b) return math.random() < .5 end) return #t`, "1000"},
		{`table.sort({1, 'x'})`, "error: t:1: attempt to compare string with number"},
		{`table.sort({2, 1}, function() error('e', 0) end)`, "error: e"},
		{`table.sort({2, 1}, 1)`, "error: t:1: bad argument #2 to 'sort' (function expected, got number)"},
		{`local t = {1, 2, 3} t[3] = nil return table.remove(t), #t, table.remove(t, 1), #t, select('#', table.remove(t))`, "2|1|1|0|0"},
		{`local t = {1, 2, 3} return table.remove(t, 1), select('#', table.remove(t, 9)), unpack(t)`, "1|0|2|3"},
		{`local t = {1, 3} table.insert(t, 2, 2) table.insert(t, 4) table.insert(t, 7, 'x') return t[7], unpack(t, 1, 4)`, "x|1|2|3|4"},
		{`local t = {'a'} table.insert(t, 0, 'z') return t[0], t[1], t[2]`, "z|nil|a"},
		{`table.insert({})`, "error: t:1: wrong number of arguments to 'insert'"},
		{`table.insert({}, 1, 2, 3)`, "error: t:1: wrong number of arguments to 'insert'"},
		{`return table.maxn({[2.5] = 1, [100] = 2}), table.maxn({}), table.maxn({1, 2})`, "100|0|2"},
		{`return unpack({1, 2, 3}, 2), unpack({1, 2}, 3, 2)`, "2"},
		{`return unpack({}, 1, 3)`, "nil|nil|nil"},
		{`return pcall(unpack, {}, 1, 1e8)`, "false|t:1: too many results to unpack"},
		{`return pcall(unpack, {}, -1e300, 1e300)`, "false|t:1: too many results to unpack"},
		{`return select('#', unpack({}, 1, 900000))`, "900000"},
		{`local t = {} for i = 1, 2^20 - 1 do t[i] = i end table.insert(t, 1)`, "error: t:1: table too long (1048575 elements) for 'insert'"},
	})
}

func TestBit(t *testing.T) {
	rows(t, []row{
		{`return bit == bit32, bit.band(0xff, 0x0f), bit.bor(1, 2, 4), bit.bxor(5, 1), bit.bnot(0)`, "true|15|7|4|4294967295"},
		{`return bit.band(-1, 0xffffffff), bit.band(2^32 + 5, 255), bit.band(-2^70 + 0, 1), bit.tobit(-1)`, "4294967295|5|0|4294967295"},
		{`return bit.lshift(1, 31), bit.lshift(1, 32), bit.rshift(0x80000000, 31), bit.arshift(0x80000000, 31), bit.lshift(1, -1)`, "2147483648|1|1|4294967295|2147483648"},
		{`return bit.rol(0x80000001, 1), bit.ror(1, 1), bit.bswap(0x01020304)`, "3|2147483648|67305985"},
		{`return bit.tohex(255), bit.tohex(255, 2), bit.tohex(255, -4), bit.tohex(-1), bit.tohex(1, 0)`, "000000ff|ff|00FF|ffffffff|"},
		{`bit.band(1.5, 1)`, "error: t:1: bad argument #1 to 'band' (integer expected, got 1.5)"},
		{`bit.band(1, 'x')`, "error: t:1: bad argument #2 to 'band' (integer expected, got string)"},
		{`bit.band()`, "error: t:1: bad argument #1 to 'band' (integer expected, got no value)"},
		{`bit.bnot(1/0)`, "error: t:1: bad argument #1 to 'bnot' (integer expected, got inf)"},
	})
}
