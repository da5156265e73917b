-- Words of Lua that gopher-lua reads in another way: \xHH in strings, and nowhere else.
local function bytes(s) return table.concat({s:byte(1, -1)}, " ") end
local function is(got, want) assert(got == want, got) end
is(bytes("\x00\x05a\\x41\x7F'\x27"), "0 5 97 92 120 52 49 127 39 39") -- "\x41 is no string
--[[ "\x41 ]] is(bytes('\xe9"\x22'), "233 34 34") --[==[ '\x41 ]] ]==] is(bytes [[\x41]], "92 120 52 49")
is(bytes [=[ "\x41" ]=], "32 34 92 120 52 49 34 32")
is(bytes("\
\x41\
"), "10 65 10")
is(5 --\x41
  - -3, 8)
local t = {[ [[\x41]] ] = 1, ["\x42"] = 2, ['\x43'] = {[1] = "\x44"}}
assert(t["\\x41"] == 1 and t.B == 2 and t.C[1] == "D")
is(loadstring [[return "\x48\x69"]](), "Hi")
is(bytes("\xZZ"), "120 90 90") -- no digits: as in 5.1

-- Numbers: zeros before them make none octal, and none is too large.
is(00010 + 0089, 99)
assert(0xffffffffffffffff == 2^64 and 0x10000000000000000 == 2^64 and 0XfF == 255)
assert(1e999 == math.huge and -1e999 == -math.huge and 0.1e-400 == 0)
assert(5. == 5 and .5 == 0.5 and 5.e3 == 5000 and 1E-2 == 0.01 and 1 ..2 == "12")
for i = 1e0, 003, 0x1 do is(("abc"):sub(i, i), string.char(96 + i)) end
is(({10, 20, [003] = 30})[3], 30)
local n = 0 -- 0010 is 10 wherever it stands
while n < 0010 do n = n + 1 end
is(n, 10)
repeat n = n + 1 until n >= 0012
is(n, 12)
if n ~= 0012 then n = 0 end
for i = 0012, 0012 do is(i, n) end
is(n .. 0012, "1212")
is(#(n .. ("x"):rep(0010)), 12)
t[0010] = #{0010}
is(t[10], 1)

local function refused(source, message)
	local fn, got = loadstring(source, "t")
	assert(not fn and got == "t:" .. message, got)
end
refused("x = 1\ny = 3..2", "2: malformed number near '3..2'")
refused("x = '\\400'", "1: escape sequence too large near '\\400'")
--[== a comment of one line
is(1, 1)
