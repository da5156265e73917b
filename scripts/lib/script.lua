-- script: what the demos share: --help, options, an address from the command line.
--
--   local option = require("script").options({seconds = 2}, "[PORT [HOST]]")
--   if not option then return end      -- --help was given, or what is wrong was said
--   print(option.port, option.host, option.seconds)
local sock = require "sock"
local script = {}

-- Prints a demo's own first two lines; help knows those of a demo that is built in.
local function explain(name)
  local file = io.open(name)
  if not file then return help(name) end
  for line in file:lines() do
    if line:sub(1, 3) ~= "-- " then break end
    print(line:sub(4))
  end
  file:close()
end

local function name() return (arg[0] or "?"):match("[^/]*$") end

-- Whether the demo is all that the program was started for: no run(...), and no prompt after it.
local function is_alone()
  local at = -1
  while arg[at] and arg[at] ~= "-i" do at = at - 1 end
  return at < -1 and not arg[at]
end

-- fail(text): says in a line what the user did wrong. The program ends with status 1; where it
-- goes on, at the prompt, the demo has to return:  if bad then return script.fail "..." end
function script.fail(text)
  text = name() .. ": " .. text
  io.stderr:write(is_alone() and "sockrepl: " .. text or script.wrap(text), "\n")
  if is_alone() then os.exit(1) end
end

-- try(word, ...): what a call answered about a word of the command line, a file's name, say. If
-- it was refused it says so, names the word, and answers nil:
--   local fd = script.try(option.file, open(option.file, O_RDONLY))
--   if not fd then return end
function script.try(word, ...)
  local answer, message = ...
  if not answer then return script.fail(message .. ": " .. word) end
  return ...
end

-- What is raised in this module where the command line is wrong, for options to catch.
local function wrong(text) error({wrong = text .. " (try --help)"}, 0) end

local function port_of(word)
  local port = tonumber(word)
  if not port or port < 0 or port > 65535 or port % 1 ~= 0 then
    wrong("a port expected, got '" .. word .. "'")
  end
  return port
end

-- A number is expected where the default is one, and NaN is none; true and false take no value.
local function convert(name, value, default)
  if type(default) ~= "number" then return value end
  if name == "port" then return port_of(value) end
  local number = tonumber(value)
  if not number or number ~= number then wrong("--" .. name .. ": a number expected, got '" .. value .. "'") end
  return number
end

-- Takes what --name says; answers how many words that were.
local function take_option(option, defaults, word, following)
  local name, equals, value = word:match("^%-%-([%a_]+)(=?)(.*)$")
  if not name or defaults[name] == nil then wrong("there is no option " .. word) end
  if type(defaults[name]) == "boolean" then
    option[name] = true
    return 1
  end
  if equals == "" then value = following or wrong("--" .. name .. " needs a value") end
  option[name] = convert(name, value, defaults[name])
  return equals == "" and 2 or 1
end

