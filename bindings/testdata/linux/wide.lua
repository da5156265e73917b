-- An integer that a number of Lua's does not hold is its digits; one that it holds is a number.
local s = socket(AF_INET, SOCK_STREAM, 0)
local function rate() return getsockopt(s, SOL_SOCKET, SO_MAX_PACING_RATE) end
assert(rate() == "18446744073709551615", rate())
assert(setsockopt(s, SOL_SOCKET, SO_MAX_PACING_RATE, 2 ^ 53) == 0 and rate() == 2 ^ 53, rate())
local more = "\1\0\0\0\0\0\32\0" -- 2^53 + 1
if string.pack("=I2", 1) ~= "\1\0" then more = more:reverse() end
assert(setsockopt(s, SOL_SOCKET, SO_MAX_PACING_RATE, more) == 0 and rate() == "9007199254740993", rate())
close(s)
