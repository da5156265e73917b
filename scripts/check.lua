-- checks your solution of an exercise, against a nasty peer
-- usage: check [NAME [FILE]] [--patience SECONDS]   (list; text; FILE checked)
-- NAME alone shows the exercise; without it all are listed.
local path = package.path
package.path = ""                 -- what is built in is meant here, not a student's own sock.lua
local script, exercises, checker = require "script", require "exercises", require "checker"
package.path = path
local option = script.options({patience = 3}, "[NAME [FILE]]")
if not option then return end
local name, file = option.name, option.file

if not name then
  print(script.command("NAME") .. " shows an exercise,")
  print(script.command("NAME", "FILE") .. " checks your script.\n")
  for _, exercise in ipairs(exercises.list) do
    local line = ("  %-14s %s"):format(exercise.name, exercise.about)
    print(script.wrap(line, (" "):rep(17)))
  end
  return
end
local exercise = exercises.find(name)
if not exercise then return script.fail("there is no exercise '" .. name .. "'; " .. script.command() .. " lists them") end
if not file then
  local flowing = exercise.text:gsub("([^\n])\n([^%s])", "%1 %2")
  print(script.wrap(name .. ": " .. exercise.about .. "\n\n" .. flowing))
  local chapter = exercise.chapter
  if chapter then print(script.wrap(("\nChapter %d of the guide has what it takes: guide(%d)"):format(chapter, chapter))) end
  return
end
local found, message = io.open(file)
if not found then return script.fail(message) end
found:close()

local function checked(t)
  arg.closing = t.fds             -- should Ctrl-C end it at a prompt
  return exercise.check(t)
end

local faults = checker.run({check = checked}, file, option.patience)
if faults == 0 then return print("all is right") end
script.fail(faults .. " wrong")
