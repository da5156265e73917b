-- loop: one thread, many conversations. Read it as a lesson.
--
-- A task is a coroutine. Where a call would block, the task says what it waits for and
-- yields; the loop waits for all of them at once, in one select, poll, epoll_wait or
-- kevent, and resumes those whose time has come. So each conversation is written as if
-- it were the only one:
--
--   local loop = require "loop"
--   loop.run(loop.serve, listener, function(fd)
--     while true do
--       local data = loop.recv(fd, 4096)
--       if not data or data == "" then return end
--       if not loop.send_all(fd, data) then return end
--     end
--   end)
--
-- Waiting functions answer what the call of that name answers: nil, message, errno if it
-- was refused, and ETIMEDOUT if `seconds` passed first. Less than 0 are none. They wait in the
-- task's own coroutine: one that the task has made can't.
local poller, waiting, sock, blame = require "poller", require "waiting", require "sock", require "blame"
local connections = require "connections"
local timers = require("timers").new()
local READ, WRITE = poller.READ, poller.WRITE
local yield, coresume, corunning = coroutine.yield, coroutine.resume, coroutine.running
local clock, recv, send, generation, type = clock, recv, send, generation, type
local MSG_DONTWAIT, EAGAIN = MSG_DONTWAIT, EAGAIN
local loop = {}

---------------------------------------------------------------- tasks and whose turn it is

local running, thread = nil, false  -- the task whose turn it is; its coroutine, or what none is
local all, alive = {}, 0          -- tasks that have not ended, and how many they are
local due, count = {}, 0          -- tasks that can go on, in turn
local stopped                     -- loop.stop was called

local TASK = {}                   -- what is found in a task of this loop as its kind
local ENDED = {}                  -- what a task's coroutine answers at its end, and in no yield
local CANCELLED = setmetatable({}, {__tostring = function() return "cancelled" end})
loop.CANCELLED = CANCELLED        -- what a wait raises in a task that was cancelled

-- `why` is what the task's yield is to answer.
local function wake(task, why)
  if task.due or task == running then return end
  count = count + 1
  due[count], task.due, task.why = task, true, why
end

local function pack(...) return {n = select("#", ...), ...} end

local function check_task(name, task)
  if type(task) ~= "table" or rawget(task, "kind") ~= TASK then blame.argument(1, name, "task of this loop", task) end
end

-- loop.spawn(f, ...): a new task that runs f(...); it begins at the next turn.
function loop.spawn(f, ...)
  blame.kind(1, "loop.spawn", "function", f)
  local task = {kind = TASK, arguments = pack(...), due = true}
  task.thread = coroutine.create(function()
    local given = task.arguments
    task.arguments = nil
    task.results = pack(f(unpack(given, 1, given.n)))
    return ENDED
  end)
  all[task], alive, count = true, alive + 1, count + 1  -- as wake does: Ctrl-C can't come in between
  due[count] = task
  return task
end

local function text_of(problem)
  local ok, text = pcall(tostring, problem)
  return ok and text or "an error object"
end

-- What becomes of an error that a task does not catch; replace it to log elsewhere. The
-- others go on.
function loop.report(task, problem)
  local text = debug.traceback(task.thread, text_of(problem)):gsub("\nstack traceback:$", "")
  io.stderr:write("loop: a task ended with an error: ", text, "\n")
end
local report = loop.report

-- Tells of an error. One in what somebody has replaced loop.report with ends nothing.
local function tell(task, problem)
  local ok, why = pcall(loop.report, task, problem)
  if ok then return end
  pcall(report, task, problem)
  pcall(io.stderr.write, io.stderr, "loop: loop.report ended with an error: ", text_of(why), "\n")
end

-- Wakes who waits for a task's end; answers whether anybody hears of it.
local function wake_joined(task)
  local heard = false
  for other in pairs(task.joined or {}) do
    heard = heard or not (other.due and other.why == CANCELLED)
    wake(other)
  end
  return heard
end

