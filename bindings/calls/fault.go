package calls

// Faults that the gate has strike calls, as strace(1) does with inject.
var faultCalls = []Call{{
	Name: "fault", Man: "strace(1)", Class: Inspect, Native: true,
	Params: P{Value("what").Opt()}, Answers: A{{"struck", KindInt}},
	Doc: "Have calls go wrong on purpose (fault injection): refused, short or delayed; answer how often that has struck.",
	Notes: []string{
		"fault{\"send\", \"recv\", errno = ECONNRESET} has these calls answer that error, without being made. short = 5 has them move 5 bytes at most, sendmmsg and recvmmsg 5 messages: a short write, a read of little. delay = 0.2 has them take so many seconds longer. What strikes is shown by the trace as (fault).",
		"fd = 4 strikes calls on that descriptor only; nth = 3 the third alone; after = 10 those after the tenth; times = 2 two at most; share = 0.1 each tenth by chance, for which seed = 1 is another series: the same seed strikes the same calls.",
		"The calls of this thread are meant, so that the peers of the module peers stay sound; with threads = true those of all.",
		"Each table adds a fault, of which the first strikes. fault(false) ends all of them. Without an argument it answers only.",
		"A signal ends no call here: EINTR comes of a fault alone. fault{\"recv\", errno = EINTR, nth = 1} shows what a program does with it.",
		"For lost, repeated and swapped datagrams see peers.lossy.",
	},
	Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
fault{"send", short = 3, nth = 1}
fault{"send", errno = EPIPE, nth = 2}
print(send(a, "hello")) --> 3
print((select(2, send(a, "lo")))) --> send: EPIPE (Broken pipe)
print(send(a, "lo"), recv(b, 100)) --> 2	hello
print(fault(false)) --> 2`,
}}
