-- waiting: which task of a loop waits for which descriptor, and what its poller watches.
--
-- One task may wait to read from a descriptor, and one to write, or those whose send_all is
-- not done, in their order. waiting.new(tasks) answers the functions below for tasks with
-- tasks.wake(task, why), tasks.resume(task), tasks.set_timer(task, seconds), and
-- tasks.refusal(name, why): what a call answers that was woken for that reason.
local poller, blame = require "poller", require "blame"
local READ, WRITE = poller.READ, poller.WRITE
local generation, yield = generation, coroutine.yield
local QUIET, DAY = 0.1, 86400     -- seconds
local waiting = {}

-- refusal(name, err): what a call that was refused answers.
function waiting.refusal(name, err)
  return nil, name .. ": " .. (errname(err) or err) .. " (" .. strerror(err) .. ")", err
end

-- new(tasks): nobody waits yet.
function waiting.new(tasks)
  local wake, resume, refusal, set_timer = tasks.wake, tasks.resume, tasks.refusal, tasks.set_timer
  local readers, writers = {}, {} -- descriptor -> the task that waits for it
  local lists = {[READ] = readers, [WRITE] = writers}
  local sending = {}              -- descriptor -> the tasks whose send_all is not done
  local interest = {}             -- descriptor -> bits that the poller watches
  local known = {}                -- descriptor -> its generation when they were set
  local polls = 0                 -- how often the poller was asked
  local anew = {}                 -- descriptor -> polls when it became another one
  local wary = false              -- what the poller tells may be of what has been closed
  local backend, backend_name, by_number  -- the poller; whether it knows no more than numbers
  local fds = {}

  -- Another poller watches what this one did.
  function fds.use(name)
    local new = poller[name]()
    if backend then backend.close() end
    backend, backend_name, by_number = new, name, new.by_number
    for fd, bits in pairs(interest) do backend.change(fd, 0, bits) end
  end

  local function poll_with()
    if not backend then
      for _, name in ipairs {"epoll", "kqueue", "poll"} do
        if pcall(fds.use, name) then break end
      end
    end
    return backend
  end

  -- Somebody has closed the poller's own descriptor.
  function fds.recover()
    if backend and backend.lost and backend.lost() then
      backend = nil               -- not to be closed: the number may be another's now
      fds.use(backend_name)
    end
  end

  -- Nothing is known of a descriptor any more: it is closed, or has been. Who waits for it
  -- answers EBADF; select and poll have to be told.
  function fds.forget(fd)
    for _, list in ipairs {readers, writers} do
      if list[fd] then wake(list[fd], EBADF) end
      list[fd] = nil
    end
    local queue = sending[fd]
    for i = 2, queue and #queue or 0 do wake(queue[i], EBADF) end  -- the first is among the writers, or runs
    sending[fd] = nil
    if interest[fd] then
      backend.change(fd, interest[fd], 0)
      interest[fd] = nil
    end
  end

  -- The number has been closed, and may be another descriptor: what the poller has just told of
  -- it was meant for the other one.
  local function renew(fd)
    fds.forget(fd)
    known[fd], anew[fd], wary = generation(fd), polls, true
  end

  -- Another task that waits is told so before it has done anything: not where a part of its
  -- bytes has gone.
  local function claim(name, list, fd, task)
    local queue, other = list == writers and sending[fd], list[fd]
    if queue and queue[1] ~= task or other and not other.due then
      blame.tell("loop." .. name .. ": another task waits for descriptor " .. fd)
    end
  end

  -- The poller goes on watching a descriptor after the wait, since most are soon waited
  -- for again; if one is ready and nobody waits, it is taken out (see `ready`). A file on a
  -- disk is ready always, and epoll_ctl(2) therefore refuses it.
  function fds.wait(task, name, fd, bits, seconds)
    local list, born = lists[bits], known[fd]
    if not born then
      blame.descriptor(1, "loop." .. name, fd)
      if fd < 0 then return refusal(name, EBADF) end  -- which poll(2) would wait for
    end
    if born ~= generation(fd) then renew(fd) end
    if list[fd] or sending[fd] then claim(name, list, fd, task) end
    local watched = interest[fd] or 0
    if watched ~= bits and watched ~= READ + WRITE then
      local ok, message, err = poll_with().change(fd, watched, watched + bits)
      if err == EPERM then return 0 end
      if err == EBADF then return refusal(name, err) end
      if not ok then return nil, message, err end
      interest[fd] = watched + bits
    end
    if seconds then set_timer(task, seconds) end
    list[fd] = task
    local why = yield()
    if list[fd] == task then list[fd] = nil end
    if seconds then task.deadline = nil end
    if why then return refusal(name, why) end
    return 0
  end

  -- Whether anybody waits.
  function fds.awaited() return next(readers) ~= nil or next(writers) ~= nil end

  -- Whether the descriptor that the poller tells of is the one that is waited for.
  local function is_meant(fd)
    if anew[fd] == polls then return false end
    if known[fd] == generation(fd) then return true end
    fds.forget(fd)
    return false
  end

  -- Resumes who waits for the descriptor; one that is due goes on in its turn, for another
  -- reason. What nobody waits for is not watched any more.
  local function ready(fd, bits)
    if wary and not is_meant(fd) then return end
    if bits == READ then          -- as nearly always
      local reader = readers[fd]
      if reader then
        if not reader.due then resume(reader) end
        return
      end
    end
    local reader, writer = bits ~= WRITE and readers[fd], bits ~= READ and writers[fd]
    if reader and not reader.due then resume(reader) end
    if writer and not writer.due then resume(writer) end
    if reader or writer then return end
    local idle = interest[fd] or 0
    if idle > 0 then
      local rest = bits == READ and idle - idle % 2 or bits == WRITE and idle % 2 or 0
      backend.change(fd, idle, rest)
      interest[fd] = rest > 0 and rest or nil
    end
  end

  local again = 0                 -- when all may be looked at again, in polls
  local seen, others              -- what generation() was then, and whether there were other threads

  -- Who waits for a descriptor that is closed hears of it, which epoll and kqueue have forgotten
  -- without a word. Answers whether one is.
  local function look()
    local n, found = 0, false
    seen, others = generation(), #threads() > 1
    for fd in pairs(interest) do
      n = n + 1
      if known[fd] ~= generation(fd) then
        fds.forget(fd)
        found = true
      end
    end
    again = polls + math.max(n, 16)
    return found
  end

  -- Waits for all of them, so long, and resumes those that are ready. Where something was closed
  -- since all were looked at they are again, when nothing has happened for a moment, or after as
  -- many waits as there are descriptors: one for each. Where there are other threads, which may
  -- close what is waited for, each second.
  function fds.poll(seconds)
    polls = polls + 1
    local strange = generation() ~= seen
    if strange and polls > again then
      if look() then return end
      strange = false
    end
    -- epoll, too, tells of what is closed, while a duplicate lives: in a child, say.
    wary = strange or others or by_number
    local most = strange and QUIET or others and 1 or seconds and DAY
    local short = most and (not seconds or seconds > most)
    local told = poll_with().wait(short and most or seconds, ready)
    if short and told == 0 then look() end
  end

  -- Closes it, which is no reason to look at the others.
  function fds.close(fd)
    fds.forget(fd)
    local before = generation()
    local ok, message, err = close(fd)
    if seen then seen = seen + generation() - before end
    return ok, message, err
  end

  -- Whether a task may send at once: nobody's send_all is in the midst of its bytes. That a task
  -- waits in loop.writable is an error.
  function fds.may_send(fd, task)
    if not known[fd] then blame.descriptor(1, "loop.send_all", fd) end
    if sending[fd] then return false end
    if writers[fd] then
      if known[fd] ~= generation(fd) then renew(fd) end
      claim("send_all", writers, fd, task)
    end
    return true
  end

  -- Puts a task behind those that send; answers them.
  function fds.queue(fd, task)
    if known[fd] ~= generation(fd) then renew(fd) end
    local queue = sending[fd] or {}
    queue[#queue + 1] = task
    sending[fd] = queue
    return queue
  end

  -- Whether those in a queue still send on the descriptor: it was not closed, and the number is not another's.
  function fds.is_sending(fd, queue) return sending[fd] == queue and known[fd] == generation(fd) end

  -- Takes a task out of a queue of senders; it is the next one's turn then.
  function fds.leave(fd, queue, task)
    for i = 1, #queue do
      if queue[i] == task then
        table.remove(queue, i)
        if i == 1 and queue[1] then wake(queue[1]) end
        break
      end
    end
    if #queue == 0 and sending[fd] == queue then sending[fd] = nil end
  end

  -- After Ctrl-C: who has ended waits no more.
  function fds.repair()
    for _, list in ipairs {readers, writers} do
      for fd, task in pairs(list) do
        if task.ended then list[fd] = nil end
      end
    end
    for fd, queue in pairs(sending) do
      for i = #queue, 1, -1 do
        if queue[i].ended then fds.leave(fd, queue, queue[i]) end
      end
      if queue[1] and writers[fd] ~= queue[1] then wake(queue[1]) end
    end
  end

  return fds
end

return waiting
