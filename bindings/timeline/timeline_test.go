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
		if got := (need{end: test.on}).meets(test.act); got != test.want {
			t.Errorf("at %v: %v: %t", test.on, test.act, got)
		}
	}
}

// TestRests: while the prompt waits for a line its thread does not run.
func TestRests(t *testing.T) {
	p := &Picture{To: 10 * time.Second, Calls: []*Call{{Name: Rests, Start: 4 * time.Second, End: 7 * time.Second}}}
	p.addLanes(map[int]*Lane{0: {Name: "main", To: -1}})
	if row := string(p.row(p.Lanes[0], 10)); row != "----    --" {
		t.Errorf("the lane is %q", row)
	}
}
