-- What is nested too deeply is refused: what goes through it does so by recursion, and the
-- end of Go's stack would be the process's.
local forms = {
  function(n) return "do " .. ("do "):rep(n) .. ("end "):rep(n) .. "end" end,
  function(n) return "return " .. ("not "):rep(n) .. "1" end,
  function(n) return "return " .. ("- "):rep(n) .. "1" end,
  function(n) return "return f" .. (".a"):rep(n) end,
  function(n) return "return f" .. ("()"):rep(n) end,
  function(n) return "return " .. ("{"):rep(n) .. ("}"):rep(n) end,
  function(n) return "return 1" .. (" + a"):rep(n) end,
  function(n) return "if a then " .. ("elseif a then "):rep(n) .. "end" end,
  function(n) return ("return function() "):rep(n) .. ("end "):rep(n) end,
}
for i, form in ipairs(forms) do
  local f, message = load(form(50000))
  assert(not f and message:find("]:1: chunk has too many syntax levels", 1, true), i .. ": " .. tostring(message))
end
for i = 1, 5 do assert(load(forms[i](5000))) end
assert(load(("x = 1\n"):rep(30000)), "what follows is not nested")
local f, message = load("\n\nx = " .. ("{"):rep(50000) .. ("}"):rep(50000))
assert(message:find("]:3: chunk", 1, true), message)