-- Ctrl-C may come between any two of these steps, and finish is then called again.
local function finish(task, problem)
  task.ended, task.problem = true, problem
  timers.drop(task)
  local heard = wake_joined(task)
  if not task.results and problem ~= CANCELLED and not heard then tell(task, problem) end
  while task.at_end and #task.at_end > 0 do
    local ok, why = pcall(table.remove(task.at_end, 1), task)
    if not ok then tell(task, "in at_end: " .. text_of(why)) end
  end
  if all[task] then all[task], alive = nil, alive - 1 end
end

local function resume(task, why)
  running, thread = task, task.thread
  local ok, answer = coresume(thread, why)
  running, thread, task.due = nil, false, false  -- at once: after Ctrl-C it would go on a second time
  if not ok then
    finish(task, answer == nil and "nil" or answer)
  elseif answer == ENDED then
    finish(task)
  end
end

-- The task that calls, and may wait.
local function current(name)
  if corunning() == thread then return running end
  blame.tell("loop." .. name .. " waits, and only a task can" ..
    (running and ", not a coroutine that it has made" or ": see loop.spawn and loop.run"))
end

---------------------------------------------------------------- waiting

-- Yields until the task is woken; answers why: nil (ready), or an errno. list[key] is
-- where others find the task meanwhile.
local function pause(task, seconds, list, key)
  if seconds then timers.set(task, seconds) end
  if list then list[key] = task end
  local why = yield()
  if list and list[key] == task then list[key] = nil end
  if seconds then task.deadline = nil end
  if why == CANCELLED then error(CANCELLED, 0) end
  return why
end

-- What a call answers that was woken for another reason than that it can go on.
local function refusal(name, why)
  if why == CANCELLED then error(CANCELLED, 0) end
  return waiting.refusal(name, why)
end

local fds = waiting.new {wake = wake, resume = resume, refusal = refusal, set_timer = timers.set}
local await, may_send = fds.wait, fds.may_send

-- Waits for a descriptor; answers 0, or as refused.
local function wait(name, fd, bits, seconds)
  return await(current(name), name, fd, bits, seconds)
end

-- loop.use(name): "epoll", "kqueue", "poll" or "select". Without it the first of these
-- that the system has.
function loop.use(name)
  if type(name) ~= "string" or type(poller[name]) ~= "function" then
    blame.argument(1, "loop.use", "'epoll', 'kqueue', 'poll' or 'select'", name)
  end
  fds.use(name)
end

-- loop.close(fd): closes it; tasks that wait for it answer EBADF.
function loop.close(fd)
  blame.descriptor(1, "loop.close", fd)
  return fds.close(fd)
end

---------------------------------------------------------------- the loop itself

local batch, turned, turning = {}, 0, 0  -- those that can go on in this turn, and how many have

-- Runs those that can go on, waits for descriptors and time, resumes those that are ready.
-- Where Ctrl-C has ended a turn, the next one goes on with it.
local function turn()
  if turned == turning then
    batch, turned, turning = due, 0, count
    due, count = {}, 0
  end
  while turned < turning do
    local task = batch[turned + 1]
    if task.due and not task.ended then resume(task, task.why) end
    turned = turned + 1
  end
  if alive == 0 or stopped then return end
  local at = timers.next()
  local seconds = at and math.max(0, at - clock())
  if count > 0 then
    seconds = 0
  elseif not seconds and not fds.awaited() then
    error("loop.run: no task can ever go on: each waits for another, or has yielded by itself", 0)
  end
  fds.poll(seconds)
  timers.ring(wake)
end

local inside                      -- loop.run has begun, and not come to its end

-- After Ctrl-C: the task that ran is over, and what else was in the midst of something is put
-- right. Nobody is lost: who can go on is marked, who has a deadline knows it.
local function repair()
  running, thread = nil, false
  timers.clear()
  for task in pairs(all) do
    task.timer = nil
    if task.ended or coroutine.status(task.thread) == "dead" then
      finish(task, task.problem or CANCELLED)
    elseif task.arguments then
      wake(task)                  -- it has not begun
    elseif task.deadline then
      timers.again(task)
    end
  end
  fds.repair()
