package calls

import "golang.org/x/sys/unix"

// What shows the data and the state behind a descriptor.
var inspectCalls = []Call{
	{
		Name: "hexdump", Man: "hexdump(1)", Class: Inspect, Native: true,
		Params:  P{Bytes("data"), Size("width").Or(16)},
		Answers: A{{"text", KindText}},
		Doc:     "Write data as hexdump -C does: offset, bytes, characters; width bytes a line (1 to 256).",
		Notes:   []string{"Where no width is given a line has 16 bytes, on a narrow terminal 8 or 4."},
		Example: "print(hexdump(\"GET /\", 8))\n--> 00000000  47 45 54 20 2f           |GET /|\n--> 00000005",
	},
	{
		Name: "fds", Class: Inspect, Native: true,
		Params: P{Param{Name: "filter", Kind: KindFilter}.Opt()}, Answers: A{{"table", KindAny}},
		Doc: "Answer the descriptor table of the process: an array with an entry for each descriptor, which prints as columns.",
		Notes: []string{
			"An entry has fd, type (tcp, tcp6, udp, unix, raw, netlink, pipe, epoll, file, tty ...), flags (\"nonblock cloexec\"), local and remote (addresses), state (LISTEN, ESTABLISHED, CLOSE_WAIT ...), path, access; what the kernel does not tell is absent.",
			"recvq is the bytes that wait to be received, sendq those not sent or not acknowledged (the SYN of a connection that is being made counts as one). recvq_unit and sendq_unit say where the kernel counts something else: of a datagram socket it tells the first datagram's length, and AF_UNIX and UDP count the memory of what they have sent, not its bytes.",
			"A listening socket has queue, the connections that accept has not taken yet, and queue_limit.",
			"A filter names fields and the values that they are to have: fds{type=\"tcp\"}, fds{type={\"tcp\", \"tcp6\"}, state=\"LISTEN\"}. Types and states may be in either case; one that does not exist raises an error that lists them.",
			"The program's own descriptors are not in it.",
			"A narrow terminal gets fewer columns: FLAGS is left out, a listening socket's queue and its limit stand under RECV-Q and SEND-Q, as ss(8) has them, and of an address at last only the port.",
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "hello")
for _, entry in ipairs(fds{type = "unix"}) do
  if entry.fd == b then print(entry.recvq) end --> 5
end`,
	},
	{
		Name: "fdinfo", Class: Inspect, Native: true,
		Params: P{FD("fd")}, Answers: A{{"info", KindAny}},
		Doc: "Answer all that the kernel tells of one descriptor: a table, which prints as a picture with a bar for each buffer.",
		Notes: []string{
			"It has the fields of an entry of fds, and rcvbuf, sndbuf (SO_RCVBUF, SO_SNDBUF), tcp_info (TCP_INFO under the kernel's names), options (those that a new socket of the kind has otherwise, by name), shared_with (other descriptors of the same open file description; absent where kcmp is denied), peer_fds (the other end, if this process has it), peer_recvq (of a Unix stream: the bytes that the other end has not taken yet), error_pending, fdinfo (the kernel's own lines, which the picture has in words: what an epoll descriptor watches, an eventfd's count).",
			"Nothing is changed by looking: a pending error stays, and which one it is only getsockopt(fd, SOL_SOCKET, SO_ERROR) tells.",
			"recv_memory is what datagrams take of the receive buffer, with the kernel's own bookkeeping; drops are datagrams that found no room.",
		},
		Errs: E{{unix.EBADF, "there is no such descriptor"}},
		Example: `fd = socket(AF_INET, SOCK_STREAM, 0)
setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1)
info = fdinfo(fd)
print(info.type, info.options.TCP_NODELAY, info.recvq) --> tcp	1	0`,
	},
	{
		Name: "generation", Class: Inspect, Native: true,
		Params: P{Int("fd").As("number of a descriptor").Opt()}, Answers: A{{"count", KindInt}},
		Doc: "Answer a count that is another one after the number fd has been closed: what has the number then is another descriptor.",
		Notes: []string{
			"An event loop that remembers something of a descriptor by its number sees by it when that is over. Numbers that are 65,536 apart share a count.",
			"Without fd it is another one after any descriptor has been closed, and after a thread has begun or ended, which may close one at any time.",
		},
		Example: "r, w = pipe()\nbefore = generation(r)\nclose(r)\nprint(generation(r) ~= before) --> true",
	},
	{
		Name: "peek", Man: "recv(2)", Class: Inspect, Native: true,
		Params: P{FD("fd"), Size("n").Or(4096)}, Answers: A{{"text", KindText}},
		Doc: "Show the bytes that wait in a socket's receive buffer as a hexdump, n at most, without taking them.",
		Notes: []string{
			"A line has 16 bytes, as hexdump has, on a narrow terminal 8 or 4.",
			"It is recv with MSG_PEEK and MSG_DONTWAIT: of datagrams the first is shown.",
			"If an error is pending, that is what it answers; as with recv, Linux then forgets the error.",
		},
		Errs:    E{{unix.ENOTSOCK, "only a socket can be peeked into"}},
		Example: "a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)\nsend(a, \"GET /\")\nprint(peek(b, 3):sub(1, 18)) --> 00000000  47 45 54\nprint(recv(b, 100)) --> GET /",
	},
	{
		Name: "watch", Class: Inspect, Native: true,
		Params: P{FD("fd"), Seconds("seconds").Opt(), Int("times").As("count of drawings").Opt()}, Answers: zero,
		Doc: "Show fdinfo(fd) again each so many seconds (0.5 unless given), until Ctrl-C.",
		Notes: []string{
			"On a terminal it is drawn in place, without what TCP knows where there are few rows; in a script's output it is a line for each change.",
			"It looks a hundred times a second at most; times bounds how often in all. When the descriptor is closed meanwhile the answer is EBADF.",
		},
		Errs:    E{{unix.EBADF, "there is no such descriptor, or it was closed"}},
		Example: "r, w = pipe()\nprint(watch(r, 0.01, 0)) --> 0",
	},
	{
		Name: "trace", Man: "strace(1)", Class: Inspect, Native: true,
		Params: P{Value("what").Opt()}, Answers: A{{"on", KindAny}},
		Doc: "Show each call as strace does, on standard error: trace(true), trace(false), or with a table that says which calls and how.",
		Notes: []string{
			"trace{\"send\", \"recv\", fd=4} shows those calls on that descriptor; strings=200 how many bytes of a string (32 unless given); paths=true what each descriptor stands for; lua=true writes calls as Lua that can be pasted back, whole (one that was given a function is a comment): the numbers of descriptors hold where the same ones were open before; io=true shows also what print and the io library read and write, which is left out otherwise; threads=true also lock, unlock, join and what channels do, which are no system calls; file=\"name\" writes to a file, and an error is raised where that can't be made.",
			"A table replaces what an earlier one said; trace(true) goes on as the last one did. Without an argument it answers whether calls are traced.",
			"What C has in out-parameters stands with the result, as the Lua function answers it, where strace has it among the arguments: recv(5, 20, 0) = \"hello\" 5, accept(3) = 4, {sa_family=AF_INET, ...}. So a call that waits shows all that it was given.",
			"<0.000213> is how long the call took, <blocked 1.204> how much of that it waited. A call that waits is shown at once, as <unfinished ...>, and its answer when it comes, as <... resumed>.",
			"A name that connect, bind or sendto is given is looked up first, which is a call of its own: getaddrinfo.",
			"sockrepl --trace and --trace=FILE trace from the start.",
		},
		Example: `r, w = pipe()
name = os.tmpname()
trace{"write", file = name}
write(w, "hello\n")
trace(false)
for line in io.lines(name) do print((line:gsub("^write%(%d+", "write(4"):gsub(" <.*", ""))) end --> write(4, "hello\n") = 6
os.remove(name)`,
	},
	{
		Name: "timeline", Class: Inspect, Native: true,
		Params: P{Value("what").Opt()}, Answers: zero,
		Doc: "Record the calls of all threads and of children, and draw who waited for whom: timeline(true), timeline(false), then timeline(), or timeline(\"file.svg\").",
		Notes: []string{
			"timeline(true) begins a new recording, timeline(false) ends it. Without an argument it draws what was recorded, also while it goes on: a lane for each thread and each child process, time from left to right, where it runs (-), is in a call (#), is blocked (.); below stand the longest waits, a line each.",
			"timeline(\"file.svg\") draws the same into a file, as a picture for a browser, and answers 0: a call tells its line of the trace where the mouse rests on it, and an arrow goes from the call that ended a wait to the end of that wait, for the 150 longest where there are more.",
			"What ended a wait is found by what the two calls have in common: the addresses of both ends of an Internet socket, the inodes of a Unix socket and its peer, the inode of a pipe, the mutex, the channel, the thread. Where that was a process that is not recorded, the peer's address stands there, or just how long it took.",
			"What spawn starts while calls are recorded records its own, threads and children included, until the recording ends; a program that exec, io.popen or os.execute starts has a lane without calls. A lane ends with its process, however that ends; the picture has its status once it was waited for.",
			"lock, join and what channels wait for are recorded, too, which the trace shows if asked; of print and the io library only what waited, and children.",
			"The last 100,000 calls are kept, of children the first 32 MB, some 80,000 calls. trace and fault may be on at the same time.",
		},
		Errs:    E{{unix.ENOENT, "the folder of the file does not exist"}},
		Example: "timeline(true)\nr, w = pipe()\nt = thread(read, r, 100)\nrepeat until t.state ~= \"running\"\nwrite(w, \"hello\")\njoin(t)\ntimeline(false)\ntimeline()",
	},
}
