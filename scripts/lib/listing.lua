-- listing: a folder as a page of HTML. The names in it are somebody else's bytes: they are
-- escaped, set apart from the text round them (bdi), and the page allows no script.
local http = require "http"
local listing = {}

listing.FIELDS = "Content-Type: text/html; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
  .. "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nCache-Control: no-cache\r\n"

local PAGE = [[
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 52em; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.25em; font-weight: 600; overflow-wrap: anywhere }
table { width: 100%%; border-collapse: collapse }
th { text-align: left; font-weight: 400; opacity: .65; font-size: .85em }
th, td { padding: .3em 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%%, transparent) }
td:first-child { overflow-wrap: anywhere; padding-right: 1em }
.size, .time { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; width: 1%%; padding-left: 1.5em }
a { text-decoration: none } a:hover { text-decoration: underline }
p { opacity: .65 }
@media (max-width: 34em) { .time { display: none } }
</style></head><body>
<h1>%s</h1>
%s</body></html>
]]
local TABLE = [[
<table><thead><tr><th>Name</th><th class="size">Size</th><th class="time">Modified</th></tr></thead><tbody>
%s</tbody></table>
]]
local ROW = '<tr><td><a href="%s"><bdi>%s</bdi></a></td><td class="size" title="%s">%s</td><td class="time">%s</td></tr>\n'

-- 1536 as "1.5 KiB".
local function short(bytes)
  for _, unit in ipairs {"B", "KiB", "MiB", "GiB"} do
    if bytes < 1023.5 then    -- else it would be 1024 of this unit
      return ((bytes < 9.95 and "%.1f" or "%.0f"):format(bytes):gsub("%.0$", "")) .. " " .. unit
    end
    bytes = bytes / 1024
  end
  return ("%.1f TiB"):format(bytes)
end

-- "/a/b/" with a link for each folder on the way.
local function trail(path)
  local html, way = '<a href="/">/</a>', "/"
  for name in path:gmatch("([^/]+)/") do
    way = way .. name .. "/"
    html = html .. ('<a href="%s"><bdi>%s</bdi>/</a>'):format(http.encode_path(way), http.escape(name))
  end
  return html
end

-- page(path, entries): of the folder at `path`, which ends in "/". An entry is {name,
-- is_folder, size in bytes, modified in seconds since 1970}; folders come first.
function listing.page(path, entries)
  table.sort(entries, function(a, b)
    if a.is_folder ~= b.is_folder then return a.is_folder end
    return a.name < b.name
  end)
  local rows = {}
  for i, e in ipairs(entries) do
    local name = e.is_folder and e.name .. "/" or e.name
    rows[i] = ROW:format(http.encode_path(path .. name), http.escape(name), e.is_folder and "" or e.size .. " bytes",
      e.is_folder and "" or short(e.size), os.date("%Y-%m-%d %H:%M", e.modified))
  end
  local body = #rows > 0 and TABLE:format(table.concat(rows)) or "<p>The folder is empty.</p>\n"
  return PAGE:format(http.escape(path), trail(path), body)
end

return listing