-- Of a usage with alternatives, "[send FILE | receive]", the one that begins with the first word
-- of the command line; without a word it does not matter.
local function alternative(usage, word)
  local expected = {}
  for one in usage:gmatch("[^|]+") do
    local begin = one:match("^[%[ ]*(%l+)")
    if not begin or not word or begin == word then return one end
    expected[#expected + 1] = begin
  end
  if expected[1] then wrong(table.concat(expected, " or ") .. " expected, got '" .. word .. "'") end
  return usage
end

-- The words of a usage, "[PORT [FILE...]]", each with how many brackets it stands in.
local function read_usage(usage)
  local names, depth = {}, 0
  for mark, name, more in usage:gmatch("([%[%]]?)([%a_]*)([.]*)") do
    depth = depth + (mark == "[" and 1 or mark == "]" and -1 or 0)
    if name ~= "" then names[#names + 1] = {name = name, depth = depth, more = more ~= ""} end
  end
  return names
end

-- Gives the words their names. Those in the same brackets come together, or not at all.
local function name_words(option, names, usage)
  local last, depth = names[#names], 0
  for i, word in ipairs(option) do
    local entry = names[i] or last and last.more and last or wrong("'" .. word .. "' is a word too many")
    depth = entry.depth
    if entry.name:find("PORT$") then word = port_of(word) end
    if not entry.more then option[entry.name:lower()] = word end
  end
  local next_one = names[#option + 1]
  if next_one and next_one.depth <= depth and not next_one.more then
    wrong(next_one.name .. " is missing: " .. name() .. " " .. usage)
  end
end

local function parse(defaults, usage)
  local names = {}
  local option, i = {}, 1
  for name, value in pairs(defaults) do option[name] = value end
  while arg[i] do
    local word, entry = tostring(arg[i]), names[#option + 1] or names[#names]
    local as_it_is = entry and entry.name == "ARGS"      -- for another program
    if word:sub(1, 2) ~= "--" or as_it_is then
      if #option == 0 and usage then names = read_usage(alternative(usage, word)) end
      option[#option + 1] = word
      i = i + 1
    elseif word == "--help" then
      return nil
    else
      i = i + take_option(option, defaults, word, arg[i + 1] and tostring(arg[i + 1]))
    end
  end
  if usage then name_words(option, option[1] and names or read_usage(usage), usage) end
  return option
end

-- options(defaults, usage): the words of the command line as 1, 2, ..., those that the usage
-- names under their names, too, a PORT as a number; and for each --name the value that follows
-- it, or the default. nil after --help, which is printed, and where something is wrong.
function script.options(defaults, usage)
  local ok, option = pcall(parse, defaults or {}, usage)
  if not ok then
    if type(option) ~= "table" then error(option, 0) end
    return script.fail(option.wrong)
  end
  if not option then explain(arg[0]) end
  return option
end

-- connect(option, kind): a connection to the HOST PORT of the command line, or else to a
-- peer of that kind in the background (see the module peers). Where there is none it says so,
-- and answers nil.
function script.connect(option, kind)
  if option.host then
    local fd, message = sock.connect(option.host, option.port)
    return fd or script.fail(message)
  end
  local fd = assert(socket(AF_INET, SOCK_STREAM, 0))
  assert(connect(fd, require("peers")[kind]()))
  return fd
end

-- Who has a port that is taken, and what to do.
local function who_has(port)
  for _, entry in ipairs(fds()) do
    if entry.state == "LISTEN" and entry["local"].port == port then
      return "descriptor " .. entry.fd .. " has port " .. port .. "; reset() closes it"
    end
  end
  return "another program has port " .. port .. " (0: any)"
end

-- listen(option [, default [, backlog]]): a socket that listens at the PORT and HOST of the
-- command line; without them at the default port, or at any, of 127.0.0.1. Where that can't be
-- it says why, and answers nil.
function script.listen(option, default, backlog)
  local port = option.port or default or 0
  local fd, message, err = sock.listen(option.host or "127.0.0.1", port, backlog)
  if fd then return fd end
  if err == EADDRINUSE then
    message = "bind: EADDRINUSE: " .. who_has(port)
  elseif message:find("^bind: ") then
    message = message .. ": " .. (option.host or "127.0.0.1") .. " " .. port
  end
  script.fail(message)
end

-- command(...): how one calls the demo with these words: from a shell, or at the prompt.
function script.command(...)
  if is_alone() then return table.concat({"sockrepl", name(), ...}, " ") end
  return 'run("' .. table.concat({name(), ...}, '", "') .. '")'
end

-- The columns that a line may take: 79, fewer on a narrow terminal.
local function columns()
  local size = ioctl(1, TIOCGWINSZ)
  return math.max(math.min(size and size.ws_col > 0 and size.ws_col or 80, 80) - 1, 20)
end

-- wrap(text [, indent]): no line longer than 79 columns, or than the terminal, where there are
-- blanks to break it at; what is broken goes on after the indent.
function script.wrap(text, indent)
  local lines, width = {}, columns()
  indent = indent or ""
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    while #line > width do
      local at = line:sub(1, width + 1):match("^.*() ")           -- the last blank that fits
      if not at or at <= #indent then at = line:find(" ", #indent + 1, true) end   -- else the next
      if not at then break end
      lines[#lines + 1] = line:sub(1, at - 1)
      line = indent .. line:sub(at + 1)
    end
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n")
end

-- How many bytes follow the first of a character of UTF-8.
local function followers(first) return first < "\224" and 1 or first < "\240" and 2 or 3 end

-- A run of bytes of which the first may begin a character of UTF-8. Kept is what is one, but
-- for control characters (U+0080 to U+009F) and what is written in more bytes than it takes.
local function harmless_run(first, rest)
  local low = (first == "\194" or first == "\224") and rest < "\160" or first == "\240" and rest < "\144"
  if first ~= "" and #rest == followers(first) and not low then return nil end
  return ("?"):rep(#first + #rest)
end

-- harmless(text): what a peer sent, for the terminal: a "?" for each byte that could do
-- something to it.
function script.harmless(text)
  return (text:gsub("%c", "?"):gsub("([\194-\244]?)([\128-\191]*)", harmless_run))
end

-- commas(n): 1234567 as 1,234,567.
function script.commas(n)
  local text = string.format("%d", n):reverse():gsub("(%d%d%d)", "%1,"):reverse()
  return (text:gsub("^(%-?),", "%1"))
end

-- limit(seconds): nil, for ever, of what is 0 or less, or no end that anybody would see.
function script.limit(seconds)
  local YEARS = 1e9
  return seconds > 0 and seconds < YEARS and seconds or nil
end

return script
