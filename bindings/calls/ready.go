package calls

import (
	"time"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// select(2), poll(2).
var readyCalls = []Call{
	{
		Name: "select", Man: "select(2)", Class: Readiness,
		Params: P{
			{Name: "readfds", Kind: KindFDSet, Optional: true},
			{Name: "writefds", Kind: KindFDSet, Optional: true},
			{Name: "exceptfds", Kind: KindFDSet, Optional: true},
			Seconds("seconds").Opt(),
		},
		Answers: A{{"readable", KindReady}, {"writable", KindReady}, {"exceptional", KindReady}},
		Doc:     "Wait until a descriptor of the sets is ready, or the time has passed; answer those that are.",
		Notes: []string{
			"No time (nil) waits for ever, 0 asks without waiting; on a timeout all three arrays are empty.",
			"There is no ceiling of FD_SETSIZE (1,024) descriptors: that is the C library's, not the kernel's.",
			"A first argument that is a number or \"#\" calls Lua's own select(n, ...).",
		},
		Errs: E{
			{unix.EBADF, "a descriptor of a set is closed; the message names it"},
			{unix.EINVAL, "the time is negative"},
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "x")
r, w = select({a, b}, {a}, nil, 0)
print(#r, r[1] == b, w[1] == a) --> 1	true	true`,
		Wait: kernel.Timed,
		Do: func(f *kernel.Frame) error {
			return kernel.Select(f, f.Seconds(3))
		},
	},
	{
		Name: "poll", Man: "poll(2)", Class: Readiness,
		Params:  P{{Name: "entries", Kind: KindPollSet}, Millis("milliseconds").Or(-1)},
		Answers: A{{"count", KindInt}, {"ready", KindPolled}},
		Doc:     "Wait until one of the entries {fd=, events=} is ready; fill in the revents of each, answer how many are, and which.",
		Notes: []string{
			"-1 (or nil) waits for ever, 0 asks without waiting.",
			"ready is an array of the entries whose revents are not 0, so that a loop need not look at all of them.",
			"A descriptor that is not open is no error: its revents are POLLNVAL. A negative one is passed over.",
		},
		Example: `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
send(a, "x")
entries = {{fd = a, events = POLLIN}, {fd = b, events = POLLIN}}
n, ready = poll(entries, 0)
print(n, ready[1] == entries[2], entries[2].revents == POLLIN) --> 1	true	true`,
		Wait: kernel.Timed,
		Do: func(f *kernel.Frame) error {
			return kernel.Poll(f, milliseconds(f.Int(1)))
		},
	},
}

// milliseconds turns poll's time into a duration; a negative one waits for ever.
func milliseconds(ms int) time.Duration {
	if ms < 0 {
		return -1
	}
	return time.Duration(ms) * time.Millisecond
}
