package timeline

import (
	"testing"
	"time"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// TestJoinEnded: a child's recorder has a lane from its first moment, and writes until its parent's
// recording ends. Then it lets go of the journal; and who is started so late joins nothing.
func TestJoinEnded(t *testing.T) {
	parent := New(3)
	joined, late := share(t, parent), share(t, parent)
	child, err := Join(joined)
	if err != nil || child == nil || len(child.lanes) != 1 {
		t.Fatalf("the child joins: %v, %v", child != nil, err)
	}
	write := func() { child.write(&Call{Place: Place{Process: 5}, Name: "close", Start: time.Second, Waits: -1}) }
	write()
	waiting := &Call{Place: Place{Process: 5}, Serial: 1, Name: "read", Going: true}
	child.write(waiting)
	child.forget(waiting)
	if p := parent.Picture(); len(p.Calls) != 1 || child.ended != 0 {
		t.Errorf("the parent has %d calls; the child's recording ended at %v", len(p.Calls), child.ended)
	}
	parent.Stop()
	write()
	if child.ended == 0 || isOpen(joined) {
		t.Errorf("the child's recording ended at %v; it has the journal: %v", child.ended, isOpen(joined))
	}
	write() // nowhere

	if r, err := Join(late); r != nil || err != nil || isOpen(late) {
		t.Errorf("who is late joins: %v, %v, has the journal: %v", r, err, isOpen(late))
	}
	if fd, err := parent.Share(); fd != -1 || err != nil {
		t.Errorf("what has ended is shared: %d, %v", fd, err)
	}
}

// TestJoinDamaged: who is started with something else than a journal is told, and does not keep it.
func TestJoinDamaged(t *testing.T) {
	j, err := kernel.NewJournal([]byte("no JSON"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.End()
	fd, err := j.Copy()
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Join(fd); r != nil || err == nil || isOpen(fd) {
		t.Errorf("it joins: %v, %v, has the file: %v", r, err, isOpen(fd))
	}
}

// share answers a descriptor of a recorder's journal.
func share(t *testing.T, r *Recorder) int {
	fd, err := r.Share()
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

func isOpen(fd int) bool {
	_, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return err == nil
}
