package bindings

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// status answers a figure of /proc/self/status: kB of VmRSS, Threads.
func status(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("this system has no /proc/self/status")
	}
	_, rest, _ := strings.Cut(string(text), "\n"+name+":")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

// TestThousandThreads: a thousand threads, each in a blocked recv, take less than 1 GiB.
func TestThousandThreads(t *testing.T) {
	before := status(t, "VmRSS")
	L, _ := newState(t)
	must := func(source string) {
		t.Helper()
		if err := evaluate(L, source); err != "" {
			t.Fatal(err)
		}
	}
	must(`
		function serve(fd) return recv(fd, 10) end
		ts, ends = {}, {}
		for i = 1, 1000 do
			local a, b = assert(socketpair(AF_UNIX, SOCK_STREAM, 0))
			ends[i] = a
			ts[i] = thread(serve, b)
		end
		repeat
			local n = 0
			for _, t in ipairs(threads()) do if t.blocked == "recv" then n = n + 1 end end
		until n == 1000
		for i, t in ipairs(threads()) do assert(t.number == i - 1, "they are not listed by their number") end`)
	taken := status(t, "VmRSS") - before
	if n := status(t, "Threads"); n < 1000 {
		t.Errorf("a thousand threads are %d of the system's", n)
	}
	if limit := 1 << 20; taken >= limit {
		t.Errorf("a thousand threads take %d kB", taken)
	}
	t.Logf("a thousand threads in recv take %d MB", taken>>10)
	must(`for i = 1, 1000 do send(ends[i], "x" .. i) end
		for i = 1, 1000 do assert(join(ts[i]) == "x" .. i) end`)
}

