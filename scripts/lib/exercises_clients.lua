-- exercises_clients: the exercises in which the script is a client. See the module exercises.
local checker = require "checker"
local quote, commas = checker.quote, require("script").commas
local clients = {}

-- Splits a text into lines, of which the last may have no end.
local function lines_of(text)
  local lines, rest = {}, 1
  for line, after in text:gmatch("([^\n]*)\n()") do lines[#lines + 1], rest = line, after end
  if rest <= #text then lines[#lines + 1] = text:sub(rest) end
  return lines
end

local function bytes_of(text)
  local bytes = {}
  for i = 1, #text do bytes[i] = text:sub(i, i) end
  return unpack(bytes)
end

local function expect_success(t, how)
  t:expect("it ends with status 0", how == "exited with 0", "it " .. how)
end

---------------------------------------------------------------- echo_client

local LOOP = "recv answers what has come, be it one byte: call it until \"\\n\" is there"

-- What is asked, and how the answer comes.
local questions = {
  {"one", "in one piece", function(s) return s end},
  {"byte by byte", "byte by byte", bytes_of},
  {"in the middle", "in two pieces", function(s) return s:sub(1, 6), s:sub(7) end},
  {"", "a line end alone", function(s) return s end},
  {("long "):rep(3000), "15,000 bytes", function(s) return s:sub(1, 5000), s:sub(5001, 14000), s:sub(14001) end},
  {"the last", "in one piece", function(s) return s end},
}

clients.echo_client = {
  name = "echo_client", chapter = 5,
  about = "a client that sends lines and prints the answers, which come in pieces",
  text = [[
Connect to the server at HOST PORT. Send it each line of standard input, with its "\n", and
print the line that it answers. When the input ends, end: with status 0.

  sockrepl mine.lua HOST PORT < lines

Checked: the server gets each line whole; each answer is printed whole, also one that comes
byte by byte, or is long; the script ends when its input has ended.]],
  check = function(t)
    local listener, port = t:listen()
    local input = {}
    for i, q in ipairs(questions) do input[i] = q[1] .. "\n" end
    t:start(table.concat(input), "127.0.0.1", port)
    local fd = t:accept(listener)
    for i, q in ipairs(questions) do
      local got, ended = t:recv_until(fd, "\n", "the server gets line " .. i,
        'the server waits for the "\\n", and the client for the answer: send(fd, line .. "\\n")')
      if ended then break end
      if got ~= input[i] and #t.run.out > 0 then break end  -- the answer before was not read whole
      t:must("the server gets line " .. i, got == input[i], quote(got) .. " came, expected " .. quote(input[i]))
      t:send(fd, q[3](got))
    end
    t:till(function() return t.loop.recv(fd, 65536, 0.1) == "" or t:ended() end)
    local how, out = t:finish("standard input has ended: io.read() answers nil, the loop over io.lines() is over")
    local printed = lines_of(out)
    for i, q in ipairs(questions) do
      local right = t:expect(("answer %d, %s"):format(i, q[2]), printed[i] == q[1],
        "printed " .. (printed[i] and quote(printed[i]) or "nothing") .. ", expected " .. quote(q[1]), LOOP)
      if not right then break end   -- the others are out of step, too
    end
    t:expect("it prints nothing else", #printed <= #questions, #printed .. " lines, expected " .. #questions)
    expect_success(t, how)
  end,
}

---------------------------------------------------------------- missing_crlf

local HEADER = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"
local BODY = "a rose is a rose\r\n\r\n" .. ("is a rose "):rep(2000) .. "\n"

local function expect_request(t, request)
  local first = request:match("^[^\r\n]*")
  t:expect("the request line", first:match("^GET /%S* HTTP/1%.[01]$"),
    quote(first) .. ' came, expected "GET / HTTP/1.0"')
  t:expect("lines end with \\r\\n", not request:gsub("\r\n", ""):find("[\r\n]"),
    quote(request) .. " came", "HTTP ends each line with both: \"\\r\\n\"")
  if first:find("1.1", 1, true) then
    t:expect("HTTP/1.1 needs a Host", request:lower():find("\r\nhost:", 1, true), quote(request) .. " came")
  end
end

-- Says what is wrong with what was printed of the body.
local function expect_body(t, out)
  local seen, why = #out .. " bytes were printed: " .. quote(out)
  if out:find("HTTP/1.", 1, true) then
    why = 'with the header: the body begins after the first "\\r\\n\\r\\n"'
  elseif #out < #BODY and out ~= "" and (BODY:find(out, 1, true) or BODY:find(out:sub(1, -2), 1, true)) then
    why = 'that is a part of it. There is no Content-Length: the body goes on until recv answers ""'
  end
  t:expect("the body alone, whole", out == BODY or out == BODY .. "\n",
    seen .. ", expected " .. #BODY .. ": " .. quote(BODY), why)
end

clients.missing_crlf = {
  name = "missing_crlf", chapter = 6,
  about = "a GET request that is complete, and an answer without a length",
  text = [[
Connect to the web server at HOST PORT, ask for "/", and print the body of the answer, without
the header. The server closes the connection when all is sent.

  sockrepl mine.lua HOST PORT

Checked: each byte of the request up to the empty line; the body is printed, all of it and
nothing else, though it comes in pieces that are cut where it hurts.]],
  check = function(t)
    local listener, port = t:listen()
    t:start("", "127.0.0.1", port)
    local fd = t:accept(listener)
    local what = "the request is complete"
    local why = 'an empty line ends a request; without it the server waits for more, and the client for the answer:' ..
      ' "GET / HTTP/1.0\\r\\n\\r\\n"'
    local request, ended = t:recv_until(fd, "\r\n\r\n", what, why)
    t:need(what, not ended, quote(request) .. " came, and then the end", why)
    expect_request(t, request)
    local answer = HEADER .. BODY
    local cut = #HEADER - 2         -- in the midst of the empty line
    t:send(fd, answer:sub(1, 9), answer:sub(10, cut), answer:sub(cut + 1, cut + 20), answer:sub(cut + 21, 9000), answer:sub(9001))
    t:close(fd)
    local how, out = t:finish('the server has closed: recv answers ""')
    expect_body(t, out)
    expect_success(t, how)
  end,
}

---------------------------------------------------------------- send_all

local NUMBERS, SIZE = 625000, 5000000

-- Whether a line of the trace says that there was no room: a call that sends was refused, or
-- waits; or one waits that was asked about writing. (epoll_wait does not say what it was asked.)
local function says_full(line)
  local sends = line:match("^send") or line:match("^p?write")
  local waits = line:find("<unfinished", 1, true)
  if sends then return waits or line:find("EAGAIN", 1, true) end
  return waits and (line:match("^select%(%[[^%]]*%], %[%d") or line:match("^poll%(.*POLLOUT")
    or line:match("^epoll_wait%(") or line:match("^kevent%("))
end

-- Reads nothing until the script has met a full buffer, however slowly it fills it; answers
-- where its trace says so. A script that stands still in another call will not.
local function until_full(t)
  local from, alive = 0, clock()
  while not t:ended() and clock() - alive < t.patience do
    local text, till = t:traced(from)
    if till > from then from, alive = till, clock() end
    for at, line in text:gmatch("()([^\n]+)") do
      line = line:gsub("^%[.-%] ", "")               -- the thread
      if says_full(line) then return till - #text + at - 1 end
      if line:match("^shutdown%(") then return end   -- it has nothing more to send
    end
    t.loop.sleep(0.005)
  end
end

-- Lets the buffers fill up, and the script wait for half a second; then reads with small pauses,
-- to the end. Answers the bytes, and how many calls had nothing to do meanwhile, nil if the
-- buffers were never full.
local function read_slowly(t, fd)
  local pieces, got, futile = {}, 0, nil
  local from = until_full(t)      -- on a busy machine it may be done with that long before now
  if from then
    t.loop.sleep(0.5)
    futile = t:futile(from)
  end
  while true do
    local data = t:recv(fd, "the writing side is shut down", commas(got) .. " bytes came, but no end of file",
      "the reader can't know that this is all: shutdown(fd, SHUT_WR) tells it")
    if data == "" then return table.concat(pieces), futile end
    pieces[#pieces + 1], got = data, got + #data
    t.loop.sleep(0.005)
  end
end

-- Where two texts differ first, as the line that was expected there.
local function first_difference(got, expected)
  local low, high = 0, #got       -- the first `low` bytes are equal, the first `high` are not
  while high - low > 1 do
    local middle = math.floor((low + high) / 2)
    if got:sub(1, middle) == expected:sub(1, middle) then low = middle else high = middle end
  end
  local from = low - low % 8 + 1
  return ("from byte %s on %s came, expected %s"):format(commas(from),
    quote(got:sub(from, from + 15)), quote(expected:sub(from, from + 15)))
end

local function expect_numbers(t, data)
  if data == "" then t:lost("the bytes come", "none came before the end of the connection") end
  local numbers = {}
  for i = 1, NUMBERS do numbers[i] = ("%07d\n"):format(i) end
  local expected = table.concat(numbers)
  local same = data == expected:sub(1, #data)
  t:expect("the bytes that come are in order", same, same or first_difference(data, expected),
    "after a send that took n bytes go on with the byte after them: data:sub(n+1); " ..
    "one that answered EAGAIN took none")
  t:expect("all of them come", #data == SIZE,
    commas(#data) .. " bytes came before the end, expected " .. commas(SIZE),
    t.run.err:find("EAGAIN", 1, true)
      and "EAGAIN is no failure: the buffer is full. select(nil, {fd}) waits until there is room"
      or "send answers how many bytes it took: send the rest, in a loop")
end

local function expect_wait(t, futile)
  local what = "it waits while there is no room"
  if futile then return t:expect_rest(what, "select(nil, {fd}) waits until there is room", futile) end
  t:wrong(what, "it never waited, and no send answered EAGAIN")
end

clients.send_all = {
  name = "send_all", chapter = 9,
  about = "5,000,000 bytes to a slow reader, without blocking, and without a busy loop",
  text = [[
Connect to the server at HOST PORT, and make the socket non-blocking. Send the numbers from 1
to 625,000, each as string.format("%07d\n", n): 5,000,000 bytes. Then tell the server that this
is all, while you still listen: it answers a line. Print the line, and end with status 0.

  sockrepl mine.lua HOST PORT

Checked: every byte comes, in order, though the server reads slowly; the socket is
non-blocking; while there is no room the script waits; the server sees the end of the data,
and its answer is printed.]],
  check = function(t)
    local listener, port = t:listen(20000)
    t:start("", "127.0.0.1", port)
    local fd = t:accept(listener)
    local data, futile = read_slowly(t, fd)
    local answer = commas(#data) .. " bytes came"
    t:send(fd, answer .. "\n")
    expect_numbers(t, data)
    local how, out = t:finish("the server has answered a line, and you have printed it")
    t:expect("the socket is non-blocking", t:traced(0):find("_NONBLOCK", 1, true),
      "no call set O_NONBLOCK", "fcntl(fd, F_SETFL, bit.bor(fcntl(fd, F_GETFL), O_NONBLOCK)), after connect")
    expect_wait(t, futile)
    t:expect("it prints the server's answer", out == answer .. "\n",
      "printed " .. quote(out) .. ", expected " .. quote(answer),
      "shutdown(fd, SHUT_WR) ends what you send; close(fd), or the script's end, also what you receive")
    expect_success(t, how)
  end,
}

---------------------------------------------------------------- recv_exact

local function message(body) return string.pack(">s4", body) end

local LONG = ("0123456789"):rep(7000)
local EXACT = "recv(fd, n) answers n bytes at most, often fewer: loop until you have n"

-- Runs the script with a server that sends these pieces, and closes.
local function hear(t, why, ...)
  local listener, port = t:listen()
  t:start("", "127.0.0.1", port)
  local fd = t:accept(listener)
  t:send(fd, ...)
  t:close(fd)
  t:close(listener)
  return t:finish(why)
end

local function expect_messages(t)
  local expected = {
    {"one", "byte by byte"}, {"two", "with others in one piece"}, {"", "empty"},
    {"three", "with others in one piece"}, {"four", "cut in its length"}, {LONG, "70,000 bytes"},
  }
  local last = message("four") .. message(LONG)
  local pieces = {bytes_of(message("one"))}
  for _, piece in ipairs {message("two") .. message("") .. message("three"), last:sub(1, 2), last:sub(3, 30000), last:sub(30001)} do
    pieces[#pieces + 1] = piece
  end
  local how, out = hear(t, 'at the end of the connection recv answers "": end there', unpack(pieces))
  local printed = lines_of(out)
  for i, m in ipairs(expected) do
    local right = t:expect("message " .. i .. ", " .. m[2], printed[i] == m[1],
      "printed " .. (printed[i] and quote(printed[i]) or "nothing") .. ", expected " .. quote(m[1]), EXACT)
    if not right then break end   -- the others are out of step, too
  end
  t:expect("it prints nothing else", #printed <= #expected, #printed .. " lines, expected " .. #expected)
  expect_success(t, how)
end

clients.recv_exact = {
  name = "recv_exact", chapter = 5,
  about = "messages with their length before them, however they are cut",
  text = [[
Connect to the server at HOST PORT. It sends messages: four bytes with the length, the
highest first, then so many bytes. Print each message on a line. When the server closes, end:
with status 0 after a whole message; in the midst of one with an error, as error("...") does.

  sockrepl mine.lua HOST PORT

string.unpack(">I4", bytes) is the number. Checked: messages that come byte by byte, several at
once, empty and long ones; an end in the midst of a message, and of a length.]],
  check = function(t)
    expect_messages(t)
    for what, piece in pairs {["a message"] = message("never whole"):sub(1, 8), ["a length"] = message("one"):sub(1, 2)} do
      local how = hear(t, 'recv answers "" for ever at the end: end there', message("whole"), piece)
      t:expect("an end in the midst of " .. what .. " is an error", how == "exited with 1", "it " .. how .. ", expected 1",
        'recv answered "", and bytes were still to come: error("the server ended too early")')
    end
  end,
}

---------------------------------------------------------------- nonblocking

-- Seconds, which are long beside what a loaded machine adds to anything.
local OVER = 3

-- Answers the servers' connections when each has been asked. The first has not answered yet.
local function asked(t, listeners)
  local fds = {t:accept(listeners[1])}
  for i, listener in ipairs(listeners) do
    local what = "server " .. i .. " is asked"
    fds[i] = fds[i] or t:till(function() return accept(listener) end, 1)
    if not fds[i] then
      t:lost(what, "server 1 was, and a second later " .. i .. " had no connection", "ask all, then wait for all at once")
    end
    t:keep(fds[i])
    local line = t:recv_until(fds[i], "\n", what, 'send(fd, "time?\\n"), to all, before you wait for an answer')
    t:must(what, line == "time?\n", quote(line) .. ' came, expected "time?\\n"')
  end
  t:expect("all are asked before one has answered", true)
  return fds
end

clients.nonblocking = {
  name = "nonblocking", chapter = 10,
  about = "asks three servers at once, and waits two seconds, not longer, for the answers",
  text = [[
Connect to three servers at HOST, and send each the line time? at once. Print a line for each,
in their order: what it answered, a line, if that came within two seconds; else timeout.

  sockrepl mine.lua HOST PORT1 PORT2 PORT3

Checked: all are asked before the first answers; one of them never does; an answer that comes in
pieces is printed whole; the script has ended after three seconds, and has waited meanwhile,
not asked the kernel again and again.]],
  check = function(t)
    local listeners, ports = {}, {}
    for i = 1, 3 do listeners[i], ports[i] = t:listen() end
    t:start("", "127.0.0.1", unpack(ports))
    local fds = asked(t, listeners)
    local began = clock()
    t:send(fds[3], "half ")
    t.loop.sleep(0.3)
    t:send(fds[3], "past\n")
    t.loop.sleep(began + 1.2 - clock())
    t:send(fds[1], "ten\n")
    local how, out = t:finish("a server that never answers: give select the time that is left of the two seconds")
    local seconds = clock() - began
    local printed = lines_of(out)
    for i, expected in ipairs {"ten", "timeout", "half past"} do
      t:expect("server " .. i .. ({" answers after 1.2 s", " never answers", " answers in two pieces"})[i],
        printed[i] == expected, "printed " .. (printed[i] and quote(printed[i]) or "nothing") .. ", expected " .. quote(expected),
        i == 3 and LOOP or nil)
    end
    t:expect("it is over after three seconds", seconds < OVER, ("it took %.1f s"):format(seconds),
      "two seconds in all, not for each: give select the time that is left")
    t:expect_rest("it waits for the answers", "select(fds, nil, nil, seconds) waits for whichever comes first")
    expect_success(t, how)
  end,
}

return clients
