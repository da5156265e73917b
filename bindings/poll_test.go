package bindings

import (
	"path/filepath"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// pollAtRandom changes poll's entries in every way in which Lua code can, one after the other at random,
// and looks after each whether the call answers what is true of them as they are now.
const pollAtRandom = `
	local readable, sockets, gone = {}, {}, nil
	for i = 1, 80, 2 do
		sockets[i], sockets[i + 1] = socketpair(AF_UNIX, SOCK_STREAM, 0)
		if i % 6 == 1 then send(sockets[i], "x") readable[sockets[i + 1]] = true end
	end
	gone = dup(sockets[1]) close(gone)

	local function expected(e)
		if e.fd < 0 then return 0 end
		if e.fd == gone then return POLLNVAL end
		return bit.bor(readable[e.fd] and bit.band(e.events, POLLIN) or 0, bit.band(e.events, POLLOUT))
	end
	local values = {
		fd = function() return ({gone, -1, sockets[math.random(80)]})[math.random(6)] or sockets[math.random(80)] end,
		events = function() return ({0, POLLIN, POLLOUT, POLLIN + POLLOUT})[math.random(4)] end,
		revents = function() return ({0, 1, false, "text"})[math.random(4)] end,
	}
	local function new() return {fd = values.fd(), events = values.events()} end

	local spare = new()
	local ways = {
		function(e, name, v) e[name] = v end,
		function(e, name, v) if name == "fd" then e.fd = v elseif name == "events" then e.events = v else e.revents = v end end,
		rawset,
		function(e, name, v) setmetatable({}, {__newindex = e})[name] = v end,
		function(e, name, v) setmetatable({}, {__newindex = setmetatable({}, {__newindex = e})})[name] = v end,
		function(e, name, v) setmetatable(e, {__newindex = rawset}) e[name] = nil e[name] = v end,
		function(e, name, v) setfenv(loadstring(name .. " = ..."), e)(v) end,
		function(e, name, v) coroutine.wrap(function() e[name] = v end)() end,
		function(e, name, v) for k in pairs(e) do if k == name then e[k] = v end end end,
		function(e, name, v) e[name] = nil pcall(poll, entries, 0) e[name] = v end,
		function(e, name, v) pcall(poll, {e, e}, 0) e[name] = v pcall(poll, {e, 1}, 0) end,
	}
	local changes = {
		function() ways[math.random(#ways)](entries[math.random(#entries)], "fd", values.fd()) end,
		function() ways[math.random(#ways)](entries[math.random(#entries)], "events", values.events()) end,
		function() ways[math.random(#ways)](entries[math.random(#entries)], "revents", values.revents()) end,
		function() local i, j = math.random(#entries), math.random(#entries) entries[i], entries[j] = entries[j], entries[i] end,
		function() entries[math.random(#entries)] = new() end,
		function() if #entries < 100 then table.insert(entries, math.random(#entries), new()) end end,
		function() if #entries > 60 then table.remove(entries, math.random(#entries)) end end,
		function() table.sort(entries, function(a, b) return a.fd < b.fd end) end,
		function() local copy = {} for i, e in ipairs(entries) do copy[i] = e end entries = copy end,
		function() poll({spare}, 0) end,
		function() pcall(poll, {spare, 1}, 0) end,
		function() fault{"poll", errno = EINTR} poll(entries, 0) fault(false) end,
		function()
			local from, to = sockets[3], sockets[4]
			if readable[to] then recv(to, 1) else send(from, "x") end
			readable[to] = not readable[to] or nil
		end,
		function() end,
	}

	entries = {}
	for i = 1, 90 do entries[i] = new() end
	for step = 1, 4000 do
		local change = math.random(#changes)
		changes[change]()
		local n, ready = assert(poll(entries, 0))
		local count = 0
		for i, e in ipairs(entries) do
			local want = expected(e)
			if e.revents ~= want then
				error("step " .. step .. ", change " .. change .. ": entry " .. i .. " has revents " .. tostring(e.revents) .. ", not " .. want)
			end
			if want ~= 0 then
				count = count + 1
				if ready[count] ~= e then error("step " .. step .. ": ready entry " .. count .. " is another one") end
			end
		end
		if n ~= count or #ready ~= count then error("step " .. step .. ": " .. n .. " are ready, and " .. #ready .. ", not " .. count) end
	end
`

// TestPollAtRandom: entries that poll has read before are read anew where one may have changed.
func TestPollAtRandom(t *testing.T) {
	L, _ := newState(t)
	if problem := evaluate(L, `math.randomseed(1)`+pollAtRandom); problem != "" {
		t.Error(problem)
	}
}

// TestPollOwn: a descriptor that becomes the program's own is none for entries that were read before, either.
func TestPollOwn(t *testing.T) {
	L, _ := newState(t)
	L.SetGlobal("path", lua.LString(filepath.Join(t.TempDir(), "trace")))
	if problem := evaluate(L, `
		local entries = {}
		for i = 1, 100 do entries[i] = {fd = 999 + i, events = POLLOUT} end
		local function check(name)
			for i, e in ipairs(entries) do
				if e.revents ~= POLLNVAL then error(name .. ": " .. e.fd .. " has revents " .. e.revents) end
			end
		end
		poll(entries, 0)
		check "before"
		trace{"getpid", file = path}
		poll(entries, 0)
		trace(false)
		check "after"`); problem != "" {
		t.Error(problem)
	}
}
