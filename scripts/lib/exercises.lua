-- exercises: what a student writes after the lecture. The demo check runs them.
--
--   require("exercises").add {
--     name = "greet", about = "a client that says hello", chapter = 1,
--     text = "Connect to HOST PORT and send the line hello.",
--     check = function(t)
--       local listener, port = t:listen()
--       t:start("", "127.0.0.1", port)
--       local line = t:recv_until(t:accept(listener), "\n", "it sends a line")
--       t:expect("the line", line == "hello\n", "it sent " .. line)
--     end,
--   }
--
-- What t has stands in the module checker. A file of your own that does this, greet.lua, is
-- used with  sockrepl -l greet check greet FILE.
local exercises = {list = {}}     -- in the order of the guide's chapters

-- add(exercise): one more, at the end of the list.
function exercises.add(exercise)
  for _, field in ipairs {"name", "about", "text", "check"} do
    if not exercise[field] then error("exercises.add: the field " .. field .. " is missing", 2) end
  end
  table.insert(exercises.list, exercise)
end

-- find(name): the exercise of that name; nil if there is none.
function exercises.find(name)
  for _, exercise in ipairs(exercises.list) do
    if exercise.name == name then return exercise end
  end
end

local clients, servers = require "exercises_clients", require "exercises_servers"
for _, exercise in ipairs {
  clients.echo_client, clients.recv_exact, clients.missing_crlf, servers.two_clients,
  clients.send_all, clients.nonblocking, servers.select_server,
} do exercises.add(exercise) end

return exercises
