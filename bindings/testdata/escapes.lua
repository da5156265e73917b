-- \xHH in strings, and nowhere else.
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
