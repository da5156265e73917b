package bindings

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
)

// TestFaults: what a fault does to which calls.
func TestFaults(t *testing.T) {
	for source, want := range map[string]string{
		`fault{"send", errno = EAGAIN} print(select(3, send(a, "x")) == EAGAIN, select("#", recv(b, 1, MSG_DONTWAIT)))`:     "true\t3\n",
		`fault{"send", short = 2} print(send(a, "hello"), write(a, "hello"), recv(b, 100))`:                                 "2\t5\thehello\n",
		`fault{"recv", short = 2} send(a, "hello") print(recv(b, 100), recv(b, 1), recv(b, 100))`:                           "he\tl\tlo\n",
		`fault{"writev", short = 4} print(writev(a, {"he", "", "llo", "!"}), recv(b, 100))`:                                 "4\thell\n",
		`fault{"readv", short = 3} send(a, "hello") n, parts = readv(b, {2, 2, 2}) print(n, parts[1], parts[2], parts[3])`:  "3\the\tl\t\n",
		`fault{"sendmsg", short = 3} print(sendmsg(a, {iov = {"he", "llo"}}), recv(b, 100))`:                                "3\thel\n",
		`fault{"recvmsg", short = 3} send(a, "hello") n, msg = recvmsg(b, {iov = {2, 9}}) print(n, msg.iov[2], recv(b, 9))`: "3\tl\tlo\n",
		`fault{"write", errno = EINTR, nth = 3} for i = 1, 4 do print((write(a, "x"))) end`:                                 "1\n1\nnil\n1\n",
		`fault{"write", errno = EINTR, after = 1, times = 2} for i = 1, 4 do print((write(a, "x"))) end`:                    "1\nnil\nnil\n1\n",
		`fault{"write", errno = EINTR, fd = b} print((write(a, "x")), (write(b, "x")))`:                                     "1\tnil\n",
		`fault{"write", errno = EINTR} fault{"write", short = 1} print((write(a, "xy"))) print(fault())`:                    "nil\n1\n",
		`fault{"close", errno = EIO} print((close(a)), (fcntl(a, F_GETFD)))`:                                                "nil\t0\n",
		`fault{"write", errno = EIO} join(thread(function(a) write(a, "x") end, a)) print((recv(b, 9, MSG_DONTWAIT)))`:      "x\n",
		`fault{"write", errno = EIO, threads = true} print(join(thread(function(a) return (write(a, "x")) end, a)))`:        "nil\n",
		`fault{"getaddrinfo", errno = EAI_AGAIN} print((select(2, bind(socket(AF_INET, SOCK_STREAM, 0), "localhost", 0))))`: "bind: EAI_AGAIN (Temporary failure in name resolution)\n",
		`fault{"write", errno = EIO} print(fault(false)) print((write(a, "x")), fault())`:                                   "0\n1\t0\n",
		`fault{"write", delay = 0.05} local t = clock() write(a, "x") print(clock() - t >= 0.05)`:                           "true\n",
		`fault{"select", "poll", errno = EINTR} print((select({a}, nil, nil, 0)), (poll({}, 0)))`:                           "nil\tnil\n",
		`fault{"write", errno = EIO, share = 0} print((write(a, "x")), fault(false))`:                                       "1\t0\n",
		`fault{"write", errno = EIO, share = 1} print((write(a, "x")), fault(false))`:                                       "nil\t1\n",
		`print(1, fault())`: "1\t0\n",
	} {
		L, printed := newState(t)
		err := evaluate(L, `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0) `+source)
		kernel.ClearFaults()
		if err != "" || printed() != want {
			t.Errorf("%s\n%s %q, not %q", source, err, printed(), want)
		}
	}
}

// TestFaultChance: a share of the calls is struck, the same with the same seed.
func TestFaultChance(t *testing.T) {
	defer kernel.ClearFaults()
	L, printed := newState(t)
	err := evaluate(L, `
local function series(seed)
  fault{"getpid", errno = EPERM, share = 0.25, seed = seed}
  local s = ""
  for i = 1, 1000 do s = s .. (getpid() and "." or "x") end
  return s, fault(false)
end
local one, struck = series(1)
print(one == series(1), one == series(2), struck > 200 and struck < 300)`)
	if want := "true\tfalse\ttrue\n"; err != "" || printed() != want {
		t.Errorf("%s %q", err, printed())
	}
}

