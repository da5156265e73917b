package repl

import (
	"slices"
	"strings"
	"sync"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// answers are those of threads that nobody has joined. They are told while the prompt waits
// for input: what runs may be about to join.
type answers struct {
	mu     sync.Mutex
	untold []*bindings.Thread
}

// answered takes note of a thread that has answers; a script has no use for them.
func (s *Session) answered(t *bindings.Thread) {
	if !s.config.Prompt {
		return
	}
	s.answers.mu.Lock()
	s.answers.untold = append(s.answers.untold, t)
	s.answers.mu.Unlock()
	if !s.interrupts.running.Load() {
		s.tellAnswers()
	}
}

// mostAnswers are told at once: a server has a thread for each client that it has had.
const mostAnswers = 10

// tellAnswers writes the answers that are still to be told, and were not joined since.
func (s *Session) tellAnswers() {
	s.answers.mu.Lock()
	untold := s.answers.untold
	s.answers.untold = nil
	s.answers.mu.Unlock()
	var lines strings.Builder
	untold = slices.DeleteFunc(untold, (*bindings.Thread).Joined)
	for _, t := range untold[:min(len(untold), mostAnswers)] {
		lines.WriteString(t.Outcome() + "\n")
	}
	if more := len(untold) - mostAnswers; more > 0 {
		lines.WriteString(kernel.Thousands(more) + " more threads ended with answers\n")
	}
	if lines.Len() > 0 {
		_, _ = (*aside)(s).Write([]byte(lines.String()))
	}
}

// above writes what a thread prints above the line that is being typed, if one is, and the
// descriptor is that terminal. What does not end a line is ended, or the prompt would be
// behind it.
func (s *Session) above(fd int, data string) bool {
	if !s.atPrompt || !s.input.typing() || !sameTerminal(fd, s.terminal.out.FD()) {
		return false
	}
	if !strings.HasSuffix(data, "\n") {
		data += "\n"
	}
	s.input.above([]byte(data))
	return true
}

// sameTerminal tells whether two descriptors are one terminal.
func sameTerminal(a, b int) bool {
	var x, y unix.Stat_t
	return unix.Fstat(a, &x) == nil && unix.Fstat(b, &y) == nil &&
		x.Mode&unix.S_IFMT == unix.S_IFCHR && x.Rdev == y.Rdev
}