end

-- Whether a function is being run, by what calls this one.
local function is_under_way(f)
  local level, info = 2, debug.getinfo(2, "f")
  while info and info.func ~= f do
    level = level + 1
    info = debug.getinfo(level, "f")
  end
  return info ~= nil
end

-- loop.run([f, ...]): runs f as a task, and all others, until none is left or loop.stop; answers
-- what f has, if it has ended. After Ctrl-C loop.run() goes on with the others.
function loop.run(f, ...)
  if f ~= nil then blame.kind(1, "loop.run", "function", f) end
  local status = running and coroutine.status(thread)
  if status == "running" or status == "normal" or is_under_way(turn) then
    blame.tell("loop.run: the loop runs already; a task spawns others")
  end
  if inside then repair() end
  fds.recover()
  local first = f and loop.spawn(f, ...)
  inside, stopped = true, false
  while alive > 0 and not stopped do turn() end
  inside = false
  if first and first.results then return unpack(first.results, 1, first.results.n) end
end

-- loop.stop(): loop.run answers after this turn. The tasks stay, for another loop.run.
function loop.stop() stopped = true end

---------------------------------------------------------------- what tasks wait for

-- loop.readable(fd [, seconds]), loop.writable(fd [, seconds]): until a transfer would
-- not block. For whatever has no function here: pipes, timers, signals. One task at a time:
-- that another one waits for the same, or has a send_all that is not done, is an error.
function loop.readable(fd, seconds)
  blame.seconds(2, "loop.readable", seconds)
  return wait("readable", fd, READ, seconds)
end
function loop.writable(fd, seconds)
  blame.seconds(2, "loop.writable", seconds)
  return wait("writable", fd, WRITE, seconds)
end

-- loop.sleep(seconds): the others run meanwhile. 0 lets each of them have a turn.
function loop.sleep(seconds)
  if seconds == nil then blame.argument(1, "loop.sleep", "seconds", nil) end
  blame.seconds(1, "loop.sleep", seconds)
  pause(current "sleep", seconds)
  return 0
end

local size = 0                    -- that loop.recv was given last: most ask for the same one each time

-- loop.recv(fd, count [, seconds]): what has come, up to count bytes; "" is the end. One task
-- receives from a descriptor; that another one waits for it already is an error.
function loop.recv(fd, count, seconds)
  if count ~= size then
    blame.descriptor(1, "loop.recv", fd)
    blame.size(2, "loop.recv", count)
    size = count
  end
  if seconds ~= nil then blame.seconds(3, "loop.recv", seconds) end
  if corunning() ~= thread then current "recv" end
  while true do
    local data, message, err = await(running, "recv", fd, READ, seconds)
    if data then data, message, err = recv(fd, count, MSG_DONTWAIT) end
    if data then return data end
    if err ~= EAGAIN then return nil, message, err end
  end
end

-- loop.recvfrom(fd, count [, seconds]): a datagram, and whose it is. To send one waits for
-- nobody: sendto.
function loop.recvfrom(fd, count, seconds)
  blame.descriptor(1, "loop.recvfrom", fd)
  blame.size(2, "loop.recvfrom", count)
  blame.seconds(3, "loop.recvfrom", seconds)
  while true do
    local data, from, err = wait("recvfrom", fd, READ, seconds)
    if data then data, from, err = recvfrom(fd, count, MSG_DONTWAIT) end
    if data then return data, from end
    if err ~= EAGAIN then return nil, from, err end
  end
end

-- Receives once, for the two that follow. flags are 0 or MSG_PEEK.
local function receive(name, fd, count, flags, seconds)
  while true do
    local data, message, err = wait(name, fd, READ, seconds)
    if data then data, message, err = recv(fd, count, flags + MSG_DONTWAIT) end
    if data then return data end
    if err ~= EAGAIN then return nil, message, err end
  end
