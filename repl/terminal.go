package repl

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"sockrepl/bindings/kernel"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// terminal is the terminal behind private copies of the standard streams, so that close(1)
// and dup2(fd, 1) do what they say and the prompt lives on.
type terminal struct {
	in    int
	out   *kernel.Private
	style style
	state *readline.State // as the program found it
	plain bool            // it knows no escape sequences, or what is read is no terminal

	mu       sync.Mutex
	brackets bool // bracketed paste is on
	closed   bool // it was given back
}

// openTerminal takes the terminal.
func openTerminal() *terminal {
	t := &terminal{in: kernel.PrivateCopy(0).FD(), out: kernel.PrivateCopy(1)}
	t.style = styleFor(kernel.IsTerminal(t.out.FD()))
	t.state, _ = readline.GetState(t.in)
	t.plain = isDumb() || !kernel.IsTerminal(t.in)
	return t
}

// close gives the terminal back as it was found, for good: a thread may end the program while
// the prompt is about to read. readline's own Close is not called: it waits for its reader,
// which may be waiting for a key.
func (t *terminal) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	_ = t.cooked()
	room := []unix.PollFd{{Fd: int32(t.out.FD()), Events: unix.POLLOUT}}
	if n, _ := unix.Poll(room, 0); t.brackets && n > 0 { // else it is stopped: that must not keep the program
		_, _ = unix.Write(t.out.FD(), []byte(bracketedPasteOff))
	}
}

const (
	bracketedPasteOn  = "\x1b[?2004h"
	bracketedPasteOff = "\x1b[?2004l"
)

// bracketPastes has the terminal tell of what is pasted, or no longer.
func (t *terminal) bracketPastes(on bool) {
	t.mu.Lock()
	t.brackets = on
	closed := t.closed
	t.mu.Unlock()
	switch {
	case closed:
	case on:
		_, _ = io.WriteString(t.out, bracketedPasteOn)
	default:
		_, _ = io.WriteString(t.out, bracketedPasteOff)
	}
}

// echo has the terminal show what is typed, as it was found, or not show it.
func (t *terminal) echo(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case on:
		_ = t.cooked()
	case !t.closed:
		_ = kernel.NoEcho(t.in)
	}
}

// columns is the width; 80 where the terminal does not tell, and 2 at least: readline would loop for
// ever on 0 and on 1.
func (t *terminal) columns() int {
	if size, err := unix.IoctlGetWinsize(t.out.FD(), unix.TIOCGWINSZ); err == nil && size.Col > 0 {
		return max(2, int(size.Col))
	}
	return 80
}

func (t *terminal) rows() int {
	if size, err := unix.IoctlGetWinsize(t.out.FD(), unix.TIOCGWINSZ); err == nil && size.Row > 0 {
		return int(size.Row)
	}
	return 24
}

func (t *terminal) raw() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	_, err := readline.MakeRaw(t.in)
	return err
}

func (t *terminal) cooked() error {
	if t.state == nil {
		return nil
	}
	return readline.Restore(t.in, t.state)
}

// freshLine moves to a new line if the cursor is not at the start of one, whoever wrote
// there: a screen's width of blanks wraps round only then. The prompt would erase the line.
func (t *terminal) freshLine() {
	if t.plain {
		return
	}
	_, _ = io.WriteString(t.out, strings.Repeat(" ", t.columns())+"\r\x1b[K")
}

// internalError is what is said of a panic in the program itself.
func internalError(problem any) string {
	return fmt.Sprintf("internal error, please report: %v", problem)
}
