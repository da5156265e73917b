package calls

// Threads, what they share, and the messages that they send each other. Package bindings
// has the functions.
var threadCalls = []Call{
	{
		Name: "thread", Man: "pthread_create(3)", Class: Threads, Native: true,
		Params:  P{Func("fn"), Rest("args")},
		Answers: A{{"thread", KindThread}},
		Doc:     "Run a function on an operating-system thread of its own, with a Lua state of its own.",
		Notes: []string{
			"Descriptors are shared. Variables are not: global functions and plain-data globals that fn can reach are copied at the start, and later changes are not seen. What could not be copied says so when the thread reads it.",
			"fn may be a built-in: thread(accept, l) waits in the background. It must not capture a local of its surroundings: pass that as an argument, or make it global.",
			"Arguments and results may be nil, booleans, numbers, strings, tables of these (copied; cycles are kept), channels, shared tables, mutexes and threads.",
			"At the prompt an answer that nobody joins is shown when it comes: thread 2: accept → 5, 127.0.0.1:4711. An uncaught error is shown with the thread's name, and ends that thread alone.",
			"When the main thread ends, the process ends, and all threads with it, as in C: join those that are to finish.",
			"A thread has a number, a name and a state as fields (t.number, t.name, t.state), and the methods t:join() and t:interrupt(). Its stack has 1,024 call frames.",
		},
		Example: "function double(n) return 2 * n end\nt = thread(double, 21)\nprint(join(t)) --> 42",
	},
	{
		Name: "join", Man: "pthread_join(3)", Class: Threads, Native: true,
		Params:  P{{Name: "thread", Kind: KindThread}},
		Answers: A{{"results", KindValue}},
		Doc:     "Wait for a thread's end, and answer its results or raise its error.",
		Notes:   []string{"It may be asked more than once, and by several threads: each gets a copy of its own."},
		Example: "t = thread(function() error(\"no luck\", 0) end)\nprint(pcall(join, t)) --> false	no luck",
	},
	{
		Name: "threads", Class: Threads, Native: true,
		Answers: A{{"list", KindTable}},
		Doc:     "Answer the threads that run, the main thread first: an array that prints as text.",
		Notes: []string{
			"An entry is {number=, name=, blocked=, fd=, on=, thread=}: blocked is the call that the thread waits in (nil: it runs), fd the descriptor that it waits for, on the mutex or the thread, thread what join and interrupt take.",
		},
		Example: "print(threads()[1].name) --> main",
	},
	{
		Name: "interrupt", Class: Threads, Native: true,
		Params:  P{{Name: "thread", Kind: KindThread}},
		Answers: zero,
		Doc:     "End what a thread does, as Ctrl-C ends what the prompt does: no pcall holds it.",
		Notes:   []string{"join raises \"interrupted\" then. A thread that has ended already is left as it is."},
		Example: "t = thread(sleep, 60)\ninterrupt(t)\nprint(pcall(join, t)) --> false	interrupted",
	},
	{
		Name: "shared", Class: Threads, Native: true,
		Params:  P{Value("fields").Opt()},
		Answers: A{{"shared", KindValue}},
		Doc:     "Make a table that threads share: each read and each write of a field is atomic, and nothing more is.",
		Notes: []string{
			"s.n = s.n + 1 is a read and a write: two threads that do it at once lose updates. A mutex keeps the two together.",
			"Fields hold booleans, numbers, strings, and other shared tables, mutexes, channels and threads. A plain table would be a copy for each thread, and is refused.",
			"pairs(s) goes through a copy of the fields as they are at that moment; #s is the length of the array part.",
		},
		Example: "s = shared({n = 0})\nfunction count(s) for i = 1, 10 do s.n = s.n + 1 end end\njoin(thread(count, s))\nprint(s.n) --> 10",
	},
	{
		Name: "mutex", Man: "pthread_mutex_init(3)", Class: Threads, Native: true,
		Answers: A{{"mutex", KindMutex}},
		Doc:     "Make a lock that one thread at a time can hold.",
		Notes: []string{
			"m:lock() and m:unlock() are lock(m) and unlock(m). m.owner is the thread that holds it, nil if none does.",
			"A thread that ends with the lock held leaves it locked, as in C.",
		},
		Example: "m = mutex()\nm:lock()\nm:unlock()\nprint(m.owner) --> nil",
	},
	{
		Name: "lock", Man: "pthread_mutex_lock(3)", Class: Threads, Native: true,
		Params: P{{Name: "mutex", Kind: KindMutex}}, Answers: zero,
		Doc:     "Take a mutex; wait while another thread holds it. Those that wait get it in their order.",
		Notes:   []string{"A thread that holds the mutex already would wait for itself: that raises."},
		Example: "m = mutex()\nprint(lock(m)) --> 0",
	},
	{
		Name: "unlock", Man: "pthread_mutex_unlock(3)", Class: Threads, Native: true,
		Params: P{{Name: "mutex", Kind: KindMutex}}, Answers: zero,
		Doc:     "Give a mutex back. Only the thread that holds it may: anything else raises.",
		Example: "m = mutex()\nlock(m)\nprint(unlock(m)) --> 0",
	},
	{
		Name: "channel.make", Class: Threads, Native: true,
		Params:  P{Size("buffer").Or(0)},
		Answers: A{{"channel", KindChannel}},
		Doc:     "Make a channel, through which threads send each other values; buffer is how many it holds.",
		Notes:   []string{"The functions are methods, too: c:send(v) is channel.send(c, v)."},
		Example: "c = channel.make(1)\nc:send(\"hello\")\nprint(c:receive()) --> true	hello",
	},
	{
		Name: "channel.send", Class: Threads, Native: true,
		Params:  P{{Name: "channel", Kind: KindChannel}, Value("value").Opt()},
		Doc:     "Send a value; wait until another thread receives it, or there is room in the buffer.",
		Notes:   []string{"A table is copied. A channel that was closed raises."},
		Example: "c = channel.make(1)\nchannel.send(c, {1, 2})\nok, t = c:receive()\nprint(#t) --> 2",
	},
	{
		Name: "channel.receive", Class: Threads, Native: true,
		Params:  P{{Name: "channel", Kind: KindChannel}},
		Answers: A{{"ok", KindValue}, {"value", KindValue}},
		Doc:     "Wait for a value: true and the value; false once the channel is closed and empty.",
		Example: "function answer(c) c:send(42) end\nc = channel.make()\nthread(answer, c)\nprint(c:receive()) --> true	42",
	},
	{
		Name: "channel.close", Class: Threads, Native: true,
		Params:  P{{Name: "channel", Kind: KindChannel}},
		Doc:     "Say that nothing more will be sent. What is in the buffer can still be received.",
		Example: "c = channel.make()\nc:close()\nprint(c:receive()) --> false	nil",
	},
	{
		Name: "channel.select", Class: Threads, Native: true,
		Params:  P{Value("case"), Rest("cases")},
		Answers: A{{"index", KindInt}, {"value", KindValue}, {"ok", KindValue}},
		Doc:     "Wait until one of several channels can go on, do that, and answer which it was.",
		Notes: []string{
			"A case is {\"|<-\", channel [, function(ok, value)]} to receive, {\"<-|\", channel, value [, function(value)]} to send, {\"default\" [, function()]} for when none can go on at once.",
			"Of several that can go on one is chosen at random. For channels and sockets together: channel.fd.",
		},
		Example: "a, b = channel.make(1), channel.make(1)\nb:send(5)\nprint(channel.select({\"|<-\", a}, {\"|<-\", b})) --> 2	5	true",
	},
	{
		Name: "channel.fd", Class: Threads, Native: true,
		Params:  P{{Name: "channel", Kind: KindChannel}},
		Answers: A{{"fd", KindNewFD}},
		Doc:     "Answer a descriptor that can be read from while receive would not wait, for select, poll and epoll.",
		Notes: []string{
			"It is the non-blocking end of a pipe, the same each time, and the channel's: watch it, and leave what is in it. Close it when you need it no more; the next channel.fd makes another.",
			"Another thread may be faster: then receive waits all the same.",
		},
		Example: "c = channel.make(1)\nfd = channel.fd(c)\nprint(#select({fd}, nil, nil, 0)) --> 0\nc:send(1)\nprint(#select({fd}, nil, nil, 0)) --> 1",
	},
}
