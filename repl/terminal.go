package repl

import (
	"io"
	"os"
	"sync/atomic"

	"sockrepl/bindings/kernel"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// terminal is the line editor on private copies of the standard streams, so that
// close(1) and dup2(fd, 1) do what they say and the prompt lives on.
type terminal struct {
	line  *readline.Instance
	in    *keys
	out   *descriptor
	state *readline.State // as the program found it
	typed int             // how long the line is
}

// openTerminal takes the terminal.
func openTerminal() (*terminal, error) {
	t := &terminal{in: &keys{fd: private(0)}, out: &descriptor{private(1)}}
	t.state, _ = readline.GetState(t.in.fd)
	config := &readline.Config{
		Stdin: t.in, Stdout: t.out, Stderr: t.out,
		DisableAutoSaveHistory: false,
		FuncIsTerminal:         func() bool { return true },
		FuncGetWidth:           t.width,
		FuncMakeRaw:            t.raw,
		FuncExitRaw:            t.cooked,
		FuncFilterInputRune:    t.filter,
		Listener:               t,
	}
	var err error
	t.line, err = readline.NewEx(config)
	return t, err
}

// private makes a copy of a descriptor that Lua can't reach.
func private(fd int) int {
	copied, err := unix.Dup(fd)
	if err != nil {
		return fd
	}
	return kernel.Own(copied)
}

// close gives the terminal back as it was. readline's own Close is not called: it waits
// for its reader, which may be waiting for a key.
func (t *terminal) close() { _ = t.cooked() }

const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// read reads a line. Bracketed paste is on only meanwhile.
func (t *terminal) read(prompt string) (string, error) {
	_, _ = io.WriteString(t.out, pasteOn)
	defer func() { _, _ = io.WriteString(t.out, pasteOff) }()
	t.line.SetPrompt(prompt)
	return t.line.Readline()
}

func (t *terminal) pasting() bool { return t.in.pasting.Load() }

// run evaluates with the terminal as a program expects it.
func (t *terminal) run(evaluate func()) { evaluate() }

func (t *terminal) width() int {
	if size, err := unix.IoctlGetWinsize(t.out.fd, unix.TIOCGWINSZ); err == nil && size.Col > 0 {
		return int(size.Col)
	}
	return 80 // readline would loop for ever on 0
}

func (t *terminal) raw() error {
	_, err := readline.MakeRaw(t.in.fd)
	return err
}

func (t *terminal) cooked() error {
	if t.state == nil {
		return nil
	}
	return readline.Restore(t.in.fd, t.state)
}

// filter handles the keys that readline does not: Delete, and control characters that
// it would put into the line.
func (t *terminal) filter(r rune) (rune, bool) {
	switch {
	case r == deleteKey:
		return readline.CharDelete, t.typed > 0 // on an empty line it is Ctrl-D
	case r == readline.CharCtrlZ:
		t.suspend()
		return r, false
	case r < ' ' && !bound(r):
		return r, false
	}
	return r, true
}

// OnChange is told of each change of the line.
func (t *terminal) OnChange(line []rune, pos int, _ rune) ([]rune, int, bool) {
	t.typed = len(line)
	return line, pos, false
}

// suspend stops the program as Ctrl-Z does elsewhere.
func (t *terminal) suspend() {
	_ = t.cooked()
	_ = unix.Kill(os.Getpid(), unix.SIGSTOP)
	_ = t.raw()
	t.line.Refresh()
}

// deleteKey is what keys makes of ESC [ 3 ~, which readline takes for Ctrl-D.
const deleteKey = '\uE003'

// bound tells whether readline does something at a control character.
func bound(r rune) bool {
	switch r {
	case readline.CharLineStart, readline.CharBackward, readline.CharInterrupt, readline.CharDelete,
		readline.CharLineEnd, readline.CharForward, readline.CharBell, readline.CharCtrlH, readline.CharTab,
		readline.CharCtrlJ, readline.CharKill, readline.CharCtrlL, readline.CharEnter, readline.CharNext,
		readline.CharPrev, readline.CharBckSearch, readline.CharFwdSearch, readline.CharTranspose,
		readline.CharCtrlU, readline.CharCtrlW, readline.CharCtrlY, readline.CharEsc:
		return true
	}
	return false
}

// keys reads the keyboard for readline, a byte at a time, so that what was typed ahead
// stays in the kernel for a program's read(0). It marks a paste, and gives keys that
// readline does not know the codes of keys that it does.
type keys struct {
	fd      int
	queue   []byte
	pasting atomic.Bool
}

// Read answers one byte.
func (k *keys) Read(p []byte) (int, error) {
	for len(k.queue) == 0 {
		b, err := k.next()
		if err != nil {
			return 0, err
		}
		if err := k.accept(b); err != nil {
			return 0, err
		}
	}
	p[0] = k.queue[0]
	k.queue = k.queue[1:]
	return 1, nil
}

// Close does nothing: the descriptor is the terminal's.
func (k *keys) Close() error { return nil }

func (k *keys) next() (byte, error) {
	var b [1]byte
	for {
		n, err := unix.Read(k.fd, b[:])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return b[0], nil
		}
	}
}

const escape = 27

func (k *keys) accept(b byte) error {
	switch {
	case b == 0: // would end readline's loop
	case b == '\t' && k.pasting.Load():
		k.queue = append(k.queue, "    "...)
	case b == escape:
		return k.sequence()
	default:
		k.queue = append(k.queue, b)
	}
	return nil
}

// escapeWait is how long the rest of an escape sequence may take to come: a key sends
// it at once, a person who pressed Esc does not.
const escapeWait = 50

func (k *keys) sequence() error {
	seq := []byte{escape}
	for {
		poll := []unix.PollFd{{Fd: int32(k.fd), Events: unix.POLLIN}}
		if n, err := unix.Poll(poll, escapeWait); n == 0 && err == nil {
			break
		}
		b, err := k.next()
		if err != nil {
			return err
		}
		seq = append(seq, b)
		if len(seq) == 2 && b != '[' && b != 'O' || len(seq) > 2 && b >= 0x40 && b <= 0x7e {
			break
		}
	}
	k.translate(string(seq))
	return nil
}

func (k *keys) translate(seq string) {
	switch seq {
	case "\x1b[200~":
		k.pasting.Store(true)
	case "\x1b[201~":
		k.pasting.Store(false)
	case "\x1b[1~", "\x1b[7~":
		k.queue = append(k.queue, readline.CharLineStart)
	case "\x1b[4~", "\x1b[8~":
		k.queue = append(k.queue, readline.CharLineEnd)
	case "\x1b[3~":
		k.queue = append(k.queue, string(deleteKey)...)
	default:
		k.queue = append(k.queue, seq...)
	}
}

// descriptor writes to a descriptor of the program's own.
type descriptor struct{ fd int }

func (d *descriptor) Write(p []byte) (int, error) {
	for written := 0; written < len(p); {
		n, err := unix.Write(d.fd, p[written:])
		if err != nil && err != unix.EINTR && err != unix.EAGAIN {
			return written, err
		}
		written += max(n, 0)
	}
	return len(p), nil
}
