-- script: what the demos share: --help, options, an address from the command line.
--
--   local option = require("script").options {seconds = 2}
--   if not option then return end      -- --help was asked for, and given
--   print(option[1], option.seconds)   -- the words, and --seconds N
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

local function fail(text)
  error((arg[0] or "?"):match("[^/]*$") .. ": " .. text .. " (try --help)", 0)
end

-- A number is expected where the default is one; true and false take no value.
local function convert(name, value, default)
  if type(default) ~= "number" then return value end
  return tonumber(value) or fail("--" .. name .. ": a number expected, got '" .. value .. "'")
end

-- options(defaults): the words of the command line as 1, 2, ..., and for each --name the
-- value that follows it, or the default. nil after --help, which is printed.
function script.options(defaults)
  defaults = defaults or {}
  local option, i = {}, 1
  for name, value in pairs(defaults) do option[name] = value end
  while arg[i] do
    local name, equals, value = arg[i]:match("^%-%-([%a_]+)(=?)(.*)$")
    if arg[i] == "--help" then
      explain(arg[0])
      return nil
    elseif not name then
      option[#option + 1] = arg[i]
    elseif defaults[name] == nil then
      fail("there is no option --" .. name)
    elseif type(defaults[name]) == "boolean" then
      option[name] = true
    else
      if equals == "" then
        i = i + 1
        value = arg[i] or fail("--" .. name .. " needs a value")
      end
      option[name] = convert(name, value, defaults[name])
    end
    i = i + 1
  end
  return option
end

-- port(word): a port's number; without a word 0, which lets the kernel choose.
function script.port(word)
  local port = tonumber(word or 0)
  if not port or port < 0 or port > 65535 or port % 1 ~= 0 then
    fail("a port expected, got '" .. tostring(word) .. "'")
  end
  return port
end

-- connect(option, kind): a connection to the HOST PORT of the command line, or else to a
-- peer of that kind in the background (see the module peers).
function script.connect(option, kind)
  if option[1] then
    return assert(sock.connect(option[1], script.port(option[2] or fail("HOST PORT expected"))))
  end
  local fd = assert(socket(AF_INET, SOCK_STREAM, 0))
  assert(connect(fd, require("peers")[kind]()))
  return fd
end

-- commas(n): 1234567 as 1,234,567.
function script.commas(n)
  local text = string.format("%d", n):reverse():gsub("(%d%d%d)", "%1,"):reverse()
  return (text:gsub("^,", ""))
end

return script