// TestFaultTraced: the trace has the call as it was made, and says that a fault struck it.
func TestFaultTraced(t *testing.T) {
	defer kernel.ClearFaults()
	L, _, out := tracedState(t)
	nextFD(t, L)
	err := evaluate(L, `
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
fault{"send", short = 2, times = 1}
fault{"send", errno = EPIPE, nth = 2}
trace{"send"}
send(a, "hello") send(a, "llo") send(a, "llo")
trace(false)`)
	want := numbered(L, "send($0, \"hello\", 0) = 2 (fault)\nsend($0, \"llo\", 0) = -1 EPIPE (Broken pipe) (fault)\nsend($0, \"llo\", 0) = 3\n")
	if got := untimed(out); err != "" || got != want {
		t.Errorf("%s\n%s\nnot\n%s", err, got, want)
	}
}

// TestFaultInterrupted: an interrupt ends the delay, and the call is not made.
func TestFaultInterrupted(t *testing.T) {
	defer kernel.ClearFaults()
	kernel.AddFault(&kernel.Fault{Calls: []string{"pipe"}, FD: -1, Delay: time.Hour, Share: 1})
	task := kernel.NewTask(0, "")
	defer task.End() // or all loops would go on looking whether they are to stop
	made := false
	time.AfterFunc(10*time.Millisecond, task.Interrupt)
	task.Frame.Reset()
	err := task.Do(&kernel.Op{Name: "pipe", FD: -1, Amount: -1, Do: func(*kernel.Frame) error { made = true; return nil }}, &task.Frame)
	if !errors.Is(err, kernel.ErrInterrupted) || made {
		t.Errorf("%v, made: %v", err, made)
	}
}

// TestFaultRefused: what can't happen to a call is said at once.
func TestFaultRefused(t *testing.T) {
	defer kernel.ClearFaults()
	L, _ := newState(t)
	for source, want := range map[string]string{
		`fault{"sned", errno = EIO}`:           "there is no call 'sned' to fault; did you mean send?",
		`fault{"hexdump", errno = EIO}`:        "there is no call 'hexdump' to fault",
		`fault{"send"}`:                        "what is to go wrong expected: errno, short or delay",
		`fault{errno = EIO}`:                   `the name of a call expected, such as "send"`,
		`fault{"connect", short = 1}`:          "field 'short': connect moves no bytes",
		`fault{"getaddrinfo", short = 1}`:      "field 'short': getaddrinfo moves no bytes",
		`fault{"pipe", errno = EIO, fd = 0}`:   "field 'fd': pipe is given no descriptor",
		`fault{"send", errno = 99999}`:         "field 'errno': an errno expected, such as ECONNRESET, got 99999",
		`fault{"getaddrinfo", errno = 9999}`:   "getaddrinfo fails with an EAI_ constant",
		`fault{"send", share = 2}`:             "field 'share': number from 0 to 1 expected, got 2",
		`fault{"send", nth = 0}`:               "field 'nth': integer of 1 or more expected, got 0",
		`fault{"send", delay = 0/0}`:           "field 'delay': number from 0 to 1e+06 expected",
		`fault{print}`:                         "the name of a call expected, got function",
		`fault{[true] = "send"}`:               "names of calls and named options expected, got the key boolean",
		`fault{"send", err = EIO}`:             "there is no option 'err'",
		`fault{"send", errno = 0}`:             "field 'errno': an errno expected, such as ECONNRESET, got 0",
		`fault(5)`:                             "or false, expected, got 5",
		`fault(true)`:                          "or false, expected, got true",
		`fault{"send", errno = EIO, fd = "3"}`: `field 'fd': integer of 0 or more expected, got the string "3", of which tonumber makes a number`,
	} {
		if got := evaluate(L, source); !strings.Contains(got, want) {
			t.Errorf("%s: %q, not %q", source, got, want)
		}
	}
	if kernel.Struck() != 0 {
		t.Error("a refused fault struck")
	}
}

// TestOptionsOfRows: the options that the rows of trace and fault have, which the prompt completes,
// are those that they take, and those that an error names.
func TestOptionsOfRows(t *testing.T) {
	L, _ := newState(t)
	for _, call := range []string{"trace", "fault"} {
		names := calls.Lookup(call).Tables(0)[0].Names()
		for _, name := range names {
			if got := evaluate(L, call+`{"send", `+name+` = print}`); !strings.Contains(got, "field '"+name+"'") {
				t.Errorf("%s takes any %s, or none: %s", call, name, got)
			}
		}
		want := "there is no option 'nosuch' (there are " + strings.Join(names, ", ") + ")"
		if got := evaluate(L, call+`{"send", nosuch = 1}`); !strings.Contains(got, want) {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
