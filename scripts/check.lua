-- checks your solution of an exercise of the lecture, against a peer that behaves nastily
-- usage: check [NAME [FILE]] [--patience SECONDS]   (the list; NAME's text; FILE checked)
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
  for _, exercise in ipairs(exercises.list) do print(("  %-14s %s"):format(exercise.name, exercise.about)) end
  return
end
local exercise = exercises.find(name)
if not exercise then return script.fail("there is no exercise '" .. name .. "'; " .. script.command() .. " lists them") end
if not file then
  print(name .. ": " .. exercise.about .. "\n\n" .. exercise.text)
  if exercise.chapter then print("\nChapter " .. exercise.chapter .. " of the guide has what it takes: guide(" .. exercise.chapter .. ")") end
  return
end
local found, message = io.open(file)
if not found then return script.fail(message) end
found:close()

local faults = checker.run(exercise, file, option.patience)
if faults == 0 then return print("all is right") end
script.fail(faults .. " wrong")
