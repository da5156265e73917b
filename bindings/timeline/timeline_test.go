package timeline

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/trace"

	"golang.org/x/sys/unix"
)

// TestBounded: so many calls are kept, the last ones, and the picture says how many are not.
func TestBounded(t *testing.T) {
	task := kernel.NewTask(0, "main")
	defer task.End()
	r := New(3)
	kernel.Observe(r, nil)
	defer kernel.Observe(nil, r)
	f := &task.Frame
	for i := range 10 {
		f.Reset()
		f.Args[0] = kernel.Value{Set: true, Int: int64(-1 - i)}
		if err := task.Do(calls.Lookup("close").Op(), f); err != unix.EBADF {
			t.Fatal(err)
		}
	}
	p := r.Picture()
	var kept []string
	for _, c := range p.Calls {
		kept = append(kept, c.Begun)
	}
	if got := fmt.Sprint(kept); got != "[close(-8) close(-9) close(-10)]" {
		t.Errorf("it keeps %s", got)
	}
	for _, drawn := range []string{p.Text(80, trace.Plain), p.SVG()} {
		if !strings.Contains(drawn, "3 calls") || !strings.Contains(drawn, "the oldest 7 calls are not kept") {
			t.Errorf("it draws\n%s", drawn)
		}
	}
}

// reading has a thread block in a read from a pipe, and answers the pipe and what the read ends
// with.
func reading(t *testing.T) (ends [2]int, read chan error) {
	if err := unix.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	task := kernel.NewTask(7, "reader")
	t.Cleanup(task.End)
	read = make(chan error)
	go func() {
		task.Pin()
		f := &task.Frame
		f.Reset()
		f.Args[0], f.Args[1] = kernel.Value{Set: true, Int: int64(ends[0])}, kernel.Value{Set: true, Int: 5}
		read <- task.Do(calls.Lookup("read").Op(), f)
	}()
	for op := ""; op == ""; op, _ = task.Blocked() {
		time.Sleep(time.Millisecond)
	}
	return ends, read
}