// TestThreadsLeaveNothing: of threads that have ended nothing remains.
func TestThreadsLeaveNothing(t *testing.T) {
	total := 10000
	if testing.Short() || raceDetector {
		total = 1000
	}
	L, _ := newState(t)
	run := func(n int) {
		t.Helper()
		source := fmt.Sprintf(`
			function work(i) local t = {} for j = 1, 10 do t[j] = {j} end return i, t end
			for i = 1, %d / 50 do
				local ts = {}
				for j = 1, 50 do ts[j] = thread(work, j) end
				for j = 1, 50 do assert(join(ts[j]) == j) end
			end`, n)
		if err := evaluate(L, source); err != "" {
			t.Fatal(err)
		}
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	run(200)
	goroutines, threads, descriptors, bytes := runtime.NumGoroutine(), status(t, "Threads"), len(openDescriptors()), heap()
	run(total)
	eventually(t, "goroutines are left", func() bool { return runtime.NumGoroutine() <= goroutines })
	eventually(t, "threads are left", func() bool { return status(t, "Threads") <= threads+5 })
	if n := len(openDescriptors()); n != descriptors {
		t.Errorf("%d descriptors, %d before", n, descriptors)
	}
	if now := heap(); now > bytes+2<<20 {
		t.Errorf("the heap holds %d kB, %d before", now>>10, bytes>>10)
	}
	if n := len(envOf(L).family.list()); n != 1 {
		t.Errorf("%d threads are listed", n)
	}
}

// said collects what is said beside the program's output.
type said struct {
	sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.Lock()
	defer s.Unlock()
	return s.text.String()
}

// TestUncaught: an error that nobody joins is said once, with the thread's name, and escaped;
// one that is joined is not.
func TestUncaught(t *testing.T) {
	var aside said
	answered := make(chan string, 10)
	L, env := NewState(Options{Aside: &aside, Answered: func(t *Thread) { answered <- t.Outcome() }})
	defer env.Close(L)
	if err := evaluate(L, `
		function fail(what) error(what, 0) end
		function answer() return 1, "two\27", {3, x = {y = {{4}}}, ["a b"] = {}}, nil, {family = AF_UNIX, path = "/x"} end
		pcall(join, thread(fail, "joined"))
		thread(fail, "no \27 luck")
		thread(answer)
		thread(clock, 1)
		join(thread(answer))`); err != "" {
		t.Fatal(err)
	}
	want := []string{"thread 2 (fail): no \\027 luck", "thread 4 (clock): bad argument #1 to 'clock' (no argument expected"}
	eventually(t, "the errors are not said", func() bool { return strings.Count(aside.String(), "\n") >= len(want) })
	for _, line := range want {
		if !strings.Contains(aside.String(), line) {
			t.Errorf("%q is not said in %q", line, aside.String())
		}
	}
	if strings.Contains(aside.String(), "joined") {
		t.Errorf("a joined error is said: %q", aside.String())
	}
	if line := <-answered; line != `thread 3: answer → 1, "two\027", {3, ["a b"] = {}, x = {y = {…}}}, nil, {family = 1, path = "/x"}` {
		t.Errorf("the answer is %q", line)
	}
	select {
	case line := <-answered:
		t.Errorf("a joined answer is told: %q", line)
	case <-time.After(2 * patience):
	}
}

// TestUncaughtRepeated: of many that end with the same error a few are said, and how many there were
// beside them; also where two errors take turns.
func TestUncaughtRepeated(t *testing.T) {
	var aside said
	L, env := NewState(Options{Aside: &aside})
	defer env.Close(L)
	if err := evaluate(L, `
		function fail() error("the same", 0) end
		function fall() error("the same", 0) end
		for i = 1, 20 do thread(fail) thread(fall) end
		repeat until #threads() == 1`); err != "" {
		t.Fatal(err)
	}
	counted := regexp.MustCompile(`(\d+) more threads \((?:fail|fall)\) ended in the same way\n`)
	told := func() (all int) {
		all = strings.Count(aside.String(), "the same\n")
		for _, m := range counted.FindAllStringSubmatch(aside.String(), -1) {
			n, _ := strconv.Atoi(m[1])
			all += n
		}
		return all
	}
	eventually(t, "not all are told of", func() bool { return told() >= 40 })
	if n := told(); n != 40 || strings.Count(aside.String(), "\n") > 20 {
		t.Errorf("%d threads are told of in\n%s", n, aside.String())
	}
}

// TestUncaughtAtTheEnd: the end of the program waits for no one, but says it.
func TestUncaughtAtTheEnd(t *testing.T) {
	var aside said
	L, env := NewState(Options{Aside: &aside})
	defer env.Close(L)
	if err := evaluate(L, `t = thread(error, "lost", 0) repeat until t.state == "ended"`); err != "" {
		t.Fatal(err)
	}
	eventually(t, "the error is not there", func() bool {
		env.family.mu.Lock()
		defer env.family.mu.Unlock()
		return len(env.family.failed) == 1 || aside.String() != ""
	})
	env.Finish()
	env.Finish()
	if got := aside.String(); got != "thread 1 (error): lost\n" {
		t.Errorf("said %q", got)
	}
}

// TestUncaughtInOrder: what is said at the end is said by the number of the threads, and of what was
// only counted so far it is said how many there were.
func TestUncaughtInOrder(t *testing.T) {
	var aside said
	L, env := NewState(Options{Aside: &aside})
	defer env.Close(L)
	want := ""
	fails := func(i int, text string) *Thread {
		failed := newThread(i, "serve")
		failed.err = toString(text)
		env.family.failed[failed] = true
		return failed
	}
	for i := range 10 {
		want += fails(i, fmt.Sprint("lost ", i)).Outcome() + "\n"
	}
	for i := 10; i < 20; i++ {
		if failed := fails(i, "the same"); i < 10+mostRepeated {
			want += failed.Outcome() + "\n"
		}
	}
	env.Finish()
	if want += "7 more threads (serve) ended in the same way\n"; aside.String() != want {
		t.Errorf("said\n%s\nnot\n%s", aside.String(), want)
	}
	env.family.complain(fails(21, "the same"), env.Say)
	if want += "thread 21 (serve): the same\n"; aside.String() != want {
		t.Errorf("what was counted to the end is not said any more:\n%s", aside.String())
	}
}

// TestThreadMemory: a thread that goes beyond the memory limit raises, and main, which waits
// for it, goes on. A state that has ended, as that in which spawn packs, takes none any more.
func TestThreadMemory(t *testing.T) {
	runtime.GC() // or what other tests have left would be room
	m := &Memory{limit: 64<<20 + inUse(), tasks: map[*kernel.Task]bool{}}
	m.watch()
	L, env := NewState(Options{Memory: m})
	defer env.Close(L)
	err := evaluate(L, `
		function hog() local t = {} while true do t[#t + 1] = {#t, #t} end end
		local ok, message = pcall(join, thread(hog))
		assert(not ok and message:find("not enough memory"), message)`)
	if err != "" {
		t.Error(err)
	}
	if _, _, err := env.pack(L, L.GetGlobal("hog").(*lua.LFunction), nil); err != nil {
		t.Error(err)
	}
	if n := len(m.tasks); n != 1 {
		t.Errorf("%d tasks are there beside the program's", n-1)
	}
}

// TestCloseStorm: threads that serve, close and reuse numbers; no call on a number's next
// file is ended by the close of the one before.
func TestCloseStorm(t *testing.T) {
	L, _ := newState(t)
	err := evaluate(L, `
		function pump(rounds)
			for i = 1, rounds do
				local a, b = assert(socketpair(AF_UNIX, SOCK_STREAM, 0))
				local t = thread(recv, b, 10)
				sleep(0)
				assert(send(a, "x") == 1)
				local data, message = join(t)
				assert(data == "x", message)
				assert(close(a) == 0 and close(b) == 0)
			end
			return true
		end
		local ts = {}
		for i = 1, 6 do ts[i] = thread(pump, 40) end
		for i = 1, 6 do assert(join(ts[i])) end`)
	if err != "" {
		t.Error(err)
	}
}

// TestChannelStorm: many senders and receivers, some interrupted: what was sent is received
// once, or is still there.
func TestChannelStorm(t *testing.T) {
	L, _ := newState(t)
	err := evaluate(L, `
		function produce(c, from, n) for i = from, from + n - 1 do c:send(i) end end
		function consume(c, out) while true do
			local ok, v = c:receive()
			if not ok then return end
			out:send(v)
		end end
		for _, room in ipairs{0, 1, 7} do
			local c, out = channel.make(room), channel.make(10000)
			local makers, takers, idlers = {}, {}, {}
			for i = 1, 4 do makers[i] = thread(produce, c, i * 1000, 300) end
			for i = 1, 3 do takers[i] = thread(consume, c, out) end
			for i = 1, 20 do idlers[i] = thread(function(c) while true do channel.select({"|<-", c}) end end, channel.make()) end
			for i = 1, 20 do interrupt(idlers[i]) end
			for i = 1, 4 do join(makers[i]) end
			c:close()
			for i = 1, 3 do join(takers[i]) end
			for i = 1, 20 do assert(not pcall(join, idlers[i])) end
			local seen, n = {}, 0
			while true do
				local which, v = channel.select({"|<-", out}, {"default"})
				if which == 2 then break end
				assert(not seen[v], v)
				seen[v] = true
				n = n + 1
			end
			assert(n == 1200, n)
		end`)
	if err != "" {
		t.Error(err)
	}
}

// met has a receive and a send of x through a channel meet.
func met(t *testing.T, c *Channel) (received, sent *waiting) {
	t.Helper()
	received, sent = newWaiting([]*offer{{channel: c}}), newWaiting([]*offer{{channel: c, sends: true, value: toString("x")}})
	received.begin(true)
	sent.begin(true)
	if !sent.settled() || !received.settled() {
		t.Fatal("the two did not meet")
	}
	return received, sent
}

// TestInterruptedReceive: a value that came as the interrupt did is not lost, and is received once.
func TestInterruptedReceive(t *testing.T) {
	c := &Channel{room: 0}
	fd, err := c.descriptor()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	w, _ := met(t, c)
	w.withdraw()
	if n, _ := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0); n != 1 {
		t.Error("the descriptor does not tell of the value")
	}
	for _, there := range []bool{true, false} {
		next := newWaiting([]*offer{{channel: c}})
		next.begin(false)
		if next.settled() != there || there && next.value != toString("x") {
			t.Errorf("a receive gets %v, %t", next.value, next.settled())
		}
	}
	w, _ = met(t, c)
	next := newWaiting([]*offer{{channel: c}})
	next.begin(true)
	w.withdraw()
	if !next.settled() || next.value != toString("x") || len(c.buffer) > 0 {
		t.Error("who waits for the value does not get it")
	}
}

