-- http: what HTTP/1.1 says, without a socket: heads, dates, ranges, conditions. The demo
-- httpd stands on it. The sections named here are RFC 9110's.
--
--   local http = require "http"
--   local request, status = http.parse(head)       -- or nil and the status to answer with
--   if request.field["if-none-match"] then ... end -- fields by their names in small letters
local http = {}

http.REASON = {[200] = "OK", [206] = "Partial Content", [301] = "Moved Permanently", [304] = "Not Modified",
  [400] = "Bad Request", [403] = "Forbidden", [404] = "Not Found", [405] = "Method Not Allowed",
  [408] = "Request Timeout", [412] = "Precondition Failed", [413] = "Content Too Large", [416] = "Range Not Satisfiable",
  [431] = "Request Header Fields Too Large", [500] = "Internal Server Error", [501] = "Not Implemented",
  [503] = "Service Unavailable", [505] = "HTTP Version Not Supported"}

local TYPE = {html = "text/html; charset=utf-8", htm = "text/html; charset=utf-8", css = "text/css; charset=utf-8",
  js = "text/javascript; charset=utf-8", mjs = "text/javascript; charset=utf-8", json = "application/json",
  txt = "text/plain; charset=utf-8", md = "text/markdown; charset=utf-8", lua = "text/plain; charset=utf-8",
  xml = "application/xml", svg = "image/svg+xml", png = "image/png", jpg = "image/jpeg", jpeg = "image/jpeg",
  gif = "image/gif", webp = "image/webp", ico = "image/x-icon", pdf = "application/pdf", wasm = "application/wasm",
  mp3 = "audio/mpeg", mp4 = "video/mp4", webm = "video/webm", woff2 = "font/woff2", zip = "application/zip"}

-- type_of(path): the media type that the name's end stands for.
function http.type_of(path)
  return TYPE[(path:match("%.(%w+)$") or ""):lower()] or "application/octet-stream"
end

---------------------------------------------------------------- heads

-- parse(head): the method, target, version and fields of a request, whose head ends in an
-- empty line; or nil and the status to refuse it with: 501 for a body in chunks, which nothing
-- here reads. Its lines end with both bytes: where a single one ended a line for us but not
-- for a proxy, each would see another request.
function http.parse(head)
  if head:gsub("\r\n", ""):find("[%z\r\n]") then return nil, 400 end
  local method, target, version = head:match("^(%u+) (%S+) HTTP/(%d%.%d)\r\n")
  if not method then return nil, 400 end
  if version:sub(1, 1) ~= "1" then return nil, 505 end
  local field = {}
  for line in head:match("\r\n(.*)\r\n$"):gmatch("([^\r\n]+)\r\n") do
    local name, value = line:match("^([%w!#$%%&'*+.^_`|~-]+):[ \t]*(.*)$")
    if not name then return nil, 400 end
    name, value = name:lower(), value:match("^.*[^ \t]") or ""   -- (.-)[ \t]*$ would try each blank
    if field[name] and (name == "host" or name == "content-length") then return nil, 400 end
    field[name] = field[name] and field[name] .. ", " .. value or value
  end
  if version == "1.1" and not field.host then return nil, 400 end
  if field["transfer-encoding"] then return nil, 501 end
  if field["content-length"] and not field["content-length"]:find("^%d+$") then return nil, 400 end
  return {method = method, target = target, version = version, field = field}
end

-- keeps_alive(request): whether the client wants the connection for further requests.
function http.keeps_alive(request)
  local words = (request.field.connection or ""):lower()
  if words:find("close", 1, true) then return false end
  return request.version ~= "1.0" or words:find("keep-alive", 1, true) ~= nil
end

local now_at, now                 -- the date, made once a second

-- head(status, alive, length, fields): an answer's; `fields` are lines, or "". A 304 has no
-- body, and tells no length (8.6).
function http.head(status, alive, length, fields)
  local seconds = os.time()
  if seconds ~= now_at then now_at, now = seconds, http.date(seconds) end
  return ("HTTP/1.1 %d %s\r\nDate: %s\r\nServer: sockrepl\r\n%s%sConnection: %s\r\n\r\n"):format(status,
    http.REASON[status], now, status == 304 and "" or "Content-Length: " .. length .. "\r\n", fields,
    alive and "keep-alive" or "close")
end

---------------------------------------------------------------- names

