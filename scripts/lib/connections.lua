-- connections: how a task of a loop comes by one: it accepts it, or finds an address and connects.
--
-- connections(wait, close) answers loop's accept, getaddrinfo and connect, made of a function that
-- waits for a descriptor, wait(name, fd, bits, seconds), and of loop.close.
local poller, sock, blame, waiting = require "poller", require "sock", require "blame", require "waiting"
local READ, WRITE = poller.READ, poller.WRITE

local function pack(...) return {n = select("#", ...), ...} end

-- Answers what f does. What a call finds wrong with an argument of its own is wrong with one of
-- the loop's function of that name: the n-th, or that in the same place.
local function blaming(n, name, f, ...)
  local answers = pack(pcall(f, ...))
  if answers[1] then return unpack(answers, 2, answers.n) end
  local place, what = tostring(answers[2]):match("bad argument #(%d+) to '[%w.]+' (%(.*%))$")
  if not what then error(answers[2], 0) end
  blame.tell(("bad argument #%d to 'loop.%s' %s"):format(n or place, name, what))
end

-- A thread asks, and says with a byte that it has its answer.
local function ask(node, service, hints, w)
  local answers = {pcall(getaddrinfo, node, service, hints)}
  write(w, ".")
  if not answers[1] then error(answers[2], 0) end
  if answers[2] then return answers[2] end
  return nil, answers[3], answers[4]
end

-- What accept refuses and the next one may not: nobody is there, or the client was gone again, or its
-- network is down, which Linux tells of here.
local PASSING = {[EAGAIN] = true, [ECONNABORTED] = true, [EINTR] = true, [EPROTO] = true, [ENETDOWN] = true,
                 [ENETUNREACH] = true, [EHOSTDOWN] = true, [EHOSTUNREACH] = true}

return function(wait, close_in_loop)
  local listening = {}              -- descriptor -> its generation, once it is non-blocking

  local function accept_one(listener, seconds)
    local is_known = listening[listener] == generation(listener)
    if not is_known then
      local ok, message, err = sock.set_nonblocking(listener)
      if err == EBADF then return waiting.refusal("accept", err) end
      if not ok then return nil, message, err end
    end
    while true do                   -- the first time it is asked at once: who does not listen says so
      local fd, from, err = 0
      if is_known then fd, from, err = wait("accept", listener, READ, seconds) end
      if fd then fd, from, err = accept(listener) end
      if not fd and not PASSING[err] then return nil, from, err end
      is_known, listening[listener] = true, generation(listener)
      if fd then return fd, from end
    end
  end

  local function look_up(node, service, hints, seconds)
    local r, w, err = pipe()
    if not r then return nil, w, err end
    local ok, message
    local asking = thread(ask, node, service, hints, w)
    local whole, why = pcall(function() ok, message, err = wait("getaddrinfo", r, READ, seconds) end)
    if not ok then asking:interrupt() end
    local answers = pack(pcall(join, asking))  -- it has ended, or does so now
    close_in_loop(r)
    close(w)
    if not whole then error(why, 0) end        -- it was cancelled
    if not ok then return nil, message, err end
    if not answers[1] then error(answers[2], 0) end
    return unpack(answers, 2, answers.n)
  end

  -- The addresses that are meant, those in numbers at once.
  local function addresses(to, seconds)
    if to.path or to.family and to.family ~= AF_INET and to.family ~= AF_INET6 then return {to} end
    if to.addr == nil or to.port == nil then
      blame.argument(1, "loop.connect", "table with addr and port, or path,", to)
    end
    local hints = {flags = AI_NUMERICHOST, family = to.family, socktype = to.socktype or SOCK_STREAM}
    local entries = getaddrinfo(to.addr, to.port, hints)
    if entries then return to.family and {to} or entries end
    hints.flags = nil
    return look_up(to.addr, to.port, hints, seconds)
  end

  local function finish_connect(fd, seconds)
    local ok, message, err = wait("connect", fd, WRITE, seconds)
    if not ok then return nil, message, err end
    local refused
    refused, message, err = getsockopt(fd, SOL_SOCKET, SO_ERROR)
    if not refused then return nil, message, err end
    if refused ~= 0 then return waiting.refusal("connect", refused) end
    return 0
  end

  local function start_connect(fd, address, seconds)
    local ok, message, err = sock.set_nonblocking(fd)
    if ok then ok, message, err = connect(fd, address) end
    if err == EINPROGRESS then return finish_connect(fd, seconds) end
    return ok, message, err
  end

  -- A connected socket. Where the wait is cancelled, too, none is left open.
  local function connect_to(address, seconds)
    local fd, message, err = socket(address.family or AF_UNIX, address.socktype or SOCK_STREAM, 0)
    if not fd then return nil, message, err end
    local whole, ok
    whole, ok, message, err = pcall(start_connect, fd, address, seconds)
    if ok and whole then return fd end
    close_in_loop(fd)
    if not whole then error(ok, 0) end
    return nil, message, err
  end

  local function connect_to_any(to, seconds)
    local list, message, err = addresses(to, seconds)
    for _, address in ipairs(list or {}) do
      local fd
      fd, message, err = connect_to(address, seconds)
      if fd then return fd end
    end
    return nil, message, err
  end

  return accept_one,
    function(...) return blaming(nil, "getaddrinfo", look_up, ...) end,
    function(n, ...) return blaming(n, "connect", connect_to_any, ...) end
end
