-- a name that is a megabyte of data makes no message of a megabyte, and both its ends are told
local long = ("z"):rep(1e6)
local function brief(pattern, message)
  assert(#message < 1200, #message .. " bytes")
  assert(message:find(pattern), message)
end
brief("^getaddrinfo: EAI_NONAME .*: zzz", (select(2, getaddrinfo(long))))
brief("^getservbyname: ENOENT .*: no service zzz", (select(2, getservbyname(long))))
brief("bad argument #1 to 'fault' %(there is no call 'zzz.*zzz' to fault%)$", (select(2, pcall(fault, {long, errno = EPIPE}))))
brief("bad argument #1 to 'fds' %(there is no type 'zzz.*unix", (select(2, pcall(fds, {type = long}))))
