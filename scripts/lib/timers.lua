-- timers: when each of many tasks is to be woken, the earliest first.
--
-- timers.new() answers an object t with
--
--   t.set(task, seconds)   the task's time is so many seconds from now
--   t.drop(task)           it has ended; its place in the heap must not hold it
--   t.next()               when the next deadline is, nil if nobody has one
--   t.ring(wake)           calls wake(task, ETIMEDOUT) for each whose time has come
--   t.clear()              forgets all tasks, where the heap may be broken: Ctrl-C may have come
--                          between two steps of a change; then
--   t.again(task)          takes back each that has a deadline still
--
-- A task is a table; its time stands in task.deadline, in the seconds of clock(), and nil
-- there takes it back. They stand in a heap: who comes first is found at once, and a new
-- one finds its place in as many steps as the heap has levels.
--
-- A task has one entry at most. Where its deadline moves back, which each recv with a
-- timeout does, the entry stays and is looked at again when its time comes. One that does
-- not count any more stays too, without its task, until most are such.
local timers = {}
local clock, floor = clock, math.floor

-- new(): nobody has a time yet.
function timers.new()
  local t = {}
  local heap = {}                   -- of {at, task}; the parent of i is i / 2
  local vacant = 0                  -- how many have no task any more

  local function push(at, task)
    t.drop(task)
    local entry, i = {at = at, task = task}, #heap + 1
    task.timer = entry
    while i > 1 and heap[floor(i / 2)].at > at do
      heap[i] = heap[floor(i / 2)]
      i = floor(i / 2)
    end
    heap[i] = entry
  end

  local function pop()
    local first, last, i = heap[1], table.remove(heap), 1
    local n = #heap
    if not first.task then vacant = vacant - 1 end
    if n == 0 then return first end
    while 2 * i <= n do
      local child = 2 * i
      if child < n and heap[child + 1].at < heap[child].at then child = child + 1 end
      if heap[child].at >= last.at then break end
      heap[i] = heap[child]
      i = child
    end
    heap[i] = last
    return first
  end

  function t.set(task, seconds)
    local at = clock() + seconds
    task.deadline = at
    if not task.timer or task.timer.at > at then push(at, task) end
  end

  -- Leaves out the entries without a task: those of connections that are long over would
  -- else be there until the time that they might have taken. What is sorted is a heap.
  local function tidy()
    local kept = {}
    for _, entry in ipairs(heap) do
      if entry.task then kept[#kept + 1] = entry end
    end
    table.sort(kept, function(a, b) return a.at < b.at end)
    heap, vacant = kept, 0
  end

  function t.drop(task)
    if not task.timer then return end
    task.timer.task, task.timer = nil, nil
    vacant = vacant + 1
    if vacant > 100 and vacant > #heap / 2 then tidy() end
  end

  function t.next()
    while heap[1] do
      local task = heap[1].task
      if task and task.deadline then return heap[1].at end
      pop()
      if task then task.timer = nil end
    end
  end

  function t.ring(wake)
    if not heap[1] then return end
    local now = clock()
    while heap[1] and heap[1].at <= now do
      local entry = pop()
      local task = entry.task
      if task then
        task.timer = nil
        if task.deadline and task.deadline > entry.at then
          push(task.deadline, task)
        elseif task.deadline then
          wake(task, ETIMEDOUT)
        end
      end
    end
  end

  function t.clear() heap, vacant = {}, 0 end
  function t.again(task) push(task.deadline, task) end

  return t
end

return timers
