-- a Redis client: sends one command, prints the answer
-- usage: redis [HOST PORT COMMAND [ARGS...]]   (127.0.0.1 6379 SET a b)
local script = require "script"
local sock = require "sock"
local option = script.options(nil, "[HOST PORT COMMAND [ARGS...]]")
if not option then return end

-- A command is an array of strings, each with its length before it: any byte may be in it.
function encode(words)
  local parts = {"*" .. #words .. "\r\n"}
  for _, word in ipairs(words) do parts[#parts + 1] = "$" .. #word .. "\r\n" .. word .. "\r\n" end
  return table.concat(parts)
end

-- An answer's first byte says what it is: + a short text, - an error, : an integer,
-- $ a string with its length, * an array of answers.
function decode(fd, depth)
  local sock = require "sock"     -- a thread has locals of its own
  assert(depth < 32, "an answer nested too deeply")
  local line = assert(sock.recv_until(fd, "\r\n", 65536))
  local kind, rest = line:sub(1, 1), line:sub(2, -3)
  local n = tonumber(rest:match("^-?%d+$"))
  if kind == "+" then return {text = rest} end
  if kind == "-" then return {problem = rest} end
  if kind == ":" and n then return {integer = n, digits = rest} end
  if (kind == "$" or kind == "*") and n == -1 then return {} end
  if kind == "$" and n and n >= 0 and n <= 512 * 1024 * 1024 then
    return {string = assert(sock.recv_exact(fd, n + 2)):sub(1, -3)}
  end
  if kind == "*" and n and n >= 0 then
    local list = {}
    for i = 1, n do list[i] = decode(fd, depth + 1) end
    return {list = list}
  end
  error("not Redis's protocol: " .. ("%q"):format(line:sub(1, 40)), 0)
end

local function escape(text)
  return (text:gsub('[%c"\\\127-\255]', function(c) return ("\\x%02x"):format(c:byte()) end))
end

-- As redis-cli writes them.
local function show(answer, indent)
  if answer.text then return escape(answer.text) end
  if answer.problem then return "(error) " .. escape(answer.problem) end
  if answer.integer then return "(integer) " .. answer.digits end
  if answer.string then return '"' .. escape(answer.string) .. '"' end
  if not answer.list then return "(nil)" end
  if #answer.list == 0 then return "(empty array)" end
  local lines = {}
  for i, element in ipairs(answer.list) do
    local mark = i .. ") "
    lines[i] = (i > 1 and indent or "") .. mark .. show(element, indent .. (" "):rep(#mark))
  end
  return table.concat(lines, "\n")
end

local function ask(fd, words)
  assert(sock.send_all(fd, encode(words)))
  local answer = decode(fd, 0)
  print(show(answer, ""))
  return not answer.problem
end

if option.host then
  local fd = script.connect(option)
  if not fd then return end
  local done, accepted = pcall(ask, fd, {unpack(option, 3)})
  close(fd)
  if not done then return script.fail(accepted) end
  if not accepted then return script.fail("the server refused the command") end
  return
end

-- Unattended: a small server on a thread, which knows SET and GET.
function small_redis(listener)
  local fd, kept = accept(listener), {}
  while true do
    if recv(fd, 1, MSG_PEEK) == "" then close(fd) return end
    local words = decode(fd, 0).list
    local name, key, value = words[1].string:upper(), words[2].string, words[3] and words[3].string
    if name == "SET" then
      kept[key] = value
      send(fd, "+OK\r\n")
    else
      send(fd, kept[key] and "$" .. #kept[key] .. "\r\n" .. kept[key] .. "\r\n" or "$-1\r\n")
    end
  end
end
local listener = assert(sock.listen("127.0.0.1", 0))
thread(small_redis, listener)
local fd = assert(sock.connect("127.0.0.1", getsockname(listener).port))
for _, words in ipairs {{"SET", "a", "b\r\nc"}, {"GET", "a"}, {"GET", "nothing"}} do
  print("> " .. escape(table.concat(words, " ")))
  ask(fd, words)
end
close(fd) close(listener)
