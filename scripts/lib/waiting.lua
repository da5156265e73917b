-- waiting: which task of a loop waits for which descriptor, and what its poller watches.
--
-- One task may wait to read from a descriptor, and one to write, or those whose send_all is
-- not done, in their order. waiting.new(tasks) answers the functions below for tasks with
-- tasks.wake(task, why), tasks.resume(task) and tasks.pause(task, seconds, list, key).
local poller, blame = require "poller", require "blame"
local READ, WRITE = poller.READ, poller.WRITE
local generation = generation
local waiting = {}

-- refusal(name, err): what a call that was refused answers.
function waiting.refusal(name, err)
  local text = err == ETIMEDOUT and "ETIMEDOUT (Connection timed out)" or "EBADF (Bad file descriptor)"
  return nil, name .. ": " .. text, err
end
local refusal = waiting.refusal

-- check(name, fd): raises where that is none.
function waiting.check(name, fd)
  if type(fd) ~= "number" then blame("loop." .. name .. ": a descriptor expected, got " .. type(fd)) end
end
local check = waiting.check

-- new(tasks): nobody waits yet.
function waiting.new(tasks)
  local wake, resume, pause = tasks.wake, tasks.resume, tasks.pause
  local readers, writers = {}, {} -- descriptor -> the task that waits for it
  local sending = {}              -- descriptor -> the tasks whose send_all is not done
  local interest = {}             -- descriptor -> bits that the poller watches
  local known = {}                -- descriptor -> its generation when they were set
  local backend, backend_name     -- the poller
  local fds = {}

  -- Another poller watches what this one did.
  function fds.use(name)
    local new = poller[name]()
    if backend then backend.close() end
    backend, backend_name = new, name
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

  -- The number may have been closed, and be another descriptor.
  local function renew(fd)
    if known[fd] ~= generation(fd) then
      fds.forget(fd)
      known[fd] = generation(fd)
    end
  end

  -- Another task that waits is told so before it has done anything: not where a part of its
  -- bytes has gone.
  local function claim(name, list, fd, task)
    local queue, other = list == writers and sending[fd], list[fd]
    if queue and queue[1] ~= task or other and not other.due then
      blame("loop." .. name .. ": another task waits for descriptor " .. fd)
    end
  end

  -- The poller goes on watching a descriptor after the wait, since most are soon waited
  -- for again; if one is ready and nobody waits, it is taken out (see `ready`). A file on a
  -- disk is ready always, and epoll_ctl(2) therefore refuses it.
  function fds.wait(task, name, fd, bits, seconds)
    local list = bits == READ and readers or writers
    if not known[fd] then check(name, fd) end
    renew(fd)
    if list[fd] or sending[fd] then claim(name, list, fd, task) end
    local watched = interest[fd] or 0
    if watched ~= bits and watched ~= READ + WRITE then
      local ok, message, err = poll_with().change(fd, watched, watched + bits)
      if err == EPERM then return 0 end
      if not ok then return nil, message, err end
      interest[fd] = watched + bits
    end
    local why = pause(task, seconds, list, fd)
    if why then return refusal(name, why) end
    return 0
  end

  -- Whether anybody waits.
  function fds.awaited() return next(readers) ~= nil or next(writers) ~= nil end

  -- Resumes who waits for the descriptor; one that is due goes on in its turn, for another
  -- reason. What nobody waits for is not watched any more.
  local function ready(fd, bits)
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

  -- Waits for all of them, so long, and resumes those that are ready.
  function fds.poll(seconds) poll_with().wait(seconds, ready) end

  -- Whether a task may send at once: nobody's send_all is in the midst of its bytes. That a task
  -- waits in loop.writable is an error.
  function fds.may_send(fd, task)
    if sending[fd] then return false end
    if writers[fd] then
      renew(fd)
      claim("send_all", writers, fd, task)
    end
    return true
  end

  -- Puts a task behind those that send; answers them.
  function fds.queue(fd, task)
    renew(fd)
    local queue = sending[fd] or {}
    queue[#queue + 1] = task
    sending[fd] = queue
    return queue
  end

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
