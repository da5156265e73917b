-- Child processes: what they inherit, how they end, what goes to them.

-- status and signals told apart
local function ends(how, script)
  local pid = assert(exec("sh", "-c", script))
  local got, status, text = waitpid(pid)
  assert(got == pid and text == how, text)
  return status
end
local status = ends("exited with 3", "exit 3")
assert(WIFEXITED(status) and WEXITSTATUS(status) == 3 and not WIFSIGNALED(status))
status = ends("killed by SIGKILL", "kill -KILL $$")
assert(WIFSIGNALED(status) and WTERMSIG(status) == SIGKILL and not WIFEXITED(status))

-- stopped, let go on, and then killed
local pid = exec("sleep", "1000")
assert(waitpid(pid, WNOHANG) == 0)
kill(pid, SIGSTOP)
status = select(2, waitpid(pid, WUNTRACED))
assert(WIFSTOPPED(status) and WSTOPSIG(status) == SIGSTOP)
kill(pid, SIGCONT)
status = select(2, waitpid(pid, WCONTINUED))
assert(WIFCONTINUED(status))
kill(pid, SIGKILL)
assert(select(3, waitpid(pid)) == "killed by SIGKILL")
assert(select(3, waitpid(pid)) == ECHILD)

-- what a child has open: a pipe at the same number, less what is FD_CLOEXEC
function opened(...)
  local open = {}
  for i, fd in ipairs {...} do
    if fcntl(fd, F_GETFD) then open[#open + 1] = i end
  end
  write(1, table.concat(open, " "))
end
local a, b = pipe()
local c, d = pipe()
fcntl(d, F_SETFD, FD_CLOEXEC)
local e = d + 20
local function check(want, options)
  local r, w = pipe()
  options[1] = w
  local child = assert(spawn(opened, a, b, c, d, e, options))
  close(w)
  local got = read(r, 100)
  close(r)
  assert(select(3, waitpid(child)) == "exited with 0")
  assert(got == want, string.format("open are %s, not %s", got, want))
end
check("1 2 3", {})
check("4", {pass_fds = {d}})
check("1 4 5", {pass_fds = {a, d}, [e] = c})
check("1 3", {pass_fds = {}, [c] = a, [a] = c})  -- crossed
check("2 3", {[a] = false})

-- environment and folder
local function output(...)
  local r, w = pipe()
  local args = {...}
  args[#args][1] = w
  local child = assert(exec(unpack(args)))
  close(w)
  local text = read(r, 1000)
  close(r)
  waitpid(child)
  return text
end
os.setenv("GIVEN", "yes")
assert(output("sh", "-c", "echo $GIVEN $MORE", {env = {MORE = "a b"}}) == "yes a b\n")
assert(output("sh", "-c", "echo ${GIVEN-unset}", {env = {GIVEN = false}}) == "unset\n")
assert(output("/bin/sh", "-c", "echo ${GIVEN-unset}", {clearenv = true}) == "unset\n")
assert(output("pwd", {cwd = "/"}) == "/\n")
assert(output("sh", "-c", "echo $*", "sh", 1, 2.5, {}) == "1 2.5\n")

-- refusals name what is to blame
local function refused(errno, text, ...)
  local pid, message, err = exec(...)
  assert(pid == nil and err == errno and message:find(text, 1, true), message)
end
refused(ENOENT, "exec: ENOENT (No such file or directory): no-such-program", "no-such-program")
refused(ENOENT, "exec: ENOENT (No such file or directory): /no/such", "/no/such", "argument")
refused(EACCES, "exec: EACCES (Permission denied): /", "/")
refused(ENOENT, "the folder /no/such", "true", {cwd = "/no/such"})
refused(EBADF, "descriptor 99, to be the child's 0", "true", {[0] = 99})
local function wrong(text, ...)
  local ok, message = pcall(...)
  assert(not ok and message:find(text, 1, true), message)
end
wrong("there is no option 'enw'", exec, "true", {enw = {}})
wrong("option 'cwd': path expected, got 5", exec, "true", {cwd = 5})
wrong("option '[0]': descriptor or false expected, got string", exec, "true", {[0] = "x"})
wrong("option '[0]': descriptor or false expected, got 2147483648", exec, "true", {[0] = 2 ^ 31})
refused(EBADF, "descriptor 2147483647, to be the child's 65535", "true", {[65535] = 2 ^ 31 - 1})
wrong("option 'clearenv': boolean expected, got 1", exec, "true", {clearenv = 1})
wrong("option 'pass_fds'", exec, "true", {pass_fds = {"x"}})
wrong("option 'grace': seconds, more than 0, expected, got 0", exec, "true", {grace = 0})
wrong("option 'grace': seconds, more than 0, expected, got NaN", exec, "true", {grace = 0/0})
wrong("there is no option 'nosuch' (there are clearenv, cwd, env, gid, grace, pass_fds, pgid, setsid, uid; [n] = fd puts a descriptor in place)", exec, "true", {nosuch = 1})
wrong("bad argument #2 to 'exec' (string expected, got table)", exec, "true", {}, {})
wrong("bad argument #2 to 'exec' (a string without NUL bytes", exec, "echo", "a\0b")
wrong("option 'grace': seconds, more than 0, expected, got boolean", exec, "true", {grace = false})
wrong("a name, or a descriptor from 0 to 65535, expected, got the key -1", exec, "true", {[-1] = 1})
wrong("a name, or a descriptor from 0 to 65535, expected, got the key 65536", exec, "true", {[65536] = 1})
wrong("a name, or a descriptor from 0 to 65535, expected, got the key boolean", exec, "true", {[true] = 1})
wrong("expected for [1], got string; after a table that is an argument pass {}", exec, "true", {"x"})
wrong("option 'env': the name of a variable expected, got 1", exec, "true", {env = {"A=b"}})
wrong("option 'env': the name of a variable expected, got A=", exec, "true", {env = {["A="] = "b"}})
wrong("option 'env': the name of a variable expected, got ", exec, "true", {env = {[""] = "b"}})
wrong("option 'env': A: a string without NUL bytes", exec, "true", {env = {A = "b\0"}})
wrong("A = string or false expected, got boolean", exec, "true", {env = {A = true}})
wrong("function, file or Lua source expected, got 5", spawn, 5)
wrong("spawn starts a child", fork)

-- process groups
pid = exec("sleep", "1000", {pgid = 0})
assert(getpgid(pid) == pid and getpgid(pid) ~= getpgid())
kill(-pid, SIGTERM)
assert(select(3, waitpid(-pid)) == "killed by SIGTERM")

-- sessions
pid = exec("sleep", "1000", {setsid = true})
assert(getsid(pid) == pid and getpgid(pid) == pid and getsid() ~= pid)
kill(pid, SIGTERM)
waitpid(pid)
pid = exec("sleep", "1000", {setsid = false})
assert(getsid(pid) == getsid() and getsid(0) == getsid(getpid()))
kill(pid, SIGTERM)
waitpid(pid)
refused(EPERM, "exec: EPERM", "true", {setsid = true, pgid = 0})  -- who leads a session stays in its group
wrong("option 'setsid': boolean expected, got 1", exec, "true", {setsid = 1})
pid = spawn(function() os.exit(getsid() == getpid()) end, {setsid = true})
assert(select(3, waitpid(pid)) == "exited with 0")
assert(select(3, getsid(2 ^ 31 - 1)) == ESRCH)

-- another user, of no further groups
if geteuid() == 0 then
  local function id(options)
    local r, w = pipe()
    options[1] = w
    local pid = exec("sh", "-c", "echo $(id -u) $(id -g) $(id -G)", options)
    close(w)
    local text = read(r, 100)
    close(r)
    assert(select(3, waitpid(pid)) == "exited with 0")
    return text
  end
  assert(id({uid = 1234, gid = 1235}) == "1234 1235 1235\n")
  assert(id({uid = 1234}) == "1234 " .. getgid() .. " " .. getgid() .. "\n")
  assert(id({gid = 1235}) == "0 1235 1235\n")
else
  refused(EPERM, "exec: EPERM", "true", {uid = 0})
end
wrong("option 'uid': number of a user expected, got -1", exec, "true", {uid = -1})
wrong("option 'uid': number of a user expected, got 4294967295", exec, "true", {uid = 2 ^ 32 - 1})
wrong("option 'gid': number of a group of users expected, got string", exec, "true", {gid = "nogroup"})

-- a function goes with the globals that it reaches; values as they are
scale, origin = 3, {x = 1}
function scaled(n) return n * scale + origin.x end
string.shout = function(s) return s:upper() .. "!" end
function report(fd, point, ...)
  scale = scale + 1                 -- its own
  write(fd, table.concat({scaled(point[1]), point.name:shout(), select("#", ...), tostring((...))}, " "))
end
local r, w = pipe()
pid = assert(spawn(report, w, {2, name = "up"}, nil, true, {}))
close(w)
assert(read(r, 100) == "9 UP! 2 nil")
assert(scale == 3 and select(3, waitpid(pid)) == "exited with 0")
close(r)

-- what is met twice stays one, what is true stays true, an address and what every state has stay that
leaf = {1, yes = true, no = false}
tree = {left = leaf, right = leaf, [2.5] = "x", [true] = "y"}
tree.self, tree.f, tree.g = tree, scaled, scaled
Class = {__index = function(_, name) return name .. "!" end}
object, format, str, make = setmetatable({}, Class), string.format, string, socket
pid = assert(spawn(function(point, here, twin)
  assert(tree.left == leaf and tree.right == leaf and tree.self == tree and tree.f == tree.g and tree.f == scaled)
  assert(leaf.yes == true and leaf.no == false and tree[2.5] == "x" and tree[true] == "y" and #leaf == 1)
  assert(twin.l == twin.r and twin.me == twin and point == nil)
  assert(object.name == "name!" and format == string.format and str == string and make == socket)
  assert(tostring(here) == "127.0.0.1:80" and here.port == 80)
end, nil, getaddrinfo("127.0.0.1", "80", {family = AF_INET, socktype = SOCK_STREAM})[1],
  (function() local t, leaf = {}, {} t.l, t.r, t.me = leaf, leaf, t return t end)(), {}))
assert(select(3, waitpid(pid)) == "exited with 0")

guard = mutex()
r, w = pipe()
pid = assert(spawn(function() guard:lock() end, {[2] = w}))
close(w)
assert(read(r, 1000):find("global 'guard' was not copied to this process: what threads share cannot go to another process", 1, true))
assert(select(3, waitpid(pid)) == "exited with 1")
close(r)

-- a chunk of source; an error is the status 1
pid = spawn("local n = ... assert(n == 1.5) error('never mind')", 1.5, {[2] = open("/dev/null", O_WRONLY)})
assert(select(3, waitpid(pid)) == "exited with 1")

-- what can't go says so
wrong("captures the local 'scale_of'", spawn, (function() local scale_of = 1 return function() return scale_of end end)())
wrong("bad argument #2 to 'spawn' (what threads share", spawn, report, channel.make(), {})
wrong("near '='", spawn, "x = = 1")
local nobody, message, err = spawn("no_such_script.lua")
assert(nobody == nil and err == ENOENT)

-- another thread, too, may wait; what it waits in can be told, and ended
pid = exec("sleep", "1000")
local t = thread(waitpid, pid)
repeat until threads()[2].blocked == "waitpid"
interrupt(t)
wrong("interrupted", join, t)
kill(pid, SIGKILL)
waitpid(pid)

-- the trace shows them with their options
local name = os.tmpname()
trace{file = name}
wrong("trace: ENOENT (No such file or directory): /no/such", trace, {file = "/no/such"})  -- and goes on
pid = exec("true", "a\n", 5, {[7] = 1, cwd = "/"})
trace(false)
waitpid(pid)
local line = io.open(name):read("*l")
os.remove(name)
assert(line:find('exec("true", "a\\n", 5, {[7] = 1, cwd = "/"}) = ' .. pid, 1, true), line)
