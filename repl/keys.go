package repl

import (
	"bytes"
	"io"
	"strings"
	"sync/atomic"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// keys reads the keyboard for readline, a byte at a time, so that what was typed ahead
// stays in the kernel for a program's read(0). It gives keys that readline does not know
// the codes of keys that it does, and takes a paste as a whole.
type keys struct {
	fd    int
	vi    bool
	queue []byte
	paste []string    // the lines of a paste that readline has not been given yet
	ended atomic.Bool // the terminal is gone
}

// Codes of our own for keys, from a plane of Unicode that is for private use.
const (
	deleteKey = '\uE003' // readline takes ESC [ 3 ~ for Ctrl-D
	helpKey   = '\uE004' // F1
	pasteKey  = '\uE005' // text to insert waits in keys.paste
	escapeKey = '\uE006' // Esc alone, which readline would keep until the next key
	undoKey   = '\uE007' // Ctrl-_
	lineBreak = '\uE00A' // a line end inside a line of the history
)

// Read answers one byte.
func (k *keys) Read(p []byte) (int, error) {
	for len(k.queue) == 0 {
		b, err := k.next()
		if err == nil {
			err = k.accept(b)
		}
		if err != nil {
			k.ended.Store(true)
			return 0, err
		}
	}
	p[0] = k.queue[0]
	k.queue = k.queue[1:]
	return 1, nil
}

// Close does nothing: the descriptor is the terminal's.
func (k *keys) Close() error { return nil }

func (k *keys) next() (byte, error) { return readByte(k.fd) }

// readByte reads one byte, or answers io.EOF. It waits where the descriptor is non-blocking, too: that is
// the terminal's, and a line or a child may have made it so.
func readByte(fd int) (byte, error) {
	var b [1]byte
	for {
		n, err := unix.Read(fd, b[:])
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1)
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

// accept takes a byte of the keyboard.
func (k *keys) accept(b byte) error {
	switch b {
	case 0: // would end readline's loop
	case escape:
		return k.sequence()
	default:
		k.queue = append(k.queue, b)
	}
	return nil
}

// escapeWait is how many milliseconds the rest of an escape sequence may take to come: a
// key sends it at once, a person who pressed Esc does not.
const escapeWait = 50

// sequence reads what follows ESC: ESC letter, ESC O letter (SS3) or ESC [ parameters
// letter (CSI, ECMA-48 5.4).
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
		if n := len(seq); n == 2 && b != '[' && b != 'O' || n > 2 && b >= 0x40 && b <= 0x7e && !(n == 3 && b == '[') {
			break
		}
	}
	return k.translate(string(seq))
}

// sequences are the keys that are known. What readline would take for text, or for another
// key, is here; Alt and a letter are not.
var sequences = map[string]rune{
	"[A": readline.CharPrev, "[B": readline.CharNext, "[C": readline.CharForward, "[D": readline.CharBackward,
	"OA": readline.CharPrev, "OB": readline.CharNext, "OC": readline.CharForward, "OD": readline.CharBackward,
	"[H": readline.CharLineStart, "[F": readline.CharLineEnd, "OH": readline.CharLineStart, "OF": readline.CharLineEnd,
	"[1~": readline.CharLineStart, "[7~": readline.CharLineStart,
	"[4~": readline.CharLineEnd, "[8~": readline.CharLineEnd,
	"[3~": deleteKey,
	"OP":  helpKey, "[11~": helpKey, "[[A": helpKey,
}

// words are the keys that move by a word, which readline has under Alt and a letter.
var words = map[string]string{
	"[1;5C": "\x1bf", "[1;5D": "\x1bb", "[1;3C": "\x1bf", "[1;3D": "\x1bb", "[5C": "\x1bf", "[5D": "\x1bb",
}

const (
	pasteBegin = "[200~"
	pasteEnd   = "\x1b[201~"
)

// translate queues for readline what an escape sequence stands for; nothing for one that is not known.
func (k *keys) translate(seq string) error {
	name := seq[1:]
	if code, ok := sequences[name]; ok {
		k.queue = append(k.queue, string(code)...)
		return nil
	}
	switch {
	case name == pasteBegin:
		return k.takePaste()
	case words[name] != "":
		k.queue = append(k.queue, words[name]...)
	case len(name) > 1 && (name[0] == '[' || name[0] == 'O'):
		// a key that means nothing here
	case len(name) == 0 && !k.vi:
		k.queue = append(k.queue, string(escapeKey)...)
	case k.vi || strings.Contains("bfd\x7f", name):
		k.queue = append(k.queue, seq...)
	}
	return nil
}

// takePaste reads a paste to its end. readline would draw the line anew for each of its
// characters, and take its tabs for requests to complete.
func (k *keys) takePaste() error {
	var text []byte
	for !bytes.HasSuffix(text, []byte(pasteEnd)) {
		b, err := k.next()
		if err != nil {
			return err
		}
		text = append(text, b)
	}
	pasted := strings.TrimSuffix(string(text), pasteEnd)
	pasted = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(pasted)
	k.paste = strings.Split(pasted, "\n")
	k.queue = append(k.queue, string(pasteKey)...)
	if len(k.paste) > 1 {
		k.queue = append(k.queue, readline.CharEnter)
	}
	return nil
}