-- decode_path(target): "/a%20b/../c?x" as "/a b/../c"; nil if it is no path. What its dots
-- lead to is not looked at.
function http.decode_path(target)
  local path = target:gsub("^[Hh][Tt][Tt][Pp]://[^/?#]*", ""):match("^(/[^?#]*)")
  if not path or path:gsub("%%%x%x", ""):find("%", 1, true) then return nil end
  path = path:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
  if path:find("%z") then return nil end
  return path
end

-- encode_path(path): whatever bytes it has, as a link's target.
function http.encode_path(path)
  return (path:gsub("[^%w/._~-]", function(c) return ("%%%02X"):format(c:byte()) end))
end

local ENTITY = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;"}

local REPLACED = "\239\191\189"    -- U+FFFD

-- escape(text): to stand in a page as it is, whatever bytes it has. What would not show, or
-- turn the text round that follows (U+202A to 202E, 2066 to 2069), is replaced.
function http.escape(text)
  return (text:gsub("[&<>\"']", ENTITY):gsub("%c", REPLACED):gsub("\226\128[\170-\174]", REPLACED)
    :gsub("\226\129[\166-\169]", REPLACED))
end

---------------------------------------------------------------- dates

local MONTH = {Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12}

-- date(seconds): seconds since 1970 as "Sun, 06 Nov 1994 08:49:37 GMT".
function http.date(seconds) return os.date("!%a, %d %b %Y %H:%M:%S GMT", seconds) end

-- The days from 1970 to a date. Counted from March on, so that a leap day comes last.
local function days(year, month, day)
  if month < 3 then year, month = year - 1, month + 12 end
  local floor = math.floor
  return 365 * year + floor(year / 4) - floor(year / 100) + floor(year / 400) + floor((153 * month - 457) / 5) + day - 719469
end

-- seconds(text): a date, in any of its three forms (5.6.7), as seconds since 1970; nil if
-- it is none.
function http.seconds(text)
  local day, month, year, h, m, s = text:match("^%a+, (%d%d)[ -](%a%a%a)[ -](%d+) (%d%d):(%d%d):(%d%d) GMT$")
  if not day then
    month, day, h, m, s, year = text:match("^%a%a%a (%a%a%a) ([ %d]%d) (%d%d):(%d%d):(%d%d) (%d%d%d%d)$")
  end
  if not MONTH[month] then return nil end
  year = tonumber(year)
  if year < 100 then year = year + (year < 70 and 2000 or 1900) end
  return ((days(year, MONTH[month], tonumber(day)) * 24 + h) * 60 + m) * 60 + s
end

---------------------------------------------------------------- conditions and ranges

-- Whether a list of entity tags names this one (8.8.3.2).
local function names(list, tag, weakly)
  if list == "*" then return true end
  for weak, other in list:gmatch('(W?/?)("[^"]*")') do
    if other == tag and (weakly or weak == "") then return true end
  end
  return false
end

local function is_later(modified, text)
  local seconds = http.seconds(text)
  return seconds and modified > seconds
end

-- condition(field, tag, modified): 412 or 304 where the request's conditions say so, else
-- nil; in the order of 13.2.2. `modified` is in whole seconds.
function http.condition(field, tag, modified)
  if field["if-match"] then
    if not names(field["if-match"], tag) then return 412 end
  elseif field["if-unmodified-since"] and is_later(modified, field["if-unmodified-since"]) then
    return 412
  end
  if field["if-none-match"] then return names(field["if-none-match"], tag, true) and 304 or nil end
  if field["if-modified-since"] and is_later(modified, field["if-modified-since"]) == false then return 304 end
end

-- range(field, size, tag, modified): the first and the last byte that are asked for, nothing
-- where all is to be sent, or false where there are no such bytes (14.2). Of several ranges
-- none is sent: all is a right answer, too.
function http.range(field, size, tag, modified)
  local first, last = (field.range or ""):match("^bytes=(%d*)-(%d*)$")
  local only = field["if-range"] -- the tag or the date of what the client has a part of (13.1.5)
  if not first or first == "" and last == "" or only and only ~= tag and only ~= http.date(modified) then return end
  if first == "" then
    if tonumber(last) == 0 or size == 0 then return false end
    return math.max(0, size - last), size - 1
  end
  first, last = tonumber(first), tonumber(last) or math.huge
  if last < first then return end
  if first >= size then return false end
  return first, math.min(last, size - 1)
end

return http
