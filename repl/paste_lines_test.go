package repl

import (
	"errors"
	"testing"

	"sockrepl/bindings/kernel"
)

// TestApartInterrupted: Ctrl-C ends taking apart what was pasted, which may be long.
func TestApartInterrupted(t *testing.T) {
	s, err := NewSession(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if parts, err := s.apart("x = 1\ny = 2\n"); err != nil || len(parts) != 2 {
		t.Fatal(len(parts), err)
	}
	s.env.Task.Interrupt()
	if _, err := s.apart("x = 1\ny = 2\n"); !errors.Is(err, kernel.ErrInterrupted) {
		t.Error(err)
	}
}
