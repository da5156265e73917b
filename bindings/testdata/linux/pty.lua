-- A pseudo-terminal by ioctl's names: what is typed at one end is read at the other.
local m = assert(open("/dev/ptmx", bit.bor(O_RDWR, O_NOCTTY)))
assert(ioctl(m, TIOCSPTLCK, 0) == 0)
local s = assert(open("/dev/pts/" .. ioctl(m, TIOCGPTN), bit.bor(O_RDWR, O_NOCTTY)))
assert(ioctl(m, TIOCSWINSZ, {ws_row = 30, ws_col = 90}) == 0 and ioctl(s, TIOCGWINSZ).ws_col == 90)
write(m, "typed\n")
assert(read(s, 100) == "typed\n" and read(m, 100) == "typed\r\n")  -- with its echo
assert(select(3, ioctl(s, TIOCGSID)) == ENOTTY)                     -- nobody's controlling terminal
assert(select(3, ioctl((pipe()), TIOCGWINSZ)) == ENOTTY)

-- A tun device answers its features before it is an interface; who may not open it has no such test.
local t = open("/dev/net/tun", O_RDWR)
if t then assert(bit.band(ioctl(t, TUNGETFEATURES), IFF_TUN) == IFF_TUN) end
