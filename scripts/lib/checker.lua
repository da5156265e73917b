-- checker: runs a student's script against a peer, and says what is right and what is wrong.
--
--   checker.run(exercise, "mine.lua", 3)
--
-- The script is a process of its own, in a process group of its own. Its calls are traced to a
-- file: so it can be said where it waits. An exercise has a function check(t), a task of the
-- event loop: it plays the peer with the functions of t below. Each wait there ends after so
-- many seconds without a sign of life, and the check with it.
local sock, wrap = require "sock", require("script").wrap
local checker = {}
local t = {}                      -- what a check is given
t.__index = t

local MOST = 1000000              -- bytes that are kept of what a script prints
local ENOUGH = {}                 -- raised where it makes no sense to go on

---------------------------------------------------------------- what is said

-- quote(s): a string so that one sees each byte, and not too many of them.
function checker.quote(s)
  local shown = s:sub(1, 60):gsub('[%c"\\\128-\255]', function(c)
    local short = {["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\"}
    return short[c] or ("\\%03d"):format(c:byte())
  end)
  return '"' .. shown .. '"' .. (#s > 60 and "... (" .. #s .. " bytes)" or "")
end
local quote = checker.quote

-- wrong(what, seen [, why]): says that something is wrong; expect and need below do that.
function t:wrong(what, seen, why)
  self.faults, self.first = self.faults + 1, self.first or self.run
  print(wrap("WRONG " .. what .. ": " .. seen, "      "))
  if why then print(wrap("      " .. why, "      ")) end
end

-- expect(what, right, seen [, why]): says that something is right; or else that it is wrong,
-- what was seen and what was expected, and a hint. Answers `right`.
function t:expect(what, right, seen, why)
  if right then
    print("ok    " .. what)
  else
    self:wrong(what, seen, why)
  end
  return right
end

-- need(...): the same; where it is wrong the check ends.
function t:need(...)
  if not self:expect(...) then error(ENOUGH, 0) end
end

-- must(...): the same, of a mere step to something else: it is not mentioned if it is right.
function t:must(what, right, seen, why)
  if not right then self:need(what, false, seen, why) end
end

-- lost(what, seen [, why]): says that the script is stuck or gone, and where; the check ends.
function t:lost(what, seen, why)
  self:need(what, false, seen .. "; " .. self:whereabouts(), why)
end

-- Shows what the script wrote, each line marked and without control characters.
local function show(title, text)
  if text == "" then return end
  print(title)
  local shown = 0
  for line in text:sub(1, 4000):gmatch("[^\n]+") do
    if line:find("checker.lua:", 1, true) then break end  -- a traceback comes to us
    shown = shown + 1
    if shown > 12 then return print("    | ...") end
    local seen = line:sub(1, 219):gsub("[%c\128-\255]", "?")
    for at = 1, math.max(#seen, 1), 73 do print("    | " .. seen:sub(at, at + 72)) end
  end
end

---------------------------------------------------------------- the script

-- student(words): what runs in the child: the script words[0], as from the command line.
-- Should the checker go away, be it by SIGKILL, nothing of the script may stay: then
-- descriptor 98 ends. One that Ctrl-C has ended has died of that, if it does not catch it.
function checker.student(words)
  thread(function()
    poll({{fd = 98, events = 0}}, -1)
    kill(0, SIGINT)               -- whoever is in its process group
    sleep(1)
    kill(0, SIGKILL)
  end)
  trace {file = words.trace, threads = true}
  os.remove(words.trace)
  local file = words[0]
  package.path = (file:match("^(.*/)") or "./") .. "?.lua;" .. words.path
  words.trace, words.path = nil, nil
  arg = words
  local main, problem = loadfile(file)
  if not main then
    io.stderr:write(problem, "\n")
    os.exit(1)
  end
  main(unpack(words))
end

-- Calls f(...) while require finds only what is built in: not a student's own loop.lua.
local function built_in(f, ...)
  local path = package.path
  package.path = ""
  local answer, message = f(...)
  package.path = path
  return answer, message
end

-- The module is loaded anew in the child: nothing of the session goes along.
local function child(words) require("checker").student(words) end

-- Keeps what comes from the script. One that prints for ever has to wait at last.
function t:collect(fd, into)
  local run = self.run
  self.loop.spawn(function()
    while #run[into] < MOST and self.loop.readable(fd) do
      local data = read(fd, 65536)
      if not data or data == "" then break end
      run[into] = run[into] .. data
    end
    run.open = run.open - 1
  end)
end

-- start(input, args...): starts the script with that standard input (64 KB at most).
function t:start(input, ...)
  self:stop()
  local run = {out = "", err = "", open = 2, read = 1, name = os.tmpname()}
  run.trace = self:keep(assert(open(run.name, O_RDWR)))
  local stdin, to = pipe()
  local out, stdout = pipe()
  local err, stderr = pipe()
  local life, ours = pipe()
  for _, fd in ipairs {out, err, ours} do self:keep(fd) end
  local options = {[0] = stdin, [1] = stdout, [2] = stderr, [98] = life, pass_fds = {}, pgid = 0, grace = 1}
  local words = {[0] = self.file, path = package.path, trace = run.name}
  for i, word in ipairs {...} do words[i] = tostring(word) end   -- as a shell gives them: a port, too
  run.pid = assert(built_in(spawn, child, words, options))
  self.run = run
  for _, fd in ipairs {stdin, stdout, stderr, life} do close(fd) end
  write(to, input)
  close(to)
  self:collect(out, "out")
  self:collect(err, "err")
end

-- ended(): whether the script has; then run.how says how, "exited with 0".
function t:ended()
  local run = self.run
  if not run.how then
    local pid, status, how, used = wait4(run.pid, WNOHANG)
    if pid ~= 0 then
      run.how, run.failed, run.used = how, how ~= "exited with 0", used
    end
  end
  return run.how ~= nil
end

-- stop(): ends the script, if it runs, and all that it has started.
function t:stop()
  local run = self.run
  if not run.pid or run.stopped then return end
  self:ended()
  kill(-run.pid, SIGKILL)
  if not run.how then
    run.used = select(4, wait4(run.pid))
    run.how = "was ended by the checker"
  end
  self:till(function() return run.open == 0 end)   -- what it has written last
  os.remove(run.name)             -- if it did not come so far
  run.stopped = true
end

-- finish([why]): waits until the script ends; answers how ("exited with 0") and its output.
function t:finish(why)
  local run = self.run
  if not self:till(self.ended) then
    self:lost("the script ends", "it still runs after " .. self.patience .. " s", why)
  end
  self:till(function() return run.open == 0 end)
  return run.how, run.out
end

-- traced([from]): the lines that were traced from that place on, a megabyte at most, and where
-- they end; without a place the last megabyte.
function t:traced(from)
  local size = lseek(self.run.trace, 0, SEEK_END)
  local at, pieces = from or math.max(0, size - MOST), {}
  local first, till = at, math.min(size, at + MOST)
  lseek(self.run.trace, at, SEEK_SET)
  while at < till do
    local data = read(self.run.trace, math.min(till - at, 65536))
    if not data or data == "" then break end
    pieces[#pieces + 1], at = data, at + #data
  end
  local text = table.concat(pieces):match("^.*\n") or ""   -- the rest of a line comes later
  local ours = "%[%d+ [^%]\n]*checker%.lua[^\n]*\n"         -- what our own thread did
  return (text:gsub(ours, "")), first + #text
end

-- futile([from]): how many of the calls traced had nothing to do.
function t:futile(from)
  local count = 0
  for line in self:traced(from):gmatch("[^\n]+") do
    if line:find("EAGAIN", 1, true) or line:find("(Timeout)", 1, true) then count = count + 1 end
  end
  return count
end

-- expect_rest(what, why [, before]): of the calls made lately few had nothing to do; `before` is
-- what futile answered while there was reason to wait.
function t:expect_rest(what, why, before)
  local futile = math.max(self:futile(), before or 0)
  self:ended()
  local used = self.run.used
  self:expect(what, futile < 500, ("%d calls or more answered EAGAIN, or that nothing is ready; %.1f s of processor time")
    :format(futile, used and used.ru_utime + used.ru_stime or 0), why)
end

-- waits(): the call in which the script waits, and the last that it has made. What the trace has no wait
-- of does not wait, however little processor time a busy machine gives it.
function t:waits()
  local waits, last = {}, nil
  for line in self:traced():gmatch("[^\n]+") do
    local thread, rest = line:match("^(%[.-%] )(.*)$")
    thread, rest = thread or "", rest or line
    if rest:match("^<%.%.%.") then waits[thread] = nil end
    local begun = rest:match("^(.*) <unfinished")
    if begun then waits[thread] = begun .. ")" end
    last = rest:match("^(.-) <%d") or last
  end
  return waits[""], last
end

-- Says where the script is.
function t:whereabouts()
  if self:ended() then return "the script had ended (" .. self.run.how .. ")" end
  local call, last = self:waits()
  if call then return "the script waited in " .. call end
  if self:till(self.ended, 0.5) then return self:whereabouts() end  -- its sockets close before it has ended
  self:stop()
  local cpu = self.run.used.ru_utime + self.run.used.ru_stime
  return ("the script did not wait, it ran: %.1f s of processor time, the last call %s"):format(cpu, last or "none")
end

---------------------------------------------------------------- waiting, with patience

-- till(f [, seconds]): calls f(t) until it answers something, for so long; answers that.
function t:till(f, seconds)
  local till, answer = clock() + (seconds or self.patience), nil
  repeat
    answer = f(self)
    if answer then return answer end
    self.loop.sleep(0.005)
  until clock() > till
  return f(self)
end

-- line(what [, why]): the next line that the script prints.
function t:line(what, why)
  local line = self:till(function()
    local line = self.run.out:match("^([^\n]*)\n", self.run.read)
    return line or self:ended() and self.run.open == 0 and ENOUGH
  end)
  if not line or line == ENOUGH then self:lost(what, "it printed nothing", not line and why or nil) end
  self.run.read = self.run.read + #line + 1
  return line
end

-- keep(fd): it is closed when the check ends.
function t:keep(fd)
  self.fds[fd] = true
  return fd
end

-- close(fd): before the check ends.
function t:close(fd)
  self.fds[fd] = nil
  self.loop.close(fd)
end

-- listen([buffer]): a listening socket of the peer's, and its port as the kernel chose it.
function t:listen(buffer)
  local fd = self:keep(assert(socket(AF_INET, SOCK_STREAM, 0)))
  if buffer then setsockopt(fd, SOL_SOCKET, SO_RCVBUF, buffer) end
  assert(bind(fd, "127.0.0.1", 0))
  assert(listen(fd))
  sock.set_nonblocking(fd)
  return fd, getsockname(fd).port
end

-- accept(listener): the script's connection.
function t:accept(listener)
  local fd
  self:till(function()
    fd = accept(listener)
    return fd or self:ended()
  end)
  if not fd then
    self:lost("it connects", "no connection came",
      not self:ended() and "the script's arguments are HOST and PORT: connect(fd, arg[1], tonumber(arg[2]))" or nil)
  end
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1)
  return self:keep(fd)
end

-- serve(): starts the script, which is a server; the address that it prints goes to connect.
--
-- It is started with port 0, and prints what getsockname answers. A port that the checker
-- chose might be somebody else's by the time of bind; and this line also says when the
-- server is ready. It is one line of Lua, and that of every demo that is a server.
function t:serve()
  self:start("", "127.0.0.1", 0)
  local why = "after listen:  print(getsockname(listener))"
  local line = self:line("it prints its address", why)
  local port = line:match("127%.0%.0%.1:(%d+)")
  self:must("it prints its address", port, "printed " .. quote(line) .. ', expected "127.0.0.1:PORT"', why)
  self.address = {family = AF_INET, addr = "127.0.0.1", port = tonumber(port)}
end

-- connect(what [, buffer [, segment]]): a client's connection to the script, perhaps with a small
-- receive buffer, and small segments.
function t:connect(what, buffer, segment)
  local fd = self:keep(assert(socket(AF_INET, SOCK_STREAM, 0)))
  if buffer then setsockopt(fd, SOL_SOCKET, SO_RCVBUF, buffer) end
  if segment then setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, segment) end
  local ok, message = connect(fd, self.address)   -- the kernel takes it at once, or refuses
  if not ok then
    self:till(self.ended, 0.2)
    self:lost(what, message)
  end
  sock.set_nonblocking(fd)
  return fd
end

-- Whether a call that receives has been answered since the trace was so long.
function t:has_received(from)
  for line in self:traced(from):gmatch("[^\n]+") do
    if (line:find("recv", 1, true) or line:find("read", 1, true)) and not line:find("<unfinished", 1, true) then
      return true
    end
  end
end

-- send(fd, data [, ...]): sends one piece after the other, each when the script has taken the
-- one before. That the script is gone shows where its answer is missing.
function t:send(fd, ...)
  local before
  for _, piece in ipairs {...} do
    if before then self:till(function() return self:has_received(before) end, 0.2) end
    before = select(2, self:traced())
    self.loop.send_all(fd, piece, self.patience)
  end
end

-- recv(fd, what, seen [, why]): what has come; "" is the end, and a reset. `what` is looked
-- at; `seen` is said where nothing comes.
function t:recv(fd, what, seen, why)
  local data, _, err = self.loop.recv(fd, 65536, self.patience)
  if err == ETIMEDOUT then self:lost(what, seen .. " for " .. self.patience .. " s", why) end
  return data or ""
end

-- recv_until(fd, mark, what, why): all that comes up to the mark. If the script ends the
-- connection before: what came, and true.
function t:recv_until(fd, mark, what, why)
  local text = self.rest[fd] or ""
  while not text:find(mark, 1, true) do
    local seen = text == "" and "nothing came" or quote(text) .. " came, and then nothing"
    local data = self:recv(fd, what, seen, why)
    if data == "" or #text > MOST then return text, true end
    text = text .. data
  end
  local _, last = text:find(mark, 1, true)
  self.rest[fd] = text:sub(last + 1)
  return text:sub(1, last)
end

---------------------------------------------------------------- a check from begin to end

-- An event loop of our own: the session may have one with tasks in it. poll needs no
-- descriptor.
local function new_loop()
  local before = package.loaded.loop
  package.loaded.loop = nil
  local loop = built_in(require, "loop")
  package.loaded.loop = before
  loop.use("poll")
  return loop
end

-- run(exercise, file, patience): checks the file; answers how many things were wrong.
function checker.run(exercise, file, patience)
  local self = setmetatable({file = file, patience = patience, loop = new_loop(), fds = {}, rest = {}, run = {}, faults = 0}, t)
  local ok, problem
  self.loop.run(function()
    ok, problem = pcall(exercise.check, self)
    self:stop()
    self.loop.stop()
  end)
  for fd in pairs(self.fds) do close(fd) end
  if not ok and problem ~= ENOUGH then error(problem, 0) end
  if self.first then
    show("the script wrote to standard error:", self.first.err or "")
    show("the script printed:", self.first.out or "")
  end
  return self.faults
end

return checker