end

local recv_exact, recv_until = sock.records("loop", receive)

-- loop.recv_exact(fd, count [, seconds]): as sock.recv_exact. The time is that of each wait.
function loop.recv_exact(fd, count, seconds)
  blame.seconds(3, "loop.recv_exact", seconds)
  return recv_exact(fd, count, seconds)
end

-- loop.recv_until(fd, mark [, limit [, seconds]]): as sock.recv_until.
function loop.recv_until(fd, mark, limit, seconds)
  blame.seconds(4, "loop.recv_until", seconds)
  return recv_until(fd, mark, limit, seconds)
end

-- Sends what is left, in its turn; answers as send_all.
local function send_rest(fd, data, sent, seconds, queue, task)
  while queue[1] ~= task do
    local why = pause(task, seconds)
    if why then
      local _, message, err = refusal("send_all", why)
      return nil, message, err, sent
    end
  end
  while true do
    local ok, message, err
    if fds.is_sending(fd, queue) then
      ok, message, err = await(task, "send_all", fd, WRITE, seconds)
    else                          -- closed since it was this task's turn
      ok, message, err = refusal("send_all", EBADF)
    end
    if not ok then return nil, message, err, sent end
    local n
    n, message, err = send(fd, sent == 0 and data or data:sub(sent + 1), MSG_DONTWAIT)
    if n then
      sent = sent + n
      if sent >= #data then return sent end
    elseif err ~= EAGAIN then
      return nil, message, err, sent
    end
  end
end

-- loop.send_all(fd, data [, seconds]): answers when the kernel has taken all of it. A peer
-- that does not read stops the tasks that send to it, and nobody else: back-pressure.
-- Several tasks may send on one descriptor: first come, first sent, each message whole. That one
-- waits for it in loop.writable is an error, and nothing is sent.
-- After an error a fourth value says how much had been taken; it is the next one's turn.
function loop.send_all(fd, data, seconds)
  local task, sent = running, 0
  if corunning() ~= thread then current "send_all" end
  if type(data) ~= "string" then
    blame.descriptor(1, "loop.send_all", fd)
    blame.argument(2, "loop.send_all", "string", data)
  end
  if seconds ~= nil then blame.seconds(3, "loop.send_all", seconds) end
  if may_send(fd, task) then
    local n, message, err = send(fd, data, MSG_DONTWAIT)
    if n and n >= #data then return n end
    if not n and err ~= EAGAIN then return nil, message, err, 0 end
    sent = n or 0
  end
  local queue = fds.queue(fd, task)
  local ok, n, message, err, taken = pcall(send_rest, fd, data, sent, seconds, queue, task)
  fds.leave(fd, queue, task)
  if not ok then error(n, 0) end
  if n then return n end
  return nil, message, err, taken
end

local accept_with, getaddrinfo_with, connect_with = connections(wait, loop.close)

-- loop.accept(fd [, seconds]): a connection, and whose. The listening socket becomes
-- non-blocking: a client that is gone again must not stop the loop.
function loop.accept(listener, seconds)
  blame.descriptor(1, "loop.accept", listener)
  blame.seconds(2, "loop.accept", seconds)
  current "accept"
  return accept_with(listener, seconds)
end

-- loop.getaddrinfo(node [, service [, hints [, seconds]]]): as getaddrinfo, which waits for
-- name servers; the other tasks run meanwhile.
function loop.getaddrinfo(node, service, hints, seconds)
  blame.seconds(4, "loop.getaddrinfo", seconds)
  current "getaddrinfo"
  return getaddrinfo_with(node, service, hints, seconds)
end

-- loop.connect(address [, seconds]), loop.connect(host, port [, seconds]): a connected
-- socket, which is non-blocking. An entry of getaddrinfo is an address. A name is looked up,
-- and its addresses are tried one after the other; the time is that of each wait.
function loop.connect(address, port, seconds)
  current "connect"
  if type(address) == "string" then
    blame.seconds(3, "loop.connect", seconds)
    if port == nil then blame.argument(2, "loop.connect", "port", nil) end
    return connect_with(nil, {addr = address, port = port}, seconds)
  end
  blame.kind(1, "loop.connect", "table", address)
  blame.seconds(2, "loop.connect", port)
  return connect_with(1, address, port)