// TestGoingDeed: what has woken another may not have ended itself yet.
func TestGoingDeed(t *testing.T) {
	r := New(3)
	kernel.Observe(r, nil)
	defer kernel.Observe(nil, r)
	ends, read := reading(t)
	task := kernel.NewTask(0, "main")
	defer task.End()
	f := &task.Frame
	f.Reset()
	f.Args[0], f.Args[1] = kernel.Value{Set: true, Int: int64(ends[1])}, kernel.Value{Set: true, Str: "x"}
	r.Enter(&kernel.Event{Op: calls.Lookup("write").Op(), Frame: f, Start: time.Now()})
	if _, err := unix.Write(ends[1], []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	if text := r.Picture().Text(80, trace.Plain); !strings.Contains(text, "for main's write(") {
		t.Errorf("it draws\n%s", text)
	}
	r.Stop()
	for i := range ends { // which the recording has looked at
		_ = unix.Close(ends[i])
	}
	if text := r.Picture().Text(80, trace.Plain); !strings.Contains(text, "for main's write(") {
		t.Errorf("it draws afterwards\n%s", text)
	}
}

// TestGoing: a call that goes on when the recording ends, or is looked at, is there, with the time
// that it has waited; what ends later changes it no more.
func TestGoing(t *testing.T) {
	r := New(3)
	kernel.Observe(r, nil)
	ends, read := reading(t)
	want := fmt.Sprintf("thread 7  read(%d, 5)  has waited for 0.", ends[0])
	if text := r.Picture().Text(80, trace.Plain); !strings.Contains(text, want) {
		t.Errorf("while it goes on:\n%s", text)
	}
	kernel.Observe(nil, r)
	r.Stop()
	before := r.Picture().Text(80, trace.Plain)
	if _, err := unix.Write(ends[1], []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	_, _ = unix.Close(ends[0]), unix.Close(ends[1])
	if after := r.Picture().Text(80, trace.Plain); after != before || !strings.Contains(after, want) {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
}

// TestMeets: what is done at one end is noticed at the other, and nowhere else.
func TestMeets(t *testing.T) {
	at := func(local, remote string) kernel.End {
		e := kernel.End{Kind: "tcp"}
		e.Local, e.Remote = netip.MustParseAddrPort(local), netip.MustParseAddrPort(remote)
		return e
	}
	pipe := func(inode uint64, writes bool) kernel.End {
		return kernel.End{Kind: "pipe", Inode: inode, Writes: writes}
	}
	unnamed := func(inode uint64) kernel.End { return kernel.End{Kind: "unix", Inode: inode} }
	for _, test := range []struct {
		on, act kernel.End
		want    bool
	}{
		{at("127.0.0.1:1", "127.0.0.1:2"), at("127.0.0.1:2", "127.0.0.1:1"), true},
		{at("127.0.0.1:1", "127.0.0.1:2"), at("127.0.0.1:1", "127.0.0.1:2"), false},
		{at("127.0.0.1:1", "127.0.0.1:2"), at("127.0.0.1:3", "127.0.0.1:1"), false},
		{at("127.0.0.1:1", "127.0.0.1:2"), at("127.0.0.1:2", "127.0.0.9:1"), false},
		{pipe(5, false), pipe(5, true), true},
		{pipe(5, false), pipe(5, false), false},
		{pipe(5, false), pipe(6, true), false},
		{unnamed(5), unnamed(6), false},
		{unnamed(5), kernel.End{Kind: "unix", Inode: 6, Peer: 5}, true},
		{pipe(5, false), unnamed(5), false},
	} {
		if got := (need{End: test.on}).meets(test.act); got != test.want {
			t.Errorf("at %v: %v: %t", test.on, test.act, got)
		}
	}
}

// TestChosen: which of several calls at an end is the one that ended a wait.
func TestChosen(t *testing.T) {
	waited := &Call{Start: 10, End: 50}
	sure, waits := time.Duration(-1), time.Duration(0)
	call := func(start, waits time.Duration, does deeds) *Call {
		return &Call{Start: start, End: 40, Waits: waits, Does: does}
	}
	over, early, late, later := call(5, sure, moves), call(6, waits, moves), call(20, sure, moves), call(30, sure, moves)
	shut, closed, last := call(25, sure, shuts), call(20, sure, closes), call(30, sure, closes)
	for _, test := range []struct {
		name  string
		need  need
		found []*Call
		want  *Call
	}{
		{"nothing", need{Deeds: moves}, nil, nil},
		{"the first", need{Deeds: moves}, []*Call{later, late}, late},
		{"the last", need{Deeds: moves, Last: true}, []*Call{later, late}, later},
		{"one that was all but over", need{Deeds: moves}, []*Call{over}, over},
		{"not that where there is another", need{Deeds: moves}, []*Call{over, late}, late},
		{"one that waited itself", need{Deeds: moves}, []*Call{late, early}, early},
		{"a shutdown before a close", need{Deeds: shuts | closes}, []*Call{closed, shut, last}, shut},
		{"the last close", need{Deeds: shuts | closes}, []*Call{last, closed}, last},
	} {
		if got := test.need.choose(waited, test.found); got != test.want {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

// TestLanesInOrder: threads stand one below the other by their number.
func TestLanesInOrder(t *testing.T) {
	lanes, p := map[int]*Lane{}, &Picture{}
	for i := range 20 {
		lanes[i] = &Lane{Place: Place{Thread: i}}
	}
	p.addLanes(lanes)
	for i, l := range p.Lanes {
		if l.Thread != i {
			t.Fatalf("thread %d is number %d", l.Thread, i)
		}
	}
}

// TestRests: while the prompt waits for a line its thread does not run.
func TestRests(t *testing.T) {
	p := &Picture{To: 10 * time.Second, Calls: []*Call{{Name: Rests, Start: 4 * time.Second, End: 7 * time.Second}}}
	p.addLanes(map[int]*Lane{0: {To: -1}})
	p.fill()
	if row := string(p.row(p.Lanes[0], 10)); row != "----    --" {
		t.Errorf("the lane is %q", row)
	}
}

// TestLate: where the oldest calls are not kept, what ended before the first that is kept is not
// drawn; the waits are listed by their length.
func TestLate(t *testing.T) {
	const ms = time.Millisecond
	recv := calls.Lookup("recv")
	waits := func(thread int, begun string, start, end time.Duration) *Call {
		p := Place{Thread: thread}
		return &Call{Place: p, Label: p.label(), Name: "recv", Begun: begun, Start: start, Waits: start, End: end, row: recv}
	}
	r := New(4)
	r.lanes[1] = &Lane{Place: Place{Thread: 1}, From: 1 * ms, To: 5 * ms}
	r.lanes[2] = &Lane{Place: Place{Thread: 2}, From: 1 * ms, To: -1}
	for _, c := range []*Call{waits(0, "lost()", 0, 2*ms), waits(0, "first()", 10*ms, 20*ms), waits(2, "short()", 20*ms, 25*ms),
		waits(2, "long()", 30*ms, 90*ms), waits(0, "middle()", 40*ms, 60*ms)} {
		c.Sure = true
		r.keep(c)
	}
	r.ended, r.full = 100*ms, true
	p := r.Picture()
	var lanes, list []string
	for _, l := range p.Lanes {
		lanes = append(lanes, l.label())
	}
	for _, c := range p.Waits(3) {
		list = append(list, c.Begun)
	}
	if fmt.Sprint(p.From, p.Lost, lanes, list) != "10ms 1 [main thread 2] [long() middle() first()]" {
		t.Errorf("it has %v %d %v %v", p.From, p.Lost, lanes, list)
	}
	lines := strings.Split(p.Text(80, trace.Plain), "\n")
	if lines[0] != "0.090 s, 4 calls: - runs, # in a call, . blocked" || lines[1] != "the oldest call is not kept: it begins at 0.010 s" ||
		lines[2] != "what children did last is not kept" || strings.Fields(lines[3])[0] != "0.010" || !strings.HasSuffix(lines[3], " 0.100 s") {
		t.Errorf("it says\n%s", strings.Join(lines, "\n"))
	}
}

// TestCrowded: a drawing of many lanes and many waits has low lanes and few arrows, and each lane's
// whole name where the mouse rests on it.
func TestCrowded(t *testing.T) {
	name := strings.Repeat("long", 20)
	p := &Picture{To: time.Second}
	lanes := map[int]*Lane{}
	for thread := range 20 {
		lanes[thread] = &Lane{Place: Place{Thread: thread}, Name: name, To: -1}
	}
	row := calls.Lookup("recv")
	by := &Call{Place: Place{Thread: 1}, Label: "thread 1", Name: "send", Begun: "send(4, ...)", Waits: -1, End: time.Second, row: calls.Lookup("send")}
	p.Calls = append(p.Calls, by)
	for i := range 3000 {
		at := time.Duration(i) * time.Second / 3000
		p.Calls = append(p.Calls, &Call{Place: Place{Thread: i % 20}, Name: "recv", Begun: "recv(3, 1, 0)", Start: at, Waits: at, End: at + time.Microsecond, EndedBy: by, row: row})
	}
	p.addLanes(lanes)
	p.fill()
	svg := p.SVG()
	if n := strings.Count(svg, `class="by" marker-end="url(#head)" d="M`); n < 20 || n > mostArrows+1 { // one explains them
		t.Errorf("it has %d arrows", n)
	}
	var height int
	if _, err := fmt.Sscanf(svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 %d"`, &height); err != nil || height > 1250 {
		t.Errorf("it is %d high (%v)", height, err)
	}
	if !strings.Contains(svg, "<title>thread 19 "+name+"</title>") || strings.Contains(svg, ">thread 19 "+name+"</text>") {
		t.Errorf("a name is not there, or stands across its lane:\n%.3000s", svg)
	}
}

// TestProcessLanes: the lane of a process goes from the call that has started it to its end, which
// may be long before it is waited for, and is at the latest then; those of its threads follow it.
func TestProcessLanes(t *testing.T) {
	const ms = time.Millisecond
	wait, spawn := calls.Lookup("waitpid"), calls.Lookup("spawn")
	early, late := endOf(5, 40*ms), endOf(6, 95*ms)
	has := kernel.End{Kind: "pipe", Inode: 7}
	cut := &Call{Place: Place{Process: 6}, Name: "read", Start: 50 * ms, Waits: 50 * ms, Going: true}
	p := &Picture{To: 100 * ms, Calls: []*Call{
		{Name: "spawn", Start: 10 * ms, End: 11 * ms, Waits: -1, row: spawn, Born: &birth{Process: 5, Title: "serve"}},
		{Name: "spawn", Start: 12 * ms, End: 13 * ms, Waits: -1, row: spawn, Born: &birth{Process: 6, Title: "cat"}},
		{Place: Place{Process: 5}, Name: Begins, Start: 20 * ms, End: 20 * ms, Waits: -1},
		{Place: Place{5, 1}, Name: Begins, Begun: "work", Start: 30 * ms, End: 30 * ms, Waits: -1},
		{Place: Place{5, 1}, Name: "read", Start: 31 * ms, End: 32 * ms, Waits: -1, row: calls.Lookup("read"), At: []kernel.End{has}},
		{Place: Place{5, 1}, Name: Ends, Start: 35 * ms, End: 35 * ms, Waits: -1},
		cut, early, late,
		{Name: "waitpid", Start: 60 * ms, End: 61 * ms, Waits: -1, row: wait, Reaped: 5, Status: "exited with 3"},
		{Name: "waitpid", Start: 62 * ms, End: 90 * ms, Waits: 62 * ms, row: wait, Reaped: 6, Status: "killed by SIGTERM"},
	}}
	p.addLanes(map[int]*Lane{0: {To: -1}})
	p.addChildren()
	p.sort()
	link(p.Calls)
	p.fill()
	var got []string
	for _, l := range p.Lanes {
		got = append(got, fmt.Sprint(l.title(), " ", l.From, " ", l.To, " ", l.Status))
	}
	want := "main 0s 100ms |process 5 serve 10ms 40ms exited with 3|process 5 thread 1 work 30ms 35ms |process 6 cat 12ms 90ms killed by SIGTERM"
	if text := strings.Join(got, "|"); text != want {
		t.Errorf("the lanes are\n%s\nnot\n%s", text, want)
	}
	if cut.End != 90*ms {
		t.Errorf("the call in which process 6 was killed goes on until %v", cut.End)
	}
	if len(early.At) != 1 || early.At[0] != has || early.Start != 32*ms {
		t.Errorf("the end of process 5 closes %v, from %v on", early.At, early.Start)
	}
	var says []string
	for _, c := range p.Waits(mostWaits) {
		says = append(says, c.wait())
	}
	if text := strings.Join(says, "|"); text != "waited 0.028 s for the end of process 6 (killed by SIGTERM)" {
		t.Errorf("it says %s", text)
	}
}

// TestShortWaits: what took less than a millisecond counts as a wait only if it is known that the call
// had to wait, what it waited for, or that it goes on.
func TestShortWaits(t *testing.T) {
	const ms = time.Millisecond
	listening, connected := kernel.End{Kind: "unix", Inode: 5, Path: "/s"}, kernel.End{Kind: "unix", Inode: 6, PeerPath: "/s"}
	short := &Call{End: ms - 1}
	long, known, going := &Call{End: ms}, &Call{End: ms - 1, Sure: true}, &Call{End: ms - 1, Going: true}
	matched := &Call{Start: 2 * ms, Waits: 2 * ms, End: 2*ms + 500, Needs: []need{{End: listening, Deeds: connects}}}
	cause := &Call{Start: 2*ms + 200, End: 2*ms + 300, Waits: -1, Does: connects, At: []kernel.End{connected}}
	link([]*Call{short, long, known, going, matched, cause})
	if short.Waits >= 0 || long.Waits < 0 || known.Waits < 0 || going.Waits < 0 || matched.Waits < 0 {
		t.Errorf("waits are: short %v, long %v, known %v, going %v, matched %v", short.Waits, long.Waits, known.Waits, going.Waits, matched.Waits)
	}
	if matched.EndedBy != cause {
		t.Error("a call that waited at a path was not ended by the one that connected to it")
	}
}
