-- select and poll over 10,000 descriptors at once: no ceiling of FD_SETSIZE.
local N = 10000
local fds, writers, failed = {}, {}, nil
for _ = 1, N / 2 do
  local r, w, err = pipe()
  if not r then failed = err; break end
  fds[#fds + 1], writers[#writers + 1] = r, w
end
if failed then
  assert(failed == EMFILE or failed == ENFILE)  -- the hard limit is lower here
end
local n = #fds
assert(n > 100, "too few descriptors are allowed here")
assert(#select(fds, nil, nil, 0) == 0)
local r, w = select(fds, writers, nil, 0)
assert(#r == 0 and #w == n)

-- the last, the first, one in the middle
local chosen = {1, math.floor(n / 2), n}
for _, i in ipairs(chosen) do write(writers[i], "x") end
r = select(fds)
assert(#r == 3)
for k, i in ipairs(chosen) do assert(r[k] == fds[i]) end
r = select({fds[1], fds[1], fds[2]}, nil, nil, 0)  -- as they were given, twice too
assert(#r == 2 and r[1] == fds[1] and r[2] == fds[1])

local entries = {}
for i = 1, n do
  entries[i] = {fd = fds[i], events = POLLIN}
  entries[n + i] = {fd = writers[i], events = 0}
end
assert(poll(entries, -1) == 3)
local ready = 0
for i, entry in ipairs(entries) do
  if entry.revents ~= 0 then
    ready = ready + 1
    assert(entry.revents == POLLIN and (i == chosen[1] or i == chosen[2] or i == chosen[3]))
  end
end
assert(ready == 3)
for i = 1, n do
  close(fds[i])
  close(writers[i])
end