end

---------------------------------------------------------------- tasks and tasks

-- loop.join(task [, seconds]): waits for its end; answers true and its results, or false
-- and its error, or nil, message, ETIMEDOUT. Who joins a task hears of its error; it is
-- not reported.
function loop.join(task, seconds)
  check_task("loop.join", task)
  blame.seconds(2, "loop.join", seconds)
  if not task.ended then
    local self = current "join"
    if self == task then blame.tell("loop.join: a task can't wait for its own end") end
    task.joined = task.joined or {}
    local why = pause(self, seconds, task.joined, self)
    if not task.ended then return refusal("join", why) end
  end
  if not task.results then return false, task.problem end
  return true, unpack(task.results, 1, task.results.n)
end

-- loop.cancel(task): what it waits for raises loop.CANCELLED in it, which a pcall may
-- catch to tidy up. A task that has not begun never does.
function loop.cancel(task)
  check_task("loop.cancel", task)
  if task.ended then return end
  if task == running then error(CANCELLED, 0) end
  if task.arguments then
    task.thread = coroutine.create(function() error(CANCELLED, 0) end)
  end
  wake(task, CANCELLED)
  task.why = CANCELLED            -- also where it was to go on for another reason
end

-- loop.within(seconds, f, ...): what f(...) answers, or nil, message, ETIMEDOUT if it takes
-- longer; it is then cancelled, which it hears before that is answered, as where the task that
-- waits for it is.
function loop.within(seconds, f, ...)
  blame.seconds(1, "loop.within", seconds)
  blame.kind(2, "loop.within", "function", f)
  current "within"
  local task = loop.spawn(f, ...)
  local answers = pack(pcall(loop.join, task, seconds))
  if answers[1] and answers[2] then return unpack(answers, 3, answers.n) end
  loop.cancel(task)               -- if it has not ended
  if not answers[1] then error(answers[2], 0) end
  if answers[2] == false then error(answers[3], 0) end
  loop.sleep(0)
  return refusal("within", ETIMEDOUT)
end

-- loop.at_end(task, f): f(task) is called when the task has ended, by an error too.
function loop.at_end(task, f)
  check_task("loop.at_end", task)
  blame.kind(2, "loop.at_end", "function", f)
  if task.ended then return f(task) end
  task.at_end = task.at_end or {}
  table.insert(task.at_end, f)
end

-- loop.serve(listener, handler [, most]): for each connection a task handler(fd, from),
-- after which the descriptor is closed. With `most` connections open it takes no further
-- one: those wait in the kernel's queue.
function loop.serve(listener, handler, most)
  blame.descriptor(1, "loop.serve", listener)
  blame.kind(2, "loop.serve", "function", handler)
  if most ~= nil then
    blame.size(3, "loop.serve", most)
    if most == 0 then blame.argument(3, "loop.serve", "size of 1 or more", most) end
  end
  local self, open, full = current "serve", 0, {}
  while true do
    local fd, from, err = loop.accept(listener)
    if fd then
      local born = generation(fd)
      open = open + 1
      loop.at_end(loop.spawn(handler, fd, from), function()
        if generation(fd) == born then loop.close(fd) end  -- else the handler has, and the number may be another's
        open = open - 1
        if full.task then wake(full.task) end              -- it may take one more
      end)
    elseif err == EMFILE or err == ENFILE or err == ENOBUFS or err == ENOMEM then
      loop.sleep(0.05)            -- no descriptor left, or no memory: it waits in the queue
    else
      return nil, from:gsub("^%w+", "serve") .. ": the listener, descriptor " .. listener, err
    end
    while most and open >= most do pause(self, nil, full, "task") end
  end
end

return loop
