package timeline

import (
	"fmt"
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

// TestGoing: a call that goes on when the recording ends, or is looked at, is there, with the time
// that it has waited; what ends later changes it no more.
func TestGoing(t *testing.T) {
	task := kernel.NewTask(7, "reader")
	defer task.End()
	r := New(3)
	kernel.Observe(r, nil)
	var ends [2]int
	if err := unix.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = unix.Close(ends[0]), unix.Close(ends[1]) }()
	read := make(chan error)
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
	if after := r.Picture().Text(80, trace.Plain); after != before || !strings.Contains(after, want) {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
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