// TestInterruptedSend: a value that was taken as the interrupt came is not there a second time, and
// the end of a channel is no value.
func TestInterruptedSend(t *testing.T) {
	c := &Channel{room: 1}
	_, w := met(t, c)
	w.withdraw()
	ended := newWaiting([]*offer{{channel: c}})
	ended.begin(true)
	c.shut(0)
	ended.withdraw()
	if len(c.buffer) > 0 {
		t.Errorf("%v is in the channel", c.buffer)
	}
}

// TestInterruptedLock: who gives up leaves the others in their order, and hands on a lock that came
// as the interrupt did.
func TestInterruptedLock(t *testing.T) {
	m, threads := newMutex(), [4]*Thread{}
	var turns [4]*turn
	for i := range threads {
		threads[i] = newThread(i, "")
		turns[i] = m.request(threads[i])
	}
	m.withdraw(turns[2])
	m.mu.Lock()
	m.release(0)
	m.mu.Unlock()
	if m.owner != threads[1] {
		t.Errorf("%v has the lock", m.owner)
	}
	m.withdraw(turns[1])
	if m.owner != threads[3] || len(m.waiting) > 0 {
		t.Errorf("%v has the lock, and %d wait", m.owner, len(m.waiting))
	}
}

// TestMostThreads: beyond what the system can bear thread answers EAGAIN, as pthread_create
// does, and not the end of the process.
func TestMostThreads(t *testing.T) {
	before := mostThreads
	mostThreads = func() int { return 3 }
	defer func() { mostThreads = before }()
	L, _ := newState(t)
	err := evaluate(L, `
		gate = channel.make()
		for i = 1, 3 do assert(thread(channel.receive, gate)) end
		local t, message, errno = thread(clock)
		assert(t == nil and errno == EAGAIN, message)
		assert(message == "thread: EAGAIN (Resource temporarily unavailable): 3 threads run", message)
		gate:close()
		repeat until #threads() == 1
		assert(join(thread(clock)))`)
	if err != "" {
		t.Error(err)
	}
}

