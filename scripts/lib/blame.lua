-- blame: what a program has done wrong is told at the program's line, not at the library's.
--
-- blame(text) raises it where the program called the library.

-- Sources that are not the program's, and what it called the library through.
local library = {["@lib/loop.lua"] = true, ["@lib/waiting.lua"] = true, ["@lib/sock.lua"] = true,
  ["=(tail call)"] = true, ["=[C]"] = true}

return function(text)
  local level, info = 2, debug.getinfo(2, "S")
  while info and library[info.source] do
    level = level + 1
    info = debug.getinfo(level, "S")
  end
  error(text, level)
end
