package kernel

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"
)

// TestJournal: lines are there for whoever has the file; one that has ended takes no more, and
// neither does one that is full.
func TestJournal(t *testing.T) {
	j, err := NewJournal([]byte("first"))
	if err != nil {
		t.Fatal(err)
	}
	fd, err := j.Copy()
	if err != nil {
		t.Fatal(err)
	}
	other := &Journal{fd}
	defer other.Leave()
	if !other.Append([]byte("second")) || !j.Append([]byte("third")) {
		t.Error("it takes no line")
	}
	if got := string(bytes.Join(j.Lines(), []byte("|"))); got != "first|second|third" {
		t.Errorf("it has %s", got)
	}
	if !owns(fd) || !owns(j.fd) {
		t.Error("Lua could reach it")
	}
	if err := unix.Ftruncate(fd, mostJournal+1); err != nil || other.Append([]byte("fourth")) || !other.Full() {
		t.Errorf("it is never full (%v)", err)
	}
	j.End()
	if other.Append([]byte("fifth")) || len(other.Lines()) != 0 {
		t.Error("it has ended and takes a line")
	}
	if _, err := unix.Write(fd, []byte("late\n")); err != nil { // whoever had looked at the size before
		t.Fatal(err)
	}
	if other.Append([]byte("sixth")) || len(other.Lines()) != 0 {
		t.Error("a line that came too late has begun it anew")
	}
}
