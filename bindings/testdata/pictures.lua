-- What prints as a picture is a plain table: a program may put anything into it.
local a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
assert(tostring(fds {fd = a}[1]) == tostring(fds {fd = a}) and tostring(fdinfo(a)) ~= tostring(fds {fd = a}))
local changes, of = generation(), generation(a)
assert(close(dup2(b, a)) == 0 and generation() > changes and generation(a) > of)
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
for _, t in ipairs {fds(), fds()[1], fdinfo(a), fds {fd = a}} do
  t.self = t
  for i = 1, 20 do t["again" .. i] = t end
  for _, name in ipairs {"type", "flags", "local", "remote", "state", "recvq", "sendq", "queue", "options", "fd", "path"} do
    for _, v in ipairs {t, {}, {1, {2}}, {x = t}, true, -1, 1.5, 1e300, "\27[31m", print} do
      t[name] = v
      local text = tostring(t)
      assert(not text:find("\27"), name)
    end
  end
  t[1] = t
  tostring(t)
end
