-- poller: four calls that wait for many descriptors, behind one interface.
--
-- poller.NAME() answers an object with three functions:
--
--   change(fd, old, new)   what is watched: 0, READ, WRITE or READ + WRITE; answers nil,
--                          message, errno if the kernel refuses the descriptor
--   wait(seconds, ready)   waits (nil: for ever) and calls ready(fd, bits) for each that is;
--                          answers how many were told
--   close()                gives back what it holds
--
-- and by_number where it knows a descriptor by its number alone: that may be another's meanwhile.
--
-- All are level-triggered: what is ready is told again until it is dealt with. An error
-- or a hang-up counts as both bits: the transfer that follows says what it is.
local poller = {READ = 1, WRITE = 2}
local READ, WRITE, BOTH = 1, 2, 3
local epoll_wait = epoll_wait

-- What epoll and kqueue refuse, select and poll are not asked about before they wait.
local function known_to_kernel(fd, old)
  if old > 0 then return 0 end
  return fcntl(fd, F_GETFD)
end

-- What a call that waits has answered; nothing is ready if a signal has ended it (here only fault{} does that).
local function told(first, second, err)
  if err == EINTR then return {}, {} end
  return assert(first, second), second
end

-- An array of descriptors from which one can be taken without moving the others: the
-- last one takes its place.
local function set()
  local list, place = {}, {}
  local function add(fd)
    list[#list + 1] = fd
    place[fd] = #list
  end
  local function remove(fd)
    local at, last = place[fd], list[#list]
    list[at], place[last] = last, at
    list[#list], place[fd] = nil, nil
  end
  return list, add, remove
end

-- select: the kernel is told all of them in each call, as bits.
function poller.select()
  local readers, add_reader, remove_reader = set()
  local writers, add_writer, remove_writer = set()
  -- One of them is closed: whoever waits must hear it.
  local function tell_closed(ready)
    local n = 0
    for _, list in ipairs {readers, writers} do
      for i = #list, 1, -1 do
        local fd = list[i]
        if fd and not fcntl(fd, F_GETFD) then n = n + 1 ready(fd, BOTH) end
      end
    end
    return n
  end
  return {
    by_number = true,
    change = function(fd, old, new)
      local ok, message, err = known_to_kernel(fd, old)
      if not ok then return nil, message, err end
      if old % 2 ~= new % 2 then (new % 2 == 1 and add_reader or remove_reader)(fd) end
      if (old >= WRITE) ~= (new >= WRITE) then (new >= WRITE and add_writer or remove_writer)(fd) end
      return 0
    end,
    wait = function(seconds, ready)
      local readable, writable = select(readers, writers, nil, seconds)
      if not readable then return tell_closed(ready) end
      for i = 1, #readable do ready(readable[i], READ) end
      for i = 1, #writable do ready(writable[i], WRITE) end
      return #readable + #writable
    end,
    close = function() end,
  }
end

-- poll: an entry for each, in each call; no bits, so that high numbers cost nothing.
function poller.poll()
  local entries, place = {}, {}
  local events = {POLLIN, POLLOUT, bit.bor(POLLIN, POLLOUT)}
  local failed = bit.bor(POLLERR, POLLHUP, POLLNVAL)
  local function bits_of(revents)
    if bit.band(revents, failed) ~= 0 then return BOTH end
    return (bit.band(revents, POLLIN) ~= 0 and READ or 0) + (bit.band(revents, POLLOUT) ~= 0 and WRITE or 0)
  end
  return {
    by_number = true,
    change = function(fd, old, new)
      local ok, message, err = known_to_kernel(fd, old)
      if not ok then return nil, message, err end
      local at = place[fd]
      if not at then
        entries[#entries + 1] = {fd = fd, events = events[new]}
        place[fd] = #entries
      elseif new > 0 then
        entries[at].events = events[new]
      else
        local last = entries[#entries]
        entries[at], place[last.fd] = last, at
        entries[#entries], place[fd] = nil, nil
      end
      return 0
    end,
    wait = function(seconds, ready)
      local _, found = told(poll(entries, seconds and math.ceil(seconds * 1000) or -1))
      for i = 1, #found do ready(found[i].fd, bits_of(found[i].revents)) end
      return #found
    end,
    close = function() end,
  }
end

-- epoll: the kernel keeps the set; a wait costs what is ready, not what is watched.
--
-- What it keeps is not the number but what that stands for (epoll(7), question 6): if
-- a descriptor is closed while a duplicate lives, in a child perhaps, its events go on, and no
-- number is left to take it out by. So a number that EPOLL_CTL_DEL is refused for gets another
-- name, the data of its events from then on; an event under an old name is about such a
-- leftover, which only goes with the whole set: a new one is made of what is watched.
function poller.epoll()
  local ep = assert(epoll_create1(EPOLL_CLOEXEC))
  local born = generation(ep)
  local events = {EPOLLIN, EPOLLOUT, bit.bor(EPOLLIN, EPOLLOUT)}
  local NUMBERS = 2 ^ 24              -- more than there are descriptors
  local watched, names = {}, {}       -- descriptor -> its bits; -> its name, if not itself
  local renamed = false               -- whether there are such names
  local bits = {}                     -- events -> bits, worked out once for each value
  local function bits_of(e)
    local failed = bit.band(e, bit.bor(EPOLLERR, EPOLLHUP)) ~= 0
    local r = (failed or bit.band(e, EPOLLIN) ~= 0) and READ or 0
    local w = (failed or bit.band(e, EPOLLOUT) ~= 0) and WRITE or 0
    bits[e] = r + w
    return r + w
  end
  local function lost(fd)
    watched[fd], names[fd], renamed = nil, ((names[fd] or fd) + NUMBERS) % 2 ^ 53, true
  end
  -- The descriptor of that name, if it has no newer one.
  local function number_of(name)
    local fd = name % NUMBERS
    return name == (names[fd] or fd) and fd
  end
  -- What is closed meanwhile is told as ready: whoever waits for it must hear it.
  local function renew(ready)
    local new, gone = epoll_create1(EPOLL_CLOEXEC), {}
    if not new then return end        -- no descriptor is left; there will be another event
    for fd, bits in pairs(watched) do
      if not epoll_ctl(new, EPOLL_CTL_ADD, fd, events[bits]) then gone[#gone + 1] = fd end
    end
    dup3(new, ep, O_CLOEXEC)          -- which takes the old one's place
    born = generation(ep)
    names, renamed = {}, false
    close(new)
    for i = 1, #gone do ready(gone[i], BOTH) end
  end
  return {
    change = function(fd, old, new)
      local ok, message, err
      if new == 0 then
        ok, message, err = epoll_ctl(ep, EPOLL_CTL_DEL, fd)
      else
        ok, message, err = epoll_ctl(ep, old == 0 and EPOLL_CTL_ADD or EPOLL_CTL_MOD, fd, events[new], names[fd])
        if err == ENOENT then         -- it was closed, and its number is another's now
          lost(fd)
          ok, message, err = epoll_ctl(ep, EPOLL_CTL_ADD, fd, events[new], names[fd])
        elseif err == EEXIST then
          ok, message, err = epoll_ctl(ep, EPOLL_CTL_MOD, fd, events[new], names[fd])
        end
      end
      if not ok and old > 0 then
        lost(fd)
      else
        watched[fd] = ok and new > 0 and new or nil
      end
      return ok, message, err
    end,
    wait = function(seconds, ready)
      local fds, happened = told(epoll_wait(ep, 256, seconds and math.ceil(seconds * 1000) or -1))
      local stale
      for i = 1, #fds do
        local fd = fds[i]
        if renamed then fd = number_of(fd) end
        if fd then
          ready(fd, bits[happened[i]] or bits_of(happened[i]))
        else
          stale = true
        end
      end
      if stale and ep then renew(ready) end
      return #fds
    end,
    close = function()
      close(ep)
      ep = nil                        -- also where a task of this very wait has asked for another poller
    end,
    lost = function() return generation(ep) ~= born end,
  }
end

-- kqueue: as epoll, on macOS and FreeBSD; reading and writing are two filters.
function poller.kqueue()
  local kq = assert(kqueue())
  local born = generation(kq)
  return {
    change = function(fd, old, new)
      local changes = {}
      local function filter(which, was, is)
        if was ~= is then
          changes[#changes + 1] = {ident = fd, filter = which, flags = is and EV_ADD or EV_DELETE}
        end
      end
      filter(EVFILT_READ, old % 2 == 1, new % 2 == 1)
      filter(EVFILT_WRITE, old >= WRITE, new >= WRITE)
      return kevent(kq, changes, 0)
    end,
    wait = function(seconds, ready)
      local events = told(kevent(kq, nil, 256, seconds))
      for _, event in ipairs(events) do
        ready(event.ident, event.filter == EVFILT_READ and READ or WRITE)
      end
      return #events
    end,
    close = function() close(kq) end,
    lost = function() return generation(kq) ~= born end,
  }
end

return poller
