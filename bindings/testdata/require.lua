-- require: a module's error does not stay with it; who requires itself is told.
local function write(name, text)
  local f = assert(io.open(FOLDER .. "/" .. name .. ".lua", "w"))
  f:write(text)
  f:close()
end
package.path = FOLDER .. "/?.lua;" .. package.path
local function fails(text, name)
  local ok, message = pcall(require, name)
  assert(not ok and message:find(text, 1, true), tostring(message))
end
write("mends", "error 'broken at first'")
fails("broken at first", "mends")
fails("broken at first", "mends")
write("mends", "return {value = ...}")
assert(require("mends").value == "mends" and require "mends" == package.loaded.mends)
write("one", "return require 'other'")
write("other", "return require 'one'")
fails("loop loading module 'one'", "one")
write("silent", "global = 1")
assert(require "silent" == true and global == 1)
write("itself", "package.loaded.itself = 'set by itself'")
assert(require "itself" == "set by itself")
write("wrong", "local x = ")
fails("error loading module 'wrong'", "wrong")
package.preload.given = function(name) return name .. "!" end
assert(require "given" == "given!")
local ok, message = pcall(require, "nowhere")
assert(message:find("module 'nowhere' not found:\n\tno field package.preload['nowhere']\n\tno file", 1, true), message)
assert(not message:find ", *$")

-- A thread looks where the one that started it has been told to.
write("found", "return {where = 'here'}")
function where() return require("found").where, os.places[1] end
os.places = {"added"}
require("found").where = "changed here"
local found, added = join(thread(where))
assert(found == "here" and added == "added")

-- What the library has now is asked: its path, and its loaders.
local path, loaders = package.path, package.loaders
package.path = nil
fails("'package.path' must be a string", "nowhere")
package.path = path
package.loaders = {function(name) return "asked for " .. name end, function(name) return name == "made" and function() return 5 end end}
fails("module 'nowhere' not found:\n\tasked for nowhere", "nowhere")
assert(require "made" == 5)
package.loaders = nil
fails("'package.loaders' must be a table", "nowhere")
package.loaders = loaders

-- load takes pieces, up to a nil or an empty one.
local function pieces(...)
  local list, n = {...}, 0
  return load(function() n = n + 1 return list[n] end, "=pieces")
end
assert(pieces("return ", "4", "2")() == 42 and pieces("return 4", "", "2")() == 4)
local f, message = pieces("return ", 5)
assert(f == nil and message == "reader function must return a string")
f, message = pieces("x =\n", "= 1")
assert(f == nil and message:find("^pieces:2:"), message)
