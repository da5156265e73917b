-- blame: what a program has done wrong is told at the program's line, not at the library's.
--
--   blame.tell(text)                        raises it where the program called the library
--   blame.argument(n, name, wanted, value)  that the n-th argument of `name` is not what is wanted
--
-- and what an argument is looked at with, which raises where it is none:
--
--   blame.descriptor(n, name, value)        blame.size(n, name, value)
--   blame.kind(n, name, wanted, value)      a value of that type
--   blame.seconds(n, name, value)           nil, too: for ever
local blame = {}

-- Sources that are not the program's, and what it called the library through.
local library = {["=(tail call)"] = true, ["=[C]"] = true}
for _, name in ipairs {"blame", "connections", "loop", "sock", "waiting"} do library["@lib/" .. name .. ".lua"] = true end

function blame.tell(text)
  local level, info = 2, debug.getinfo(2, "S")
  while info and library[info.source] do
    level = level + 1
    info = debug.getinfo(level, "S")
  end
  error(text, level)
end

function blame.argument(n, name, wanted, value)
  local got = type(value)
  if got == "number" then got = value ~= value and "NaN" or tostring(value) end
  blame.tell(("bad argument #%d to '%s' (%s expected, got %s)"):format(n, name, wanted, got))
end

local function is_whole(value) return type(value) == "number" and value % 1 == 0 end

function blame.descriptor(n, name, value)
  if not is_whole(value) or math.abs(value) >= 2 ^ 31 then blame.argument(n, name, "descriptor", value) end
end

function blame.size(n, name, value)
  if not is_whole(value) or value < 0 then blame.argument(n, name, "size", value) end
end

function blame.kind(n, name, wanted, value)
  if type(value) ~= wanted then blame.argument(n, name, wanted, value) end
end

-- NaN is neither before nor after another time: it would stand in everybody's way.
function blame.seconds(n, name, value)
  if value ~= nil and (type(value) ~= "number" or value ~= value) then
    blame.argument(n, name, "seconds", value)
  end
end

return blame
