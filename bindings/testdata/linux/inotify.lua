-- inotify: what is made, written, moved and taken away in a folder is told of, in order.
local function events(data)
  local list, at = {}, 1
  while at <= #data do
    local wd, mask, cookie, length, start = string.unpack("=i4I4I4I4", data, at)
    list[#list + 1] = {wd = wd, mask = mask, cookie = cookie, name = data:sub(start, start + length - 1):match("^%Z*")}
    at = start + length
  end
  return list
end

local i = assert(inotify_init1(bit.bor(IN_NONBLOCK, IN_CLOEXEC)))
assert(fcntl(i, F_GETFD) == FD_CLOEXEC)
local wd = assert(inotify_add_watch(i, FOLDER, bit.bor(IN_CREATE, IN_CLOSE_WRITE, IN_MOVE, IN_DELETE)))
assert(select(3, read(i, 4096)) == EAGAIN and poll({{fd = i, events = POLLIN}}, 0) == 0)

local fd = assert(open(FOLDER .. "/a", bit.bor(O_CREAT, O_WRONLY)))
write(fd, "x")
close(fd)
os.rename(FOLDER .. "/a", FOLDER .. "/b")
unlink(FOLDER .. "/b")
assert(poll({{fd = i, events = POLLIN}}, 5000) == 1)
local list = events(read(i, 4096))
local want = {{IN_CREATE, "a"}, {IN_CLOSE_WRITE, "a"}, {IN_MOVED_FROM, "a"}, {IN_MOVED_TO, "b"}, {IN_DELETE, "b"}}
assert(#list == #want, #list)
for n, w in ipairs(want) do
  assert(list[n].wd == wd and list[n].mask == w[1] and list[n].name == w[2], n)
end
assert(list[3].cookie == list[4].cookie and list[3].cookie ~= 0)

assert(inotify_rm_watch(i, wd) == 0)
assert(events(read(i, 4096))[1].mask == IN_IGNORED)
assert(select(3, inotify_rm_watch(i, wd)) == EINVAL)
assert(select(3, inotify_add_watch(i, FOLDER .. "/none", IN_CREATE)) == ENOENT)
assert(select(3, inotify_add_watch(i, FOLDER, 0)) == EINVAL)
assert(select(2, pcall(inotify_add_watch, i, "a\0b", IN_CREATE)):find("bad argument #2 to 'inotify_add_watch' (a path without NUL bytes expected)", 1, true))

-- A blocked read of it ends with the event.
local j = inotify_init1()
inotify_add_watch(j, FOLDER, IN_CREATE)
local t = thread(function(fd) return read(fd, 4096) end, j)
mkdir(FOLDER .. "/c")
assert(events(join(t))[1].name == "c")
rmdir(FOLDER .. "/c")