// TestUnbornThreads: a thread counts while its state is still being made, and once after that.
func TestUnbornThreads(t *testing.T) {
	before := mostThreads
	mostThreads = func() int { return 3 }
	defer func() { mostThreads = before }()
	f := newFamily()
	for round := range 2 {
		for range 3 {
			if f.reserve() == 0 {
				t.Fatalf("round %d: no room for 3", round)
			}
		}
		if f.reserve() != 0 {
			t.Errorf("round %d: room for a fourth that is not born", round)
		}
		for number := f.last - 2; number <= f.last; number++ {
			f.add(newThread(number, ""))
		}
		if f.reserve() != 0 {
			t.Errorf("round %d: room for a fourth", round)
		}
		clear(f.running)
	}
}

// seen is an observer that writes down the calls of threads.
type seen struct {
	sync.Mutex
	calls []string
}

func (s *seen) Enter(*kernel.Event) {}
func (s *seen) Wait(*kernel.Event)  {}

func (s *seen) Exit(e *kernel.Event) {
	s.Lock()
	defer s.Unlock()
	s.calls = append(s.calls, fmt.Sprintf("%d %s(%s) = %s", e.Frame.Task.Number, e.Op.Name, e.Frame.Str(0), e.Frame.Out[0].Str))
}

// TestThreadsObserved: an observer is shown what threads wait for in each other, and whose
// wait it was.
func TestThreadsObserved(t *testing.T) {
	var s seen
	L, env := NewState(Options{})
	defer env.Close(L)
	kernel.Observe(&s, nil)
	defer kernel.Observe(nil, &s)
	if err := evaluate(L, `
		function worker(m) m:lock() m:unlock() return 42, "x" end
		m = mutex()
		m:lock()
		local t = thread(worker, m)
		repeat until t.state == "blocked in lock"
		m:unlock()
		join(t)`); err != "" {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`mutex \d+`).ReplaceAllString(strings.Join(s.calls, "\n"), "mutex N")
	for _, want := range []string{"0 lock(mutex N)", "0 unlock(mutex N)", "1 lock(mutex N)", "1 unlock(mutex N)", `0 join(thread 1 (worker)) = 42, "x"`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q was shown:\n%s", want, all)
		}
	}
}

// TestInterruptedJoin: the error of a thread that ends while a join is interrupted is said, and
// a later join raises it.
func TestInterruptedJoin(t *testing.T) {
	var aside said
	L, env := NewState(Options{Aside: &aside})
	defer env.Close(L)
	if problem := evaluate(L, `a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
		t = thread(function() recv(b, 1) error("lost", 0) end)`); problem != "" {
		t.Fatal(problem)
	}
	thread := env.family.list()[1]
	thread.joining(1)
	if problem := evaluate(L, `send(a, "x")`); problem != "" {
		t.Fatal(problem)
	}
	<-thread.done
	thread.joining(-1)
	eventually(t, "nobody is told of the error", func() bool { return strings.Contains(aside.String(), "lost") })
	if problem := evaluate(L, `local ok, why = pcall(join, t) assert(not ok and why == "lost") close(a) close(b)`); problem != "" {
		t.Error(problem)
	}
}

// TestHashLine: the first line of a script may begin with #; a string is no script.
func TestHashLine(t *testing.T) {
	L, _ := newState(t)
	path := t.TempDir() + "/script.lua"
	if err := os.WriteFile(path, []byte("#!/usr/bin/env sockrepl\nreturn 42"), 0o600); err != nil {
		t.Fatal(err)
	}
	L.SetGlobal("path", toString(path))
	if problem := evaluate(L, `assert(dofile(path) == 42) assert(loadfile(path)() == 42)
		for _, f in ipairs {loadstring, load} do
			local fn, message = f("#x\nreturn 42")
			assert(fn == nil and message:find("^%[string \"#x...\"%]:1: "), message)
		end`); problem != "" {
		t.Error(problem)
	}
}

// TestBriefKeys: a key that is no name, or a keyword, stands in brackets.
func TestBriefKeys(t *testing.T) {
	L, _ := newState(t)
	if problem := evaluate(L, `t = {["end"] = 1, ["x-y"] = 2, ok = 3}`); problem != "" {
		t.Fatal(problem)
	}
	if got := brief(L.GetGlobal("t"), true); got != `{["end"] = 1, ["x-y"] = 2, ok = 3}` {
		t.Error(got)
	}
}
